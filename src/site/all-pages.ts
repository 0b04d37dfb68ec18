import { getCollection } from 'astro:content';
import type { PageData } from './pages.ts';

/** The pages beside the posts, by name. */
export async function allPages(): Promise<readonly { readonly id: string; readonly data: PageData }[]> {
  return (await getCollection('pages')) as readonly { readonly id: string; readonly data: PageData }[];
}
