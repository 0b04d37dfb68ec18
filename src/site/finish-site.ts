import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Blog } from '../build/blog.ts';
import { openCache, type Cache } from '../build/cache.ts';
import { filesFolder, publishedPosts, type PublishedPost } from '../build/compiled-post.ts';
import { takeLogTemplates, writeLogPages, type LogTemplates } from '../build/log-pages.ts';
import { placeFiles } from '../build/place-files.ts';
import { closePagefind, type SearchIndex } from '../build/search-index.ts';
import { UserError } from '../experiment/user-error.ts';
import { wheelPath } from '../page/live.ts';
import { findWheel, wheelsFolder } from '../run/packages/prepare.ts';

/** Adds to a site that Astro has rendered into a folder: pages of logs, files of posts, the search index. Prunes the cache. */
export async function finishSite({ inputs: { root }, posts, until }: Blog, search: SearchIndex, folder: string): Promise<void> {
  const cache = openCache(root);
  const templates = takeLogTemplates(folder);
  const place = async () => {
    await placeWheels(root, publishedPosts(posts, until), folder);
    for (const post of publishedPosts(posts, until)) await placePost(post, cache, templates, join(folder, 'posts', post.id));
  };
  // Pagefind runs in its own process meanwhile. Both must end before an error is thrown, as the folder may then be removed.
  try {
    for (const step of await Promise.allSettled([search.write(folder), place()])) if (step.status === 'rejected') throw step.reason;
  } finally {
    await closePagefind();
  }
  cache.prune();
}

/** Puts the wheels into a site that its pages run samples with. Errors: UserError if one is not at hand. */
async function placeWheels(root: string, posts: readonly PublishedPost[], folder: string): Promise<void> {
  for (const wheel of posts.flatMap(({ data }) => data.wheels)) {
    const path = join(folder, wheelPath(wheel));
    if (existsSync(path)) continue;
    const bytes = await findWheel(root, wheel.lock, wheel);
    if (bytes === undefined)
      throw new UserError(
        `${wheel.name}, which ${wheel.lock} names, is not here, and a page runs a sample with it`,
        `Put it into ${wheelsFolder}, or run the sample once, which fetches it; or take live away from the sample.`,
      );
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

const pagesFolder = 'pages';

async function placePost(post: PublishedPost, cache: Cache, templates: LogTemplates | undefined, target: string): Promise<void> {
  placeFiles(join(post.folder, filesFolder), target);
  if (templates === undefined || post.data.logs.length === 0) return;
  const key = createHash('sha256')
    .update(`log pages\0${templates.hash}\0${basename(post.folder)}`)
    .digest('hex')
    .slice(0, 40);
  const entry = cache.get<null>(key) ?? (await cache.put(key, (folder) => writeLogPages(templates, post, join(folder, pagesFolder))));
  placeFiles(join(entry.folder, pagesFolder), target);
}
