import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from '../experiment/sample.ts';
import { postsFolder } from '../post/content-files.ts';
import type { Post } from '../post/post.ts';
import { readPost } from '../post/read-posts.ts';
import type { Row } from './table.ts';

/** The environment of a benchmark. */
export interface Bench {
  /** The root folder of this project. */
  readonly root: string;
  /** A folder for its files, which is removed afterwards. */
  readonly folder: string;
  readonly rounds: number;
  /** Notes a command that was measured, as one would type it. */
  readonly note: (command: string) => void;
}

/** A benchmark; returns its rows of the table. */
export type Work = (bench: Bench) => Promise<readonly Row[]>;

/** The oldest post, and its sample that seems to leak. */
export async function firstPost(root: string): Promise<{ readonly post: Post; readonly before: Sample }> {
  const post = readPost(root, `${postsFolder}/2023-09-22-memory-leak-python.md`);
  return { post, before: post.samples[0] as Sample };
}

/** The arguments for Node to start a command of the project in this folder as npm does. */
export function scriptOf(root: string, name: string): readonly string[] {
  return [...flagsOf(root), join(root, 'scripts/leaklog.mjs'), name];
}

/** The flags for Node in the npm scripts that run samples or read logs. */
export function flagsOf(root: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: { readonly build: string } };
  return scripts.build.split(' ').filter((word) => word.startsWith('--'));
}
