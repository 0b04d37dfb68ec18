import { root } from 'astro:config/server';
import { fileURLToPath } from 'node:url';
import { allPosts, type Entry } from './all-posts.ts';
import { readLogParts, type LogParts } from './parts.ts';

/** The whole log of one sample of a post. */
export interface LogEntry {
  readonly post: Entry;
  readonly sample: string;
  readonly title: string;
}

/** A page for each log, as static paths. */
export async function logPaths() {
  return (await allPosts()).flatMap((post) => post.data.logs.map(({ sample, title }) => ({ params: { slug: post.id, sample }, props: { log: { post, sample, title } satisfies LogEntry } })));
}

/** What the pages about a log show. */
export async function readLog({ post, sample }: LogEntry): Promise<LogParts> {
  if (import.meta.env.DEV) {
    const { ensureFiles } = await import('./dev-files.ts');
    await ensureFiles(post, fileURLToPath(root));
  }
  return readLogParts(post.data.folder, sample);
}
