/** The address of a page or file, given from the site's root (`/feed.xml`), with the site's base before it. */
export function address(path: string): string {
  return import.meta.env.BASE_URL.replace(/\/$/, '') + path;
}

/** The absolute URL of a page or file, given from the site's root, for feeds, cards and other readers outside the site. */
export function wholeAddress(path: string): string {
  return new URL(address(path), import.meta.env.SITE).href;
}
