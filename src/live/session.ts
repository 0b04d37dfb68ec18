import { driver, harness, python as pythonHere } from 'virtual:leaklog/python';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { describeProgram } from '../capture/program.ts';
import { toRecord } from '../capture/run-record.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { endedAsMeant } from '../experiment/end.ts';
import type { Limit } from '../experiment/limit.ts';
import { identityCodec, type Log } from '../gclog/log.ts';
import { LogReader } from '../gclog/reader.ts';
import { controlLimit, fullLimit } from '../gclog/writer.ts';
import type { LiveSample } from '../page/live.ts';
import { readProgram, type ProgramTree } from '../post/fences/program-tree.ts';
import { findWork } from '../post/fences/work.ts';
import { readMark, type Mark } from '../run/mark.ts';
import { judge, type Intent, type Verdict } from '../verdict/verdict.ts';
import { startWorker, type Python } from './python.ts';

/** The most that a run in a page may take, whatever its sample says. */
export const most = { timeMs: 60_000, memoryBytes: 1e9, outputBytes: 20e6 } as const;

/** How much of the start of a log is shown while it grows, and how much of its end is kept, in bytes. */
const [headBytes, tailBytes] = [1 << 16, 1 << 13];

/** A run in progress. */
export interface Progress {
  readonly condition: Condition;
  readonly marks: readonly Mark[];
  readonly logBytes: number;
  readonly logLines: number;
  /** The start of the log. */
  readonly head: () => Log;
}

/** A run that has ended. */
export interface LiveRun {
  readonly record: RunRecord;
  readonly marks: readonly Mark[];
  readonly log: Log;
  /** The last lines that it wrote. */
  readonly tail: string;
}

/** What came of it: a verdict, unless the run as written did not end as meant, and then only that run. */
export interface Outcome {
  readonly runs: Readonly<Partial<Record<Condition, LiveRun>>>;
  readonly capture: Capture | undefined;
  readonly verdict: Verdict | undefined;
}

/** Runs code as a sample under the three conditions, one after the other, each in a worker of its own, and judges it. */
export async function runSample(
  python: Python,
  live: LiveSample,
  wheels: readonly ArrayBuffer[],
  code: string,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Outcome> {
  const { sample } = live;
  const work = code === sample.code ? sample.work : workIn(code, sample.work);
  const intent: Intent = { exit: sample.exit, stopMs: sample.stopMs, axis: sample.axis, ...(work && { work }) };
  const program = readProgram(code);
  const runs: Partial<Record<Condition, LiveRun>> = {};
  for (const condition of conditions) {
    const run = await runOnce(python, { sample, wheels, code, condition, program, signal, onProgress });
    runs[condition] = run;
    // The others would say nothing of a program that is broken.
    if (condition === 'as-written' && !endedAsMeant(run.record, intent)) return { runs, capture: undefined, verdict: undefined };
  }
  const records = Object.fromEntries(conditions.map((condition) => [condition, runs[condition]?.record])) as Capture['conditions'];
  const capture: Capture = {
    schema: 5,
    key: '',
    method: 0,
    runtime: `pyodide-${pythonHere.version.split('.').slice(0, 2).join('.')}`,
    python: pythonHere.version,
    collector: pythonHere.collector,
    platform: 'browser',
    capturedAt: '',
    command: '',
    sandbox: 'none',
    memory: 'WebAssembly heap',
    held: 'traced bytes',
    conditions: records,
    program: describeProgram(code, program),
  };
  return { runs, capture, verdict: judge(capture, intent) };
}

/** What the author named as the work, in other code; undefined if it is not there. */
function workIn(code: string, work: LiveSample['sample']['work']): LiveSample['sample']['work'] {
  // A number of a line means another line now.
  if (work === undefined || /^(?:line\s*)?\d+$/.test(work.text)) return undefined;
  const found = findWork(code, work.text);
  return 'reason' in found ? undefined : found;
}

interface Plan {
  readonly sample: LiveSample['sample'];
  readonly wheels: readonly ArrayBuffer[];
  readonly code: string;
  readonly condition: Condition;
  readonly program: ProgramTree;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

async function runOnce(python: Python, plan: Plan): Promise<LiveRun> {
  const { sample, wheels, code, condition, program, signal, onProgress } = plan;
  signal.throwIfAborted();
  const worker = startWorker(python);
  const stop = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  stop.catch(() => undefined);
  const marks: Mark[] = [];
  const follower = new Follower(condition);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await Promise.race([stop, worker.next(({ started }) => started === true)]);
    const timeoutMs = Math.min(sample.timeoutMs, most.timeMs);
    const late = new Promise<'time'>((resolve) => (timer = setTimeout(resolve, timeoutMs, 'time')));
    const ended = worker.next(({ marks: text = '', log, limit, exit }) => {
      for (const line of text.split('\n')) {
        const mark = line === '' ? undefined : readMark(line);
        if (mark !== undefined) marks.push(mark);
        if (mark?.kind === 'end') follower.runBytes = mark.logBytes;
      }
      if (log !== undefined) follower.write(log);
      if (text !== '' || log !== undefined)
        onProgress({ condition, marks, logBytes: follower.bytes, logLines: follower.lines, head: follower.head });
      return limit !== undefined || exit !== undefined;
    });
    worker.send({
      run: {
        condition,
        code,
        title: sample.title,
        args: sample.args,
        axis: sample.axis ?? '',
        files: sample.files,
        wheels,
        stop: (sample.stopMs ?? 0) / 1000,
        memoryBytes: Math.min(sample.memoryBytes, most.memoryBytes),
        outputBytes: Math.min(sample.outputBytes, most.outputBytes),
        driver,
        harness: harness[condition],
      },
    });
    const report = await Promise.race([stop, late, ended]);
    const limit: Limit | undefined = report === 'time' ? 'time' : report.limit;
    const exit = report === 'time' ? undefined : report.exit;
    return finish(plan, program, marks, follower, limit, exit);
  } finally {
    clearTimeout(timer);
    worker.end();
  }
}

function finish(
  { sample }: Plan,
  program: ProgramTree,
  marks: readonly Mark[],
  follower: Follower,
  limit: Limit | undefined,
  exit: number | undefined,
): LiveRun {
  const startMs = marks[0]?.atMs ?? 0;
  const own = marks.map((mark) => ({ ...mark, atMs: mark.atMs - startMs }));
  const end = own.find(({ kind }) => kind === 'end');
  const wasStopped = limit === undefined && exit === 0 && sample.stopMs !== undefined && (end?.atMs ?? 0) >= sample.stopMs;
  const log = follower.end();
  const { lines, runLines, bytes, types, runTypes, group } = log;
  const raw = {
    sandbox: 'none' as const,
    deep: [],
    exit: limit === undefined && !wasStopped ? (exit ?? null) : null,
    signal: null,
    limit: wasStopped ? ('stop' as const) : (limit ?? null),
    wallMs: own.at(-1)?.atMs ?? 0,
    polls: [],
    children: [],
    marks: own,
    heat: [],
    garbage: undefined,
    held: undefined,
    regions: undefined,
  };
  // The record has no log: it is at hand.
  const record = toRecord(raw, 'pyodide', program, { lines, runLines, bytes, types, runTypes, group: [...group], data: '' });
  return { record, marks: own, log, tail: follower.tail() };
}

/** Reads a log as it comes. */
class Follower {
  /** How long the log was when the program ended. */
  runBytes = Infinity;
  bytes = 0;
  lines = 0;
  readonly #reader: LogReader;
  readonly #hidden = { hidden: '/home/pyodide', codec: identityCodec };
  #head = new Uint8Array();
  #tail = new Uint8Array();

  constructor(condition: Condition) {
    this.#reader = new LogReader({ ...this.#hidden, limit: condition === 'as-written' ? fullLimit : controlLimit });
  }

  write(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) this.lines += 1;
    if (this.#head.length < headBytes) this.#head = join(this.#head, chunk.subarray(0, headBytes - this.#head.length));
    this.#tail = join(this.#tail, chunk).slice(-tailBytes);
    const left = Math.max(0, this.runBytes - this.bytes);
    if (left <= chunk.length) {
      this.#reader.write(chunk.subarray(0, left));
      this.#reader.endRun();
      this.#reader.write(chunk.subarray(left));
    } else this.#reader.write(chunk);
    this.bytes += chunk.length;
  }

  readonly head = (): Log => {
    const reader = new LogReader(this.#hidden);
    reader.write(this.#head.subarray(0, this.#head.lastIndexOf(10) + 1));
    return reader.end();
  };

  end(): Log {
    if (this.runBytes <= this.bytes) this.#reader.endRun();
    return this.#reader.end();
  }

  tail(): string {
    return new TextDecoder().decode(this.#tail);
  }
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
