import { decodeText, hole } from './line.ts';
import type { Log } from './log.ts';

/** A stretch of lines: shown one by one, or a group of `period` lines that stands `times` times in a row. */
export interface Row {
  /** The first line, from 0. */
  readonly from: number;
  readonly period: number;
  readonly times: number;
}

/** The longest group that is looked for. */
export const longestPeriod = 8;

/**
 * Folds groups of 1 to 8 lines that repeat with nothing but the addresses differing. Lines are template numbers; rows
 * cover `from` to `to` without a gap. A fold hides at least four lines and two repeats, else it saves nothing.
 */
export function fold(lines: Uint32Array, from: number, to: number): readonly Row[] {
  const rows: Row[] = [];
  // How far lines go on to equal those `period` later, looked up only when passed: linear in all.
  const runs = new Uint32Array(longestPeriod + 1);
  let plain = from;
  let at = from;
  const flush = (end: number) => {
    if (end > plain) rows.push({ from: plain, period: end - plain, times: 1 });
  };
  while (at < to) {
    let best = { covered: 0, period: 0 };
    for (let period = 1; period <= longestPeriod; period += 1) {
      let end = Math.max(runs[period] as number, at);
      while (end + period < to && lines[end] === lines[end + period]) end += 1;
      runs[period] = end;
      const times = Math.floor((end - at) / period) + 1;
      const covered = times * period;
      if (times >= 3 && covered - period >= 4 && covered > best.covered) best = { covered, period };
    }
    if (best.covered === 0) {
      at += 1;
      continue;
    }
    flush(at);
    rows.push({ from: at, period: best.period, times: best.covered / best.period });
    at += best.covered;
    plain = at;
  }
  flush(to);
  return rows;
}

/** A few lines that happen to repeat are no character of a log. */
const leastGroupLines = 100;
const leastGroupShare = 0.25;

/**
 * The group of lines that the run phase repeats most, addresses left out, from whichever of its lines is first in the
 * alphabet; empty where no group makes up a quarter of it.
 */
export function repeatingGroup(log: Log): readonly string[] {
  const covered = new Map<string, number>();
  for (const { from, period, times } of fold(log.lines, 0, log.runLines)) {
    if (times === 1) continue;
    const lines = Array.from({ length: period }, (_, index) => log.templates[log.lines[from + index] as number] as string);
    const group = firstRotation(lines.map((line) => decodeText(line.replaceAll(` ${hole}`, '').replaceAll(hole, '')))).join('\n');
    covered.set(group, (covered.get(group) ?? 0) + period * times);
  }
  const [most] = [...covered].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return most !== undefined && most[1] >= Math.max(leastGroupLines, log.runLines * leastGroupShare) ? most[0].split('\n') : [];
}

function firstRotation(lines: readonly string[]): readonly string[] {
  const rotations = lines.map((_, index) => [...lines.slice(index), ...lines.slice(0, index)]);
  return rotations.toSorted((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1))[0] ?? [];
}
