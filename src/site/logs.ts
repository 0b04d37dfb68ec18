import { root } from 'astro:config/server';
import { fileURLToPath } from 'node:url';
import { newPosts, type Entry } from './all-posts.ts';
import { readLogPage, type LogPage } from './parts.ts';

/** The whole log of one sample of a post. */
export interface LogEntry {
  readonly post: Entry;
  readonly sample: string;
  readonly title: string;
}

/** A page for each log that has to be rendered, as static paths. */
export async function logPaths() {
  return (await newPosts()).flatMap((post) => post.data.logs.map(({ sample, title }) => ({ params: { slug: post.id, sample }, props: { log: { post, sample, title } satisfies LogEntry } })));
}

/** What a page about a log shows. */
export async function readLog({ post, sample }: LogEntry, page: LogPage): Promise<string> {
  if (import.meta.env.DEV) {
    const { ensureFiles } = await import('./dev-files.ts');
    await ensureFiles(post, fileURLToPath(root));
  }
  return readLogPage(post.data.folder, sample, page);
}
