import { readLogPage, type LogPage, type PublishedPost } from '../build/compiled-post.ts';
import { placeholderOf, templateName } from '../build/log-pages.ts';
import { allPosts, projectRoot } from './blog-data.ts';

/** A log for a page about it: the title of its post, its sample, and that sample's file name; in dev also the post. */
export interface LogEntry {
  readonly post: string;
  readonly sample: string;
  readonly title: string;
  readonly entry?: PublishedPost;
}

/** The static paths of a kind of log pages: in dev one for each log; in a build one template for all of them (log-pages.ts). */
export function logPaths(page: LogPage) {
  const path = (slug: string, log: LogEntry) => ({
    params: { slug, sample: slug === templateName ? templateName : log.sample },
    props: { log },
  });
  if (import.meta.env.DEV)
    return allPosts().flatMap((entry) =>
      entry.data.logs
        .filter(({ hasTypes }) => page === 'whole' || hasTypes)
        .map(({ sample, title }) => path(entry.id, { post: entry.data.title, sample, title, entry })),
    );
  const isShown = allPosts().some(({ data }) => data.logs.length > 0);
  return isShown
    ? [path(templateName, { post: placeholderOf('post'), sample: placeholderOf('sample'), title: placeholderOf('title') })]
    : [];
}

/** The content of a page about a log; in a build, a placeholder for it. */
export async function readLog({ entry, sample }: LogEntry, page: LogPage): Promise<string> {
  if (!import.meta.env.DEV || entry === undefined) return placeholderOf('content');
  const { ensureFiles } = await import('./dev-files.ts');
  await ensureFiles(entry, projectRoot());
  return readLogPage(entry.folder, sample, page);
}
