import type { Capture } from '../capture/capture.ts';
import { measureGrowth, type Growth, type Quantity } from '../capture/growth.ts';
import { findStretches, type NamedWork, type Stretch } from '../capture/stretches.ts';
import { minGrowth } from '../capture/tolerance.ts';
import { conditions, type Condition } from '../experiment/condition.ts';

/** One measurement: how a quantity moved in the rounds of one condition. */
export interface Evidence {
  readonly condition: Condition | 'traced';
  /** What was counted: `allocated blocks`, `bytes of resident set size`, `objects in gc.garbage`. */
  readonly unit: string;
  readonly growth: Growth;
  /** Whether it is among those that the verdict rests on. */
  readonly decided: boolean;
}

/** All that is measured of one stretch of work. */
export interface Measured {
  /** As it was with the debug flags off. */
  readonly stretch: Stretch;
  /** The same stretch in each condition in which it was seen. */
  readonly twins: Readonly<Partial<Record<Condition, Stretch>>>;
  readonly off: Evidence;
  readonly offRss: Evidence;
  /** Undefined where the C library does not tell. */
  readonly offInUse: Evidence | undefined;
  readonly written: Evidence;
  readonly garbage: Evidence;
  readonly disabled: Evidence;
  readonly traced: Evidence | undefined;
}

const nothing = (quantity: Quantity): Growth => ({
  quantity,
  rounds: [0, 0, 0, 0, 0],
  total: 0,
  grows: false,
  watched: false,
  fades: false,
  nearly: false,
  since: undefined,
  stops: undefined,
  givenBack: 'no',
  waiting: 0,
  hidden: false,
  late: undefined,
  rise: 0,
  swing: 0,
  cpuMs: 0,
  points: 0,
});

/** Measures each stretch of work of a record, the first first; the same stretch in every condition. */
export function measureStretches(capture: Capture, named: NamedWork): readonly Measured[] {
  const { conditions: runs, held, memory, program } = capture;
  const all = new Map(
    (['as-written', 'debug-off', 'gc-disabled', 'traced'] as const).map((condition) => [
      condition,
      runs[condition] === undefined ? [] : findStretches(runs[condition], program, named),
    ]),
  );
  return (all.get('debug-off') ?? []).map((stretch): Measured => {
    const look = (condition: Condition | 'traced', quantity: Quantity): Evidence => {
      const bytes = condition === 'traced' ? 'traced bytes' : held;
      const least = quantity === 'held' ? minGrowth[bytes] : minGrowth[quantity];
      const own = condition === 'debug-off' ? stretch : twinOf(stretch, all.get(condition) ?? []);
      const growth = own === undefined ? nothing(quantity) : measureGrowth(runs[condition]?.points ?? [], quantity, least, own);
      return { condition, unit: quantity === 'held' ? bytes : units(memory)[quantity], growth, decided: false };
    };
    const inUse = runs['debug-off'].points.some((point) => point[10] !== null);
    const twins = conditions.flatMap((condition) => {
      const twin = condition === 'debug-off' ? stretch : twinOf(stretch, all.get(condition) ?? []);
      return twin === undefined ? [] : [[condition, twin] as const];
    });
    return {
      stretch,
      twins: Object.fromEntries(twins),
      off: look('debug-off', 'held'),
      offRss: look('debug-off', 'rss'),
      offInUse: inUse ? look('debug-off', 'inUse') : undefined,
      written: look('as-written', 'held'),
      garbage: look('as-written', 'garbage'),
      disabled: look('gc-disabled', 'held'),
      traced: runs.traced && look('traced', 'held'),
    };
  });
}

const units = (memory: string) => ({ rss: `bytes of ${memory}`, inUse: 'bytes in use by the C library', garbage: 'objects in gc.garbage' });

/** The same stretch in another run; where there two take turns that did not here, what shares a part with it. */
function twinOf({ key }: Stretch, others: readonly Stretch[]): Stretch | undefined {
  const parts = key.split(' ');
  return others.find((other) => other.key === key) ?? others.find((other) => other.key.split(' ').some((part) => parts.includes(part)));
}
