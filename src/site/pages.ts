import type { Loader, LoaderContext } from 'astro/loaders';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VFile } from 'vfile';
import { z } from 'zod';
import { capturesFolder, loadRecords } from '../capture/store.ts';
import { renderManual, type FindPost } from '../page/manual.ts';
import { describeFinding, findingsOf, hasErrors } from '../post/message.ts';
import { listPosts, postsFolder, readPost } from '../post/read-posts.ts';
import { watchedLoader } from './watched-loader.ts';

/** Where pages beside the posts lie, from the project's root. */
const pagesFolder = 'content/pages';

/** What the site knows of a page; its HTML is Astro's `rendered`. */
const schema = z.object({
  title: z.string(),
  description: z.string(),
  toc: z.array(z.object({ id: z.string(), text: z.string(), depth: z.number() })),
  css: z.array(z.string()),
});

export type PageData = z.infer<typeof schema>;

/** Reads and renders the pages beside the posts, the manual among them; one that is wrong stops the build. */
export function pagesLoader(): Loader {
  return watchedLoader({ name: 'leaklog-pages', schema, folders: [pagesFolder, postsFolder, capturesFolder], load: loadAll });
}

async function loadAll({ store, generateDigest, parseData, logger, watcher }: LoaderContext, root: string): Promise<void> {
  const paths = await listPosts(root);
  const find: FindPost = async (slug) => {
    const path = paths.find((path) => path.slice(`${postsFolder}/YYYY-MM-DD-`.length) === `${slug}.md`);
    const post = path === undefined ? undefined : await readPost(root, path);
    return post === undefined || post.frontMatter.draft ? undefined : { post, records: await loadRecords(root, slug) };
  };
  const kept = new Set<string>();
  for (const name of await listPages(root)) {
    const file = new VFile({ path: `${pagesFolder}/${name}`, value: await readFile(join(root, pagesFolder, name), 'utf8') });
    const { body, ...data } = await renderManual(file, find);
    const problems = findingsOf(file).map(describeFinding).join('\n');
    if (hasErrors(file) && watcher === undefined) throw new Error(problems);
    if (problems !== '') logger.warn(problems);
    const id = name.replace(/\.md$/, '');
    kept.add(id);
    store.set({ id, data: await parseData({ id, data }), rendered: { html: body }, digest: generateDigest({ body, data }) });
  }
  for (const id of store.keys()) if (!kept.has(id)) store.delete(id);
}

async function listPages(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, pagesFolder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  // A link might lead to any file of the machine.
  return names.filter((entry) => entry.isFile() && /^[a-z0-9-]+\.md$/.test(entry.name)).map(({ name }) => name).toSorted();
}
