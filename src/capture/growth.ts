import type { Point } from './capture.ts';

/** What can grow: Python's own memory, the length of gc.garbage, or the memory of the whole process. */
export type Quantity = 'held' | 'garbage' | 'rss';

/** How a quantity moved over the rounds of a run. */
export interface Growth {
  readonly quantity: Quantity;
  /** How much more was kept for good at the end of each round than at its start. */
  readonly rounds: readonly number[];
  readonly total: number;
  readonly grows: boolean;
  /** Whether but for one round it would grow: a busy machine may be the reason. */
  readonly nearly: boolean;
  /** CPU time over which it was watched, imports left out. */
  readonly cpuMs: number;
  readonly points: number;
}

/** How many rounds a run is cut into, after a first stretch of the same length that is not judged. */
export const roundCount = 5;
/** Rounds need not be alike, for a busy machine stretches some of them: a share of the middle one will do… */
const leastShare = 0.01;
/** …but a last round that grows by less than this share shows growth that fades, as a cache does that fills up… */
export const fadingShare = 0.25;
/** …and one that grows by more than so many middle rounds is a peak that the program happened to end on. */
const peakShare = 8;
/** No two looks may be further apart than so many rounds. */
const longestGap = 2;
/** A program may take this share of its CPU time to let go of everything at its end. */
const releaseShare = 0.15;

/**
 * Whether a quantity grows in every round, as CPython's `regrtest -R` asks. Rounds are equal shares of the CPU time
 * without collections, for a program that sleeps or waits for the collector does no work; what an import adds is left
 * out. In each moment only what is never given back later counts, so that peaks and sawtooths do not. `least` is the
 * smallest growth of a round, in the quantity's unit.
 */
export function measureGrowth(points: readonly Point[], quantity: Quantity, least: number): Growth {
  const series = withoutRelease(readSeries(points, quantity), quantity);
  const kept = keptForGood(series);
  const cpuMs = series.at(-1)?.cpuMs ?? 0;
  const borders = Array.from({ length: roundCount + 1 }, (_, index) => {
    const border = (cpuMs * (index + 1)) / (roundCount + 1);
    const at = series.findIndex((moment) => moment.cpuMs >= border - 1e-6);
    const [left, right] = [series[at - 1], series[at]];
    if (left === undefined || right === undefined) return kept[at] ?? 0;
    // Between two looks, as if it had moved evenly.
    const share = (border - left.cpuMs) / (right.cpuMs - left.cpuMs);
    return (kept[at - 1] as number) + ((kept[at] as number) - (kept[at - 1] as number)) * share;
  });
  const rounds = borders.slice(1).map((value, index) => Math.round(value - (borders[index] as number)));
  const median = rounds.toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  const gap = Math.max(0, ...series.slice(1).map((moment, index) => moment.cpuMs - (series[index] as Moment).cpuMs));
  const last = rounds.at(-1) ?? 0;
  const watched = series.length > roundCount && gap < (cpuMs * longestGap) / (roundCount + 1);
  const rising = rounds.filter((round) => round >= Math.max(least, median * leastShare)).length;
  const grows = watched && rising === roundCount && last >= median * fadingShare && last <= median * peakShare;
  return { quantity, rounds, total: Math.round((borders.at(-1) ?? 0) - (borders[0] ?? 0)), grows, nearly: !grows && rising >= roundCount - 1, cpuMs, points: series.length };
}

interface Moment {
  readonly cpuMs: number;
  readonly value: number;
  /** What full collections have freed so far. */
  readonly freed: number;
}

const column = { held: 3, garbage: 4, rss: 2 } as const;

function readSeries(points: readonly Point[], quantity: Quantity): readonly Moment[] {
  const moments: Moment[] = [];
  let last: { cpu: number; value: number; importing: boolean } | undefined;
  let cpuMs = 0;
  let shift = 0;
  for (const point of points) {
    const [, cpu, , , , , , kind, freed] = point;
    const value = point[column[quantity]];
    const end = moments.at(-1);
    // The last full collection says what of the end was garbage that waited.
    if (kind === 'X' && quantity === 'held' && end !== undefined) moments.push({ cpuMs, value: end.value - (freed - end.freed), freed });
    // What the program lets go at its end is no sign that it would have, had it gone on.
    if (cpu === null || value === null || kind === 'E' || kind === 'X') continue;
    const importing = kind === 'I';
    if (last !== undefined) {
      if (importing || last.importing) shift += Math.max(0, value - last.value);
      else cpuMs += cpu - last.cpu;
    }
    last = { cpu, value, importing };
    if (!importing) moments.push({ cpuMs, value: value - shift, freed });
  }
  return moments;
}

/** Cuts off the fall at the end of a run: a function's locals going away as it returns are no sign of their being freed in time. */
function withoutRelease(series: readonly Moment[], quantity: Quantity): readonly Moment[] {
  const end = series.at(-1);
  if (end === undefined) return series;
  const from = series.findIndex(({ cpuMs }) => cpuMs >= end.cpuMs * (1 - releaseShare));
  let top = series.length - 1;
  for (let index = top; index >= Math.max(0, from - 1); index -= 1) {
    if ((series[index] as Moment).value > (series[top] as Moment).value) top = index;
  }
  const after = series.slice(top + 1);
  // What a full collection freed was garbage all along.
  const fall = (series[top] as Moment).value - end.value;
  if (quantity === 'held' && end.freed - (series[top] as Moment).freed > fall / 2) return series;
  // A little may be asked for meanwhile.
  const slack = ((series[top] as Moment).value - (series[0] as Moment).value) / 20;
  const falls = after.every(({ value }, index) => value <= (series[top + index] as Moment).value + slack);
  return falls ? series.slice(0, top + 1) : series;
}

/** This share of the looks and of the time, at the end, counts as one: a program may end on a peak. */
export const lastShare = 0.06;

/** For each moment the least that is there from then on. */
function keptForGood(series: readonly Moment[]): readonly number[] {
  const kept = series.map(({ value }) => value);
  const from = (series.at(-1)?.cpuMs ?? 0) * (1 - lastShare);
  const last = Math.max(0, kept.length - 1 - Math.floor(kept.length * lastShare), series.findIndex(({ cpuMs }) => cpuMs >= from));
  kept.fill(Math.min(...kept.slice(last)), last);
  for (let index = kept.length - 2; index >= 0; index -= 1) kept[index] = Math.min(kept[index] as number, kept[index + 1] as number);
  return kept;
}
