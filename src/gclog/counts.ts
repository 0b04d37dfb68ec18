import type { Line } from './line.ts';
import { readTemplates, type Log } from './log.ts';

/** Objects that the collector reported, by type name; sorted, most first. */
export type TypeCounts = Readonly<Record<string, number>>;

/** Counts the object lines of a whole log, and of its run phase alone. */
export function countTypes(log: Log): { readonly types: TypeCounts; readonly runTypes: TypeCounts } {
  const templates = readTemplates(log);
  return {
    types: tally(log.lines, templates),
    runTypes: tally(log.lines.subarray(0, log.runLines), templates),
  };
}

/** The sum of all counts. */
export function total(types: TypeCounts): number {
  return Object.values(types).reduce((sum, count) => sum + count, 0);
}

function tally(lines: Uint32Array, templates: readonly Line[]): TypeCounts {
  const counts = new Uint32Array(templates.length);
  // By index: an iterator takes ten times as long.
  for (let index = 0; index < lines.length; index += 1) (counts[lines[index] as number] as number) += 1;
  const types = new Map<string, number>();
  templates.forEach((line, index) => {
    if (line.type !== 'object' || counts[index] === 0) return;
    types.set(line.typeName, (types.get(line.typeName) ?? 0) + (counts[index] as number));
  });
  return Object.fromEntries([...types].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
