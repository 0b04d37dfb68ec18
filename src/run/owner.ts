import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The mark of a process in the names of files that it creates: its id, its start time, and where it runs. */
const form = /^(\d+)-([0-9a-z]+)-([0-9a-f]{6})$/;

/** Identifies the machine, or the container on it, within which process ids are unique. */
const place = placeName();

/** The mark of this process, for the names of files and folders that are useless once it has ended. */
export const ownMark = markOf(process.pid);

/** A regular expression for a mark, as one capturing group. */
export const markPattern = '(\\d+-[0-9a-z]+-[0-9a-f]{6})';

/** Whether the process with this mark has ended. One that cannot be seen from here, for example in another container, counts as alive. */
export function hasEnded(mark: string): boolean {
  const [, pid = '', start, where] = form.exec(mark) ?? [];
  if (pid === '' || where !== place) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = readStart(pid);
  // The id may have been reused by now; a killed process that was not waited for is a zombie.
  return now !== undefined && (now.isZombie || now.start !== start);
}

/** The mark of a process on this machine. */
export function markOf(pid: number): string {
  return `${pid}-${readStart(String(pid))?.start ?? '0'}-${place}`;
}

/** When a process started, in ticks since boot in base 36; undefined if the system does not say. */
function readStart(pid: string): { readonly start: string; readonly isZombie: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name, in brackets, may contain anything.
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
    // Only Linux has namespaces.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 6);
}
