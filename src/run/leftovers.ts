import { lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachineError } from '../experiment/user-error.ts';
import { hasEnded, markPattern, ownMark } from './owner.ts';

const foldersName = new RegExp(`^leaklog-${markPattern}-`);

/**
 * Gives everything temporary that this process makes a folder of its own, which goes when the process exits; if it is
 * killed, the next one that calls `clearFolders` removes it. Error: MachineError where the temp folder takes nothing.
 */
export function ownFolder(): void {
  const parent = tmpdir();
  try {
    const folder = mkdtempSync(join(parent, `leaklog-${ownMark}-`));
    process.env['TMPDIR'] = folder;
    process.on('exit', () => remove(folder));
  } catch (error) {
    throw new MachineError(
      `No folder could be made in ${parent}: ${(error as Error).message}`,
      'Make room there, or name another folder: TMPDIR=/var/tmp npm run build',
    );
  }
}

/** Removes the folders of processes that were killed, and ends what they had started and still runs in them. */
export function clearFolders(parent: string = tmpdir()): readonly string[] {
  return readdirSync(parent).filter((name) => {
    const folder = join(parent, name);
    if (!hasEnded(foldersName.exec(name)?.[1] ?? '') || !isOurs(folder)) return false;
    endProcessesIn(realpathSync(folder));
    return remove(folder);
  });
}

/** What cannot go now, for something still writes there, goes the next time. */
function remove(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } catch {
    return false;
  }
}

/** In a temp folder that all share, someone else may have made a folder, or a link, of any name. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

/** Ends the processes that work in a folder, write into it, or were told to. */
function endProcessesIn(folder: string): void {
  const isInside = (path: string) => path === folder || path.startsWith(`${folder}/`);
  const pids = listProcesses();
  for (const pid of pids) {
    const links = ['cwd', 'fd/1', 'fd/2', 'fd/3'].map((name) => read(() => readlinkSync(`/proc/${pid}/${name}`)));
    const told = read(() => readFileSync(`/proc/${pid}/environ`, 'latin1')).split('\0');
    if (!links.some(isInside) && !told.some((line) => line.startsWith('HOME=') && isInside(line.slice(5)))) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}

function listProcesses(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

function read(file: () => string): string {
  try {
    return file();
  } catch {
    return '';
  }
}
