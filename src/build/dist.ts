import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded, markPattern, ownMark } from '../run/owner.ts';
import { exchange } from './exchange.ts';
import { fillFolder, stagingName } from './mirror.ts';

const [freshEnd, oldEnd] = ['new', 'old'];
const besideName = new RegExp(`^dist\\.${markPattern}\\.(?:${freshEnd}|${oldEnd})$`);

/** Where this process builds, beside `dist` in the project. */
export function freshFolder(root: string): string {
  return join(root, `dist.${ownMark}.${freshEnd}`);
}

/**
 * Puts a whole site in the place of the last one. The two are exchanged in one step where the system can; elsewhere a
 * kill between two steps leaves no `dist`, and `recoverDist` puts it back. Two builds at once end with one of the two whole.
 */
export async function placeDist(root: string): Promise<void> {
  const [fresh, old, dist] = [freshFolder(root), join(root, `dist.${ownMark}.${oldEnd}`), join(root, 'dist')];
  try {
    if (!existsSync(dist) || !exchange(fresh, dist)) replace(fresh, old, dist);
  } catch (error) {
    // A folder that is a mount cannot be moved.
    if (!['EBUSY', 'EXDEV', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    fillFolder(fresh, dist);
  } finally {
    // Not `rmSync`, which takes six times as long for a thousand posts.
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
      // Another build has put its own there in the meantime.
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
    // Another build has moved it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Puts back a `dist` that a kill has left under another name, and removes what dead builds have left beside it or in it. */
export function recoverDist(root: string): readonly string[] {
  const dist = join(root, 'dist');
  const dead = namesIn(root).filter((name) => isOfDead(besideName, name));
  // The old one was moved away, so the new one is whole.
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
