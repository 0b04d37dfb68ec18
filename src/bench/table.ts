import { formatBytes, formatDuration } from '../verdict/format.ts';
import { median, ratioOf, type Taken } from './measure.ts';

/** One line of the table: a work, what it is compared with, what both came to, and how far ours may be from it. */
export interface Row {
  readonly work: string;
  readonly against: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ratio: number | undefined;
  /** The most that the ratio may be; a row without it only tells. */
  readonly most?: number | undefined;
}

/** A row as it is given, its fields in one order. */
export function rowOf({ work, against, ours, theirs, ratio, most }: Row): Row {
  return { work, against, ours, theirs, ratio, most };
}

/** A row of times, memory or CPU time that were taken in turns. */
export function compare(
  names: Pick<Row, 'work' | 'against' | 'most'>,
  ours: readonly Taken[],
  theirs: readonly Taken[],
  quantity: keyof Taken = 'ms',
): Row {
  const say = (all: readonly Taken[]) => {
    const value = median(all.map((taken) => taken[quantity] ?? NaN));
    return Number.isNaN(value) ? 'not told here' : quantity === 'peakBytes' ? formatBytes(value) : formatDuration(value);
  };
  return rowOf({ ...names, ours: say(ours), theirs: say(theirs), ratio: ratioOf(ours, theirs, quantity) });
}

export const heads = ['work', 'against', 'Leaklog', 'the other', 'ratio', 'goal'] as const;

/** The cells of a row. */
export function describeRow({ work, against, ours, theirs, ratio, most }: Row): readonly string[] {
  const known = ratio !== undefined && !Number.isNaN(ratio);
  const goal = most === undefined ? '' : `${!known ? '?' : ratio <= most ? '✓' : '✗'} ≤ ${Number(most.toPrecision(3))}`;
  return [work, against, ours, theirs, known ? ratio.toPrecision(3) : '', goal];
}

/** Rows as a Markdown table, which also reads well as text. */
export function drawTable(rows: readonly Row[]): string {
  const all = [heads, ...rows.map(describeRow)];
  const widths = heads.map((_, index) => Math.max(...all.map((cells) => (cells[index] ?? '').length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(heads), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...all.slice(1).map(line)].join('\n');
}
