import type { Sample } from '../experiment/sample.ts';
import { total } from '../gclog/counts.ts';
import { maxCollectionsPerMs } from './bounds.ts';
import type { Capture, RunRecord } from './capture.ts';

/** A contradiction within a record: the path to the wrong value, and what is wrong with it. */
export type Contradiction = readonly [path: readonly (string | number)[], reason: string];

/** The first contradiction between the numbers of a run, by the rules that take.ts follows; undefined if there is none. */
export function findContradiction(run: RunRecord): Contradiction | undefined {
  const { exit, signal, limit, wallMs, peakRssBytes, endRssBytes, points, places, children, collections, log } = run;
  if (exit !== null && signal !== null) return [['signal'], 'a program cannot end with both a status and a signal'];
  if (exit === null && signal === null && limit !== 'stop') return [['exit'], 'neither a status nor a signal'];
  if (endRssBytes > peakRssBytes) return [['endRssBytes'], 'more than the peak'];
  const late = findBackward(
    points.map(([atMs]) => atMs),
    slackMs,
  );
  if (late !== undefined) return [['points', late, 0], 'earlier than the one before'];
  const timed = [...points.entries()].filter(([, point]) => point[1] !== null);
  const back = findBackward(timed.map(([, point]) => point[1] as number));
  if (back !== undefined) return [['points', (timed[back] as (typeof timed)[number])[0], 1], 'less CPU time than before'];
  for (const [index, [atMs, , rssBytes, , , , , , , place]] of points.entries()) {
    if (atMs > wallMs) return [['points', index, 0], 'after the run'];
    if (rssBytes > peakRssBytes) return [['points', index, 2], 'more than the peak'];
    if (place !== null && place >= places.length) return [['points', index, 9], 'there is no such place'];
  }
  const full = findBackward(collections.full.map(([atMs]) => atMs));
  if (full !== undefined) return [['collections', 'full', full, 0], 'earlier than the one before'];
  const beyond = collections.full.findIndex(([atMs]) => atMs > wallMs + slackMs);
  if (beyond !== -1) return [['collections', 'full', beyond, 0], 'after the run'];
  if (collections.full.length > collections.counts[2]) return [['collections', 'counts', 2], 'fewer than are listed'];
  if (collections.elapsedMs > wallMs + slackMs) return [['collections', 'elapsedMs'], 'longer than the run'];
  if (collections.counts.some((count) => count > (wallMs + slackMs) * maxCollectionsPerMs))
    return [['collections', 'counts'], 'more than there was time for'];
  if ((children?.points.at(-1)?.[0] ?? 0) > wallMs + slackMs) return [['children', 'points'], 'after the run'];
  const child = findBackward(children?.points.map(([atMs]) => atMs) ?? []);
  if (child !== undefined) return [['children', 'points', child, 0], 'earlier than the one before'];
  return findInLog(log);
}

function findInLog({ lines, runLines, bytes, types, runTypes, group }: RunRecord['log']): Contradiction | undefined {
  if (lines > bytes) return [['log', 'lines'], 'more than there are bytes'];
  if (runLines > lines) return [['log', 'runLines'], 'more than there are lines'];
  if (total(types) > lines) return [['log', 'types'], 'more objects than lines'];
  if (total(runTypes) > runLines) return [['log', 'runTypes'], 'more objects than lines'];
  const isMore = ([name, count]: readonly [string, number]) => count > (types.get(name) ?? 0);
  if ([...runTypes].some(isMore)) return [['log', 'runTypes'], 'more objects of a type than in the whole log'];
  return group.length > runLines ? [['log', 'group'], 'longer than the log'] : undefined;
}

/** Tolerance for times, in milliseconds: they come from several clocks and threads, and older records may have points out of order. */
const slackMs = 1000;

/** The index of the first number that is smaller than the one before by more than `slack`. */
function findBackward(numbers: readonly number[], slack = 0): number | undefined {
  const index = numbers.findIndex((number, index) => index > 0 && number < (numbers[index - 1] as number) - slack);
  return index === -1 ? undefined : index;
}

/** What in a record cannot come from this sample, as a phrase; undefined if nothing. */
export function findBeyondSample(
  { conditions, program, runtime, python, collector, memory }: Capture,
  { code, outputBytes }: Sample,
): string | undefined {
  if ((collector === 'free-threaded') !== runtime.endsWith('t')) return 'collector: not that of its runtime';
  const version = runtime.replace(/^\w+-|t$/g, '');
  if (python !== version && !python.startsWith(`${version}.`)) return 'python: not that of its runtime';
  if ((memory === 'WebAssembly heap') !== runtime.startsWith('pyodide')) return 'memory: not that of its runtime';
  for (const [condition, run] of Object.entries(conditions)) {
    if (run !== undefined && run.log.bytes > outputBytes) return `conditions.${condition}.log.bytes: more than the output limit allows`;
  }
  const lines = code.split('\n').length;
  const key = (Object.keys(program) as (keyof typeof program)[]).find((key) => program[key].length > lines);
  return key === undefined ? undefined : `program.${key}: more than the sample has lines`;
}
