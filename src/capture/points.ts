import type { ProgramTree } from '../post/fences/program-tree.ts';
import { maxCount, type Mark } from '../run/mark.ts';
import type { RawRun } from '../run/run.ts';
import type { Runtime } from '../run/runtime.ts';
import { maxMs, maxPlaces, timeSlices } from './bounds.ts';
import type { Point, RunRecord } from './capture.ts';
import { keyOf } from './stretches.ts';

/** Gaps between marks longer than this are filled with polls from outside. */
const silenceMs = 20;

/** How many loops are thinned out separately: those with the most looks. */
const maxLoops = 12;

/** How many marks of the start and the ends are kept; there are only more if a program forges them. */
const maxEndMarks = 20;

const letters = { start: 'S', tick: '.', collection: 'C', settled: 'F', done: 'M', end: 'E', left: 'X', trimmed: 'T' } as const;

/** The moments of a run and its places, with times from the first statement, thinned out so that floors and peaks remain. */
export function readPoints(
  run: Pick<RawRun, 'marks' | 'polls'>,
  kind: Runtime['kind'],
  program: ProgramTree,
): Pick<RunRecord, 'points' | 'places'> {
  const startMs = run.marks[0]?.atMs ?? 0;
  const startCpuMs = run.marks[0]?.cpuMs ?? 0;
  const places = new Places();
  let workMs = 0;
  const inside = run.marks.map((mark) => {
    workMs = Math.max(workMs, mark.cpuMs - startCpuMs);
    return fromMark(mark, mark.atMs - startMs, workMs, program, places);
  });
  // What is freed during the interpreter's shutdown, or when the C library is made to trim, is not the program's doing.
  const end = inside.find(([, , , , , , , kind]) => kind === 'E');
  const outside = run.polls
    .filter(([atMs]) => atMs >= startMs)
    .map(([atMs, rssBytes]): Point => [round(atMs - startMs), null, rssBytes, null, null, null, null, 'P', 0, null, null])
    .filter(([atMs]) => end === undefined || atMs < end[0]);
  // The memory of Pyodide's process is not that of its heap.
  const points = kind === 'pyodide' ? inside : merge(inside, outside);
  const keys = places.lines.map((lines) => keyOf(lines, program.loops)?.key);
  const kept = thin(
    points.filter(([, , rssBytes]) => rssBytes > 0),
    (point) => (point[9] === null ? undefined : keys[point[9]]),
  );
  return renumber(kept, places.lines);
}

/** Numbers the places of a run. */
class Places {
  readonly lines: number[][] = [];
  readonly #known = new Map<string, number>();

  add(lines: readonly number[]): number | null {
    if (lines.length === 0) return null;
    // Once half of the numbers are taken, a new place is reduced to its two outermost lines.
    const place = this.lines.length < maxPlaces / 2 || this.#known.has(lines.join()) ? lines : lines.slice(0, 2);
    const known = this.#known.get(place.join());
    if (known !== undefined) return known;
    if (this.lines.length >= maxPlaces) return null;
    this.#known.set(place.join(), this.lines.length);
    return this.lines.push([...place]) - 1;
  }
}

/** Removes places that no point refers to, and renumbers the others. */
function renumber(points: readonly Point[], lines: readonly number[][]): Pick<RunRecord, 'points' | 'places'> {
  const named = [...new Set(points.flatMap((point) => point[9] ?? []))];
  const numbers = new Map(named.map((place, index) => [place, index]));
  return {
    points: points.map((point) => point.with(9, point[9] === null ? null : (numbers.get(point[9]) ?? null)) as Point),
    places: named.map((place) => lines[place] as number[]),
  };
}

function fromMark(mark: Mark, atMs: number, workMs: number, { imports }: ProgramTree, places: Places): Point {
  const at = mark.lines.at(-1) ?? 0;
  // Between two imports of a statement none is on the stack.
  const importing = mark.phase === 'importing' || imports.some(({ from, to }) => at >= from && at <= to);
  const during = mark.kind === 'tick' || mark.kind === 'collection' || mark.kind === 'settled';
  const letter = during && importing ? 'I' : during && mark.phase === 'leaving' ? 'L' : letters[mark.kind];
  const [young, middle] = mark.collections;
  return [
    Math.max(0, round(atMs)),
    Math.min(maxMs, round(workMs)),
    Math.max(0, mark.rssBytes),
    mark.held,
    mark.garbage,
    mark.work,
    Math.min(maxCount, young + middle),
    letter,
    mark.freed,
    places.add(mark.lines),
    mark.inUse,
  ];
}

/** Adds polls from outside where the marks have gaps. */
function merge(inside: readonly Point[], outside: readonly Point[]): readonly Point[] {
  const points: Point[] = [];
  let next = 0;
  let at = -Infinity;
  for (const point of [...inside, undefined]) {
    const until = point?.[0] ?? Infinity;
    for (; next < outside.length && (outside[next] as Point)[0] < until; next += 1) {
      const poll = outside[next] as Point;
      if (poll[0] > at && until - at > silenceMs) points.push(poll);
    }
    if (point !== undefined) {
      points.push(point);
      at = point[0];
    }
  }
  return points;
}

/**
 * Keeps, for each slice of time, the moment with the most memory, and for each slice of CPU time the one with the least memory
 * of Python's own, both for the whole run and within each loop.
 */
function thin(points: readonly Point[], key: (point: Point) => string | undefined): Point[] {
  const keep = new Set<Point>(points.filter(([, , , , , , , kind]) => 'SMEXT'.includes(kind)).slice(0, maxEndMarks));
  for (const group of slice(points, ([atMs]) => atMs, timeSlices))
    keep.add(group.reduce((high, point) => (point[2] > high[2] ? point : high)));
  const withInUse = points.filter((point) => point[10] !== null);
  for (const group of slice(withInUse, ([atMs]) => atMs, timeSlices))
    keep.add(group.reduce((high, point) => ((point[10] as number) > (high[10] as number) ? point : high)));
  const counted = points.filter(([, cpuMs, , held]) => cpuMs !== null && held !== null);
  const byKey = [...Map.groupBy(counted, key)].filter(([key]) => key !== undefined).map(([, own]) => own);
  const loops = byKey.toSorted((a, b) => b.length - a.length).slice(0, maxLoops);
  for (const own of [counted, ...loops]) {
    for (const group of slice(
      own,
      ([, cpuMs]) => cpuMs ?? 0,
      own === counted ? timeSlices : Math.ceil(timeSlices / Math.min(loops.length, 3)),
    )) {
      const settled = group.filter(([, , , , , , , kind]) => kind === 'F');
      keep.add((settled.length > 0 ? settled : group).reduce((low, point) => ((point[3] as number) < (low[3] as number) ? point : low)));
      // The first and the last moment of an import show how much it took.
      const imports = group.filter(([, , , , , , , kind]) => kind === 'I');
      for (const point of [imports[0], imports.at(-1)]) if (point !== undefined) keep.add(point);
    }
    // The start and the end of a loop.
    for (const point of [own[0], own.at(-1)]) if (point !== undefined) keep.add(point);
  }
  // The first moment after a loop shows what was freed with it.
  for (const own of loops) {
    const next = counted[counted.indexOf(own.at(-1) as Point) + 1];
    if (next !== undefined) keep.add(next);
  }
  return points.filter((point) => keep.has(point));
}

/** Groups points into `parts` slices of equal length on some clock. */
function slice(points: readonly Point[], clock: (point: Point) => number, parts: number): readonly Point[][] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const length = clock(last) - clock(first) || 1;
  return [...Map.groupBy(points, (point) => Math.floor(((clock(point) - clock(first)) / length) * parts)).values()];
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
