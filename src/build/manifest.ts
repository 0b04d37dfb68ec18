import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownMark } from '../run/owner.ts';
import type { Blog } from './blog.ts';
import { cacheFolder, openCache } from './cache.ts';
import type { Brand } from './card.ts';
import { compileKey } from './compiled-post.ts';
import type { Inputs } from './inputs.ts';
import { listFiles } from './list-files.ts';

/*
 * The manifest says what `dist/` was built from, if that build had nothing to report: the next build need not check the same
 * inputs again. It may be deleted at any time.
 */

/** The result of a build that had nothing to report. */
export interface Counts {
  readonly samples: number;
  /** Posts that are not drafts. */
  readonly posts: number;
}

interface Manifest extends Counts {
  /** The last day of publication that was rendered, and the day of the next post after it. */
  readonly until: string;
  readonly nextDay: string | undefined;
  readonly brand: Brand;
  readonly live?: boolean | undefined;
  /** A hash of the inputs. */
  readonly inputs: string;
  /** A hash of `dist/` as the build left it. */
  readonly output: string;
}

const manifestFile = `${cacheFolder}/manifest.json`;

/** The result of the last build if it had these inputs, and whether `dist/` is still as it left it; undefined otherwise. */
export function readManifest({ root, hash }: Inputs, until: string): (Counts & { readonly isBuilt: boolean }) | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(root, manifestFile), 'utf8')) as Manifest;
    const { inputs, output, samples, posts, nextDay } = manifest;
    const isSameDay = until >= manifest.until && (nextDay === undefined || until < nextDay);
    return inputs === hash && isSameDay ? { samples, posts, isBuilt: output === stateOfSite(root) } : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a test for the hashes of posts that are probably in the cache, assuming the brand of the last build. It only saves memory. */
export function knownPosts(root: string, noRun: boolean): (hash: string) => boolean {
  try {
    const { brand, live } = JSON.parse(readFileSync(join(root, manifestFile), 'utf8')) as Partial<Manifest>;
    const cache = openCache(root);
    return (hash) => brand !== undefined && cache.has(compileKey(hash, noRun, brand, live));
  } catch {
    return () => false;
  }
}

/**
 * Records that `dist/` was built from these inputs. They were read before the build checked anything, so an edit during the
 * build is not in them, and the next build sees it.
 */
export function writeManifest(
  { inputs: { root, hash }, brand, live, until, posts: all }: Pick<Blog, 'inputs' | 'brand' | 'live' | 'until' | 'posts'>,
  { samples, posts }: Counts,
): void {
  if (hash === undefined) return;
  const fresh = join(root, `${manifestFile}.${ownMark}.tmp`);
  try {
    mkdirSync(dirname(fresh), { recursive: true });
    const nextDay = all.flatMap(({ date, isDraft }) => (isDraft || date <= until ? [] : [date])).toSorted()[0];
    writeFileSync(
      fresh,
      JSON.stringify({ inputs: hash, output: stateOfSite(root), brand, live, until, nextDay, samples, posts } satisfies Manifest),
    );
    renameSync(fresh, join(root, manifestFile));
  } catch {
    // Without a manifest the next build checks everything again.
  }
}

/** A hash of the paths, sizes and times of the files in `dist/` and `public/`. */
function stateOfSite(root: string): string {
  const hash = createHash('sha256');
  for (const file of [...listFiles(root, 'public'), ...listFiles(root, 'dist')]) {
    const { size, mtimeMs } = lstatSync(join(root, file));
    hash.update(`\0${file}\0${size}\0${mtimeMs}`);
  }
  return hash.digest('hex');
}
