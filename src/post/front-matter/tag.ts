import { isDeviceName } from '../fences/device-name.ts';

/** A tag's part of an address: the same for `Garbage collection` and `garbage-collection`, not for `C` and `C#`. */
export function tagSlug(tag: string): string {
  const slug = tag.toLowerCase().replace(/[\s!-*,./:-@[-^`{-~]+/g, '-');
  return isDeviceName(slug) ? `${slug}-` : slug;
}
