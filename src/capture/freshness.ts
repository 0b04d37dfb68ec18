import { satisfies } from 'semver';
import { lockedFor, lockName, versionChanges } from '../experiment/packages.ts';
import type { Sample } from '../experiment/sample.ts';
import { method } from '../run/method.ts';
import type { Capture } from './capture.ts';
import { keyOf, sourceOf } from './key.ts';
import type { Identity, StoredRecord } from './store.ts';

/** The state of a record. `other-method` would be fresh if it had been measured by the current method. */
export type Freshness = 'fresh' | 'other-method' | 'stale' | 'damaged';

/** A record, whole or in outline. */
type Dated = Pick<StoredRecord, 'reason'> & { readonly capture: Identity | undefined };

/** Whether a record still represents its sample. */
export function freshnessOf({ capture }: Dated, sample: Sample): Freshness {
  if (capture === undefined) return 'damaged';
  if (!satisfies(capture.python, sample.python) || capture.key !== keyOf(sample, capture.method)) return 'stale';
  if (packageChanges(capture, sample).length > 0) return 'stale';
  return capture.method === method ? 'fresh' : 'other-method';
}

/** Whether a record may be shown for its sample: it is of this exact code and settings, by whatever method. */
export function isShown(record: Dated, sample: Sample): boolean {
  const state = freshnessOf(record, sample);
  return state === 'fresh' || state === 'other-method';
}

/** Why a record is not fresh, as a phrase; line numbers are those of the post. */
export function whyStale({ capture, reason }: Dated, sample: Sample): string {
  if (capture === undefined) return `damaged: ${reason}`;
  if (!satisfies(capture.python, sample.python)) return `stale: the sample is for Python ${sample.python} now`;
  if (isOfOtherPackages(capture, sample)) return `stale: ${packageChanges(capture, sample).join(', ')}`;
  if (capture.method !== method && capture.key === keyOf(sample, capture.method)) return 'measured by another version of Leaklog';
  const [was, is] = [capture.source, sourceOf(sample)];
  if (was === undefined) return 'stale: the code or its settings changed';
  if (was.code !== is.code) {
    const lines = was.code.split('\n');
    const changed = is.code.split('\n').findIndex((line, index) => line !== lines[index]);
    const at = (sample.place?.start.line ?? 0) + 1 + (changed === -1 ? is.code.split('\n').length - 1 : changed);
    return `stale: line ${at} changed`;
  }
  if (was.settings !== is.settings) {
    const parts = is.settings.split(' ').filter((part) => !was.settings.split(' ').includes(part));
    return `stale: its settings changed${parts.length > 0 ? ` to ${parts.join(' ')}` : ''}`;
  }
  const names = new Set([...Object.keys(was.files ?? {}), ...Object.keys(is.files ?? {})]);
  const changed = [...names].filter((name) => was.files?.[name] !== is.files?.[name]);
  return changed.length > 0 ? `stale: ${changed.join(', ')} changed` : 'stale: the code or its settings changed';
}

/** Whether a record is of the sample's code and settings, and of other packages. */
export function isOfOtherPackages(capture: Identity, sample: Sample): boolean {
  return capture.key === keyOf(sample, capture.method) && packageChanges(capture, sample).length > 0;
}

/** How the packages of a record differ from those that the sample has by its lock, one phrase each: `httpx 0.27.0 → 0.27.2`. */
function packageChanges({ packages, python, runtime, collector }: Identity, { lock, requires }: Sample): readonly string[] {
  // A lock that is missing or cannot be read is told as such.
  if (lock === undefined && requires.length > 0) return [];
  if (lock === undefined) return packages === undefined ? [] : ['it asks for no packages now'];
  const own = { kind: runtime.startsWith('pyodide') ? 'pyodide' : 'cpython', version: python, collector } as const;
  const locked = lockedFor(lock, own);
  if (locked === undefined) return [`its lock is not for Python ${lockName(own)}`];
  const changes = versionChanges(packages ?? [], locked).map(({ name, from, to }) =>
    from === undefined ? `${name} ${to} is new` : to === undefined ? `${name} ${from} is gone` : `${name} ${from} → ${to}`,
  );
  const others = locked.filter(({ name, version, wheels }) => {
    const old = packages?.find((item) => item.name === name && item.version === version);
    return old !== undefined && !wheels.some(({ sha256 }) => sha256 === old.sha256);
  });
  return [...changes, ...others.map(({ name, version }) => `another file of ${name} ${version}`)];
}

/** The captures that may be shown for a sample: CPython before Pyodide, newest version first. */
export function shownCaptures(records: readonly StoredRecord[], sample: Sample): readonly Capture[] {
  return newestFirst(records.filter((record) => record.sample === sample.name && isShown(record, sample)));
}

function newestFirst(records: readonly StoredRecord[]): readonly Capture[] {
  return records.flatMap(({ capture }) => capture ?? []).toSorted((a, b) => rank(b.runtime) - rank(a.runtime));
}

/**
 * The capture to show for each sample of a page, by name: of the best runtime that has one for every sample, or else of the
 * best for each. With `allowStale`, a sample without a current record has its old one, as while it runs again in the preview.
 */
export function primaryCaptures(
  records: readonly StoredRecord[],
  samples: readonly Sample[],
  allowStale = false,
): ReadonlyMap<string, Capture> {
  const all = new Map(
    samples.map((sample) => {
      const fresh = shownCaptures(records, sample);
      return [
        sample.name,
        fresh.length > 0 || !allowStale ? fresh : newestFirst(records.filter((record) => record.sample === sample.name)),
      ] as const;
    }),
  );
  const [first = []] = all.values();
  const shared = first.find(({ runtime }) =>
    [...all.values()].every((captures) => captures.some((capture) => capture.runtime === runtime)),
  )?.runtime;
  const chosen = new Map<string, Capture>();
  for (const [name, captures] of all) {
    const capture = captures.find(({ runtime }) => runtime === shared) ?? captures[0];
    if (capture !== undefined) chosen.set(name, capture);
  }
  return chosen;
}

/** A number to sort runtimes of a kind by: 13 for `cpython-3.13`, 13.004 for `cpython-3.13.4`, and 0.5 more for a free-threaded build. */
export function minorOf(runtime: string): number {
  const [, minor, patch] = /3\.(\d+)(?:\.(\d+))?/.exec(runtime) ?? [];
  return Number(minor ?? 0) + Number(patch ?? 0) / 1000 + (runtime.endsWith('t') ? 0.5 : 0);
}

/** Lists runtimes for people: `cpython-3.6 to 3.9, 3.11, pyodide-3.14`. */
export function listRuntimes(runtimes: readonly string[]): string {
  const sorted = runtimes.toSorted((a, b) => minorOf(a) - minorOf(b));
  const kinds = Map.groupBy(sorted, (runtime) => runtime.split('-')[0]);
  return [...kinds].map(([kind, all]) => `${kind}-${joinRuns(all.map((runtime) => runtime.split('-')[1] ?? ''))}`).join(', ');
}

/** Joins versions, with three or more consecutive ones as a range. */
function joinRuns(versions: readonly string[]): string {
  const runs: string[][] = [];
  for (const version of versions) {
    const run = runs.at(-1);
    if (run !== undefined && minorOf(version) === minorOf(run.at(-1) ?? '') + 1) run.push(version);
    else runs.push([version]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]} to ${run.at(-1)}` : run.join(', '))).join(', ');
}

function rank(runtime: string): number {
  return minorOf(runtime) + (runtime.startsWith('cpython') ? 1000 : 0) - (runtime.endsWith('t') ? 500 : 0);
}
