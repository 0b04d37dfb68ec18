import type { Loader, LoaderContext } from 'astro/loaders';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { makePage } from '../build/make.ts';
import { filesFolder, logsFolder, partsFile, type ListedPost } from '../build/parts.ts';
import { surveyPosts } from '../build/pool.ts';
import { madeOf, surveysFile, type KnownPosts } from '../build/survey.ts';
import { capturesFolder, loadRecords } from '../capture/store.ts';
import { describeFinding } from '../experiment/finding.ts';
import { listPosts, postsFolder, readPost } from '../post/read-posts.ts';
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
  spark: z.string(),
  finding: z.string(),
  hasChart: z.boolean(),
  /** The file that it is written in, from the project's root. */
  path: z.string(),
  /** The names of the files beside its page. */
  files: z.array(z.string()),
  verdicts: z.array(z.object({ sample: z.string(), verdict: z.string(), sentence: z.string() })),
  /** The samples whose whole logs are on pages of their own. */
  logs: z.array(z.object({ sample: z.string(), title: z.string() })),
  /** Where its parts lie: parts.ts. */
  folder: z.string(),
  /** Whether an earlier build left its pages as this one would make them. */
  kept: z.boolean(),
});

/** A post as pages get it. */
export type PostData = ListedPost & { readonly folder: string; readonly kept: boolean };

/** Puts every published post into Astro's store; one that is wrong stops the build. In dev, again on every change. */
export function postsLoader(): Loader {
  return watchedLoader({ name: 'leaklog-posts', schema, folders: [postsFolder, capturesFolder], load: loadAll });
}

/** Loads all posts, or only the one that changed. */
async function loadAll(context: LoaderContext, root: string, changed?: string): Promise<void> {
  const { store } = context;
  const ids = context.watcher === undefined ? await loadForBuild(context, root) : await loadForDev(context, root, changed);
  for (const id of store.keys()) if (!ids.has(id)) store.delete(id);
}

/** What was made of the posts before, or is made now where Astro builds by itself. */
async function loadForBuild(context: LoaderContext, root: string): Promise<ReadonlySet<string>> {
  const path = join(fileURLToPath(context.config.cacheDir), surveysFile);
  const known = JSON.parse(await readFile(path, 'utf8').catch(() => 'null')) as KnownPosts | null;
  const surveys = known?.surveys ?? (await surveyPosts(root, { noRun: false, makes: true }));
  const kept = new Set(known?.kept);
  const error = surveys.flatMap(({ findings }) => findings).find(({ level }) => level === 'error');
  if (error !== undefined) throw new Error(describeFinding(error));
  const made = madeOf(surveys);
  for (const { id, data, folder } of made) await setEntry(context, id, { ...data, folder, kept: kept.has(id) });
  return new Set(made.map(({ id }) => id));
}

/** The slugs of posts by their paths, as far as they were read in dev. */
const slugs = new Map<string, string>();

/** Makes the pages of all posts, or only of the one that changed. While an author writes, a sample may be running still. */
async function loadForDev(context: LoaderContext, root: string, changed?: string): Promise<ReadonlySet<string>> {
  const paths = await listPosts(root);
  for (const path of paths) {
    const known = slugs.get(path);
    if (known !== undefined && changed !== undefined && changed !== known && context.store.has(known)) continue;
    const post = readPost(root, path);
    const { slug } = post;
    slugs.set(path, slug);
    const folder = join(fileURLToPath(context.config.cacheDir), 'leaklog', slug);
    for (const old of [filesFolder, logsFolder]) await rm(join(folder, old), { recursive: true, force: true });
    await setEntry(
      context,
      slug,
      { ...(await makePage(post, loadRecords(root, slug), folder, true)), folder, kept: false },
      await readFile(join(folder, partsFile), 'utf8'),
    );
  }
  return new Set(paths.map((path) => slugs.get(path) as string));
}

/** Puts a post into Astro's store. In dev a page is shown anew where its digest has changed: its parts count. */
async function setEntry({ store, parseData, generateDigest }: LoaderContext, id: string, data: PostData, parts = ''): Promise<void> {
  store.set({ id, data: await parseData({ id, data: { ...data } }), digest: generateDigest(JSON.stringify(data) + parts) });
}
