import { formatBytes, formatDuration } from '../verdict/format.ts';
import { median, ratioOf, type Taken } from './measure.ts';

/** One row of the table: the work, what it is compared with, the result of both, and the goal for their ratio. */
export interface Row {
  readonly work: string;
  readonly against: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ratio: number | undefined;
  /** The goal: the largest ratio allowed; a row without it is only informative. */
  readonly maxRatio?: number | undefined;
}

/** A row with its fields in a fixed order. */
export function rowOf({ work, against, ours, theirs, ratio, maxRatio }: Row): Row {
  return { work, against, ours, theirs, ratio, maxRatio };
}

/** A row that compares times, CPU times or peak memory measured in turns. */
export function compare(
  names: Pick<Row, 'work' | 'against' | 'maxRatio'>,
  ours: readonly Taken[],
  theirs: readonly Taken[],
  quantity: keyof Taken = 'ms',
): Row {
  const say = (all: readonly Taken[]) => {
    const value = median(all.map((taken) => taken[quantity] ?? NaN));
    return Number.isNaN(value) ? 'unknown here' : quantity === 'peakBytes' ? formatBytes(value) : formatDuration(value);
  };
  return rowOf({ ...names, ours: say(ours), theirs: say(theirs), ratio: ratioOf(ours, theirs, quantity) });
}

/** The headings of the table. */
export const heads = ['work', 'against', 'Leaklog', 'the other', 'ratio', 'goal'] as const;

/** The cells of a row. */
export function describeRow({ work, against, ours, theirs, ratio, maxRatio }: Row): readonly string[] {
  const known = ratio !== undefined && !Number.isNaN(ratio);
  const goal = maxRatio === undefined ? '' : `${!known ? '?' : ratio <= maxRatio ? '✓' : '✗'} ≤ ${Number(maxRatio.toPrecision(3))}`;
  return [work, against, ours, theirs, known ? ratio.toPrecision(3) : '', goal];
}

/** Formats rows as a Markdown table that is aligned, to read well as text. */
export function drawTable(rows: readonly Row[]): string {
  const all = [heads, ...rows.map(describeRow)];
  const widths = heads.map((_, index) => Math.max(...all.map((cells) => (cells[index] ?? '').length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(heads), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...all.slice(1).map(line)].join('\n');
}
