import { lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachineError } from '../experiment/user-error.ts';
import { hasEnded, markPattern, ownMark } from './owner.ts';

const foldersName = new RegExp(`^leaklog-${markPattern}-`);

/**
 * Points TMPDIR at a new folder for all temporary files of this process, which is removed on exit; if the process is killed,
 * a later `clearFolders` removes it. Errors: MachineError if the temp folder cannot be written to.
 */
export function ownFolder(): void {
  const parent = tmpdir();
  try {
    const folder = mkdtempSync(join(parent, `leaklog-${ownMark}-`));
    process.env['TMPDIR'] = folder;
    process.on('exit', () => remove(folder));
  } catch (error) {
    throw new MachineError(
      `Could not create a folder in ${parent}: ${(error as Error).message}`,
      'Create it, free some space there, or choose another folder: TMPDIR=/var/tmp npm run build',
    );
  }
}

/** Removes the temporary folders of processes that were killed, and kills what still runs in them; returns the folders' names. */
export function clearFolders(parent: string = tmpdir()): readonly string[] {
  return list(parent).filter((name) => {
    const folder = join(parent, name);
    if (!hasEnded(foldersName.exec(name)?.[1] ?? '') || !isOurs(folder)) return false;
    endProcessesIn(realpathSync(folder));
    return remove(folder);
  });
}

/** The names in a folder; none if it cannot be read, which `ownFolder` says better. */
function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether the folder could be removed; if something still writes there, a later call will do it. */
function remove(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } catch {
    return false;
  }
}

/** Whether it is a real folder of this user: in a shared temp folder anyone may have created a folder or link of this name. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

/** Kills the processes whose working directory, output or HOME is in a folder. */
function endProcessesIn(folder: string): void {
  const isInside = (path: string) => path === folder || path.startsWith(`${folder}/`);
  const pids = listProcesses();
  for (const pid of pids) {
    const links = ['cwd', 'fd/1', 'fd/2', 'fd/3'].map((name) => read(() => readlinkSync(`/proc/${pid}/${name}`)));
    const environment = read(() => readFileSync(`/proc/${pid}/environ`, 'latin1')).split('\0');
    if (!links.some(isInside) && !environment.some((line) => line.startsWith('HOME=') && isInside(line.slice(5)))) continue;
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
