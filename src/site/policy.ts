import { createHash } from 'node:crypto';

/** Sets `data-theme` to auto, light or dark; runs before the first paint, so that the page does not flash in the wrong theme. */
export const themeScript = `document.documentElement.dataset.theme=(()=>{try{return localStorage.getItem('theme')}catch{}})()||'auto'`;

/** What a page may do that not every page may. */
interface Allowed {
  /** Compile WebAssembly, as the search does. */
  readonly wasm: boolean;
  /** Start Python in a worker, as a post does whose samples can be run in it. */
  readonly python?: boolean;
  /** The address of a script from another host, which may also connect to that host. */
  readonly analytics: string | undefined;
}

/** The content security policy of a page. */
export function contentPolicy({ wasm, python = false, analytics }: Allowed): string {
  const host = analytics === undefined ? '' : ` ${new URL(analytics).origin}`;
  const hash = createHash('sha256').update(themeScript).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'${host}${wasm || python ? " 'wasm-unsafe-eval'" : ''}`,
    // Of the page's own making, so that it is bound by this policy: one from an address has a policy of its own, or none.
    ...(python ? ['worker-src blob:'] : []),
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    `connect-src 'self'${host}`,
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
