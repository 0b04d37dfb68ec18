/// <reference types="astro/client" />

declare module 'virtual:leaklog/blog' {
  /** Where the integration has written what pages are rendered from (`BlogData`). */
  export const dataFile: string;
}

declare module 'virtual:leaklog/options' {
  export const options: import('./options.ts').Options;
}

/** The style sheets of the blog's own. */
declare module 'virtual:leaklog/css';

/** Parts of a page, by the blog's own components where it has some. */
declare module 'virtual:leaklog/components/Header' {
  export { default } from './components/Header.astro';
}
declare module 'virtual:leaklog/components/Footer' {
  export { default } from './components/Footer.astro';
}
declare module 'virtual:leaklog/components/PostList' {
  export { default } from './components/PostList.astro';
}
