import { readFileSync, readdirSync } from 'node:fs';
import { pageBytes } from './memory.ts';

/** A process and its descendants, from /proc. */
export interface Family {
  readonly pids: readonly number[];
  /** The sum of their resident memory: what two share counts twice. */
  readonly residentBytes: number;
  /** The size of their page tables. */
  readonly tableBytes: number;
  /** CPU time of all of them, and of descendants that have ended and were waited for. */
  readonly cpuMs: number;
}

/** A clock tick in /proc is a hundredth of a second on every Linux (proc(5), sysconf(_SC_CLK_TCK)). */
const tickMs = 10;

/**
 * A process and its descendants; only itself, with zeros, if there is no /proc. Of more than `max` only their ids are read, and
 * not many more than that: where a program fills a machine with processes, every read takes long.
 */
export function readFamily(pid: number, max = 1000): Family {
  const pids = findFamily(pid, max).map((member) => member.pid);
  if (pids.length > max) return { pids, residentBytes: 0, tableBytes: 0, cpuMs: 0 };
  let [residentBytes, tableBytes, cpuMs] = [0, 0, 0];
  for (const each of pids) {
    const view = viewOf(each);
    tableBytes += sizeIn(readProc(`${view.path}/status`), 'VmPTE') ?? 0;
    residentBytes += view.residentBytes;
    // The name, in brackets, may contain anything; what follows starts with the third field (proc_pid_stat(5)).
    const times = readProc(`/proc/${each}/stat`)
      .replace(/^.*\) . /s, '')
      .split(' ')
      .slice(10, 14)
      .map(Number);
    cpuMs += times.reduce((sum, ticks) => sum + ticks, 0) * tickMs;
  }
  return { pids, residentBytes, tableBytes, cpuMs };
}

interface Member {
  readonly pid: number;
  /** Its parent; itself for the first one. */
  readonly parent: number;
}

/** A process and its descendants, breadth first; stops once there are more than `max`. */
function findFamily(first: number, max: number): readonly Member[] {
  const found: Member[] = [{ pid: first, parent: first }];
  for (let index = 0; index < found.length && found.length <= max; index += 1) {
    const { pid: parent } = found[index] as Member;
    found.push(...childrenOf(parent).map((pid) => ({ pid, parent })));
  }
  return found;
}

/** The ids of a process's children, oldest first. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => numbers(readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')));
  } catch {
    return [];
  }
}

/**
 * The number of a process's descendants, and the sum of their private memory in bytes; zeros if there is no /proc, undefined if
 * there are more than `max`.
 */
export function readChildren(pid: number, max: number): { readonly count: number; readonly bytes: number } | undefined {
  const found = findFamily(pid, max + 1).slice(1);
  if (found.length > max) return undefined;
  const bytes = found.reduce((sum, { pid: each, parent }) => {
    // A child of vfork(2) uses its parent's memory until it executes another program.
    if (readProc(`/proc/${each}/statm`) === readProc(`/proc/${parent}/statm`)) return sum;
    const own = [...readProc(`/proc/${each}/smaps_rollup`).matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
    return sum + own.reduce((total, [, kibibytes]) => total + Number(kibibytes) * 1024, 0);
  }, 0);
  return { count: found.length, bytes };
}

/** The memory of some processes in bytes, with what they share counted once (PSS); undefined if that is not available. */
export function proportionalBytes(pids: readonly number[]): number | undefined {
  const sizes = pids.map((pid) => sizeIn(readProc(`/proc/${pid}/smaps_rollup`), 'Pss'));
  if (sizes.every((size) => size === undefined)) return undefined;
  // If it is not available for one of them, for example as its first thread has ended, all its resident memory counts.
  return pids.reduce((sum, pid, index) => sum + (sizes[index] ?? viewOf(pid).residentBytes), 0);
}

/**
 * Anonymous shared memory that some processes have mapped, in bytes, and how much of it their statistics show. Pages that
 * they touched and then dropped from their mappings stay in memory but show nowhere (madvise(2), MADV_DONTNEED).
 */
export function sharedBytes(pids: readonly number[]): { readonly mapped: number; readonly shown: number } {
  const ends = new Map<string, number>();
  let shown = 0;
  for (const pid of pids) {
    const { path } = viewOf(pid);
    shown += sizeIn(readProc(`/proc/${pid}/smaps_rollup`), 'Pss_Shmem') || (sizeIn(readProc(`${path}/status`), 'RssShmem') ?? 0);
    for (const [, from = '', to = '', offset = '', file = ''] of readProc(`${path}/maps`).matchAll(
      /^(\w+)-(\w+) \S{3}s (\w+) (\S+ \d+) +\/dev\/zero \(deleted\)$/gm,
    )) {
      const end = Number.parseInt(offset, 16) + Number.parseInt(to, 16) - Number.parseInt(from, 16);
      ends.set(file, Math.max(ends.get(file) ?? 0, end));
    }
  }
  return { mapped: [...ends.values()].reduce((sum, end) => sum + end, 0), shown };
}

/** The folder in /proc with a process's memory, and its resident size: that of another thread if the first one has ended. */
function viewOf(pid: number): { readonly path: string; readonly residentBytes: number } {
  const own = { path: `/proc/${pid}`, statm: readProc(`/proc/${pid}/statm`) };
  const { path, statm } = own.statm.startsWith('0 0 ') ? (viewOfThread(pid) ?? own) : own;
  return { path, residentBytes: (numbers(statm)[1] ?? 0) * pageBytes };
}

function viewOfThread(pid: number): { readonly path: string; readonly statm: string } | undefined {
  try {
    const path = `/proc/${pid}/task/${readdirSync(`/proc/${pid}/task`).at(-1) ?? pid}`;
    return { path, statm: readProc(`${path}/statm`) };
  } catch {
    return undefined;
  }
}

/** A size in kB from a file of /proc, in bytes (proc_pid_status(5), proc_meminfo(5)); undefined if it is missing. */
export function sizeIn(text: string, name: string): number | undefined {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Kills a process, its group and its descendants. */
export function endFamily(pid: number): void {
  for (const each of [-pid, ...findFamily(pid, 1000).map((member) => member.pid)]) endProcess(each);
}

/** Programs that are waited for: none of them outlives this process. */
const awaited = new Set<number>();
process.on('exit', () => {
  for (const pid of awaited) endFamily(pid);
});

/**
 * Waits for a program that was started with `detached: true`, and kills it with its group and descendants if it takes longer
 * than that: a shell that is killed alone leaves its programs behind, which keep its output open.
 */
export async function awaitWithin<Result>(
  child: PromiseLike<Result> & { readonly pid?: number | undefined },
  maxMs: number,
): Promise<{ readonly result: Result; readonly isLate: boolean }> {
  const { pid } = child;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (pid !== undefined) endFamily(pid);
  }, maxMs);
  if (pid !== undefined) awaited.add(pid);
  try {
    return { result: await child, isLate };
  } finally {
    clearTimeout(timer);
    if (pid !== undefined) awaited.delete(pid);
  }
}

/** Kills a process, or a group by its negative id; it is no error if it is gone. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was already gone.
  }
}

function numbers(text: string): readonly number[] {
  return text.split(/\s+/).filter(Boolean).map(Number);
}

/** The text of a file of /proc; empty if it does not exist, for example as the process is gone. */
export function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
