import { readProgram } from '../post/program-tree.ts';
import type { Capture, Point, RunRecord } from './capture.ts';

/** Some looks one after the other, at the same lines. */
export interface Part {
  /** The lines that lead there, outermost first: `9.5.2`; several take turns, `2 3`; `-` is none. */
  readonly at: string;
  readonly looks: number;
  /** Python's own memory, by the look within the part; what it was before where it is not said. */
  readonly held?: ((look: number) => number) | undefined;
  readonly rss?: ((look: number) => number) | undefined;
  readonly inUse?: ((look: number) => number) | undefined;
  readonly garbage?: ((look: number) => number) | undefined;
  readonly work?: ((look: number) => number) | undefined;
  /** What full collections have freed so far. */
  readonly freed?: ((look: number) => number) | undefined;
  readonly kind?: Point[7] | undefined;
  /** CPU time from one look to the next; the time that passes is the same, or `ms`. */
  readonly cpuMs?: number | undefined;
  readonly ms?: number | undefined;
}

/** What a run starts with: blocks, bytes of the process. */
export const [startBlocks, startBytes] = [1000, 9_000_000];

/** The end of a program of which nothing goes as it ends: its last moment, and that after a full collection. */
export const end: readonly Part[] = [{ at: '-', looks: 1, kind: 'E' }, { at: '-', looks: 1, kind: 'X' }];

/** A run as it was seen, for tests: it starts with nothing but the interpreter, and is looked at every 10 ms. */
export function handMadeRun(...parts: readonly Part[]): Pick<RunRecord, 'points' | 'places'> {
  const places: number[][] = [];
  const placeOf = (at: string): number | null => {
    if (at === '-') return null;
    const lines = at.split('.').map(Number);
    const known = places.findIndex((place) => place.join() === lines.join());
    return known >= 0 ? known : places.push(lines) - 1;
  };
  let last: Point = [0, 0, startBytes, startBlocks, 0, -1, 0, 'S', 0, null, null];
  const points: Point[] = [last];
  for (const { at, looks, held, rss, inUse, garbage, work, freed, kind = '.', cpuMs = 10, ms = cpuMs } of parts) {
    const lines = at.split(' ');
    for (let look = 0; look < looks; look += 1) {
      const [atMs, before, bytes, blocks, kept, count, young, , free] = last;
      last = [
        atMs + ms, (before as number) + cpuMs, rss?.(look) ?? bytes, held?.(look) ?? blocks, garbage?.(look) ?? kept, work?.(look) ?? count, young, kind, freed?.(look) ?? free,
        placeOf(lines[look % lines.length] as string), inUse?.(look) ?? null,
      ];
      points.push(last);
    }
  }
  return { points, places };
}

/** What a record keeps of a program's text, as one would have of this code. */
export function programOf(code: string, runners: readonly number[] = []): Capture['program'] {
  const { loops, tables, isLast } = readProgram(code);
  const last = code.split('\n').flatMap((_, index) => (isLast(index + 1) ? [index + 1] : []));
  return { loops: loops.map(({ from, to }) => [from, to]), last, tables: [...tables], runners: [...runners] };
}
