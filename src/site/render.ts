import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetOld, placeFiles } from '../build/cache.ts';
import { findPages, keepPages, placePages, type PostPages } from '../build/kept-pages.ts';
import { takeShells, writeLogPages, type Shells } from '../build/log-pages.ts';
import { surveyPosts } from '../build/pool.ts';
import { SearchIndex } from '../build/search-index.ts';
import { surveysFile, type KnownPosts, type Survey } from '../build/survey.ts';

export interface SiteOptions {
  /** What is known of the posts; else it is found out. */
  readonly surveys?: readonly Survey[] | undefined;
  readonly base?: string;
}

/** Renders the site into a folder, with its search index. What goes wrong is thrown. */
export async function buildSite(root: string, outDir: string, { surveys, ...options }: SiteOptions = {}): Promise<void> {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  // Loaded only where it is needed: it takes a second.
  const { build } = await import('astro');
  // Astro keeps the posts in its cache while it builds; two builds at the same time must not share it.
  const cacheDir = await mkdtemp(join(tmpdir(), 'leaklog-cache-'));
  const clean = () => rmSync(cacheDir, { recursive: true, force: true });
  // Where a build fails, Astro writes there once more a moment later.
  process.once('exit', clean);
  const known = surveys ?? (await surveyPosts(root, { noRun: false, makes: true }));
  const pages = await findPages(root, known, options.base);
  const kept = pages.filter(({ kept }) => kept !== undefined).map(({ post }) => post.id);
  await writeFile(join(cacheDir, surveysFile), JSON.stringify({ surveys: known, kept } satisfies KnownPosts));
  const index = new SearchIndex(known);
  try {
    await build({ root, outDir, cacheDir, logLevel: 'warn', ...options });
    const shells = takeShells(outDir);
    // Pagefind, a process of its own, is at it meanwhile. Both end before an error is told: what writes there must not outlive the folder.
    for (const step of await Promise.allSettled([index.write(outDir), placePosts(root, pages, shells, outDir)]))
      if (step.status === 'rejected') throw step.reason;
  } finally {
    await index.close();
  }
  forgetOld(root);
  process.off('exit', clean);
  await rm(cacheDir, { recursive: true, force: true });
}

/** Puts the pages of posts, and what stands beside them, into a rendered site, and keeps what was rendered for the next build. */
async function placePosts(root: string, pages: readonly PostPages[], shells: Shells | undefined, site: string): Promise<void> {
  for (const page of pages) {
    const { post, kept } = page;
    const target = join(site, 'posts', post.id);
    if (kept !== undefined) placePages(kept, target);
    else {
      if (shells !== undefined) writeLogPages(shells, post, target);
      await keepPages(root, page, target);
    }
    placeFiles(post.folder, target);
  }
}
