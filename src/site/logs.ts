import { root } from 'astro:config/server';
import { fileURLToPath } from 'node:url';
import { markOf, shellName } from '../build/log-pages.ts';
import { readLogPage, type LogPage } from '../build/parts.ts';
import { allPosts, newPosts, type Entry } from './all-posts.ts';

/** What a page about a log says of it: the title of its post, its sample and that sample's file; in dev, the post. */
export interface LogEntry {
  readonly post: string;
  readonly sample: string;
  readonly title: string;
  readonly entry?: Entry;
}

/** In dev a page for each log, as static paths; in a build one for all that have to be made (log-shell.ts). */
export async function logPaths() {
  const path = (slug: string, log: LogEntry) => ({ params: { slug, sample: slug === shellName ? shellName : log.sample }, props: { log } });
  if (import.meta.env.DEV)
    return (await allPosts()).flatMap((entry) =>
      entry.data.logs.map(({ sample, title }) => path(entry.id, { post: entry.data.title, sample, title, entry })),
    );
  const isShown = (await newPosts()).some(({ data }) => data.logs.length > 0);
  return isShown ? [path(shellName, { post: markOf('post'), sample: markOf('sample'), title: markOf('title') })] : [];
}

/** What a page about a log shows. */
export async function readLog({ entry, sample }: LogEntry, page: LogPage): Promise<string> {
  if (!import.meta.env.DEV || entry === undefined) return markOf('content');
  const { ensureFiles } = await import('./dev-files.ts');
  await ensureFiles(entry, fileURLToPath(root));
  return readLogPage(entry.data.folder, sample, page);
}
