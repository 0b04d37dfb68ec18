import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasEnded, ownMark } from '../run/owner.ts';

/** A folder that one build may use for Astro's cache. */
export interface Claim {
  readonly folder: string;
  /** To be called when the build is complete, and with it the contents of the folder. */
  release(): void;
}

const lockName = 'leaklog-build';
/** Astro's list of the pages of the last build (`experimental.incrementalBuild`). */
const pagesName = 'incremental-build.json';
/** An older lock belongs to no running build: its container is gone. */
const staleMs = 24 * 60 * 60 * 1000;

/**
 * Claims Astro's cache for one build. Astro writes pages into it one by one, and finally a list of what they were made from: two
 * simultaneous builds, or a killed one, would leave pages that do not match the list. So only one build at a time uses the
 * folder, others use one of their own, and the list of a killed build is deleted.
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
    // A folder that is not writable cannot be the cache.
  }
  return false;
}

/** Whether the build that holds the lock was killed. */
function isLeft(lock: string): boolean {
  return hasEnded(readFileSync(lock, 'utf8')) || Date.now() - statSync(lock).mtimeMs > staleMs;
}

function claimOwn(): Claim {
  const folder = mkdtempSync(join(tmpdir(), 'leaklog-astro-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Astro may still write there after the build.
  process.once('exit', remove);
  return { folder, release: () => undefined };
}
