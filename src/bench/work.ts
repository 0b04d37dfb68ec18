import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from '../experiment/sample.ts';
import { postsFolder } from '../post/content-files.ts';
import type { Post } from '../post/post.ts';
import { readPost } from '../post/read-posts.ts';
import type { Row } from './table.ts';

/** Where a work is measured. */
export interface Bench {
  /** This project. */
  readonly root: string;
  /** A folder for whatever it needs; it goes afterwards. */
  readonly folder: string;
  readonly rounds: number;
  /** Notes a command that was measured, as a person would give it. */
  readonly note: (command: string) => void;
}

/** What is measured together, by name. */
export type Work = (bench: Bench) => Promise<readonly Row[]>;

/** The post that everything started from, and its sample that seems to leak. */
export async function firstPost(root: string): Promise<{ readonly post: Post; readonly before: Sample }> {
  const post = readPost(root, `${postsFolder}/2023-09-22-memory-leak-python.md`);
  return { post, before: post.samples[0] as Sample };
}

/** The arguments that start a program of this project in another folder, as `npm run build` starts its own. */
export function scriptOf(root: string, name: string): readonly string[] {
  return [...flagsOf(root), join(root, 'scripts/leaklog.mjs'), name];
}

/** What npm gives Node with every command that runs samples or reads logs. */
export function flagsOf(root: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: { readonly build: string } };
  return scripts.build.split(' ').filter((word) => word.startsWith('--'));
}
