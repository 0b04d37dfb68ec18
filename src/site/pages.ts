import type { Loader, LoaderContext } from 'astro/loaders';
import { z } from 'zod';
import { publishedPosts } from '../build/published-posts.ts';
import { capturesFolder } from '../capture/store.ts';
import { describeFinding, findingsOf, hasErrors } from '../experiment/finding.ts';
import { renderManual, type FindPost } from '../page/manual.ts';
import { pagesFolder, postsFolder, readPages } from '../post/read-posts.ts';
import { watchedLoader } from './watched-loader.ts';

/** What the site knows of a page; its HTML is Astro's `rendered`. */
const schema = z.object({
  title: z.string(),
  description: z.string(),
  toc: z.array(z.object({ id: z.string(), text: z.string(), depth: z.number() })),
});

export type PageData = z.infer<typeof schema>;

/** Reads and renders the pages beside the posts, the manual among them; one that is wrong stops the build. */
export function pagesLoader(): Loader {
  return watchedLoader({ name: 'leaklog-pages', schema, folders: [pagesFolder, postsFolder, capturesFolder], load: loadAll });
}

/** The posts that pages have asked for: the others do not concern them. */
const asked = new Set<string>();

async function loadAll(
  { store, generateDigest, parseData, logger, watcher }: LoaderContext,
  root: string,
  changed?: string,
): Promise<void> {
  if (changed !== undefined && !asked.has(changed)) return;
  const [pages, published] = [await readPages(root), await publishedPosts(root)];
  const find: FindPost = (slug) => {
    asked.add(slug);
    return published(slug);
  };
  const kept = new Set<string>();
  for (const { name: id, file } of pages) {
    const { body, ...data } = await renderManual(file, find);
    const problems = findingsOf(file).map(describeFinding).join('\n');
    if (hasErrors(file) && watcher === undefined) throw new Error(problems);
    if (problems !== '') logger.warn(problems);
    kept.add(id);
    store.set({ id, data: await parseData({ id, data }), rendered: { html: body }, digest: generateDigest({ body, data }) });
  }
  for (const id of store.keys()) if (!kept.has(id)) store.delete(id);
}
