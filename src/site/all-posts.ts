import { getCollection } from 'astro:content';
import { newestFirst } from '../build/newest-first.ts';
import type { PostData } from './posts.ts';

/** A post as the pages get it. */
export interface Entry {
  readonly id: string;
  readonly data: PostData;
}

/** Every published post, the newest first. */
export async function allPosts(): Promise<readonly Entry[]> {
  return newestFirst((await getCollection('posts')) as readonly Entry[]);
}

/** The posts whose pages have to be rendered. */
export async function newPosts(): Promise<readonly Entry[]> {
  return (await allPosts()).filter(({ data }) => !data.kept);
}
