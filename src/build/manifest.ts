import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashAll, hashHouse, listFiles, readPlain } from './inputs.ts';
import { isLookedInto } from './public-files.ts';

/** What a build found that had nothing to run and nothing to report. */
export interface Sound {
  readonly samples: number;
  /** Posts that are published. */
  readonly posts: number;
}

const path = 'node_modules/.cache/leaklog/sound.json';

interface Remembered extends Sound {
  readonly key: string;
  readonly site: string;
}

/** What an earlier build found under this `soundKey`; it may be deleted at any time. */
export function recallSound(root: string, key: string | undefined): (Sound & { readonly isBuilt: boolean }) | undefined {
  try {
    const { key: known, site, ...sound } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Remembered;
    return key === known ? { ...sound, isBuilt: site === stateOfSite(root) } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Remembers that there was nothing to run and nothing to report, and that `dist/` was built from that. The key is of before
 * anything was looked at: what is edited while a build goes on is not in it.
 */
export function rememberSound(root: string, key: string | undefined, { samples, posts }: Sound): void {
  if (key === undefined) return;
  const fresh = join(root, `${path}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(fresh), { recursive: true });
    writeFileSync(fresh, JSON.stringify({ key, site: stateOfSite(root), samples, posts } satisfies Remembered));
    renameSync(fresh, join(root, path));
  } catch {
    // The next build looks again.
  }
}

/** A hash of all that a build looks at; undefined where `public/` has more than files: a link leads to others, and a pipe may be new under an old name. */
export function soundKey(root: string): string | undefined {
  const hash = hashHouse(root);
  hashAll(hash, root, 'content');
  // Posts link to these: what they hold is no matter, but for drawings, which may hold scripts.
  for (const file of ['public', ...listFiles(root, 'public')]) {
    const found = lstatSync(join(root, file), { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile() && !found.isDirectory()) return undefined;
    hash.update(`\0${file}`);
    if (isLookedInto(file)) hash.update(readPlain(join(root, file)));
  }
  return hash.digest('hex');
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
