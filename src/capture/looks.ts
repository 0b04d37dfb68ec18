import type { Point } from './capture.ts';

/** A moment that was measured from inside, outside imports. */
export interface Look {
  /** Its index in the run's points. */
  readonly index: number;
  /** CPU time of the program's work so far, without collections and imports. */
  readonly cpuMs: number;
  readonly point: Point;
  /** What imports had added by then, to be subtracted: to `held`, in its unit, and to the process, in bytes. */
  readonly imported: { readonly held: number; readonly rss: number };
}

/** The moments of a run that show how its work went. What happens during imports does not count as work, whatever the kind of mark. */
export function readLooks(points: readonly Point[]): readonly Look[] {
  const looks = known.get(points) ?? read(points);
  known.set(points, looks);
  return looks;
}

/** Cached, as each quantity is measured in each stretch of a run. */
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
