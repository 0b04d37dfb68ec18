import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded, markPattern, ownMark } from '../run/owner.ts';
import { exchange } from './exchange.ts';
import { mirrorFolder, stagingName } from './mirror.ts';

const [freshEnd, oldEnd] = ['new', 'old'];
const besideName = new RegExp(`^dist\\.${markPattern}\\.(?:${freshEnd}|${oldEnd})$`);

/** The folder next to `dist` that this process builds into. */
export function freshFolder(root: string): string {
  return join(root, `dist.${ownMark}.${freshEnd}`);
}

/**
 * Replaces `dist` by the site in `freshFolder`. The two folders are exchanged in one step if the system can do so; if not, a
 * kill between two steps leaves no `dist`, and `recoverDist` restores it. Of two simultaneous builds, one remains, complete.
 */
export async function placeDist(root: string): Promise<void> {
  const [fresh, old, dist] = [freshFolder(root), join(root, `dist.${ownMark}.${oldEnd}`), join(root, 'dist')];
  try {
    if (!existsSync(dist) || !exchange(fresh, dist)) replace(fresh, old, dist);
  } catch (error) {
    // A mount point cannot be moved.
    if (!['EBUSY', 'EXDEV', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    mirrorFolder(fresh, dist);
  } finally {
    // Not `rmSync`: for a thousand posts it takes six times as long.
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

function replace(fresh: string, old: string, dist: string): void {
  for (let turn = 0; ; turn += 1) {
    rmSync(old, { recursive: true, force: true });
    moveAway(dist, old);
    try {
      renameSync(fresh, dist);
      return;
    } catch (error) {
      // Meanwhile another build has put its own site there.
      if (turn < 10 && ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) continue;
      if (existsSync(old) && !existsSync(dist)) renameSync(old, dist);
      throw error;
    }
  }
}

function moveAway(dist: string, old: string): void {
  try {
    renameSync(dist, old);
  } catch (error) {
    // Another build has already moved it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/**
 * Restores a `dist` that a killed build left under another name, and removes the leftovers of dead builds. Returns the names of
 * those next to `dist`.
 */
export function recoverDist(root: string): readonly string[] {
  const dist = join(root, 'dist');
  const dead = namesIn(root).filter((name) => isOfDead(besideName, name));
  // If the old site was moved away, the new one is complete.
  const moved = dead.find((name) => name.endsWith(oldEnd));
  if (moved !== undefined && !existsSync(dist)) {
    const whole = moved.slice(0, -oldEnd.length) + freshEnd;
    renameSync(join(root, dead.includes(whole) ? whole : moved), dist);
  }
  for (const name of dead) rmSync(join(root, name), { recursive: true, force: true });
  for (const name of namesIn(dist).filter((name) => isOfDead(stagingName, name)))
    rmSync(join(dist, name), { recursive: true, force: true });
  return dead;
}

function isOfDead(pattern: RegExp, name: string): boolean {
  const mark = pattern.exec(name)?.[1];
  return mark !== undefined && hasEnded(mark);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
