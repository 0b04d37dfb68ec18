import { lockedUnder, lockName, versionChanges, type Lock, type LockedPackage, type Wheel } from '../experiment/packages.ts';
import type { Chosen } from '../run/packages/resolve.ts';
import { fits } from '../run/packages/wheel-tags.ts';
import type { Runtime } from '../run/runtime.ts';

/** The packages that were chosen for a Python. */
export interface ChosenFor {
  readonly runtime: Runtime;
  readonly chosen: readonly Chosen[];
}

/** Joins what was chosen for each Python, and what an earlier lock has for others and for other systems, to one lock. */
export function joinLocks(
  { requires, constraints }: Pick<Lock, 'requires' | 'constraints'>,
  chosenFor: readonly ChosenFor[],
  kept: Lock | undefined,
): Omit<Lock, 'path'> {
  const packages = new Map<string, { readonly name: string; readonly version: string; pythons: string[]; wheels: Map<string, Wheel> }>();
  const add = (name: string, version: string, python: string, wheels: readonly Wheel[]) => {
    const key = `${name} ${version}`;
    const item = packages.get(key) ?? { name, version, pythons: [], wheels: new Map<string, Wheel>() };
    packages.set(key, item);
    item.pythons.push(python);
    for (const wheel of wheels) item.wheels.set(wheel.name, wheel);
  };
  const anew = chosenFor.map(({ runtime }) => lockName(runtime));
  const others = kept?.pythons.filter((python) => !anew.includes(python)) ?? [];
  for (const python of others)
    for (const { name, version, wheels } of lockedUnder(kept as Lock, python)) add(name, version, python, wheels);
  for (const { runtime, chosen } of chosenFor) {
    for (const { name, version, wheel } of chosen) {
      const before = kept?.packages.find((item) => item.name === name && item.version === version)?.wheels ?? [];
      // What another system takes was found there.
      const foreign = before.filter((other) => chosenFor.every((each) => !fits(other.name, each.runtime)));
      add(name, version, lockName(runtime), [...foreign, wheel]);
    }
  }
  const inOrder = (a: string, b: string) => numberOf(a) - numberOf(b);
  return {
    requires,
    constraints,
    pythons: [...others, ...anew].toSorted(inOrder),
    packages: [...packages.values()]
      .map(({ wheels, pythons, ...item }): LockedPackage => ({
        ...item,
        pythons: pythons.toSorted(inOrder),
        wheels: [...wheels.values()].toSorted((a, b) => compare(a.name, b.name)),
      }))
      .toSorted((a, b) => compare(a.name, b.name) || inOrder(a.pythons[0] as string, b.pythons[0] as string)),
  };
}

/** How the packages of a lock changed, one phrase each: `httpx 0.27.0 → 0.27.2`; with the Python, if they are not the same for all. */
export function describeChanges(before: Lock | undefined, after: Omit<Lock, 'path'>): readonly string[] {
  const all = new Map<string, Set<string>>();
  for (const python of after.pythons) {
    const was = before === undefined ? [] : lockedUnder(before, python);
    for (const { name, from, to } of versionChanges(was, lockedUnder(after, python))) {
      const phrase = from === undefined ? `${name} ${to}` : to === undefined ? `${name} ${from} is gone` : `${name} ${from} → ${to}`;
      all.set(phrase, (all.get(phrase) ?? new Set()).add(python));
    }
  }
  return [...all].map(([phrase, pythons]) =>
    pythons.size === after.pythons.length ? phrase : `${phrase} (Python ${[...pythons].join(', ')})`,
  );
}

/** 11 for `3.11`, and 14.5 for `3.14t`. */
function numberOf(python: string): number {
  const [, minor = '', threaded] = /^3\.(\d+)(t?)$/.exec(python) ?? [];
  return Number(minor) + (threaded === 't' ? 0.5 : 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
