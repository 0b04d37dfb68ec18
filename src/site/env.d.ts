/// <reference types="astro/client" />

declare module 'virtual:leaklog/blog' {
  /** The path of the JSON file that pages are rendered from (`BlogData`). */
  export const dataFile: string;
}

declare module 'virtual:leaklog/options' {
  export const options: import('./options.ts').Options;
}

/** The blog's own style sheets. */
declare module 'virtual:leaklog/css';

/** Parts of a page: the blog's own components, or else those of Leaklog. */
declare module 'virtual:leaklog/components/Header' {
  export { default } from './components/Header.astro';
}
declare module 'virtual:leaklog/components/Footer' {
  export { default } from './components/Footer.astro';
}
declare module 'virtual:leaklog/components/PostList' {
  export { default } from './components/PostList.astro';
}
