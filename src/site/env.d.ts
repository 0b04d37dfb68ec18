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

/** What starts a run in a page; a component that shows nothing where no page has one. */
declare module 'virtual:leaklog/live' {
  export { default } from './components/Live.astro';
}

/** The address of live/panel.ts. */
declare module 'virtual:leaklog/panel' {
  const panel: string;
  export default panel;
}

/** What a run in a page needs: addresses of files, and texts. */
declare module 'virtual:leaklog/python' {
  export const worker: string;
  export const styles: string;
  /** WebAssembly, packed with gzip. */
  export const wasm: string;
  export const stdlib: string;
  /** The Python that runs. */
  export const python: {
    readonly version: string;
    readonly collector: import('../run/collector.ts').Collector;
    readonly info: object;
  };
  /** The texts of drive.py and of the harness. */
  export const driver: string;
  export const harness: Readonly<Record<import('../experiment/condition.ts').Condition, string>>;
  export const classes: typeof import('../page/code-theme.ts').codeClasses;
}

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
