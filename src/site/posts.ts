import type { Loader, LoaderContext } from 'astro/loaders';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { primaryCaptures } from '../capture/freshness.ts';
import { capturesFolder, loadRecords, type StoredRecord } from '../capture/store.ts';
import { renderPage } from '../page/page.ts';
import { hasErrors } from '../post/message.ts';
import type { Post } from '../post/post.ts';
import { listPosts, postsFolder, readPost, readPosts } from '../post/read-posts.ts';
import { visible } from '../post/visible.ts';
import { checkRecords } from '../verdict/check.ts';
import { feedContent } from './feed-content.ts';
import { findKept, houseKey, madeFile, postKey, type MadePost } from './kept.ts';
import { writeParts } from './parts.ts';
import { watchedLoader } from './watched-loader.ts';

/** What lists show of a post; the rest is in its parts. */
const schema = z.object({
  title: z.string(),
  date: z.string(),
  author: z.string().optional(),
  description: z.string().optional(),
  updated: z.string().optional(),
  tags: z.array(z.string()),
  categories: z.array(z.string()),
  css: z.string(),
  spark: z.string(),
  finding: z.string(),
  hasChart: z.boolean(),
  /** The names of the files beside the post. */
  files: z.array(z.string()),
  /** Its text for the feed. */
  feed: z.string(),
  verdicts: z.array(z.object({ sample: z.string(), verdict: z.string(), sentence: z.string() })),
  /** The whole logs, each on a page of its own: the record that it is read from. */
  logs: z.array(z.object({ sample: z.string(), title: z.string(), path: z.string(), code: z.string() })),
  /** Where its parts lie: parts.ts. */
  parts: z.string(),
  /** Whether an earlier build left its files: kept.ts. */
  kept: z.boolean(),
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

/** Loads all posts, or only the one that changed. */
async function loadAll(context: LoaderContext, root: string, changed?: string): Promise<void> {
  const { store } = context;
  const ids = context.watcher === undefined ? await loadForBuild(context, root) : await loadForDev(context, root, changed);
  for (const id of store.keys()) if (!ids.has(id)) store.delete(id);
}

/** Renders the posts that no earlier build has left; a published page is whole. */
async function loadForBuild(context: LoaderContext, root: string): Promise<ReadonlySet<string>> {
  const { config } = context;
  const house = houseKey(root, { site: config.site, base: config.base, trailingSlash: config.trailingSlash, compressHTML: config.compressHTML });
  const made: MadePost[] = [];
  for (const path of await listPosts(root)) {
    const slug = slugOf(path, root) ?? '';
    const key = await postKey(root, house, path, slug);
    const found = await findKept(root, key);
    const post = found === undefined ? await readPost(root, path) : undefined;
    const folder = found?.folder ?? join(fileURLToPath(config.cacheDir), 'leaklog', slug);
    const data = found?.data ?? (post && (await render(context, post, await loadRecords(root, slug), folder)));
    if (post !== undefined && hasErrors(post.file)) throw new Error(firstError(post));
    if (data === undefined || post?.frontMatter.draft === true) continue;
    made.push({ slug, key, folder, isKept: found !== undefined, data });
    await setEntry(context, { slug, data, folder, isKept: found !== undefined });
  }
  await writeFile(join(fileURLToPath(config.cacheDir), madeFile), JSON.stringify(made));
  return new Set(made.map(({ slug }) => slug));
}

/** Renders all posts, or only the one that changed. While an author writes, a sample may be running still. */
async function loadForDev(context: LoaderContext, root: string, changed?: string): Promise<ReadonlySet<string>> {
  const posts = await readPosts(root);
  for (const post of posts) {
    const { slug } = post;
    if (changed !== undefined && changed !== slug && context.store.has(slug)) continue;
    const folder = join(fileURLToPath(context.config.cacheDir), 'leaklog', slug);
    await setEntry(context, { slug, data: await render(context, post, await loadRecords(root, slug), folder), folder, isKept: false });
  }
  return new Set(posts.map(({ slug }) => slug));
}

/** Puts a post into Astro's store. */
async function setEntry({ store, parseData, generateDigest }: LoaderContext, { slug, data, folder, isKept }: Omit<MadePost, 'key'>): Promise<void> {
  const parts = join(folder, 'parts.json');
  const entry = await parseData({ id: slug, data: { ...(data as object), parts, kept: isKept } });
  // In dev a page is shown anew where its digest has changed: its parts count.
  store.set({ id: slug, data: entry, digest: generateDigest(`${JSON.stringify(data)}${isKept ? '' : await readFile(parts, 'utf8')}`) });
}

/** Renders a post: what lists show is returned, the rest becomes its parts. */
async function render({ config, watcher }: LoaderContext, post: Post, records: readonly StoredRecord[], folder: string): Promise<object> {
  const keepsOld = watcher !== undefined;
  checkRecords(post, records);
  const { body, strip, badge, toc, chart, files, data, css, spark, finding, verdicts } = await renderPage(post, records, keepsOld);
  await writeParts(join(folder, 'parts.json'), { body, strip, badge, toc, chart, files, data: JSON.stringify(data, undefined, 2) });
  const { title, date, author, description, updated, tags, categories } = post.frontMatter;
  const captures = primaryCaptures(records, post.samples, keepsOld);
  const logs = post.samples.flatMap(({ name, title, code }) => {
    const path = records.find((record) => record.sample === name && record.runtime === captures.get(name)?.runtime)?.path;
    return path === undefined ? [] : [{ sample: name, title, path, code }];
  });
  const written = Object.fromEntries(Object.entries({ author, description, updated }).filter(([, value]) => value !== undefined));
  const address = new URL(`${config.base.replace(/\/$/, '')}/posts/${post.slug}/`, config.site);
  return { ...written, title, date, tags, categories, css, spark, finding, verdicts, hasChart: chart !== '', files: files.map(({ name }) => name), feed: feedContent(body, address.href), logs };
}

function firstError({ file }: Post): string {
  const message = file.messages.find(({ fatal }) => fatal === true);
  return `${file.path}:${message?.line ?? 1}:${message?.column ?? 1}: ${visible(message?.reason ?? '')} (npm run check tells all)`;
}
