import type { PublishedPost } from '../build/compiled-post.ts';
import { tagSlug } from '../post/front-matter/tag.ts';

/** A tag and its posts, newest first. */
export interface Tag {
  readonly slug: string;
  readonly name: string;
  readonly posts: readonly PublishedPost[];
}

/** The tags of some posts, sorted by slug; of spellings with the same slug, the first one is the name. */
export function tagsOf(posts: readonly PublishedPost[]): readonly Tag[] {
  const tags = new Map<string, { readonly name: string; readonly posts: Set<PublishedPost> }>();
  for (const post of posts) {
    for (const name of post.data.tags) {
      const slug = tagSlug(name);
      if (!tags.has(slug)) tags.set(slug, { name, posts: new Set() });
      tags.get(slug)?.posts.add(post);
    }
  }
  return [...tags].map(([slug, { name, posts }]) => ({ slug, name, posts: [...posts] })).toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
}
