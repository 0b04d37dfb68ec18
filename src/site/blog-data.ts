import { readFileSync } from 'node:fs';
import { dataFile } from 'virtual:leaklog/blog';
import type { CompiledPage } from '../build/blog.ts';
import type { PublishedPost } from '../build/compiled-post.ts';
import type { BlogData } from './write-blog.ts';

let known: BlogData | undefined;

/** The blog; while an author writes, as it is now. */
function readBlog(): BlogData {
  if (known === undefined || import.meta.env.DEV) known = JSON.parse(readFileSync(dataFile, 'utf8')) as BlogData;
  return known;
}

/** The project's root. */
export function projectRoot(): string {
  return readBlog().root;
}

/** Every published post, the newest first. */
export function allPosts(): readonly PublishedPost[] {
  return readBlog().posts;
}

/** The pages beside the posts, by name. */
export function allPages(): readonly CompiledPage[] {
  return readBlog().pages;
}
