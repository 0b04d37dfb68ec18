import type { Limit } from '../experiment/limit.ts';
import type { Sample } from '../experiment/sample.ts';
import { lineTexts, type Log } from '../gclog/log.ts';
import { proportionalBytes, readFamily, sharedBytes } from './processes.ts';
import type { Runtime } from './runtime.ts';
import type { SandboxKind } from './sandbox.ts';

/** What one run may have, beside what its sample says: processes at once, open files, and CPU time as a multiple of its time. */
export const bounds = { processes: 64, threads: 256, files: 256, cpuTimes: 4 } as const;

/** A sample's time counts from its first statement, or from so long after its start: Pyodide takes seconds to load. */
export const maxStartMs = { cpython: 10_000, pyodide: 120_000 } as const;
/** A sample is stopped from inside; from outside only where it has not been so long after. */
const stopGraceMs = 1000;

/** Memory of a process that is not its sample's. Pyodide's host minds the heap; what a sample has JavaScript keep is beside it. */
const ownBytes = { cpython: 0, pyodide: 500e6 } as const;

/** A run as it is seen from outside. */
interface Looked {
  readonly sample: Sample;
  readonly runtime: Runtime;
  readonly elapsedMs: number;
  readonly startMs: number;
  /** Whether the program has ended, and the harness still tells what it left. */
  readonly hasEnded: boolean;
  /** Of the log, in bytes. */
  readonly size: number;
  readonly rssBytes: number;
}

/** The limit that a run has reached, as one look at it shows. */
export function reached({ sample, runtime, elapsedMs, startMs, hasEnded, size, rssBytes }: Looked): Limit | null {
  const { timeoutMs, stopMs } = sample;
  const ranMs = elapsedMs - startMs;
  if (runtime.kind === 'pyodide' && startMs >= maxStartMs.pyodide) return 'time';
  const isOverdue = stopMs !== undefined && !hasEnded && ranMs > stopMs + stopGraceMs;
  // A sample that is to be stopped comes to that before its limit of time.
  if (isOverdue || ranMs > timeoutMs) return stopMs === undefined ? 'time' : 'stop';
  if (size > sample.outputBytes) return 'output';
  return rssBytes > sample.memoryBytes + ownBytes[runtime.kind] ? 'memory' : null;
}

/**
 * The same for limits that the kernel does not keep for all processes of a run together. `sharedRise` is how much more shared
 * memory the machine has than before the run: so much at most is the run's that no process shows.
 */
export function reachedByFamily(pid: number, sample: Sample, runtime: Runtime, sharedRise: number): Limit | null {
  const { pids, residentBytes, tableBytes, cpuMs } = readFamily(pid, bounds.processes + 2);
  if (pids.length > bounds.processes + 2) return 'processes';
  if (cpuMs > sample.timeoutMs * bounds.cpuTimes) return 'cpu';
  const most = sample.memoryBytes + ownBytes[runtime.kind] + 64e6;
  const { mapped, shown } = sharedRise > most / 2 ? sharedBytes(pids) : { mapped: 0, shown: 0 };
  const beside = tableBytes + Math.max(0, Math.min(mapped, sharedRise) - shown);
  return residentBytes + beside > most && (proportionalBytes(pids) ?? residentBytes) + beside > most ? 'memory' : null;
}

/** The kernel's own limits, for the moments between two looks; as warden.py reads them. */
export function rlimits({ memoryBytes, outputBytes }: Sample): string {
  // No limit of CPU time: while there is one, Linux counts CPU time in steps of 4 ms, too coarse for short rounds.
  const limits = { DATA: memoryBytes + 64e6, FSIZE: outputBytes + 16e6, CORE: 0, NOFILE: bounds.files, NPROC: bounds.threads };
  return Object.entries(limits)
    .map(([name, value]) => `${name}=${Math.ceil(value)}`)
    .join(',');
}

/** What has to be known of a run, beside its log, to say which limit refused it something. */
export interface Refused {
  readonly sample: Pick<Sample, 'memoryBytes'>;
  readonly runtime: Pick<Runtime, 'kind'>;
  readonly sandbox: SandboxKind;
  /** The most memory that it had at once, what it had reserved included. */
  readonly peakBytes: number;
}

/** An uncaught exception: what it says, and the line of code that raised it, empty where that is not told. */
interface Raised {
  readonly message: string;
  readonly code: string;
}

/** From this share of the memory that it may have, a program is near its limit. */
const nearShare = 0.9;
const isNear = ({ sample, peakBytes }: Refused) => peakBytes >= sample.memoryBytes * nearShare;
const isNative = ({ runtime }: Refused) => runtime.kind === 'cpython';
const hasOwnDisk = ({ sandbox }: Refused) => sandbox === 'bubblewrap' || sandbox === 'namespaces';

/** What programs end with when the kernel refuses them something, and the limit that it may have been for. */
const refusals: readonly (readonly [pattern: RegExp, limit: (refused: Refused, raised: Raised) => Limit | null])[] = [
  [/^[\w.]*MemoryError\b/, (refused, raised) => (lacksMemory(refused, raised) ? 'memory' : null)],
  [/^OSError: \[Errno 12\]/, (refused) => (isNear(refused) ? 'memory' : null)],
  // A thread takes its stack from the memory; and Pyodide has none at all.
  [/^RuntimeError: can't start new thread/, (refused) => (!isNative(refused) ? null : isNear(refused) ? 'memory' : 'processes')],
  // A socket or a pipe that would have to wait says the same.
  [/^BlockingIOError: \[Errno 11\]/, (refused, { code }) => (isNative(refused) && /fork|spawn/.test(code) ? 'processes' : null)],
  [/^OSError: \[Errno 24\]/, (refused) => (isNative(refused) ? 'files' : null)],
  [/^OSError: \[Errno 27\]/, (refused) => (isNative(refused) ? 'output' : null)],
  // Without a file system of its own it was the machine's disk that was full.
  [/^OSError: \[Errno 28\]/, (refused) => (isNative(refused) && hasOwnDisk(refused) ? 'output' : null)],
];

const units = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** Whether a MemoryError is one of the limit: Python says nothing with it when it gets none, NumPy says how much it asked for. */
function lacksMemory(refused: Refused, { message, code }: Raised): boolean {
  const [, size, unit] = /Unable to allocate ([\d.]+) ([KMGTPE]?)i?B/.exec(message) ?? [];
  if (size !== undefined && unit !== undefined) {
    return refused.peakBytes + Number(size) * 1024 ** units.indexOf(unit) > refused.sample.memoryBytes;
  }
  // Code that is nested too deep to be compiled gives the same error.
  return isNear(refused) || (/^MemoryError$/.test(message) && code !== '' && !/\b(?:compile|eval|exec|parse)\(/.test(code));
}

/**
 * The limit that a program which did not end as it should was refused something for, as its log says; null where it was none,
 * as where the program raised that error itself.
 */
export function limitInLog(log: Log, signal: string | null, refused: Refused): Limit | null {
  if (signal === 'SIGXFSZ') return 'output';
  const raised = findRaised(log);
  if (raised === undefined || /\braise\b/.test(raised.code)) return null;
  return refusals.find(([pattern]) => pattern.test(raised.message))?.[1](refused, raised) ?? null;
}

/** So many lines at the end of a log may be an exception's last frame, its message, and what follows. */
const lastLines = 40;

/** The exception that a log ends in: the last line that stands below a frame of a traceback; others may follow it. */
function findRaised(log: Log): Raised | undefined {
  const lines = lineTexts(log, Math.max(0, log.runLines - lastLines), log.runLines);
  const frame = lines.findLastIndex((line) => /^ {2}File "/.test(line));
  const end = lines.findIndex((line, index) => index > frame && !line.startsWith(' '));
  const message = lines[end];
  if (frame === -1 || message === undefined || lines.length - end > maxLinesAfter) return undefined;
  return {
    message,
    code: lines
      .slice(frame + 1, end)
      .join('\n')
      .trim(),
  };
}

/** So many lines may follow the message: what is wrong with closing the files, too. */
const maxLinesAfter = 3;
