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
  const order = ({ id, data }: Entry) => `${data.date} ${id}`;
  return posts.toSorted((a, b) => (order(a) < order(b) ? 1 : -1));
}

/** The posts whose pages have to be rendered. */
export async function newPosts(): Promise<readonly Entry[]> {
  return (await allPosts()).filter(({ data }) => !data.kept);
}
