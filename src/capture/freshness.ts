import { satisfies } from 'semver';
import type { Sample } from '../post/sample.ts';
import type { Capture } from './capture.ts';
import { keyOf } from './key.ts';
import type { StoredRecord } from './store.ts';

export type Freshness = 'fresh' | 'stale' | 'damaged';

/** Whether a record still stands for its sample. */
export function freshnessOf(record: StoredRecord, sample: Sample): Freshness {
  if (record.capture === undefined) return 'damaged';
  const meant = satisfies(record.capture.python, sample.python);
  return meant && record.capture.key === keyOf(sample, record.runtime) ? 'fresh' : 'stale';
}

/** The captures of a sample that stand for it, natives first, the newest Python first. */
export function freshCaptures(records: readonly StoredRecord[], sample: Sample): readonly Capture[] {
  return records
    .filter((record) => record.sample === sample.name && freshnessOf(record, sample) === 'fresh')
    .flatMap(({ capture }) => capture ?? [])
    .toSorted((a, b) => rank(b.runtime) - rank(a.runtime));
}

/** A page shows one runtime: the best that has a fresh record of every sample, else the best of each. */
export function primaryCaptures(records: readonly StoredRecord[], samples: readonly Sample[]): ReadonlyMap<string, Capture> {
  const all = new Map(samples.map((sample) => [sample.name, freshCaptures(records, sample)]));
  const [first = []] = all.values();
  const shared = first.find(({ runtime }) => [...all.values()].every((captures) => captures.some((capture) => capture.runtime === runtime)))?.runtime;
  const chosen = new Map<string, Capture>();
  for (const [name, captures] of all) {
    const capture = captures.find(({ runtime }) => runtime === shared) ?? captures[0];
    if (capture !== undefined) chosen.set(name, capture);
  }
  return chosen;
}

function rank(runtime: string): number {
  const minor = Number(/3\.(\d+)/.exec(runtime)?.[1] ?? 0);
  return minor + (runtime.startsWith('cpython') ? 1000 : 0) - (runtime.endsWith('t') ? 500 : 0);
}
