import type { Capture } from '../capture/capture.ts';
import { otherTypes, type TypeCounts } from '../gclog/counts.ts';
import { readLine } from '../gclog/line.ts';
import { RowCursor, type Log, type Phase, type Skipped, type TextLine } from '../gclog/log.ts';
import { cutName } from '../gclog/name.ts';

/** Lines of a log that are repeated `times` times in a row, or (`skipped`) a part that the record does not keep. */
export interface Row {
  /** The number of its first line, from 0. */
  readonly from: number;
  readonly lines: readonly TextLine[];
  /** How many lines each repetition has in the log; `lines` has fewer if only those of one type are shown. */
  readonly period: number;
  readonly times: number;
  readonly skipped?: Skipped;
}

/** The rows of a phase that fit on a page. */
export interface View {
  readonly rows: readonly Row[];
  /** The number of the first line that does not fit. */
  readonly end: number;
}

/** A decoded log, and the rows of its phases that fit on a page. */
export interface FoldedLog {
  readonly capture: Capture;
  readonly log: Log;
  readonly run: View;
  readonly shutdown: View;
}

/** The approximate size, in gzipped bytes, that the lines of a page of types may take. */
const maxBytes = 60_000;

/** For each type the rows of a phase that report its objects, as many as fit in its part of a page of all types. */
export function viewTypes({ capture, log }: FoldedLog, phase: Phase): ReadonlyMap<string, View> {
  const { types } = capture.conditions['as-written'].log;
  const names = [...types.keys()];
  const budget = maxBytes / names.length;
  const end = phase === 'run' ? log.runLines : log.lines;
  const views = new Map(names.map((name) => [name, { rows: [] as Row[], end, left: budget }]));
  const typeNames = new WeakMap<object, string>();
  const typeOf = (entry: RowCursor['group'][number]) => {
    const known = typeNames.get(entry) ?? typeNameOf(entry.template, types);
    typeNames.set(entry, known);
    return known;
  };
  const rows = new RowCursor(log, phase);
  while (rows.advance()) {
    const { from, group, times, lines: period } = rows;
    const kinds = group.map(typeOf);
    if (!kinds.some((kind) => (views.get(kind)?.left ?? -1) >= 0)) continue;
    const byType = new Map<string, TextLine[]>();
    let number = from;
    for (const [index, text] of rows.texts().entries()) {
      const [kind, { ends }] = [kinds[index] as string, group[index] as RowCursor['group'][number]];
      if (views.has(kind)) byType.set(kind, [...(byType.get(kind) ?? []), { number, text, bytes: text.length }]);
      number += Number(ends);
    }
    for (const [kind, lines] of byType) {
      const view = views.get(kind);
      if (view === undefined || view.left < 0) continue;
      const row = { from, lines, period, times };
      view.left -= costOf([row]);
      if (view.left < 0) view.end = from;
      else view.rows.push(row);
    }
  }
  return views;
}

/** For each part of a log, from one of these lines to the next, how many lines report an object of each type; others count under ''. */
export function binTypes({ capture, log }: FoldedLog, starts: readonly number[]): readonly ReadonlyMap<string, number>[] {
  const { types } = capture.conditions['as-written'].log;
  const bins = starts.map((from, bin) => ({ from, to: starts[bin + 1] ?? log.lines, counts: new Map<string, number>() }));
  let bin = 0;
  for (const phase of ['run', 'shutdown'] as const) {
    const rows = new RowCursor(log, phase);
    while (rows.advance()) {
      const { from, group, times, lines: period } = rows;
      const kinds = Map.groupBy(group, ({ template }) => typeNameOf(template, types));
      const end = from + period * times;
      while ((bins[bin]?.to ?? Infinity) <= from) bin += 1;
      // The repetitions of a row are spread evenly over the lines that they take.
      for (let at = bin; (bins[at]?.from ?? Infinity) < end; at += 1) {
        const { from: first, to, counts } = bins[at] as (typeof bins)[number];
        const share = (Math.min(end, to) - Math.max(from, first)) / (period * times || 1);
        for (const [kind, entries] of kinds) counts.set(kind, (counts.get(kind) ?? 0) + entries.length * times * share);
      }
    }
  }
  return bins.map(({ counts }) => counts);
}

/** The type of the object that a line reports, as it is counted; empty if it reports none. */
function typeNameOf(template: string, types: TypeCounts): string {
  const line = readLine(template);
  if (line.type !== 'object') return '';
  const name = cutName(line.typeName);
  return types.has(name) ? name : otherTypes;
}

/** The rows of a phase, as many as take at most `budget` elements of a page. */
export function viewRows(log: Log, phase: Phase, budget: number): View {
  const rows: Row[] = [];
  let left = budget;
  for (const row of readRows(log, phase)) {
    left -= elementsOf([row]);
    if (left < 0) return { rows, end: row.from };
    rows.push(row);
  }
  return { rows, end: phase === 'run' ? log.runLines : log.lines };
}

/** The number of elements that rows take on a page: a line has three, one that reports an object three more, and a fold seven. */
export function elementsOf(rows: readonly Row[]): number {
  return rows.reduce(
    (sum, { lines, times }) =>
      sum +
      (times > 1 ? 7 : 0) +
      lines.reduce((count, { text }) => count + (text.startsWith('gc: ') ? 6 : 3) + Math.floor(text.length / 200), 0),
    0,
  );
}

/** The approximate size of rows in gzipped bytes: numbers, links, and text that differs from the line before. */
function costOf(rows: readonly Row[]): number {
  return rows.reduce(
    (sum, { lines, times }) =>
      sum +
      (times > 1 ? 40 : 0) +
      lines.reduce((cost, { text }) => cost + (text.startsWith('gc: ') ? 24 : 20 + Math.min(text.length, maxLineLength) * 0.6), 0),
    0,
  );
}

/** Longer lines are truncated on pages; the record has all of them. In bytes. */
export const maxLineLength = 2000;

/** The rows of a phase, with the chunks of long lines put together. */
function* readRows(log: Log, phase: Phase): Generator<Row> {
  const rows = new RowCursor(log, phase);
  let open: TextLine | undefined;
  while (rows.advance()) {
    const { from, group, times, lines: period, skipped } = rows;
    if (skipped !== undefined) {
      if (open !== undefined) yield { from, lines: [open], period: 1, times: 1 };
      open = undefined;
      yield { from, lines: [], period: 0, times: 1, skipped };
      continue;
    }
    const lines: TextLine[] = [];
    let number = from;
    for (const [index, text] of rows.texts().entries()) {
      open = { number, text: open?.text ?? text, bytes: (open?.bytes ?? 0) + text.length };
      const entry = group[index] as RowCursor['group'][number];
      if (!entry.ends) continue;
      lines.push(open);
      open = undefined;
      number += 1;
    }
    // One very long line that repeats the same chunk.
    if (open !== undefined && period === 0)
      open = { ...open, bytes: open.bytes + (times - 1) * group.reduce((sum, { template }) => sum + template.length, 0) };
    if (period > 0) yield { from, lines, period, times };
  }
  if (open !== undefined) yield { from: open.number, lines: [open], period: 1, times: 1 };
}

/** The anchor of a line on the page of the whole log: its own, or that of the fold it is in. */
export function anchorOf({ log, run, shutdown }: FoldedLog, line: number): string {
  const view = line < log.runLines ? run : shutdown;
  if (line >= view.end) return `L${view.end + 1}`;
  const row = view.rows.find(({ from, period, times, skipped }) => line < from + (skipped?.lines ?? period * times));
  return row === undefined
    ? `L${view.end + 1}`
    : row.skipped === undefined
      ? `L${Math.min(line, row.from + row.period) + 1}`
      : `L${row.from + 1}-skipped`;
}

/** The gaps in the raw text: each line that stands for skipped ones, and the number of the line after them. */
export function gapsOf(log: Log): readonly (readonly [at: number, next: number])[] {
  const gaps: [number, number][] = [];
  let from = 0;
  for (const { skipped, lines } of [...log.run, ...log.shutdown]) {
    if (skipped.bytes > 0) gaps.push([from + Number(skipped.within), from + skipped.lines]);
    from += skipped.lines + lines;
  }
  return gaps;
}
