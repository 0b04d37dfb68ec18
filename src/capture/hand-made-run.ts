import type { Condition } from '../experiment/condition.ts';
import type { Sample } from '../experiment/sample.ts';
import { readProgram } from '../post/fences/program-tree.ts';
import type { Capture, Point, RunRecord } from './capture.ts';
import { handMade } from './hand-made.ts';
import { describeProgram } from './program.ts';

/** Consecutive looks at the same lines. */
export interface Part {
  /** The lines on the call stack, outermost first, as `9.5.2`; several, as `2 3`, alternate; `-` stands for none. */
  readonly at: string;
  readonly looks: number;
  /** Python's own memory at each look of the part; by default it stays as it was. */
  readonly held?: ((look: number) => number) | undefined;
  readonly rss?: ((look: number) => number) | undefined;
  readonly inUse?: ((look: number) => number) | undefined;
  readonly garbage?: ((look: number) => number) | undefined;
  readonly work?: ((look: number) => number) | undefined;
  /** How much full collections have freed so far. */
  readonly freed?: ((look: number) => number) | undefined;
  readonly kind?: Point[7] | undefined;
  /** CPU time between two looks; the elapsed time is the same, or `ms`. */
  readonly cpuMs?: number | undefined;
  readonly ms?: number | undefined;
}

/** What a run starts with: allocated blocks, and bytes of the process. */
export const [startBlocks, startBytes] = [1000, 9_000_000];

/** The end of a program that frees nothing: its last moment, and the one after a full collection. */
export const end: readonly Part[] = [
  { at: '-', looks: 1, kind: 'E' },
  { at: '-', looks: 1, kind: 'X' },
];

/** The points of a made-up run, for tests: by default it starts with nothing but the interpreter, and there is a look every 10 ms. */
export function handMadeRun(...parts: readonly Part[]): Pick<RunRecord, 'points' | 'places'> {
  const places: number[][] = [];
  const placeOf = (at: string): number | null => {
    if (at === '-') return null;
    const lines = at.split('.').map(Number);
    const known = places.findIndex((place) => place.join() === lines.join());
    return known >= 0 ? known : places.push(lines) - 1;
  };
  let last: Point = [0, 0, startBytes, startBlocks, 0, -1, 0, 'S', 0, null, null];
  const points: Point[] = parts[0]?.kind === 'S' ? [] : [last];
  for (const { at, looks, held, rss, inUse, garbage, work, freed, kind = '.', cpuMs = 10, ms = cpuMs } of parts) {
    const lines = at.split(' ');
    for (let look = 0; look < looks; look += 1) {
      const [atMs, before, bytes, blocks, kept, count, young, , free] = last;
      last = [
        points.length === 0 ? 0 : atMs + ms,
        points.length === 0 ? 0 : (before as number) + cpuMs,
        rss?.(look) ?? bytes,
        held?.(look) ?? blocks,
        garbage?.(look) ?? kept,
        work?.(look) ?? count,
        young,
        kind,
        freed?.(look) ?? free,
        placeOf(lines[look % lines.length] as string),
        inUse?.(look) ?? null,
      ];
      points.push(last);
    }
  }
  return { points, places };
}

/** The structure of this code, as a record would have it. */
export function programOf(code: string, runners: readonly number[] = []): Capture['program'] {
  const program = describeProgram(code, readProgram(code));
  return { ...program, runners: [...program.runners, ...runners] };
}

/** A fresh record of a sample with these runs; a condition that is not given is the same as `debug-off`. */
export function handMadeCapture(
  sample: Sample,
  runs: Readonly<Partial<Record<Condition, readonly Part[]>>> & { readonly 'debug-off': readonly Part[] },
  changes: Partial<RunRecord> = {},
): Capture {
  const capture = handMade(sample);
  const record = (condition: Condition): RunRecord => {
    const { points, places } = handMadeRun(...(runs[condition] ?? runs['debug-off']));
    const find = (letter: string) => points.find((point) => point[7] === letter);
    const held = { start: points[0]?.[3] ?? null, end: find('E')?.[3] ?? null, left: find('X')?.[3] ?? null };
    const sizes = points.map(([, , rssBytes]) => rssBytes);
    return {
      ...capture.conditions[condition],
      wallMs: points.at(-1)?.[0] ?? 0,
      peakRssBytes: Math.max(...sizes),
      endRssBytes: find('E')?.[2] ?? (sizes.at(-1) as number),
      held,
      points: [...points],
      places: [...places],
      ...changes,
    };
  };
  return {
    ...capture,
    program: programOf(sample.code),
    conditions: { 'as-written': record('as-written'), 'debug-off': record('debug-off'), 'gc-disabled': record('gc-disabled') },
  };
}
