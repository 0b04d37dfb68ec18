import type { Point } from './capture.ts';

/** A moment that was seen from inside, imports left out. */
export interface Look {
  /** Its place among the run's points. */
  readonly index: number;
  /** CPU time of the program's own work so far: without collections and imports. */
  readonly cpuMs: number;
  readonly point: Point;
  /** What an import had added by then, to be taken off: blocks or bytes, of Python's own memory and of the process. */
  readonly imported: { readonly held: number; readonly rss: number };
}

/** The moments of a run that say how its work went; what imports add and take is no work, whatever mark falls into them. */
export function readLooks(points: readonly Point[]): readonly Look[] {
  const looks = known.get(points) ?? read(points);
  known.set(points, looks);
  return looks;
}

/** Each of a run's quantities is measured in each of its stretches. */
const known = new WeakMap<readonly Point[], readonly Look[]>();

function read(points: readonly Point[]): readonly Look[] {
  const looks: Look[] = [];
  const imported = { held: 0, rss: 0 };
  let last: Point | undefined;
  let cpuMs = 0;
  for (const [index, point] of points.entries()) {
    const [, cpu, rss, held, , , , kind] = point;
    if (cpu === null || held === null) continue;
    const importing = kind === 'I';
    if (last !== undefined) {
      if (importing || last[7] === 'I') {
        imported.held += Math.max(0, held - (last[3] ?? 0));
        imported.rss += Math.max(0, rss - last[2]);
      } else cpuMs += cpu - (last[1] ?? 0);
    }
    last = point;
    if (!importing) looks.push({ index, cpuMs, point, imported: { ...imported } });
  }
  return looks;
}
