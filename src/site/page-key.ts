import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { PublishedPost } from '../build/compiled-post.ts';
import { allPages } from './blog-data.ts';
import { partsOf } from './series.ts';

/**
 * The `cacheKey` of a post's page: Astro renders the page again only if it has changed. It covers the compiled post (its folder
 * is named by a hash of it), the post's neighbours, its series, and the navigation. Astro watches code and settings itself.
 */
export function postPageKey(post: PublishedPost, neighbours: readonly (PublishedPost | undefined)[]): string {
  const others = [...neighbours, ...partsOf(post)].map((other) => other && [other.id, other.data.title]);
  const links = [...others, ...allPages().map(({ id, title, isHidden }) => [id, title, isHidden])];
  return createHash('sha256')
    .update(JSON.stringify([basename(post.folder), links]))
    .digest('hex');
}
