import { getCollection } from 'astro:content';
import type { PageData } from './pages.ts';

/** A page beside the posts as the pages of the site get it. */
export interface PageEntry {
  readonly id: string;
  readonly data: PageData;
}

/** The pages beside the posts, by name. */
export async function allPages(): Promise<readonly PageEntry[]> {
  // Astro warns of a collection that is empty, and a blog may have no such page.
  if (Object.keys(import.meta.glob('/content/pages/*.md', { query: '?raw' })).length === 0) return [];
  return (await getCollection('pages')) as readonly PageEntry[];
}
