/** A wheel, as a lock file names it. */
export interface Wheel {
  /** Its file name, which says what it is for: `httpx-0.27.0-py3-none-any.whl`. */
  readonly name: string;
  readonly sha256: string;
  /** Where an index has it. */
  readonly url?: string | undefined;
  /** Where it lies, relative to the lock file. */
  readonly path?: string | undefined;
}

/** One version of a package, and the Pythons that it was chosen for. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** As a lock names them: `3.11`, `3.14t`. */
  readonly pythons: readonly string[];
  readonly wheels: readonly Wheel[];
}

/** What a lock file says: which packages, in which version, each Python needs for what a sample asks for. */
export interface Lock {
  /** Its path from the project's root. */
  readonly path: string;
  /** What it was made for: what the sample asks for, and its constraints. */
  readonly requires: readonly string[];
  readonly constraints: readonly string[];
  /** The Pythons that it was made for, as `3.11` and, free-threaded, `3.14t`, oldest first. */
  readonly pythons: readonly string[];
  readonly packages: readonly LockedPackage[];
}

/** A package as a run had it. */
export interface UsedPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** A version without its patch: `3.11`. */
export function minorVersion(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** What tells which packages a Python takes. */
export interface PackagePython {
  readonly kind: 'cpython' | 'pyodide';
  readonly version: string;
  /** Free-threaded builds take wheels of their own. */
  readonly collector: string;
}

/** A Python as locks name it: `3.11`, `3.14t`. */
export function lockName({ version, collector }: Pick<PackagePython, 'version' | 'collector'>): string {
  return minorVersion(version) + (collector === 'free-threaded' ? 't' : '');
}

/**
 * The packages of a lock for a Python, sorted by name; undefined if the lock was not made for that one. Those of Pyodide are
 * those of the CPython that it is, or else of the newest there is.
 */
export function lockedFor(lock: Omit<Lock, 'path'>, python: PackagePython): readonly LockedPackage[] | undefined {
  const own = lockName(python);
  const newest = lock.pythons.findLast((each) => !each.endsWith('t')) ?? lock.pythons.at(-1);
  const name = lock.pythons.includes(own) ? own : python.kind === 'pyodide' ? newest : undefined;
  return name === undefined ? undefined : lockedUnder(lock, name);
}

/** The packages of a lock for a Python that is named as locks do, sorted by name. */
export function lockedUnder({ packages }: Omit<Lock, 'path'>, name: string): readonly LockedPackage[] {
  return packages.filter((item) => item.pythons.includes(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A package whose version is another one; undefined where it is not there. */
export interface VersionChange {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

type Versioned = Pick<UsedPackage, 'name' | 'version'>;

/** The packages whose versions differ, by name. */
export function versionChanges(before: readonly Versioned[], after: readonly Versioned[]): readonly VersionChange[] {
  const versionsOf = (all: readonly Versioned[]) => new Map(all.map(({ name, version }) => [name, version]));
  const [was, is] = [versionsOf(before), versionsOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .toSorted()
    .map((name) => ({ name, from: was.get(name), to: is.get(name) }))
    .filter(({ from, to }) => from !== to);
}

/** The name of a package as all spell it: `Foo.Bar_baz` is `foo-bar-baz` (PEP 503). */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
