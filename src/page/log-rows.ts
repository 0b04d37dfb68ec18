import type { Capture } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import { otherTypes, type TypeCounts } from '../gclog/counts.ts';
import { readLine } from '../gclog/line.ts';
import { RowCursor, type Log, type Phase, type Skipped, type TextLine } from '../gclog/log.ts';
import { cutName } from '../gclog/name.ts';

/** Some lines of a log, which stand `times` times in a row; or, of a log that is not kept whole, what is left out there. */
export interface Row {
  /** The first line, from 0. */
  readonly from: number;
  readonly lines: readonly TextLine[];
  /** How many lines a time has: more than are shown where only those of a type are. */
  readonly period: number;
  readonly times: number;
  readonly skipped?: Skipped;
}

/** The rows of a phase that a page has room for. */
export interface View {
  readonly rows: readonly Row[];
  /** The first line that it has none for. */
  readonly end: number;
}

/** A log as the pages about it read it: decoded and folded once. */
export interface FoldedLog {
  readonly capture: Capture;
  readonly log: Log;
  readonly run: View;
  readonly shutdown: View;
}

/** About how many bytes of a page, gzipped, its lines may take; and of those, what the shutdown may take of the run's. */
const mostBytes = 120_000;
const shutdownBytes = 40_000;

export function foldLog(capture: Capture): FoldedLog {
  const done = folded.get(capture) ?? fold(capture);
  folded.set(capture, done);
  return done;
}

/** A post and the pages of its logs need the same. */
const folded = new WeakMap<Capture, FoldedLog>();

function fold(capture: Capture): FoldedLog {
  const log = decodeLog(capture.conditions['as-written'].log);
  const least = viewRows(log, 'shutdown', shutdownBytes);
  const run = viewRows(log, 'run', mostBytes - costOf(least.rows));
  return { capture, log, run, shutdown: least.end === log.lines ? least : viewRows(log, 'shutdown', mostBytes - costOf(run.rows)) };
}

/** The rows of a phase that tell of objects of each type, as far as a page of all types has room for that one. */
export function viewTypes({ capture, log }: FoldedLog, phase: Phase): ReadonlyMap<string, View> {
  const { types } = capture.conditions['as-written'].log;
  const names = [...types.keys()];
  const room = mostBytes / 2 / names.length;
  const end = phase === 'run' ? log.runLines : log.lines;
  const views = new Map(names.map((name) => [name, { rows: [] as Row[], end, left: room }]));
  const told = new WeakMap<object, string>();
  const typeOf = (entry: RowCursor['group'][number]) => {
    const known = told.get(entry) ?? typeNameOf(entry.template, types);
    told.set(entry, known);
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

/** The type of the object that a line tells of, as it is counted; empty where it tells of none. */
function typeNameOf(template: string, types: TypeCounts): string {
  const line = readLine(template);
  if (line.type !== 'object') return '';
  const name = cutName(line.typeName);
  return types.has(name) ? name : otherTypes;
}

function viewRows(log: Log, phase: Phase, room: number): View {
  const rows: Row[] = [];
  let left = room;
  for (const row of readRows(log, phase)) {
    left -= costOf([row]);
    if (left < 0) return { rows, end: row.from };
    rows.push(row);
  }
  return { rows, end: phase === 'run' ? log.runLines : log.lines };
}

/** About what rows take of a gzipped page: a number, a link, and what is not like the line before. */
function costOf(rows: readonly Row[]): number {
  return rows.reduce(
    (sum, { lines, times }) =>
      sum +
      (times > 1 ? 40 : 0) +
      lines.reduce((cost, { text }) => cost + (text.startsWith('gc: ') ? 24 : 20 + Math.min(text.length, longestLine) * 0.6), 0),
    0,
  );
}

/** A line longer than this is cut in a page; the record has all of it. */
export const longestLine = 2000;

/** Goes through the rows of a phase. */
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
    // The same piece again and again, of one very long line.
    if (open !== undefined && period === 0)
      open = { ...open, bytes: open.bytes + (times - 1) * group.reduce((sum, { template }) => sum + template.length, 0) };
    if (period > 0) yield { from, lines, period, times };
  }
  if (open !== undefined) yield { from: open.number, lines: [open], period: 1, times: 1 };
}

/** Where a line is on the page of the whole log: at its own anchor, at its fold's, or past what the page has room for. */
export function anchorOf({ log, run, shutdown }: FoldedLog, line: number): string {
  const [phase, view] = line < log.runLines ? (['run', run] as const) : (['shutdown', shutdown] as const);
  if (line >= view.end) return `${phase}-rest`;
  const row = view.rows.find(({ from, period, times, skipped }) => line < from + (skipped?.lines ?? period * times));
  return row === undefined
    ? `${phase}-rest`
    : row.skipped === undefined
      ? `L${Math.min(line, row.from + row.period) + 1}`
      : `L${row.from + 1}-skipped`;
}

/** Where lines of the raw text do not follow one another: each line of it that tells of others, and the line after it. */
export function gapsOf(log: Log): readonly (readonly [at: number, next: number])[] {
  const gaps: [number, number][] = [];
  let from = 0;
  for (const { skipped, lines } of [...log.run, ...log.shutdown]) {
    if (skipped.bytes > 0) gaps.push([from + Number(skipped.within), from + skipped.lines]);
    from += skipped.lines + lines;
  }
  return gaps;
}
