import { readLogPage, type LogPage, type PublishedPost } from '../build/compiled-post.ts';
import { placeholderOf, templateName } from '../build/log-pages.ts';
import { allPosts, projectRoot } from './blog-data.ts';

/** What a page about a log says of it: the title of its post, its sample and that sample's file; in dev, the post. */
export interface LogEntry {
  readonly post: string;
  readonly sample: string;
  readonly title: string;
  readonly entry?: PublishedPost;
}

/** In dev a page for each log, as static paths; in a build one template for all of them (log-pages.ts). */
export function logPaths() {
  const path = (slug: string, log: LogEntry) => ({
    params: { slug, sample: slug === templateName ? templateName : log.sample },
    props: { log },
  });
  if (import.meta.env.DEV)
    return allPosts().flatMap((entry) =>
      entry.data.logs.map(({ sample, title }) => path(entry.id, { post: entry.data.title, sample, title, entry })),
    );
  const isShown = allPosts().some(({ data }) => data.logs.length > 0);
  return isShown
    ? [path(templateName, { post: placeholderOf('post'), sample: placeholderOf('sample'), title: placeholderOf('title') })]
    : [];
}

/** What a page about a log shows. */
export async function readLog({ entry, sample }: LogEntry, page: LogPage): Promise<string> {
  if (!import.meta.env.DEV || entry === undefined) return placeholderOf('content');
  const { ensureFiles } = await import('./dev-files.ts');
  await ensureFiles(entry, projectRoot());
  return readLogPage(entry.folder, sample, page);
}
