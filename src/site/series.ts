import type { PublishedPost } from '../build/compiled-post.ts';
import { allPosts } from './blog-data.ts';

/** The parts of the series that a post belongs to, the first one first; none where it belongs to none, or is its only part. */
export function partsOf({ data: { series } }: PublishedPost): readonly PublishedPost[] {
  if (series === undefined) return [];
  const parts = allPosts().filter(({ data }) => data.series === series);
  return parts.length < 2 ? [] : parts.toReversed();
}
