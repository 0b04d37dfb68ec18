import { createHash } from 'node:crypto';

/** Runs before the first paint, so that a remembered theme does not flash: it sets `data-theme` to auto, light or dark. */
export const themeScript = `document.documentElement.dataset.theme=(()=>{try{return localStorage.getItem('theme')}catch{}})()||'auto'`;

/** The content security policy of a page. Only the search page may compile WebAssembly. */
export function contentPolicy({ wasm }: { readonly wasm: boolean }): string {
  const hash = createHash('sha256').update(themeScript).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'${wasm ? " 'wasm-unsafe-eval'" : ''}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
