/** Objects that the collector reported, by type name; sorted, most first. */
export type TypeCounts = Readonly<Record<string, number>>;

/** Stands for the types of a log that has more than can be told apart. */
export const otherTypes = '(other types)';

/** The sum of all counts. */
export function total(types: TypeCounts): number {
  return Object.values(types).reduce((sum, count) => sum + count, 0);
}

/** Counts of types, those of one name added up. */
export function sumTypes(counts: readonly (readonly [typeName: string, count: number])[]): TypeCounts {
  const types = new Map<string, number>();
  for (const [typeName, count] of counts) if (count > 0) types.set(typeName, (types.get(typeName) ?? 0) + count);
  return Object.fromEntries([...types].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
