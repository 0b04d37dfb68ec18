import { readFileSync, readdirSync } from 'node:fs';
import { pageBytes } from './memory.ts';

/** A process and all that descends from it, as Linux tells it. */
export interface Family {
  readonly pids: readonly number[];
  /** Memory of all of them: what two share counts twice. */
  readonly residentBytes: number;
  /** What the kernel keeps to find it: their page tables. */
  readonly tableBytes: number;
  /** CPU time of all of them, and of those that have ended and were waited for. */
  readonly cpuMs: number;
}

/** Clock ticks in /proc are hundredths of a second on every Linux (proc(5), sysconf(_SC_CLK_TCK)). */
const tickMs = 10;

/** What a process has started, and that has started, and so on; at most so many. Nothing where there is no /proc. */
export function readFamily(pid: number, most = 1000): Family {
  const pids = findFamily(pid, most).map((member) => member.pid);
  let [residentBytes, tableBytes, cpuMs] = [0, 0, 0];
  for (const each of pids) {
    const view = viewOf(each);
    tableBytes += sizeIn(readProc(`${view.path}/status`), 'VmPTE') ?? 0;
    residentBytes += view.residentBytes;
    // The name, in brackets, may hold anything; the fields after it count from the third (proc_pid_stat(5)).
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
  /** Who has started it; itself for the first one. */
  readonly parent: number;
}

/** A process, what it has started, and that has started, and so on; those that so many have started, and no more. */
function findFamily(first: number, most: number): readonly Member[] {
  const found: Member[] = [{ pid: first, parent: first }];
  for (let index = 0; index < found.length && found.length <= most; index += 1) {
    const { pid: parent } = found[index] as Member;
    found.push(...childrenOf(parent).map((pid) => ({ pid, parent })));
  }
  return found;
}

/** The children of a process, the oldest first. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => numbers(readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')));
  } catch {
    return [];
  }
}

/** Memory of what a process has started, and that has started, and so on, that none of them shares: how many they are, and bytes; nothing where there is no /proc. */
export function readChildren(pid: number, most = 200): { readonly count: number; readonly bytes: number } {
  const found = findFamily(pid, most + 1).slice(1);
  const bytes = found.reduce((sum, { pid: each, parent }) => {
    // Until it is another program, one that vfork(2) has made has the very memory of its parent.
    if (readProc(`/proc/${each}/statm`) === readProc(`/proc/${parent}/statm`)) return sum;
    const own = [...readProc(`/proc/${each}/smaps_rollup`).matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
    return sum + own.reduce((total, [, kibibytes]) => total + Number(kibibytes) * 1024, 0);
  }, 0);
  return { count: found.length, bytes };
}

/** The memory of some processes, in bytes, what they share counted once; undefined where that is not told. */
export function proportionalBytes(pids: readonly number[]): number | undefined {
  const sizes = pids.map((pid) => sizeIn(readProc(`/proc/${pid}/smaps_rollup`), 'Pss'));
  if (sizes.every((size) => size === undefined)) return undefined;
  // Where it is not told of one, as where only its first thread has ended, all that it has counts.
  return pids.reduce((sum, pid, index) => sum + (sizes[index] ?? viewOf(pid).residentBytes), 0);
}

/**
 * Shared memory without a file that some processes have mapped, in bytes, and what of it they show as their own. What they
 * have touched and let go of in their mappings stays in the memory, and shows nowhere (madvise(2), MADV_DONTNEED).
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

/** Where the memory of a process is told, and how much is resident: by another thread, where its first one has ended and the others go on. */
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

/** A size that a text of /proc tells in kB, in bytes (proc_pid_status(5), proc_meminfo(5)); undefined where it does not. */
export function sizeIn(text: string, name: string): number | undefined {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Ends a process and all that it started. */
export function endFamily(pid: number): void {
  const { pids } = readFamily(pid);
  for (const each of [-pid, ...pids]) endProcess(each);
}

/** Ends a process, or a group by its negative number; one that is gone is no error. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Nobody was left.
  }
}

function numbers(text: string): readonly number[] {
  return text.split(/\s+/).filter(Boolean).map(Number);
}

/** The text of a file of /proc; empty where it is not there, as where its process is gone. */
export function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
