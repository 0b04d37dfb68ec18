import { readLine } from './line.ts';
import { RowCursor, type Log, type Phase } from './log.ts';

/** One collection as DEBUG_STATS reports it; what a version of Python does not print is undefined. */
export interface Collection {
  /** The number of its first line in the log, from 0. */
  readonly line: number;
  readonly phase: Phase;
  readonly generation: number;
  readonly objects: readonly number[] | undefined;
  readonly permanent: number | undefined;
  /** Unreachable objects that it found, collected and uncollectable ones. */
  readonly found: number | undefined;
  readonly uncollectable: number | undefined;
  readonly elapsedMs: number | undefined;
}

/** The collections that a log reports under DEBUG_STATS, in order. 3.14.0 never reports the end of one. */
export function readCollections(log: Log): readonly Collection[] {
  const collections: Collection[] = [];
  let open: Collection | undefined;
  for (const { line, phase, said } of statistics(log)) {
    if (said.type === 'collecting') {
      if (open !== undefined) collections.push(open);
      open = {
        line,
        phase,
        generation: said.generation,
        objects: undefined,
        permanent: undefined,
        found: undefined,
        uncollectable: undefined,
        elapsedMs: undefined,
      };
    } else if (open !== undefined && said.type === 'generations') {
      open = { ...open, objects: said.objects };
    } else if (open !== undefined && said.type === 'permanent') {
      open = { ...open, permanent: said.objects };
    } else if (open !== undefined && said.type === 'done') {
      collections.push({ ...open, found: said.unreachable, uncollectable: said.uncollectable, elapsedMs: said.elapsedMs });
      open = undefined;
    }
  }
  if (open !== undefined) collections.push(open);
  return collections;
}

function* statistics(log: Log) {
  for (const phase of ['run', 'shutdown'] as const) {
    const rows = new RowCursor(log, phase);
    while (rows.advance()) {
      const group = rows.group.map(({ template }) => readLine(template));
      if (!group.some(({ type }) => type !== 'text' && type !== 'object')) continue;
      for (let time = 0, line = rows.from; time < rows.times; time += 1) {
        for (const [index, said] of group.entries()) {
          yield { line, phase, said };
          line += Number(rows.group[index]?.ends);
        }
      }
    }
  }
}
