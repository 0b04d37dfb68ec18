import { readFileSync } from 'node:fs';
import { dataFile } from 'virtual:leaklog/blog';
import type { CompiledPage } from '../build/blog.ts';
import type { PublishedPost } from '../build/compiled-post.ts';
import type { BlogData } from './write-blog.ts';

let known: BlogData | undefined;

/** Reads the blog once; in dev on every call, as it may have changed. */
function readBlog(): BlogData {
  if (known === undefined || import.meta.env.DEV) known = JSON.parse(readFileSync(dataFile, 'utf8')) as BlogData;
  return known;
}

/** The project's root. */
export function projectRoot(): string {
  return readBlog().root;
}

/** Every published post, newest first. */
export function allPosts(): readonly PublishedPost[] {
  return readBlog().posts;
}

/** The content pages, and the manual if the site has it, in the order of the navigation. */
export function allPages(): readonly CompiledPage[] {
  return readBlog().pages;
}

/** The names of the pages of the blog's own code, as in their addresses. */
export function ownPages(): readonly string[] {
  return readBlog().ownPages;
}
