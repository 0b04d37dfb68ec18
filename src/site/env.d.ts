/// <reference types="astro/client" />

declare module 'virtual:leaklog/blog' {
  /** Where the integration has written what pages are rendered from (`BlogData`). */
  export const dataFile: string;
}
