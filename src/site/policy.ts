import { createHash } from 'node:crypto';

/** Runs before the first paint, so that a remembered theme does not flash: it sets `data-theme` to auto, light or dark. */
export const themeScript = `document.documentElement.dataset.theme=(()=>{try{return localStorage.getItem('theme')}catch{}})()||'auto'`;

/** What a page may do beyond what every page may. */
interface Allowed {
  /** Compile WebAssembly, as the search does. */
  readonly wasm: boolean;
  /** The address of a script of another host, which may report to that host. */
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
