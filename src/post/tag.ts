/** The tag in an address: `Garbage collection` and `garbage-collection` are one, `C` and `C#` are two. */
export function tagSlug(tag: string): string {
  return tag.toLowerCase().replace(/[\s!-*,./:-@[-^`{-~]+/g, '-');
}
