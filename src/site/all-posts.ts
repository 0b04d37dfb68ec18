import { getCollection } from 'astro:content';
import type { PostData } from './posts.ts';

/** A post as the pages get it. */
export interface Entry {
  readonly id: string;
  readonly data: PostData;
}

/** Every published post, the newest first. */
export async function allPosts(): Promise<readonly Entry[]> {
  const posts = (await getCollection('posts')) as readonly Entry[];
  return posts.toSorted((a, b) => (a.data.date < b.data.date ? 1 : -1));
}
