/** The address of a page or file of the site, given from its root (`/feed.xml`), below the base that it is published under. */
export function address(path: string): string {
  return import.meta.env.BASE_URL.replace(/\/$/, '') + path;
}

/** The whole address of a page or file of the site, given from its root, for those who read it elsewhere. */
export function wholeAddress(path: string): string {
  return new URL(address(path), import.meta.env.SITE).href;
}
