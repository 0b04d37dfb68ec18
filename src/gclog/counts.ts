import { cutName } from './name.ts';

/** Objects that the collector reported, by the name of their type (name.ts); sorted, most first. */
export type TypeCounts = ReadonlyMap<string, number>;

/** So many types are told apart in a log. */
export const maxTypes = 1000;

/** Stands for the types of a log that has more. It starts with a newline, the one byte that no line holds, so no type has this name. */
export const otherTypes = '\n(other types)';

/** The name of a type as a person reads it. */
export function typeLabel(name: string): string {
  return name === otherTypes ? '(other types)' : name;
}

/** The sum of all counts. */
export function total(types: TypeCounts): number {
  let sum = 0;
  for (const count of types.values()) sum += count;
  return sum;
}

/** Counts of types, those of one name added up. */
export function sumTypes(counts: Iterable<readonly [typeName: string, count: number]>): TypeCounts {
  const types = new Map<string, number>();
  for (const [typeName, count] of counts) {
    const name = cutName(typeName);
    if (count > 0) types.set(name, (types.get(name) ?? 0) + count);
  }
  return new Map([...types].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
