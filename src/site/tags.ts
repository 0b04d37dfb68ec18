import { tagSlug } from '../post/front-matter/tag.ts';
import type { Entry } from './all-posts.ts';

/** A tag and its posts, the newest first. */
export interface Tag {
  readonly slug: string;
  readonly name: string;
  readonly posts: readonly Entry[];
}

/** Every tag of these posts by name. */
export function tagsOf(posts: readonly Entry[]): readonly Tag[] {
  const tags = new Map<string, { readonly name: string; readonly posts: Set<Entry> }>();
  for (const post of posts) {
    for (const name of post.data.tags) {
      const slug = tagSlug(name);
      if (!tags.has(slug)) tags.set(slug, { name, posts: new Set() });
      tags.get(slug)?.posts.add(post);
    }
  }
  return [...tags].map(([slug, { name, posts }]) => ({ slug, name, posts: [...posts] })).toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
}
