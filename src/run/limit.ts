import type { Ended } from '../experiment/end.ts';
import type { Limit } from '../experiment/limit.ts';
import type { Sample } from '../experiment/sample.ts';
import { lineTexts, type Log } from '../gclog/log.ts';
import { proportionalBytes, readFamily, sharedBytes } from './processes.ts';
import type { Runtime } from './runtime.ts';
import type { SandboxKind } from './sandbox.ts';

/**
 * Limits of every run, whatever its sample says: processes and threads at once, open files, signals that wait and timers, and CPU
 * time as a multiple of its timeout.
 */
export const bounds = { processes: 64, threads: 256, files: 256, signals: 256, cpuTimes: 4 } as const;

/** A sample's time counts from its first statement, but at the latest from this long after its start: Pyodide takes seconds to load. */
export const maxStartMs = { cpython: 10_000, pyodide: 120_000 } as const;
/** A sample is stopped from inside; if that has not worked after this much longer, from outside. */
const stopGraceMs = 1000;

/** Memory allowed for what is not the sample's. Pyodide's host limits the heap itself; a sample may also make JavaScript hold memory. */
const ownBytes = { cpython: 0, pyodide: 500e6 } as const;

/** A run as observed from outside. */
interface Observed {
  readonly sample: Sample;
  readonly runtime: Runtime;
  readonly elapsedMs: number;
  readonly startMs: number;
  /** Whether the program has ended and the harness is still measuring what it left. */
  readonly hasEnded: boolean;
  /** The size of the log, in bytes. */
  readonly size: number;
  readonly rssBytes: number;
}

/** The limit that a run has reached, judged by a single process and its log; null if none. */
export function reached({ sample, runtime, elapsedMs, startMs, hasEnded, size, rssBytes }: Observed): Limit | null {
  const { timeoutMs, stopMs } = sample;
  const ranMs = elapsedMs - startMs;
  if (runtime.kind === 'pyodide' && startMs >= maxStartMs.pyodide) return 'time';
  const isOverdue = stopMs !== undefined && !hasEnded && ranMs > stopMs + stopGraceMs;
  // A sample with a stop time reaches that before its timeout.
  if (isOverdue || ranMs > timeoutMs) return stopMs === undefined ? 'time' : 'stop';
  if (size > sample.outputBytes) return 'output';
  return rssBytes > sample.memoryBytes + ownBytes[runtime.kind] ? 'memory' : null;
}

/**
 * The limit reached by all processes of a run together, which the kernel does not enforce. `sharedRise` is how much shared
 * memory on the machine has grown since the run began, in bytes: an upper bound for the run's share that no process shows.
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

/** Resource limits for the kernel to enforce between two polls, in the form that warden.py reads. */
export function rlimits({ memoryBytes, outputBytes }: Sample): string {
  // No CPU limit: with one set, Linux accounts CPU time in steps of 4 ms, too coarse for short rounds.
  const limits = {
    DATA: memoryBytes + 64e6,
    FSIZE: outputBytes + 16e6,
    CORE: 0,
    NOFILE: bounds.files,
    NPROC: bounds.threads,
    // The kernel counts them for a user: without one of its own, a run would take them from whoever started it.
    SIGPENDING: bounds.signals,
    // Of the whole sandbox, for the warden to count: the kernel has no such limit for a process.
    PROCESSES: bounds.processes,
  };
  return Object.entries(limits)
    .map(([name, value]) => `${name}=${Math.ceil(value)}`)
    .join(',');
}

/** What is needed besides the log to say which limit a run ran into. */
export interface Refused {
  readonly sample: Pick<Sample, 'memoryBytes' | 'outputBytes'>;
  readonly runtime: Pick<Runtime, 'kind'>;
  readonly sandbox: SandboxKind;
  /** The limits that the program had lowered itself, by the names of `rlimits`, and `AS`. */
  readonly lowered: readonly string[];
  /** Its peak memory in bytes, including what it had only reserved. */
  readonly peakBytes: number;
}

/** An uncaught exception: its message, and the code that raised it, empty if the traceback does not show it. */
interface Raised {
  readonly message: string;
  readonly code: string;
}

/** A program that has used this share of its memory limit is near it. */
const nearShare = 0.9;
const isNear = ({ sample, peakBytes }: Refused) => peakBytes >= sample.memoryBytes * nearShare;
const isNative = ({ runtime }: Refused) => runtime.kind === 'cpython';
const isOurs = ({ lowered }: Refused, ...names: readonly string[]) => !names.some((name) => lowered.includes(name));
const hasOwnDisk = ({ sandbox }: Refused) => sandbox === 'bubblewrap' || sandbox === 'namespaces';

/** The calls that start a process, as tracebacks show them. */
const starts = /\b(?:fork|forkpty|posix_spawnp?|_?fork_exec)\(/;

/** The errors that programs end with when the kernel refuses a request, and the limit that explains it, if one does. */
const refusals: readonly (readonly [pattern: RegExp, limit: (refused: Refused, raised: Raised) => Limit | null])[] = [
  [/^[\w.]*MemoryError\b/, (refused, raised) => (hasOwnMemory(refused) && lacksMemory(refused, raised) ? 'memory' : null)],
  [/^OSError: \[Errno 12\]/, (refused) => (hasOwnMemory(refused) && isNear(refused) ? 'memory' : null)],
  // A thread's stack counts as memory; and Pyodide has no threads at all.
  [
    /^RuntimeError: can't start new thread/,
    (refused) =>
      !isNative(refused) || !hasOwnMemory(refused) || !isOurs(refused, 'NPROC') ? null : isNear(refused) ? 'memory' : 'processes',
  ],
  // A non-blocking socket or pipe raises the same error.
  [
    /^BlockingIOError: \[Errno 11\]/,
    (refused, { code }) => (isNative(refused) && isOurs(refused, 'NPROC') && starts.test(code) ? 'processes' : null),
  ],
  [/^OSError: \[Errno 24\]/, (refused) => (isNative(refused) && isOurs(refused, 'NOFILE') ? 'files' : null)],
  [/^OSError: \[Errno 27\]/, (refused) => (isNative(refused) && isOurs(refused, 'FSIZE') ? 'output' : null)],
  // Without a file system of the sandbox, the machine's own disk was full.
  [/^OSError: \[Errno 28\]/, (refused) => (isNative(refused) && hasOwnDisk(refused) ? 'output' : null)],
];

/** Whether it is the sample's limit that keeps it from more memory, and none that it set itself. */
function hasOwnMemory(refused: Refused): boolean {
  return isOurs(refused, 'AS', 'DATA');
}

const units = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** Whether a MemoryError is due to the limit: Python's own has no message, NumPy's says how much was requested. */
function lacksMemory(refused: Refused, { message, code }: Raised): boolean {
  const [, size, unit] = /Unable to allocate ([\d.]+) ([KMGTPE]?)i?B/.exec(message) ?? [];
  if (size !== undefined && unit !== undefined) {
    return refused.peakBytes + Number(size) * 1024 ** units.indexOf(unit) > refused.sample.memoryBytes;
  }
  // Code nested too deeply to be compiled raises the same error.
  return isNear(refused) || (/^MemoryError$/.test(message) && code !== '' && !/\b(?:compile|eval|exec|parse)\(/.test(code));
}

/**
 * The limit that made a program fail, according to its log: an uncaught error from a refused request, or the signal; null if
 * it was none, or that is not certain, for example if the program raised the error itself, caught it, or has limits of its own.
 */
export function limitInLog(log: Log, { exit, signal }: Pick<Ended, 'exit' | 'signal'>, refused: Refused): Limit | null {
  // Anyone may send that signal: it is the limit's only where the log is full.
  if (signal === 'SIGXFSZ') return log.bytes >= refused.sample.outputBytes && isOurs(refused, 'FSIZE') ? 'output' : null;
  // Python's status after an uncaught error.
  if (exit !== 1) return null;
  const raised = findRaised(log);
  // Where a generator or a coroutine goes on, others may throw an error into it.
  if (raised === undefined || /\b(?:raise|yield|await)\b/.test(raised.code)) return null;
  return refusals.find(([pattern]) => pattern.test(raised.message))?.[1](refused, raised) ?? null;
}

/** How many lines at the end of a log are searched for an exception's last frame and message. */
const lastLines = 40;

/** The exception at the end of a log: the first unindented line after the last frame of a traceback. */
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

/** How many lines may follow the message, such as errors while files are closed. */
const maxLinesAfter = 3;
