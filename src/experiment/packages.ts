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
  /** Minor versions, as `3.11`. */
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
  /** The Pythons that it was made for, as `3.11`, oldest first. */
  readonly pythons: readonly string[];
  readonly packages: readonly LockedPackage[];
}

/** A package as a run had it. */
export interface UsedPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** The packages of a lock for a Python, by its minor version, sorted by name; undefined if it was not made for that one. */
export function packagesFor(lock: Lock, minor: string): readonly LockedPackage[] | undefined {
  if (!lock.pythons.includes(minor)) return undefined;
  return lock.packages.filter(({ pythons }) => pythons.includes(minor)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The name of a package as all spell it: `Foo.Bar_baz` is `foo-bar-baz` (PEP 503). */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
