import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process as it stands in the names of what it makes: its id, when it started, and where it runs. */
const form = /^(\d+)-([0-9a-z]+)-([0-9a-f]{6})$/;

/** Where process ids mean the same: this machine, or this container on it. */
const place = placeName();

/** The mark of this process, for the names of files and folders that are of no use once it has ended. */
export const ownMark = markOf(process.pid);

/** A pattern for names that hold a mark, as its first group. */
export const markPattern = '(\\d+-[0-9a-z]+-[0-9a-f]{6})';

/** Whether the process with this mark has ended. One that cannot be seen from here, such as in another container, counts as living. */
export function hasEnded(mark: string): boolean {
  const [, pid = '', start, where] = form.exec(mark) ?? [];
  if (pid === '' || where !== place) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = readStart(pid);
  // Another process may have the same id by now; one that was killed and that nobody asks for is a zombie.
  return now !== undefined && (now.isZombie || now.start !== start);
}

/** The mark of a process of this machine. */
export function markOf(pid: number): string {
  return `${pid}-${readStart(String(pid))?.start ?? '0'}-${place}`;
}

/** Since when a process runs, in ticks since the machine started; undefined where the system does not say. */
function readStart(pid: string): { readonly start: string; readonly isZombie: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program, in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { start: Number(fields[19]).toString(36), isZombie: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}

function placeName(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has them.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 6);
}
