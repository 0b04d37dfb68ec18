import type { Loader, LoaderContext } from 'astro/loaders';
import { basename, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { primaryCaptures } from '../capture/freshness.ts';
import { capturesFolder, loadRecords } from '../capture/store.ts';
import { renderPage } from '../page/page.ts';
import { hasErrors } from '../post/message.ts';
import type { Post } from '../post/post.ts';
import { postsFolder, readPosts } from '../post/read-posts.ts';
import { visible } from '../post/visible.ts';
import { checkRecords } from '../verdict/check.ts';
import { watchedLoader } from './watched-loader.ts';

/** What the site knows of a post; its HTML is Astro's `rendered`. */
const schema = z.object({
  title: z.string(),
  date: z.string(),
  author: z.string().optional(),
  description: z.string().optional(),
  updated: z.string().optional(),
  tags: z.array(z.string()),
  categories: z.array(z.string()),
  strip: z.string(),
  badge: z.string(),
  css: z.string(),
  data: z.string(),
  toc: z.array(z.object({ id: z.string(), text: z.string(), depth: z.number() })),
  spark: z.string(),
  chart: z.string(),
  finding: z.string(),
  files: z.array(z.object({ name: z.string(), text: z.string() })),
  verdicts: z.array(z.object({ sample: z.string(), verdict: z.string(), sentence: z.string() })),
  /** The whole logs, each on a page of its own: the record that it is read from. */
  logs: z.array(z.object({ sample: z.string(), title: z.string(), path: z.string(), code: z.string() })),
});

export type PostData = z.infer<typeof schema>;

/** Reads every post and its records, and renders them; a post that is wrong stops the build. In dev, again on every change. */
export function postsLoader(): Loader {
  return watchedLoader({ name: 'leaklog-posts', schema, folders: [postsFolder, capturesFolder], load: (context, root, changed) => loadAll(context, root, changed === undefined ? undefined : slugOf(changed, root)) });
}

/** The post that a changed file belongs to; undefined where it may concern more than one. */
function slugOf(path: string, root: string): string | undefined {
  const captures = join(root, capturesFolder);
  if (path.startsWith(captures)) return relative(captures, path).split(sep)[0];
  return /^\d{4}-\d{2}-\d{2}-(.+)$/.exec(basename(path, '.md'))?.[1];
}

/** Renders all posts, or only the one that changed. */
async function loadAll({ store, generateDigest, parseData, watcher }: LoaderContext, root: string, changed?: string): Promise<void> {
  const posts = await readPosts(root);
  const kept = new Set<string>();
  for (const post of posts) {
    if (changed !== undefined && changed !== post.slug && store.has(post.slug)) {
      kept.add(post.slug);
      continue;
    }
    const records = await loadRecords(root, post.slug);
    checkRecords(post, records);
    // While an author writes, a sample may be running still; a published page is whole.
    if (hasErrors(post.file) && watcher === undefined) throw new Error(firstError(post));
    if (post.frontMatter.draft && watcher === undefined) continue;
    kept.add(post.slug);
    const page = await renderPage(post, records, watcher !== undefined);
    const { title, date, author, description, updated, tags, categories } = post.frontMatter;
    const captures = primaryCaptures(records, post.samples, watcher !== undefined);
    const logs = post.samples.flatMap(({ name, title, code }) => {
      const path = records.find((record) => record.sample === name && record.runtime === captures.get(name)?.runtime)?.path;
      return path === undefined ? [] : [{ sample: name, title, path, code }];
    });
    const { body, data, ...parts } = page;
    const written = Object.fromEntries(Object.entries({ author, description, updated }).filter(([, value]) => value !== undefined));
    const entry = { ...written, title, date, tags, categories, ...parts, data: JSON.stringify(data, undefined, 2), logs };
    store.set({ id: post.slug, data: await parseData({ id: post.slug, data: entry }), rendered: { html: body }, digest: generateDigest({ body, entry }) });
  }
  for (const id of store.keys()) if (!kept.has(id)) store.delete(id);
}

function firstError({ file }: Post): string {
  const message = file.messages.find(({ fatal }) => fatal === true);
  return `${file.path}:${message?.line ?? 1}:${message?.column ?? 1}: ${visible(message?.reason ?? '')} (npm run check tells all)`;
}
