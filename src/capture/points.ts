import type { Mark } from '../run/marks.ts';
import type { RawRun } from '../run/run.ts';
import type { Runtime } from '../run/runtime.ts';
import type { Point } from './capture.ts';

/** A record keeps about two moments of each of so many stretches of a run. */
const stretches = 80;
/** Where the program was silent for so long, what was seen from outside fills in. */
const silenceMs = 20;

const letters = { start: 'S', tick: '.', collection: 'C', settled: 'F', end: 'E', left: 'X' } as const;

/** The moments of a run, times from its first statement, thinned out so that floors and peaks stay. */
export function readPoints(run: RawRun, kind: Runtime['kind']): Point[] {
  const startMs = run.marks[0]?.atMs ?? 0;
  const startCpuMs = run.marks[0]?.cpuMs ?? 0;
  let workMs = 0;
  const inside = run.marks.map((mark) => {
    workMs = Math.max(workMs, mark.cpuMs - startCpuMs);
    return fromMark(mark, startMs, workMs);
  });
  const last = inside.at(-1)?.[0] ?? 0;
  // What the interpreter gives back while it shuts down is not the program's doing.
  const ended = run.marks.some(({ kind }) => kind === 'end');
  const outside = run.polls
    .filter(([atMs]) => atMs >= startMs)
    .map(([atMs, rssBytes]): Point => [round(atMs - startMs), null, rssBytes, null, null, null, null, 'P', 0])
    .filter(([atMs]) => atMs < last || !ended);
  // Pyodide's process is not what its heap is.
  const points = kind === 'pyodide' ? inside : merge(inside, outside);
  return thin(points.filter(([, , rssBytes]) => rssBytes > 0));
}

function fromMark(mark: Mark, startMs: number, workMs: number): Point {
  const letter = mark.kind === 'tick' && mark.importing ? 'I' : letters[mark.kind];
  const [young, middle] = mark.collections;
  return [Math.max(0, round(mark.atMs - startMs)), round(workMs), Math.max(0, mark.rssBytes), mark.held, mark.garbage, mark.work, young + middle, letter, mark.freed];
}

function merge(inside: readonly Point[], outside: readonly Point[]): readonly Point[] {
  const points: Point[] = [];
  let next = 0;
  let at = -Infinity;
  for (const point of [...inside, undefined]) {
    const until = point?.[0] ?? Infinity;
    for (; next < outside.length && (outside[next] as Point)[0] < until; next += 1) {
      const poll = outside[next] as Point;
      if (poll[0] > at && (until - at > silenceMs)) points.push(poll);
    }
    if (point !== undefined) {
      points.push(point);
      at = point[0];
    }
  }
  return points;
}

/** Keeps of each stretch of time the moment with the most memory, and of each stretch of work the one with the least of Python's own. */
function thin(points: readonly Point[]): Point[] {
  const keep = new Set<Point>(points.filter(([, , , , , , , kind]) => kind === 'S' || kind === 'E' || kind === 'X'));
  for (const group of cut(points, ([atMs]) => atMs)) keep.add(group.reduce((high, point) => (point[2] > high[2] ? point : high)));
  const counted = points.filter(([, cpuMs, , held]) => cpuMs !== null && held !== null);
  for (const group of cut(counted, ([, cpuMs]) => cpuMs ?? 0)) {
    const settled = group.filter(([, , , , , , , kind]) => kind === 'F');
    keep.add((settled.length > 0 ? settled : group).reduce((low, point) => ((point[3] as number) < (low[3] as number) ? point : low)));
    // An import is a stretch of its own: its first and last moment say how much it took.
    const imports = group.filter(([, , , , , , , kind]) => kind === 'I');
    for (const point of [imports[0], imports.at(-1)]) if (point !== undefined) keep.add(point);
  }
  return points.filter((point) => keep.has(point));
}

function cut(points: readonly Point[], clock: (point: Point) => number): readonly Point[][] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const length = clock(last) - clock(first) || 1;
  return [...Map.groupBy(points, (point) => Math.floor(((clock(point) - clock(first)) / length) * stretches)).values()];
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
