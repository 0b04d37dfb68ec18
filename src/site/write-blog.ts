import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CompiledPage } from '../build/blog.ts';
import type { PublishedPost } from '../build/compiled-post.ts';

/** What pages are rendered from. It is passed in a file, as Astro bundles the code of pages into a program of its own. */
export interface BlogData {
  /** The project's root. */
  readonly root: string;
  /** Newest first. */
  readonly posts: readonly PublishedPost[];
  /** In the order of the navigation. */
  readonly pages: readonly CompiledPage[];
  /** The names of the pages of the blog's own code. */
  readonly ownPages: readonly string[];
}

/** Writes the data that pages are rendered from, as JSON; blog-data.ts reads it. */
export function writeBlog(path: string, data: BlogData): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(data));
}
