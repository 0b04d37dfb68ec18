import { lockedFor, minorVersion, versionChanges, type Lock, type LockedPackage, type Wheel } from '../experiment/packages.ts';
import type { Chosen } from '../run/packages/resolve.ts';

/** Joins what was chosen for each Python, and what an earlier lock has for others, to one lock. */
export function joinLocks(
  { requires, constraints }: Pick<Lock, 'requires' | 'constraints'>,
  chosen: ReadonlyMap<string, readonly Chosen[]>,
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
  const others = kept?.pythons.filter((python) => !chosen.has(python)) ?? [];
  const pythons = [...others, ...chosen.keys()].toSorted((a, b) => minorNumber(a) - minorNumber(b));
  for (const python of pythons) {
    for (const { name, version, wheel } of chosen.get(python) ?? []) add(name, version, python, [wheel]);
    if (chosen.has(python) || kept === undefined) continue;
    for (const { name, version, wheels } of lockedFor(kept, { kind: 'cpython', version: python }) ?? []) add(name, version, python, wheels);
  }
  return {
    requires,
    constraints,
    pythons,
    packages: [...packages.values()]
      .map(({ wheels, ...item }): LockedPackage => ({ ...item, wheels: [...wheels.values()].toSorted((a, b) => compare(a.name, b.name)) }))
      .toSorted((a, b) => compare(a.name, b.name) || minorNumber(a.pythons[0] as string) - minorNumber(b.pythons[0] as string)),
  };
}

/** How the packages of a lock changed, one phrase each: `httpx 0.27.0 → 0.27.2`; with the Python, if they are not the same for all. */
export function describeChanges(before: Lock | undefined, after: Omit<Lock, 'path'>): readonly string[] {
  const all = new Map<string, Set<string>>();
  for (const python of after.pythons) {
    const runtime = { kind: 'cpython', version: `${python}.0` } as const;
    const was = (before && lockedFor(before, runtime)) ?? [];
    for (const { name, from, to } of versionChanges(was, lockedFor({ path: '', ...after }, runtime) ?? [])) {
      const phrase = from === undefined ? `${name} ${to}` : to === undefined ? `${name} ${from} is gone` : `${name} ${from} → ${to}`;
      all.set(phrase, (all.get(phrase) ?? new Set()).add(python));
    }
  }
  return [...all].map(([phrase, pythons]) =>
    pythons.size === after.pythons.length ? phrase : `${phrase} (Python ${[...pythons].join(', ')})`,
  );
}

/** 11 for `3.11`. */
function minorNumber(python: string): number {
  return Number(minorVersion(python).split('.')[1]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
