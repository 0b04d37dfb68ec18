import { cutName } from './name.ts';

/** How many objects of each type the collector reported, by the type's name (shortened, see name.ts); the most frequent first. */
export type TypeCounts = ReadonlyMap<string, number>;

/** The number of types that are counted separately in a log. */
export const maxTypes = 1000;

/** The key for all further types. It starts with a newline, which cannot occur within a line, so no type has this name. */
export const otherTypes = '\n(other types)';

/** The name of a type as shown to people. */
export function typeLabel(name: string): string {
  return name === otherTypes ? '(other types)' : name;
}

/** The sum of all counts. */
export function total(types: TypeCounts): number {
  let sum = 0;
  for (const count of types.values()) sum += count;
  return sum;
}

/** Adds up counts by the shortened name of the type, and sorts them; counts of zero are left out. */
export function sumTypes(counts: Iterable<readonly [typeName: string, count: number]>): TypeCounts {
  const types = new Map<string, number>();
  for (const [typeName, count] of counts) {
    const name = cutName(typeName);
    if (count > 0) types.set(name, (types.get(name) ?? 0) + count);
  }
  return new Map([...types].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
