import { isDeviceName } from '../fences/device-name.ts';

/** The tag in an address: `Garbage collection` and `garbage-collection` are one, `C` and `C#` are two. */
export function tagSlug(tag: string): string {
  const slug = tag.toLowerCase().replace(/[\s!-*,./:-@[-^`{-~]+/g, '-');
  return isDeviceName(slug) ? `${slug}-` : slug;
}
