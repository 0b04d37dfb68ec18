import type { ProgramTree } from '../post/fences/program-tree.ts';
import type { Mark } from '../run/mark.ts';
import type { RawRun } from '../run/run.ts';
import type { Runtime } from '../run/runtime.ts';
import { maxCollectionsPerMs, maxFullCollections, timeSlices } from './bounds.ts';
import type { LogRecord, RunRecord } from './capture.ts';
import { childBytesAt } from './children.ts';
import { readPoints } from './points.ts';

/** What a record says of a run: its measurements, thinned out, with its log as a record has it. Runs in a browser, too. */
export function toRecord(raw: Omit<RawRun, 'log'>, kind: Runtime['kind'], program: ProgramTree, log: LogRecord): RunRecord {
  const { points, places } = readPoints(raw, kind, program);
  const mark = (name: string) => raw.marks.find((mark) => mark.kind === name);
  const start = mark('start');
  const end = mark('end') ?? raw.marks.at(-1);
  const startMs = start?.atMs ?? 0;
  // Loading Pyodide does not count as the sample's time.
  const wallMs = Math.max(Math.round(kind === 'cpython' ? raw.wallMs : raw.wallMs - startMs), Math.ceil(points.at(-1)?.[0] ?? 0));
  // A program may report more collections than there was time for; its record would be invalid.
  const counts = (end?.collections ?? [0, 0, 0]).map((count) => Math.min(count, wallMs * maxCollectionsPerMs)) as [number, number, number];
  const children = readChildren(raw, startMs);
  const sizes = [
    ...raw.marks.map(({ rssBytes }) => rssBytes),
    ...(kind === 'cpython' ? raw.polls.map(([atMs, rssBytes]) => rssBytes + childBytesAt(children, atMs - startMs)) : []),
  ];
  return {
    exit: raw.exit,
    signal: raw.signal,
    limit: raw.limit,
    wallMs,
    peakRssBytes: largest(sizes),
    endRssBytes: Math.max(0, end?.rssBytes ?? (kind === 'cpython' ? raw.polls.at(-1)?.[1] : undefined) ?? 0),
    held: { start: start?.held ?? null, end: mark('end')?.held ?? null, left: mark('left')?.held ?? null },
    garbage: end?.garbage ?? 0,
    flags: lastingFlags(raw.marks),
    collections: {
      counts: [...counts],
      collected: end?.collected ?? 0,
      uncollectable: end?.uncollectable ?? 0,
      elapsedMs: tenth(Math.min(end?.gcMs ?? 0, wallMs)),
      full: raw.marks
        .filter(({ kind }) => kind === 'collection')
        .slice(0, Math.min(maxFullCollections, counts[2]))
        .map(({ atMs, work, pauseMs }) => [tenth(atMs - startMs), work, tenth(pauseMs)]),
    },
    points,
    places,
    ...(children && { children }),
    ...(raw.regions && { regions: raw.regions }),
    log,
  };
}

/** Descendants with less private memory than this are ignored: a process needs as much to start. */
const minChildBytes = 1e6;

/** The private memory of a program's descendants, the maximum of each time slice; undefined if it is negligible. */
function readChildren({ children }: Pick<RawRun, 'children'>, startMs: number): RunRecord['children'] {
  const most = largest(children.map(([, count]) => count));
  if (largest(children.map(([, , bytes]) => bytes)) < minChildBytes) return undefined;
  const [first = 0, last = 0] = [children[0]?.[0], children.at(-1)?.[0]];
  const parts = Map.groupBy(children, ([atMs]) => Math.floor(((atMs - first) / (last - first || 1)) * timeSlices));
  const points = [...parts.values()].map((part) => part.reduce((high, poll) => (poll[2] > high[2] ? poll : high)));
  return { most, points: points.map(([atMs, , bytes]) => [tenth(atMs - startMs), bytes]) };
}

/** The debug flags that are set in at least a third of the marks. */
function lastingFlags(marks: readonly Mark[]): number {
  return [1, 2, 4, 8, 16, 32]
    .filter((flag) => marks.filter(({ flags }) => (flags & flag) !== 0).length * 3 >= marks.length && marks.length > 0)
    .reduce((flags, flag) => flags | flag, 0);
}

/** The maximum, and at least 0. Not with Math.max(...), as a run of a day has millions of numbers. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

function tenth(ms: number): number {
  return Math.max(0, Math.round(ms * 10) / 10);
}
