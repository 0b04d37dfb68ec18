import { execa } from 'execa';
import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineTexts, type Log } from '../gclog/log.ts';
import { LogReader } from '../gclog/reader.ts';
import { amplest, sparest, type Room } from '../gclog/writer.ts';
import type { Sample } from '../post/sample.ts';
import { UserError } from '../post/user-error.ts';
import type { Condition } from '../post/value.ts';
import { deflate } from './deflate.ts';
import { readTold, type Told } from './marks.ts';
import { probeMemory } from './memory.ts';
import type { Runtime } from './runtime.ts';

export type Limit = 'time' | 'memory' | 'output';

/** What a run says of itself while it goes on. */
export interface Progress {
  readonly elapsedMs: number;
  readonly rssBytes: number;
  readonly logBytes: number;
}

/**
 * A condition, or one of the runs that answer one question more: `traced` has every allocation counted with the flags
 * off, `traced-flags` as written, and `cycle` looks at what a group of garbage is made of.
 */
export type RunKind = Condition | 'traced' | 'traced-flags' | 'cycle';

export interface RunRequest {
  readonly sample: Sample;
  readonly condition: RunKind;
  readonly runtime: Runtime;
  /** Where to leave the log as it was written; nowhere if undefined. */
  readonly keepLogAt?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the run, and all that it started, when it is no longer wanted. */
  readonly signal?: AbortSignal | undefined;
}

/** One run of a sample, as it was measured. All times count from the start of the process. */
export interface RawRun extends Told {
  readonly exit: number | null;
  readonly signal: string | null;
  /** The limit that ended the run, if one did. */
  readonly limit: Limit | null;
  readonly wallMs: number;
  /** Memory seen from outside: [atMs, rssBytes]. */
  readonly polls: readonly (readonly [number, number])[];
  readonly log: Log;
}

/** How often a run is looked at from outside. */
const pollMs = 5;
const mostPerPoll = 512 * 1024;
/** A sample's time counts from its first statement: Pyodide takes seconds to load. */
const longestStartMs = 120_000;

/** The harness, whose text is part of every record's key. */
export const harnessPath = fileURLToPath(new URL('./harness.py', import.meta.url));

/** What runs now, and its folder: none of it outlives this process. */
const running = new Map<number, string>();
process.on('exit', () => {
  for (const [pid, base] of running) {
    killGroup(pid);
    rmSync(base, { recursive: true, force: true });
  }
});

/**
 * Runs a sample once, in a throw-away folder and a clean environment, until it ends or a limit ends it and everything
 * that it started. Both streams go to one file, in the order written. Errors: UserError where nothing can be started.
 */
export async function run(request: RunRequest): Promise<RawRun> {
  // The real path: tracebacks name it, and it must never show.
  const base = await realpath(await mkdtemp(join(tmpdir(), 'leaklog-')));
  try {
    return await runIn(base, request);
  } finally {
    await rm(base, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function runIn(base: string, request: RunRequest): Promise<RawRun> {
  const { sample, condition, runtime, keepLogAt } = request;
  const folder = join(base, 'work');
  await mkdir(folder);
  await mkdir(join(base, 'harness'));
  await writeFile(join(folder, sample.title), sample.code);
  await copyFile(harnessPath, join(base, 'harness', 'sitecustomize.py'));
  const log = openSync(join(base, 'log'), 'ax+');
  const marks = openSync(join(base, 'marks'), 'ax+');
  try {
    const command = [...runtime.command, sample.title, ...sample.args];
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: folder,
      TMPDIR: folder,
      LANG: 'C.UTF-8',
      PYTHONHASHSEED: '0',
      PYTHONPATH: join(base, 'harness'),
      LEAKLOG_RUN: `${condition} ${sample.axis ?? ''} ${sample.memoryBytes}`,
    };
    const result = await watch(request, command, { cwd: folder, env, log, marks });
    if (keepLogAt !== undefined) await copyFile(join(base, 'log'), keepLogAt);
    return result;
  } finally {
    closeSync(log);
    closeSync(marks);
  }
}

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: number;
  readonly marks: number;
}

async function watch(request: RunRequest, command: readonly string[], { cwd, env, log, marks }: Place): Promise<RawRun> {
  const { sample, runtime, onProgress, signal: unwanted } = request;
  unwanted?.throwIfAborted();
  const began = performance.now();
  // The descriptor 3 is the side channel; a group of its own lets us end all that the sample starts.
  const child = execa('/bin/sh', ['-c', `${ulimits(sample, runtime)}; exec "$@"`, 'sh', ...command], {
    // execa takes any descriptor; its types name only the first ten.
    cwd, env, extendEnv: false, detached: true, reject: false, stdio: ['ignore', log as 3, log as 3, marks as 3],
  });
  const { pid } = child;
  if (pid === undefined) throw new UserError(`The program ${command[0]} could not be started`, (await child).message ?? 'Is there a /bin/sh?');
  running.set(pid, dirname(cwd));
  const memory = probeMemory(pid);
  const follower = follow(log, marks, cwd, sample.outputBytes, request.condition === 'as-written' ? amplest : sparest);
  const polls: [number, number][] = [];
  let limit: Limit | null = null;
  let startMs = 0;
  const poll = () => {
    const elapsedMs = performance.now() - began;
    const rssBytes = memory.read() ?? 0;
    if (rssBytes > 0) polls.push([elapsedMs, rssBytes]);
    const { size, started } = follower.step(mostPerPoll);
    if (!started) startMs = elapsedMs;
    if (limit !== null) return;
    if (elapsedMs - startMs > sample.timeoutMs || startMs > longestStartMs) limit = 'time';
    else if (size > sample.outputBytes) limit = 'output';
    // Pyodide's process is mostly not the sample's: its host minds the heap.
    else if (runtime.kind === 'cpython' && rssBytes > sample.memoryBytes) limit = 'memory';
    if (limit !== null) killGroup(pid);
    onProgress?.({ elapsedMs, rssBytes, logBytes: size });
  };
  const timer = setInterval(poll, pollMs);
  const abort = () => killGroup(pid);
  unwanted?.addEventListener('abort', abort, { once: true });
  const { exitCode, signal } = await child;
  unwanted?.removeEventListener('abort', abort);
  const wallMs = performance.now() - began;
  clearInterval(timer);
  memory.close();
  // Whatever the sample left running ends with it.
  killGroup(pid);
  running.delete(pid);
  unwanted?.throwIfAborted();
  const seen = follower.end();
  const clockMs = Number(process.hrtime.bigint()) / 1e6 - performance.now() + began;
  const heapFull = runtime.kind === 'pyodide' && (seen.marks.at(-1)?.rssBytes ?? 0) > sample.memoryBytes;
  return {
    exit: exitCode ?? null,
    signal: signal ?? null,
    limit: limit ?? (heapFull || (exitCode !== 0 && exitCode !== sample.exit && endsInMemoryError(seen.log)) ? 'memory' : null),
    wallMs,
    ...seen,
    marks: seen.marks.map((mark) => ({ ...mark, atMs: mark.atMs - clockMs })),
    polls,
  };
}

/** The kernel's own limits, for the moments between two looks. */
function ulimits({ memoryBytes, outputBytes }: Sample, runtime: Runtime): string {
  const data = runtime.kind === 'cpython' ? `ulimit -d ${Math.ceil(memoryBytes / 1024) + 65_536}; ` : '';
  // No limit of CPU time: while there is one, Linux counts CPU time in steps of 4 ms, too coarse for short rounds.
  return `${data}ulimit -c 0; ulimit -f ${Math.ceil(outputBytes / 512) + 32_768}`;
}

/** Ends a process and all that it started in its group; one that is gone is no error. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody was left.
  }
}

/** Reads the log while it is written, up to the output limit, so that nothing is left to do when the program ends. */
function follow(log: number, marks: number, hidden: string, most: number, room: Room) {
  const reader = new LogReader({ hidden, packer: deflate, room });
  const buffer = Buffer.alloc(256 * 1024);
  let at = 0;
  let marksSize = 0;
  let runBytes = Infinity;
  const feed = (end: number) => {
    while (at < end) {
      const length = readSync(log, buffer, 0, Math.min(buffer.length, end - at), at);
      if (length === 0) break;
      reader.write(buffer.subarray(0, length));
      at += length;
    }
  };
  const step = (bytes: number) => {
    // The size first: all of it was written before the end that the marks may tell of.
    const { size } = fstatSync(log);
    const { size: told } = fstatSync(marks);
    if (told !== marksSize && runBytes === Infinity) {
      runBytes = readEnd(marks, marksSize);
      marksSize = told;
    }
    const end = Math.min(size, most, at + bytes);
    if (end >= runBytes) {
      feed(Math.min(runBytes, end));
      reader.endRun();
    }
    feed(end);
    return { size, started: told > 0 };
  };
  const end = () => {
    step(Infinity);
    return { log: reader.end(), ...readTold(readText(marks, 0)) };
  };
  return { step, end };
}

/** Where in the log the program ended, if the marks from this offset on say so. */
function readEnd(marks: number, from: number): number {
  return readTold(readText(marks, from)).marks.find(({ kind }) => kind === 'end')?.logBytes ?? Infinity;
}

function readText(file: number, from: number): string {
  const buffer = Buffer.alloc(fstatSync(file).size - from);
  return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, from));
}

function endsInMemoryError(log: Log): boolean {
  return lineTexts(log, Math.max(0, log.runLines - 3), log.runLines).some((line) => /^MemoryError\b/.test(line));
}
