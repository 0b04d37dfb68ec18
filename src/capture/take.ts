import { conditions, type Condition } from '../experiment/condition.ts';
import { endedAsMeant } from '../experiment/end.ts';
import type { Sample } from '../experiment/sample.ts';
import { cutName } from '../gclog/name.ts';
import { readProgram, type ProgramTree } from '../post/fences/program-tree.ts';
import { maxCount } from '../run/mark.ts';
import { method } from '../run/method.ts';
import type { Packages } from '../run/packages/prepare.ts';
import { RunQueue } from '../run/run-queue.ts';
import { run, type Progress, type RawRun, type RunKind, type RunRequest, type Window } from '../run/run.ts';
import type { Runtime } from '../run/runtime.ts';
import { findSandbox, type SandboxKind } from '../run/sandbox.ts';
import { minHeatShare, maxCommandLength, maxHeatLines } from './bounds.ts';
import { schemaVersion, type Capture, type Heat, type RunRecord } from './capture.ts';
import { measureGrowth, type Growth, type Quantity } from './growth.ts';
import { keyOf, sourceOf } from './key.ts';
import { encodeLog } from './log-codec.ts';
import { describeProgram } from './program.ts';
import { toRecord } from './run-record.ts';
import { findStretches, type Stretch } from './stretches.ts';
import { blockBytes, fewBlocks, minGrowth, muchRss } from './tolerance.ts';

/** Options for taking a capture. */
export interface TakeOptions {
  /** Progress of the oldest run still going. */
  readonly onProgress?: ((condition: RunKind, progress: Progress) => void) | undefined;
  /** Called before a further run waits for its turn, with how long it may take. */
  readonly onMore?: ((condition: RunKind, mayTakeMs: number) => void) | undefined;
  /** Where runs wait for their turn; those as written, whose times are shown, are exclusive. */
  readonly queue?: RunQueue | undefined;
  /** Aborts the capture: ends its current runs and discards everything. */
  readonly signal?: AbortSignal | undefined;
  /** The kind of sandbox; by default the best that works here. */
  readonly sandbox?: SandboxKind | undefined;
  /** Which further runs are needed, judging by those so far; by default all that answer a question. */
  readonly needs?: ((capture: Capture) => Needed) | undefined;
  /** The packages that it may import, beside the standard library; undefined for what is installed. */
  readonly packages?: Packages | undefined;
  /** A path to save the raw log of a condition at, if any. */
  readonly keepLogAt?: ((condition: Condition) => string) | undefined;
}

/** Further runs: all, the one that is compared with an earlier record (`holder`), or none. */
export type Needed = 'everything' | 'holder' | 'nothing';

type Taking = TakeOptions & { readonly queue: RunQueue; readonly going: Set<RunKind>; readonly program: ProgramTree };

/**
 * Runs a sample under every condition, in parallel as the queue permits, and makes its record. A control run that grows in all
 * rounds but one is repeated, and replaced by the second if that grows, as a busy machine may be the reason. Further runs that
 * each answer one more question follow, as far as the record `needs` them, unless the run as written did not end as expected.
 * Errors: MachineError from a run.
 */
export async function takeCapture(sample: Sample, runtime: Runtime, given: TakeOptions = {}): Promise<Capture> {
  const options: Taking = { ...given, queue: given.queue ?? new RunQueue(1), going: new Set(), program: readProgram(sample.code) };
  const program = describeProgram(sample.code, options.program);
  const judge = createJudge(runtime, sample, program);
  let isAsExpected = true;
  const done = await together(conditions, options.signal, async (condition, signal) => {
    const first = await takeRun(sample, runtime, condition, { ...options, signal });
    // It ends before the others begin, so they can rely on this.
    if (condition === 'as-written') isAsExpected = endedAsMeant(first, sample);
    const isNear = !judge(first).grows && judge(first).nearly;
    const again = isAsExpected && condition !== 'as-written' && isNear;
    const more = { ...options, signal };
    const second = again ? recordOf(await takeFurther(sample, runtime, condition, first, more), runtime, options.program) : first;
    return judge(second).grows ? second : first;
  });
  const capture: Capture = {
    schema: schemaVersion,
    key: keyOf(sample),
    method,
    runtime: runtime.id,
    python: runtime.version,
    collector: runtime.collector,
    platform: `${process.platform}-${process.arch}`,
    capturedAt: new Date().toISOString().slice(0, 10),
    command: cutName(['python3', '-u', sample.title, ...sample.args].join(' '), maxCommandLength),
    sandbox: options.sandbox ?? (await findSandbox()),
    memory: runtime.kind === 'cpython' ? 'resident set size' : 'WebAssembly heap',
    held: runtime.kind === 'cpython' ? 'allocated blocks' : 'traced bytes',
    source: sourceOf(sample),
    ...(options.packages && { packages: [...options.packages.used] }),
    program,
    conditions: done,
  };
  if (!isAsExpected) return capture;
  // If the process grows and Python's blocks do not, or too little, the bytes that Python allocates decide.
  const { outside, creeps } = judge(done['debug-off']);
  const doubtful = outside || creeps;
  const traced = doubtful
    ? recordOf(await takeFurther(sample, runtime, 'traced', done['as-written'], options), runtime, options.program)
    : undefined;
  const judged = traced === undefined ? capture : { ...capture, conditions: { ...done, traced } };
  const take = async (given: Capture): Promise<Capture> => {
    const needed = options.needs?.(given) ?? 'everything';
    if (needed === 'nothing' || (needed === 'holder' && given.types !== undefined)) return given;
    const further = await takeFurtherRuns(sample, runtime, given, judge, options, needed);
    const taken = { ...given, ...further };
    return needed === 'holder' && further.types !== undefined ? take(taken) : taken;
  };
  return take(judged);
}

/** Takes runs of several kinds, in parallel as the queue permits. If one fails, the others are aborted before the error is passed on. */
async function together<Kind extends RunKind, Taken>(
  kinds: readonly Kind[],
  unwanted: AbortSignal | undefined,
  take: (kind: Kind, signal: AbortSignal) => Promise<Taken>,
): Promise<Readonly<Record<Kind, Taken>>> {
  const failed = new AbortController();
  const signal = unwanted === undefined ? failed.signal : AbortSignal.any([unwanted, failed.signal]);
  const takeOne = async (kind: Kind) => {
    try {
      return [kind, await take(kind, signal)] as const;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const runs = kinds.map(takeOne);
  await Promise.allSettled(runs);
  return Object.fromEntries(await Promise.all(runs)) as Record<Kind, Taken>;
}

type Unit = Capture['held'];

/** Returns a function that judges a run: whether Python's own memory or the process grows in any stretch, and which stretch grows most. */
function createJudge({ kind }: Runtime, sample: Sample, program: Capture['program']) {
  return (run: RunRecord, unit: Unit = kind === 'cpython' ? 'allocated blocks' : 'traced bytes') => {
    const stretches = findStretches(run, program, sample);
    const measure = (quantity: Quantity, minRound: number) =>
      stretches.map((stretch) => measureGrowth(run.points, quantity, minRound, stretch));
    const own = measure('held', minGrowth[unit]);
    // If Python's own memory rose and fell, or reached a plateau, that explains the process; if that grew in steps, a few blocks may.
    const isDoubtful = (growth: Growth, own: Growth | undefined) =>
      own?.givenBack !== 'yes' &&
      (growth.grows ||
        (growth.total > muchRss &&
          (own?.rise ?? 0) * blockBytes < growth.total / 2 &&
          !(own?.stops === 'plateau' && own.rise >= fewBlocks)));
    const inUse = kind === 'cpython' ? measure('inUse', minGrowth.inUse) : [];
    const process =
      kind === 'cpython'
        ? measure('rss', minGrowth.rss).map((growth, index) => ({
            ...growth,
            doubtful: isDoubtful(growth, own[index]) || (growth.grows && inUse[index]?.grows === true),
          }))
        : [];
    const inside = own.some(({ grows }) => grows);
    const outside = process.some(({ doubtful }, index) => doubtful && own[index]?.grows !== true);
    const creeps =
      kind === 'cpython' && own.some(({ grows, givenBack, rounds }) => !grows && givenBack === 'no' && rounds.every((round) => round > 0));
    const most = own.reduce((most, { total }, index) => (total > (own[most]?.total ?? 0) ? index : most), 0);
    return {
      inside,
      outside,
      creeps,
      most: stretches[most],
      grows: inside || process.some(({ grows }) => grows),
      nearly: [...own, ...process].some(({ nearly }) => nearly),
    };
  };
}

/** Takes the further runs: if memory grows, for the lines that hold it; if there is garbage, for what it consists of. */
async function takeFurtherRuns(
  sample: Sample,
  runtime: Runtime,
  { conditions: done, types }: Capture,
  judge: ReturnType<typeof createJudge>,
  options: Taking,
  needed: Needed,
): Promise<Pick<Capture, 'heat' | 'garbage' | 'holder' | 'types' | 'looks'>> {
  const written = done['as-written'];
  const leaks = judge(done['debug-off']).inside || (done.traced !== undefined && judge(done.traced, 'traced bytes').inside);
  const artifact = !leaks && (written.garbage >= minGarbage || ((written.flags & saveAll) !== 0 && judge(written).inside));
  const heat = leaks ? 'heat' : artifact ? 'heat-flags' : undefined;
  const collects = artifact || (!leaks && judge(done['gc-disabled']).inside);
  const kinds = [
    ...(heat === undefined || needed === 'holder' ? [] : ([heat] as const)),
    ...(leaks && types === undefined ? (['holder'] as const) : []),
    ...(collects && needed !== 'holder' ? (['cycle'] as const) : []),
  ];
  const taken: Partial<Record<RunKind, RawRun>> = await together(kinds, options.signal, async (kind, signal) => {
    const bare = kind === 'heat' || kind === 'holder' ? done['debug-off'] : written;
    const take = (window?: Window) => takeFurther(sample, runtime, kind, written, { ...options, signal }, window);
    if (kind === 'cycle') return take();
    if (kind !== 'holder') return take(windowOf(bare, judge(bare).most));
    const looks = looksOf(bare, judge(bare).most, 1 / 3);
    const first = await take(looks);
    // A run that was faster than the one it is timed by may end before the second look.
    return first.held === undefined && first.limit === null ? take(looksOf(bare, judge(bare).most, 1 / 6)) : first;
  });
  const lines = heat && taken[heat] && readHeat(heat === 'heat' ? 'debug-off' : 'as-written', taken[heat]);
  const garbage = taken.cycle?.garbage;
  const held = taken.holder?.held;
  return { ...(lines && { heat: lines }), ...(garbage && { garbage }), ...held };
}

/** A run that traces lines may take this many times as long as one that does not, and at least this many milliseconds. */
const [heatTimes, minHeatMs] = [3, 300];

/** Which part of a run to trace: the second half of a stretch, or as much of it as there is time for. */
function windowOf({ points, collections }: RunRecord, stretch: Stretch | undefined): Window {
  const cpuAt = (index: number | undefined) => (index === undefined ? 0 : (points[index]?.[1] ?? 0));
  const wholeMs = points.reduce((most, [, cpuMs]) => Math.max(most, cpuMs ?? 0), 0) + collections.elapsedMs;
  return { fromMs: (cpuAt(stretch?.from) + cpuAt(stretch?.to)) / 2, maxMs: Math.max(minHeatMs, wholeMs * heatTimes) };
}

/** When to look who holds what is kept: after a part of a stretch, and after twice as much. */
function looksOf({ points }: RunRecord, stretch: Stretch | undefined, part: number): Window {
  const cpuAt = (index: number | undefined) => (index === undefined ? 0 : (points[index]?.[1] ?? 0));
  const [from, to] = [cpuAt(stretch?.from), cpuAt(stretch?.to)];
  const ends = stretch?.kind === 'loop' ? stretch.lines.flat() : [];
  const loop = ends.length === 0 ? undefined : { from: Math.min(...ends), to: Math.max(...ends) };
  return { fromMs: from + (to - from) * part, maxMs: from + (to - from) * part * 2, loop };
}

/** Takes a further run, after announcing how long it may take, judging by the `bare` run. */
async function takeFurther(
  sample: Sample,
  runtime: Runtime,
  condition: RunKind,
  bare: RunRecord,
  options: Taking,
  window?: Window,
): Promise<RawRun> {
  const most = sample.stopMs === undefined ? limitMs(sample, condition) : sample.stopMs * 2;
  options.onMore?.(condition, Math.min(most, bare.wallMs * (slowdowns[condition] ?? usualSlowdown)));
  return takeRaw(sample, runtime, condition, options, window);
}

/** How many times as long as the bare run a further run may take, as measured on a busy machine. */
const slowdowns: Readonly<Partial<Record<RunKind, number>>> = { traced: 30, heat: 6, 'heat-flags': 6, cycle: 4, holder: 6 };
const usualSlowdown = 2;

async function takeRun(sample: Sample, runtime: Runtime, condition: Condition, options: Taking): Promise<RunRecord> {
  return recordOf(await takeRaw(sample, runtime, condition, options), runtime, options.program);
}

async function takeRaw(
  sample: Sample,
  runtime: Runtime,
  condition: RunKind,
  { onProgress, keepLogAt, packages, sandbox, signal, queue, going }: Taking,
  window?: Window,
): Promise<RawRun> {
  const keeps = (conditions as readonly string[]).includes(condition);
  const request: RunRequest = {
    sample: { ...sample, timeoutMs: limitMs(sample, condition) },
    runtime,
    condition,
    packages,
    window,
    sandbox,
    signal,
    keepLogAt: keeps ? keepLogAt?.(condition as Condition) : undefined,
    onProgress: onProgress && ((progress) => [...going][0] === condition && onProgress(condition, progress)),
  };
  return queue.run(condition === 'as-written', async () => {
    going.add(condition);
    try {
      return await run(request);
    } finally {
      going.delete(condition);
    }
  });
}

/** The timeout of a run: longer for tracing, whose overhead is not the sample's, unless the sample is expected to run into it. */
function limitMs({ timeoutMs, exit }: Sample, condition: RunKind): number {
  return ['traced', 'heat', 'heat-flags', 'holder'].includes(condition) && exit !== 'timeout' ? timeoutMs * tracedTimeFactor : timeoutMs;
}

/** From this many objects in gc.garbage on, their group is examined. */
const minGarbage = 100;
/** gc.DEBUG_SAVEALL. */
const saveAll = 32;
/** How many times as long as its timeout a traced sample may run. */
const tracedTimeFactor = 5;

/** The lines that hold memory at the end of tracing; undefined if that was not reported. */
function readHeat(condition: Heat['condition'], { heat, deep }: RawRun): Heat | undefined {
  const sum = heat.reduce((total, { bytes }) => total + bytes, 0);
  const rest: [number, number, number] = [0, 0, 0];
  const lines: [number, number, number][] = [];
  for (const { line, bytes, blocks } of heat) {
    if (line > 0 && bytes >= sum * minHeatShare && lines.length < maxHeatLines - 1) lines.push([line, bytes, blocks]);
    else [rest[1], rest[2]] = [Math.min(maxCount, rest[1] + bytes), Math.min(maxCount, rest[2] + blocks)];
  }
  const ways = deep.filter(({ line }) => lines.some(([known]) => known === line));
  return lines.length === 0 ? undefined : { condition, lines: [rest, ...lines], ...(ways.length > 0 && { deep: ways }) };
}

function recordOf(raw: RawRun, runtime: Runtime, program: ProgramTree): RunRecord {
  return toRecord(raw, runtime.kind, program, encodeLog(raw.log));
}
