import { lineTexts, type Log } from '../gclog/log.ts';
import type { Sample } from '../post/sample.ts';
import { availableBytes, proportionalBytes, readFamily } from './processes.ts';
import type { Runtime } from './runtime.ts';

/** What can end a run, or keep it from what it asks for. */
export const limitNames = ['time', 'cpu', 'memory', 'output', 'processes', 'files'] as const;
export type Limit = (typeof limitNames)[number];

/** What each of them is a limit of, in words. */
export const limitWords: Readonly<Record<Limit, string>> = { time: 'time', cpu: 'CPU time', memory: 'memory', output: 'output', processes: 'processes', files: 'open files' };

/** What one run may have, beside what its sample says: processes at once, open files, and CPU time as a multiple of its time. */
export const bounds = { processes: 64, threads: 256, files: 256, cpuTimes: 4 } as const;

/** A sample's time counts from its first statement: Pyodide takes seconds to load. */
const longestStartMs = 120_000;
/** Where the machine has less than this left, the run that goes on is ended. */
const leastAvailableBytes = 200e6;

/** Memory of a process that is not its sample's. Pyodide's host minds the heap; what a sample has JavaScript keep is beside it. */
const ownBytes = { cpython: 0, pyodide: 500e6 } as const;

/** A run as it is seen from outside. */
interface Looked {
  readonly sample: Sample;
  readonly runtime: Runtime;
  readonly elapsedMs: number;
  readonly startMs: number;
  /** Of the log, in bytes. */
  readonly size: number;
  readonly rssBytes: number;
}

/** The limit that a run has reached, as one look at it shows. */
export function reached({ sample, runtime, elapsedMs, startMs, size, rssBytes }: Looked): Limit | null {
  if (elapsedMs - startMs > sample.timeoutMs || startMs > longestStartMs) return 'time';
  if (size > sample.outputBytes) return 'output';
  return rssBytes > sample.memoryBytes + ownBytes[runtime.kind] ? 'memory' : null;
}

/** The same for limits that the kernel does not keep for all processes of a run together. */
export function reachedByFamily(pid: number, sample: Sample, runtime: Runtime): Limit | null {
  if (availableBytes() < leastAvailableBytes) return 'memory';
  const { pids, residentBytes, cpuMs } = readFamily(pid, bounds.processes + 2);
  if (pids.length > bounds.processes + 2) return 'processes';
  if (cpuMs > sample.timeoutMs * bounds.cpuTimes) return 'cpu';
  const most = sample.memoryBytes + ownBytes[runtime.kind] + 64e6;
  return residentBytes > most && (proportionalBytes(pids) ?? residentBytes) > most ? 'memory' : null;
}

/** The kernel's own limits, for the moments between two looks; as warden.py reads them. */
export function rlimits({ memoryBytes, outputBytes }: Sample): string {
  // No limit of CPU time: while there is one, Linux counts CPU time in steps of 4 ms, too coarse for short rounds.
  const limits = { DATA: memoryBytes + 64e6, FSIZE: outputBytes + 16e6, CORE: 0, NOFILE: bounds.files, NPROC: bounds.threads };
  return Object.entries(limits).map(([name, value]) => `${name}=${Math.ceil(value)}`).join(',');
}

/** What programs say when the kernel refuses them something, in the last lines before they end. */
const refusals: readonly (readonly [Limit, RegExp])[] = [
  ['memory', /^(?:MemoryError\b|OSError: \[Errno 12\])/],
  ['files', /^OSError: \[Errno 24\]/],
  ['processes', /^(?:BlockingIOError: \[Errno 11\]|RuntimeError: can't start new thread)/],
  ['output', /^OSError: \[Errno (?:27|28)\]/],
];

/** What a program that did not end as it should was refused, as its log says. */
export function limitInLog(log: Log, signal: string | null): Limit | null {
  if (signal === 'SIGXFSZ') return 'output';
  const lines = lineTexts(log, Math.max(0, log.runLines - 3), log.runLines);
  return refusals.find(([, pattern]) => lines.some((line) => pattern.test(line)))?.[0] ?? null;
}
