import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CompiledPage } from '../build/blog.ts';
import type { PublishedPost } from '../build/compiled-post.ts';

/** What pages are rendered from. It goes through a file: Astro makes a program of its own of the code of pages. */
export interface BlogData {
  /** The project's root. */
  readonly root: string;
  /** The newest first. */
  readonly posts: readonly PublishedPost[];
  /** By name. */
  readonly pages: readonly CompiledPage[];
}

/** Writes what pages are rendered from (blog-data.ts reads it). */
export function writeBlog(path: string, data: BlogData): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(data));
}
