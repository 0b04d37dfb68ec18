import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasEnded, ownMark } from '../run/owner.ts';

/** A folder that a build has for Astro's cache. */
export interface Claim {
  readonly folder: string;
  /** Says that the build has come to its end, and what it left in the folder is whole. */
  release(): void;
}

const lockName = 'leaklog-build';
/** What Astro wrote of the pages of the last build (experimental.incrementalBuild). */
const pagesName = 'incremental-build.json';
/** A lock of this age is of nobody: a container that is gone. */
const staleMs = 24 * 60 * 60 * 1000;

/**
 * Claims Astro's cache for one build. Astro writes pages into it one by one, and at the end a list of what they were made
 * from: two builds at once, or one that is killed, would leave pages under a list of others. So one build at a time has the
 * folder, any other one of its own, and a list that a killed build has left goes.
 */
export function claimAstroCache(folder: string): Claim {
  const lock = join(folder, lockName);
  if (!takeLock(folder, lock)) return claimOwn();
  const forget = () => {
    rmSync(join(folder, pagesName), { force: true });
    rmSync(lock, { force: true });
  };
  process.once('exit', forget);
  return {
    folder,
    release: () => {
      process.off('exit', forget);
      rmSync(lock, { force: true });
    },
  };
}

function takeLock(folder: string, lock: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    for (let turn = 0; turn < 2; turn += 1) {
      try {
        writeFileSync(lock, ownMark, { flag: 'wx' });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isLeft(lock)) return false;
        rmSync(join(folder, pagesName), { force: true });
        rmSync(lock, { force: true });
      }
    }
  } catch {
    // A folder that cannot be written is no cache.
  }
  return false;
}

/** Whether the build that has the lock has been killed. */
function isLeft(lock: string): boolean {
  return hasEnded(readFileSync(lock, 'utf8')) || Date.now() - statSync(lock).mtimeMs > staleMs;
}

function claimOwn(): Claim {
  const folder = mkdtempSync(join(tmpdir(), 'leaklog-astro-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Astro may write there once more after the build.
  process.once('exit', remove);
  return { folder, release: () => undefined };
}
