import { createHash } from 'node:crypto';

/** Sets `data-theme` to auto, light or dark; runs before the first paint, so that the page does not flash in the wrong theme. */
export const themeScript = `document.documentElement.dataset.theme=(()=>{try{return localStorage.getItem('theme')}catch{}})()||'auto'`;

/** What a page may do that not every page may. */
interface Allowed {
  /** Compile WebAssembly, as the search does. */
  readonly wasm: boolean;
  /** The address of a script from another host, which may also connect to that host. */
  readonly analytics: string | undefined;
}

/** The content security policy of a page. */
export function contentPolicy({ wasm, analytics }: Allowed): string {
  const host = analytics === undefined ? '' : ` ${new URL(analytics).origin}`;
  const hash = createHash('sha256').update(themeScript).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'${host}${wasm ? " 'wasm-unsafe-eval'" : ''}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    `connect-src 'self'${host}`,
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
