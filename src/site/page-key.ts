import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { PublishedPost } from '../build/compiled-post.ts';
import { allPages } from './blog-data.ts';
import { partsOf } from './series.ts';

/**
 * The key of a post's page for Astro, which renders it again only where this has changed: what was compiled of the post (its
 * folder has the name of a hash of that), its neighbours, the parts of its series, and the navigation. The code and the settings Astro looks at itself.
 */
export function postPageKey(post: PublishedPost, neighbours: readonly (PublishedPost | undefined)[]): string {
  const others = [...neighbours, ...partsOf(post)].map((other) => other && [other.id, other.data.title]);
  const links = [...others, ...allPages().map(({ id, title, isHidden }) => [id, title, isHidden])];
  return createHash('sha256')
    .update(JSON.stringify([basename(post.folder), links]))
    .digest('hex');
}
