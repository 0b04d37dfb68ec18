import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownMark } from '../run/owner.ts';
import type { Blog } from './blog.ts';
import { cacheFolder, openCache } from './cache.ts';
import type { Brand } from './card.ts';
import { compileKey } from './compiled-post.ts';
import { listFiles, type Inputs } from './inputs.ts';

/*
 * The manifest says what `dist/` was built from, where that had nothing to run and nothing to report: the next build need not
 * look again at the same inputs. It may be deleted at any time.
 */

/** What a build that had nothing to run and nothing to report came to. */
export interface Counts {
  readonly samples: number;
  /** Posts that are published. */
  readonly posts: number;
}

interface Manifest extends Counts {
  /** The day up to which posts were published, and the first day after it on which another one will be. */
  readonly until: string;
  readonly nextDay: string | undefined;
  readonly brand: Brand;
  /** Of the inputs. */
  readonly inputs: string;
  /** Of `dist/`, as it was left. */
  readonly output: string;
}

const manifestFile = `${cacheFolder}/manifest.json`;

/** What was written of these very inputs, and whether `dist/` is still as it was left. */
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

/** Tells which posts, by their hashes, the cache has compiled for the blog as it was built last. That is a guess: it spares memory. */
export function knownPosts(root: string, noRun: boolean): (hash: string) => boolean {
  try {
    const { brand } = JSON.parse(readFileSync(join(root, manifestFile), 'utf8')) as Partial<Manifest>;
    const cache = openCache(root);
    return (hash) => brand !== undefined && cache.has(compileKey(hash, noRun, brand));
  } catch {
    return () => false;
  }
}

/**
 * Records that `dist/` was built from these inputs. They were read before the build checked anything, so an edit during the
 * build is not in them, and the next build sees it.
 */
export function writeManifest(
  { inputs: { root, hash }, brand, until, posts: all }: Pick<Blog, 'inputs' | 'brand' | 'until' | 'posts'>,
  { samples, posts }: Counts,
): void {
  if (hash === undefined) return;
  const fresh = join(root, `${manifestFile}.${ownMark}.tmp`);
  try {
    mkdirSync(dirname(fresh), { recursive: true });
    const nextDay = all.flatMap(({ date, isDraft }) => (isDraft || date <= until ? [] : [date])).toSorted()[0];
    writeFileSync(
      fresh,
      JSON.stringify({ inputs: hash, output: stateOfSite(root), brand, until, nextDay, samples, posts } satisfies Manifest),
    );
    renameSync(fresh, join(root, manifestFile));
  } catch {
    // The next build looks again.
  }
}

/** A hash of how `dist/` stands, and what is copied there as it is: whoever writes a file changes its size or its time. */
function stateOfSite(root: string): string {
  const hash = createHash('sha256');
  for (const file of [...listFiles(root, 'public'), ...listFiles(root, 'dist')]) {
    const { size, mtimeMs } = lstatSync(join(root, file));
    hash.update(`\0${file}\0${size}\0${mtimeMs}`);
  }
  return hash.digest('hex');
}
