import type { PublishedPost } from '../build/compiled-post.ts';
import { allPosts } from './blog-data.ts';

/** The posts of a post's series, oldest first; empty if it has no series, or is the only post in it. */
export function partsOf({ data: { series } }: PublishedPost): readonly PublishedPost[] {
  if (series === undefined) return [];
  const parts = allPosts().filter(({ data }) => data.series === series);
  return parts.length < 2 ? [] : parts.toReversed();
}
