import type { Capture } from '../capture/capture.ts';
import { measureGrowth, type Growth, type Quantity } from '../capture/growth.ts';
import { findStretches, type NamedWork, type Stretch } from '../capture/stretches.ts';
import { minGrowth } from '../capture/tolerance.ts';
import { conditions, type Condition } from '../experiment/condition.ts';

/** One measurement: how a quantity moved over the rounds of one condition. */
export interface Evidence {
  readonly condition: Condition | 'traced';
  /** What was counted, in words: `allocated blocks`, `bytes of resident set size`, `objects in gc.garbage`. */
  readonly unit: string;
  readonly growth: Growth;
  /** Whether the verdict rests on it. */
  readonly decided: boolean;
}

/** All measurements of one stretch of work. */
export interface StretchMeasurement {
  /** The stretch as seen with the debug flags off. */
  readonly stretch: Stretch;
  /** The same stretch in each condition that it was seen in. */
  readonly byCondition: Readonly<Partial<Record<Condition, Stretch>>>;
  readonly off: Evidence;
  readonly offRss: Evidence;
  /** Undefined if the C library does not report it. */
  readonly offInUse: Evidence | undefined;
  readonly written: Evidence;
  readonly garbage: Evidence;
  readonly disabled: Evidence;
  readonly traced: Evidence | undefined;
}

/** The growth of a stretch that was not seen in a condition. */
const noGrowth = (quantity: Quantity): Growth => ({
  quantity,
  rounds: [0, 0, 0, 0, 0],
  borders: [],
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

/** Measures every stretch of work of a record, in order of time: each stretch in all conditions that it was seen in. */
export function measureStretches(capture: Capture, named: NamedWork): readonly StretchMeasurement[] {
  const { conditions: runs, held, memory, program } = capture;
  const stretches = new Map(
    (['as-written', 'debug-off', 'gc-disabled', 'traced'] as const).map((condition) => [
      condition,
      runs[condition] === undefined ? [] : findStretches(runs[condition], program, named),
    ]),
  );
  return (stretches.get('debug-off') ?? []).map((stretch): StretchMeasurement => {
    const measure = (condition: Condition | 'traced', quantity: Quantity): Evidence => {
      const bytes = condition === 'traced' ? 'traced bytes' : held;
      const min = quantity === 'held' ? minGrowth[bytes] : minGrowth[quantity];
      const own = condition === 'debug-off' ? stretch : findSame(stretch, stretches.get(condition) ?? []);
      const growth = own === undefined ? noGrowth(quantity) : measureGrowth(runs[condition]?.points ?? [], quantity, min, own);
      return { condition, unit: quantity === 'held' ? bytes : units(memory)[quantity], growth, decided: false };
    };
    const inUse = runs['debug-off'].points.some((point) => point[10] !== null);
    const byCondition = conditions.flatMap((condition) => {
      const same = condition === 'debug-off' ? stretch : findSame(stretch, stretches.get(condition) ?? []);
      return same === undefined ? [] : [[condition, same] as const];
    });
    return {
      stretch,
      byCondition: Object.fromEntries(byCondition),
      off: measure('debug-off', 'held'),
      offRss: measure('debug-off', 'rss'),
      offInUse: inUse ? measure('debug-off', 'inUse') : undefined,
      written: measure('as-written', 'held'),
      garbage: measure('as-written', 'garbage'),
      disabled: measure('gc-disabled', 'held'),
      traced: runs.traced && measure('traced', 'held'),
    };
  });
}

const units = (memory: string) => ({ rss: `bytes of ${memory}`, inUse: 'bytes in use by the C library', garbage: 'objects in gc.garbage' });

/**
 * The same stretch in another run. If two stretches took turns in one run only, no key is equal: then the one that shares a part.
 */
function findSame({ key }: Stretch, others: readonly Stretch[]): Stretch | undefined {
  const parts = key.split(' ');
  return others.find((other) => other.key === key) ?? others.find((other) => other.key.split(' ').some((part) => parts.includes(part)));
}
