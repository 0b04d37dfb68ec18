import type { Point } from './capture.ts';
import { readLooks, type Look } from './looks.ts';
import type { Stretch } from './stretches.ts';

/** What can grow: Python's own memory, the length of gc.garbage, the memory of the process, or the C library's memory in use. */
export type Quantity = 'held' | 'garbage' | 'rss' | 'inUse';

/** How a quantity changed over a stretch of work. Sizes are in the quantity's unit. */
export interface Growth {
  readonly quantity: Quantity;
  /** For each round, how much more was kept for good at its end than at its start. */
  readonly rounds: readonly number[];
  /** Where the rounds begin and end: indices of the run's points, one more than there are rounds; none if it was not measured. */
  readonly borders: readonly number[];
  readonly total: number;
  readonly grows: boolean;
  /** Whether it was measured often and evenly enough to judge. */
  readonly watched: boolean;
  /** Whether each round adds less than the one before. */
  readonly fades: boolean;
  /** Whether it would grow but for one round, which may be due to a busy machine. */
  readonly nearly: boolean;
  /** If growth begins late: from which share of the stretch's CPU time on. The rounds are then of the rest. */
  readonly since: number | undefined;
  /** Whether the program itself gave back what came, before its end; `unclear` if what was freed may be something else. */
  readonly givenBack: 'yes' | 'no' | 'unclear';
  /** If growth ended before the stretch did: on a plateau, or because the program went on to other lines. */
  readonly stops: 'plateau' | 'other' | undefined;
  /** What full collections after the stretch freed, if there was none lately within it: some may be garbage of the stretch. */
  readonly waiting: number;
  /** Whether it grows except for one fall, which may be a set-up that was freed. */
  readonly hidden: boolean;
  /** Whether nearly all came too late to have rounds (`end`), or at lines where the stretch had not been before (`other`). */
  readonly late: 'end' | 'other' | undefined;
  /** How much more is kept at the end of the stretch than at its start. */
  readonly rise: number;
  /** How much higher the peak was than the start of the stretch, given back or not. */
  readonly swing: number;
  /** The CPU time of the moments judged, without imports. */
  readonly cpuMs: number;
  readonly points: number;
}

/** The number of rounds of a stretch, after a first part of the same length that is not judged. */
export const roundCount = 5;
/** Rounds may differ, as a busy machine stretches some of them: each needs this share of the median one… */
const minShare = 0.01;
/** …but a last round with less than this share shows fading growth, like that of a cache that fills up… */
export const fadingShare = 0.25;
/** …and one with more than this multiple is a peak at which the program happened to end. */
const peakShare = 8;
/** The largest gap between two looks, in rounds. */
const maxGapRounds = 2;
/** A single call takes at least this part of a round, and so many times as long as the usual gap between two looks. */
const [minPauseRounds, pauseTimes] = [1 / 3, 5];
/** Without a loop to judge, this share of the CPU time may be the program's end, in which it frees everything. */
const releaseShare = 0.15;
/** The last looks, by this share of looks and of time, count as one with their minimum: a stretch may end on a peak. */
export const lastShare = 0.06;
/** Growth counts as kept if no more than this share of it is freed later. */
const keptShare = 1 / 3;
/** Growth counts as given back if less than this share of it is left. */
const backShare = 0.1;
/** What is freed is ignored if it is less than this share of what came. */
const littleShare = 0.05;
/** Two amounts count as the same if they differ by no more than this share. */
const sameShare = 0.15;
/** Growth begins late after the first share of a stretch, and too late to have rounds after the second. */
const [lateFrom, tooLate] = [0.05, 0.85];
/** A flat part adds less than this share of all, lasts this share of the stretch, and this many times as long as any earlier one. */
const [flatShare, minFlatShare, flatTimes] = [0.01, 0.07, 1.6];
/** Late growth belongs to other work if more than this share of its looks are at new lines… */
const clearlyNewShare = 0.8;
/** …or this share, and as many of the looks before were at lines that no longer occur; lines below the second share do not count. */
const [minNewShare, rareShare] = [0.2, 0.07];
/** Growth before a fall counts as the work's if it takes this share of the stretch. */
const minHiddenShare = 0.3;
/** A peak that lasts this many times as long as any earlier one is not a peak. */
const peakTimes = 1.5;
/** Fading growth adds less in each round, and in the fourth less than this share of the first. */
const fadedShare = 0.75;
/** A search that slows down with all that is kept: the fourth round adds at least half of the first, and each drops by less. */
const [slowedShare, evenShare] = [0.5, 0.93];
/** If more than this share of a stretch is flat, the growth before was its start-up. */
const maxFlatShare = 0.6;
/** A full collection within this last share of a stretch shows how much of it is garbage. */
const recentShare = 0.5;
/** Growth has begun once this share of it has come. */
const begunShare = 0.05;
/** Late growth needs this many looks to be judged, and is worth mentioning from this multiple of `minRound` on. */
const [lateLooks, worthSaying] = [10, 100];

/**
 * Judges whether a quantity grows in every round of a stretch, or of a whole run, similar to CPython's `regrtest -R`. Rounds are
 * equal shares of the CPU time without collections, as a program that sleeps or waits for the collector does no work; what
 * imports add is subtracted. At each moment only what is never given back later counts, so that peaks and sawtooths do not;
 * and what came in the stretch must still be there as long as the program goes on. `minRound` is the smallest growth of a round,
 * in the quantity's unit.
 */
export function measureGrowth(points: readonly Point[], quantity: Quantity, minRound: number, stretch?: Stretch): Growth {
  const all = readLooks(points);
  const { series, whole } = readWhole(all, quantity, stretch, minRound);
  const kept = keptForGood(series);
  const base = kept[0] ?? 0;
  const top = kept.at(-1) ?? 0;
  const stops = readStop(series, minRound);
  const waiting = quantity === 'held' && stretch !== undefined && !stretch.isAsync ? waitsAtEnd(all, stretch) : 0;
  const result = {
    quantity,
    waiting,
    since: undefined,
    hidden: false,
    late: undefined,
    rise: top - base,
    swing: Math.max(0, ...series.map(({ value }) => value - base)),
    stops,
    ...whole,
    grows: whole.grows && stops === undefined,
  };
  const givenBack =
    whole.grows || top - base >= minRound
      ? readRelease(
          all,
          quantity,
          stretch,
          base,
          top,
          whole.rounds.slice(2).reduce((sum, round) => sum + round, 0),
        )
      : 'no';
  if (whole.grows) return { ...result, grows: result.grows && givenBack !== 'yes', givenBack };
  // A set-up that is freed during the work hides what is added meanwhile.
  if (hidesGrowth(series, minRound, base - (all[0] === undefined ? 0 : (valueOf(all[0], quantity) ?? 0))))
    return { ...result, hidden: true, givenBack };
  const late = readLate(
    series,
    kept,
    minRound,
    base,
    top,
    stretch === undefined || !staysAfter(all, quantity, stretch, base, top),
    stretch?.isNested === true,
  );
  if (late === undefined || givenBack === 'yes') return { ...result, givenBack };
  return { ...result, ...late, givenBack };
}

interface Moment {
  /** Its index in the run's points. */
  readonly index: number;
  readonly cpuMs: number;
  readonly value: number;
  readonly freed: number;
  readonly settled: boolean;
  readonly place: number | null;
}

/** A quantity at a moment, without what imports added; null if it was not measured. */
export function valueOf({ point, imported }: Look, quantity: Quantity): number | null {
  const [, , rss, held, garbage, , , , , , inUse] = point;
  if (quantity === 'held') return held === null ? null : held - imported.held;
  if (quantity === 'rss') return rss - imported.rss;
  return quantity === 'garbage' ? garbage : inUse;
}

/** The values after a stretch, while the program went on. */
function valuesLater(all: readonly Look[], quantity: Quantity, { later }: Stretch): readonly number[] {
  const indices = new Set(later);
  return all.flatMap((look) => (indices.has(look.index) ? (valueOf(look, quantity) ?? []) : []));
}

/** The moments of a stretch, or of a whole run. */
function readMoments(all: readonly Look[], quantity: Quantity, stretch: Stretch | undefined): readonly Moment[] {
  const isOver = ({ point: [, , , , , , , kind] }: Look) => 'MEXTL'.includes(kind);
  const [from, to] = stretch === undefined ? [0, Infinity] : [stretch.from, stretch.to];
  const own =
    quantity === 'inUse' ? bracket(all, from, to, stretch) : all.filter((look) => look.index >= from && look.index <= to && !isOver(look));
  return own.flatMap((look): readonly Moment[] => {
    const value = valueOf(look, quantity);
    if (value === null) return [];
    const { index, cpuMs, point } = look;
    return [{ index, cpuMs, value, freed: point[8], settled: point[7] === 'F', place: point[9] }];
  });
}

/** Without garbage at their end, and, of a whole run, without its end: what is freed there would not have been freed otherwise. */
function withoutEnd(moments: readonly Moment[], all: readonly Look[], quantity: Quantity, stretch: Stretch | undefined): readonly Moment[] {
  const settled = quantity === 'held' ? settle(moments, all, moments.at(-1)?.index ?? 0, stretch?.leaves === true) : moments;
  return stretch === undefined || stretch.kind === 'whole' ? withoutRelease(settled) : settled;
}

/**
 * The moments with a value of the C library, from the last one before a stretch to the first one after it, as there may be few
 * within. A moment after the stretch does not count if locals of the calls that led to it are gone because the program ends.
 */
function bracket(all: readonly Look[], from: number, to: number, stretch: Stretch | undefined): readonly Look[] {
  const measured = all.filter(({ point }) => point[10] !== null && point[7] !== 'T');
  const first = Math.max(
    0,
    measured.findLastIndex(({ index }) => index <= from),
  );
  const last = measured.findIndex(({ index }) => index >= to);
  const after = measured[last];
  const hasEnded = after !== undefined && after.index > to && stretch?.leaves === true && !stretch.later.includes(after.index);
  return measured.slice(first, last === -1 ? undefined : hasEnded ? last : last + 1);
}

/** Corrects the end of a stretch for uncollected garbage: by a full collection in its last part, or else by the last one of the run. */
function settle(series: readonly Moment[], all: readonly Look[], lastIndex: number, leaves: boolean): readonly Moment[] {
  const [first, end] = [series[0], series.at(-1)];
  if (first === undefined || end === undefined) return series;
  const at = series.findLastIndex(({ settled }) => settled);
  const seen = series[at];
  // If no more came since then than at the same rate as before, it contains no significant garbage.
  const sinceMs = end.cpuMs - (seen?.cpuMs ?? 0);
  const slope = seen === undefined ? 0 : Math.max(0, seen.value - first.value) / (seen.cpuMs - first.cpuMs || 1);
  if (seen !== undefined && sinceMs <= (end.cpuMs - first.cpuMs) * recentShare && end.value - seen.value <= slope * sinceMs) return series;
  if (at >= 0 && (series[at] as Moment).cpuMs >= end.cpuMs - (end.cpuMs - first.cpuMs) * releaseShare) return series.slice(0, at + 1);
  const after = all.filter(({ index }) => index > lastIndex);
  // What is freed by the end of the main module, and by atexit after it, was no garbage before.
  const left = leaves
    ? undefined
    : (after.find(({ point: [, , , , , , , kind] }) => kind === 'M') ?? after.find(({ point: [, , , , , , , kind] }) => kind === 'X'));
  // Only if nothing else follows: what other work, or asyncio, leaves behind is not of this stretch. A moment at no line of the
  // sample does not count, as the program is over by then.
  if (left === undefined || after.some(({ point: [, , , , , , , kind, , place] }) => !'MEXT'.includes(kind) && place !== null))
    return series;
  return [...series, { ...end, value: end.value - (left.point[8] - end.freed), freed: left.point[8], settled: true }];
}

type Rounds = Pick<Growth, 'rounds' | 'borders' | 'total' | 'grows' | 'watched' | 'fades' | 'nearly' | 'cpuMs' | 'points'>;

/**
 * The moments of a stretch and its rounds. If all rounds but one grow, long single calls may be why, such as one that reallocates
 * a large dict: it may take as long as a whole round, which then keeps less than the others. So their time is left out then.
 */
function readWhole(all: readonly Look[], quantity: Quantity, stretch: Stretch | undefined, minRound: number) {
  const moments = readMoments(all, quantity, stretch);
  const series = withoutEnd(moments, all, quantity, stretch);
  const whole = readRounds(series, minRound);
  const steady = whole.nearly && whole.watched ? withoutPauses(moments, whole.cpuMs / (roundCount + 1), minRound) : undefined;
  if (steady === undefined) return { series, whole };
  const again = withoutEnd(steady, all, quantity, stretch);
  const rounds = readRounds(again, minRound);
  return rounds.grows ? { series: again, whole: { ...rounds, cpuMs: whole.cpuMs } } : { series, whole };
}

/** The same moments without the time of long single calls; undefined if there is none, or if nothing more is kept after the last. */
function withoutPauses(series: readonly Moment[], roundMs: number, minRound: number): readonly Moment[] | undefined {
  const gaps = series.slice(1).map(({ cpuMs }, index) => cpuMs - (series[index] as Moment).cpuMs);
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const isPause = (gap: number) => gap >= roundMs * minPauseRounds && gap >= usual * pauseTimes;
  const last = gaps.findLastIndex(isPause);
  const after = series.slice(last + 1);
  const goesOn = after.length > lateLooks / 2 && (after.at(-1)?.value ?? 0) - (after[0]?.value ?? 0) >= minRound;
  if (last < 0 || !goesOn) return undefined;
  let left = 0;
  return series.map((moment, index) => {
    const gap = gaps[index - 1] ?? 0;
    if (isPause(gap)) left += gap - usual;
    return { ...moment, cpuMs: moment.cpuMs - left };
  });
}

function readRounds(series: readonly Moment[], minRound: number): Rounds {
  const kept = keptForGood(series);
  const startMs = series[0]?.cpuMs ?? 0;
  const cpuMs = (series.at(-1)?.cpuMs ?? 0) - startMs;
  const times = Array.from({ length: roundCount + 1 }, (_, index) => startMs + (cpuMs * (index + 1)) / (roundCount + 1));
  const places = times.map((border) => series.findIndex((moment) => moment.cpuMs >= border - 1e-6));
  const values = times.map((border, index) => {
    const at = places[index] as number;
    const [left, right] = [series[at - 1], series[at]];
    if (left === undefined || right === undefined) return kept[at] ?? 0;
    // Interpolate between two looks.
    const share = (border - left.cpuMs) / (right.cpuMs - left.cpuMs);
    return (kept[at - 1] as number) + ((kept[at] as number) - (kept[at - 1] as number)) * share;
  });
  const rounds = values.slice(1).map((value, index) => Math.round(value - (values[index] as number)));
  const median = rounds.toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  const gap = Math.max(0, ...series.slice(1).map((moment, index) => moment.cpuMs - (series[index] as Moment).cpuMs));
  const last = rounds.at(-1) ?? 0;
  const watched = series.length > roundCount && gap < (cpuMs * maxGapRounds) / (roundCount + 1);
  const rising = rounds.filter((round) => round >= Math.max(minRound, median * minShare)).length;
  const [first = 0, second = 0, third = 0, fourth = 0] = rounds;
  // What fills up adds less by about the same factor each round; if each step takes longer than the one before, the decrease itself fades.
  const slowsDown = fourth >= first * slowedShare && second * third < first * fourth * evenShare;
  const fades = second < first && third < second && fourth < third && fourth < first * fadedShare && !slowsDown;
  const grows = watched && rising === roundCount && last >= median * fadingShare && last <= median * peakShare;
  const nearly = !grows && (rising >= roundCount - 1 || (rising === roundCount && last < median * fadingShare));
  const borders = places.flatMap((at) => series[at]?.index ?? []);
  const total = rounds.reduce((sum, round) => sum + round, 0);
  return { rounds, borders, total, grows, watched, fades, nearly, cpuMs, points: series.length };
}

/** Judges growth that begins late in a stretch and goes on to its end, beyond all values before. */
function readLate(
  series: readonly Moment[],
  kept: readonly number[],
  minRound: number,
  base: number,
  top: number,
  mayPass: boolean,
  isNested: boolean,
): Partial<Growth> | undefined {
  const [first, end] = [series[0], series.at(-1)];
  if (first === undefined || end === undefined || top - base < minRound * roundCount) return undefined;
  const begun = kept.findLastIndex((value) => value <= base + (top - base) * begunShare);
  const share = ((series[begun]?.cpuMs ?? 0) - first.cpuMs) / (end.cpuMs - first.cpuMs || 1);
  const before = Math.max(...series.slice(0, begun + 1).map(({ value }) => value));
  if (begun < 0 || share < lateFrom) return undefined;
  // Not higher and not longer than before: a peak that recurs.
  const isPeak = before > base + (top - base) * keptShare;
  const isLong = 1 - share >= longestPeak(series.slice(0, begun + 1), base, before) * peakTimes;
  // If it is still there while the program goes on, it may not be a peak.
  if (isPeak && !isLong) return mayPass || top - base < Math.max(minRound * worthSaying, (before - base) / 2) ? undefined : { late: 'end' };
  const rest = series.slice(begun);
  const rounds = readRounds(rest, minRound);
  if (share <= tooLate && rest.length >= lateLooks && rounds.grows) {
    return isOther(series.slice(0, begun), rest, isNested) ? { late: 'other' } : { ...rounds, since: share };
  }
  const isMuch = top - base >= minRound * worthSaying;
  return share > tooLate && isMuch ? { late: 'end' } : undefined;
}

/**
 * Whether a stretch went on to other work: to lines that are nearly all new, or, if each round is a loop of its own, from one
 * function to another.
 */
function isOther(before: readonly Moment[], after: readonly Moment[], isNested: boolean): boolean {
  const newIn = (moments: readonly Moment[], others: readonly Moment[], rare: number) => {
    const counts = Map.groupBy(others, ({ place }) => place);
    return moments.filter(({ place }) => (counts.get(place)?.length ?? 0) <= others.length * rare).length / (moments.length || 1);
  };
  return (
    newIn(after, before, 0) > clearlyNewShare ||
    (isNested && newIn(after, before, rareShare) >= minNewShare && newIn(before, after, rareShare) >= minNewShare)
  );
}

/**
 * Whether growth ended before its stretch: the flat part at the end is longer than any flat part before. If the program is
 * still at the same lines, something is full, such as a cache; otherwise it has gone on to other work.
 */
function readStop(all: readonly Moment[], minRound: number): Growth['stops'] {
  // The first part is not judged: it may build a table, or fill a cache.
  const startMs = all[0]?.cpuMs ?? 0;
  const series = all.filter(({ cpuMs }) => cpuMs >= startMs + ((all.at(-1)?.cpuMs ?? 0) - startMs) / (roundCount + 1));
  const [first, end] = [series[0], series.at(-1)];
  if (first === undefined || end === undefined || series.length <= lateLooks) return undefined;
  const floors = floorsOf(series.map(({ value }) => value));
  const [base, top] = [floors[0] as number, floors.at(-1) as number];
  if (top - base < minRound * roundCount) return undefined;
  const slack = Math.max(minRound / 3, (top - base) * flatShare);
  const full = floors.findIndex((value) => value >= top - slack);
  const cpuMs = end.cpuMs - first.cpuMs || 1;
  const flat = (end.cpuMs - (series[full] as Moment).cpuMs) / cpuMs;
  let longest = 0;
  let from = 0;
  for (let index = 1; index <= full; index += 1) {
    if ((floors[index] as number) - (floors[from] as number) < slack) continue;
    longest = Math.max(longest, ((series[index] as Moment).cpuMs - (series[from] as Moment).cpuMs) / cpuMs);
    from = index;
  }
  const rest = series.slice(full + 1);
  if (flat < minFlatShare || flat < longest * flatTimes || rest.length < 3) return undefined;
  // What comes only at the beginning is warm-up.
  if (flat > maxFlatShare) return 'plateau';
  const before = new Set(series.slice(0, full + 1).map(({ place }) => place));
  return rest.filter(({ place }) => before.has(place)).length * 2 >= rest.length ? 'plateau' : 'other';
}

/** What full collections freed after a stretch, up to the end of the run, if there was none lately within it. */
function waitsAtEnd(all: readonly Look[], { from, to }: Stretch): number {
  const own = all.filter(({ index }) => index >= from && index <= to);
  const [first, end] = [own[0], own.at(-1)];
  const settled = own.findLast(({ point }) => point[7] === 'F');
  if (first === undefined || end === undefined) return 0;
  if (settled !== undefined && end.cpuMs - settled.cpuMs <= (end.cpuMs - first.cpuMs) * recentShare) return 0;
  const left = all.findLast(({ point }) => point[7] === 'X');
  return Math.max(0, (left?.point[8] ?? end.point[8]) - end.point[8]);
}

/** Whether what came in a stretch is still there later, while the program goes on. */
function staysAfter(all: readonly Look[], quantity: Quantity, stretch: Stretch, base: number, top: number): boolean {
  const values = valuesLater(all, quantity, stretch);
  return values.length > 0 && Math.min(...values) - base >= (top - base) * (1 - keptShare);
}

/** Whether a series grows in every round up to a single large fall, which is no larger than what was there before the stretch. */
function hidesGrowth(series: readonly Moment[], minRound: number, before: number): boolean {
  let at = -1;
  let fall = 0;
  for (let index = 1; index < series.length; index += 1) {
    const by = (series[index - 1] as Moment).value - (series[index] as Moment).value;
    if (by > fall) [fall, at] = [by, index];
  }
  if (at < lateLooks || fall < minRound * worthSaying || fall > before * (1 + sameShare)) return false;
  const part = series.slice(0, at);
  const rounds = readRounds(part, minRound);
  const startMs = (series[0] as Moment).cpuMs;
  return rounds.grows && rounds.cpuMs >= ((series.at(-1) as Moment).cpuMs - startMs) * minHiddenShare;
}

/** The longest time above what is kept, as a share of the stretch. */
function longestPeak(series: readonly Moment[], base: number, highest: number): number {
  const [first, end] = [series[0] as Moment, series.at(-1) as Moment];
  let [longest, low] = [0, first.cpuMs];
  for (const { cpuMs, value } of series) {
    if (value > base + (highest - base) * begunShare * 2) continue;
    longest = Math.max(longest, cpuMs - low);
    low = cpuMs;
  }
  return Math.max(longest, end.cpuMs - low) / (end.cpuMs - first.cpuMs || 1);
}

/** Whether the growth from `base` to `top` was freed later while the program went on. `lately` is the growth of the last rounds. */
function readRelease(
  all: readonly Look[],
  quantity: Quantity,
  stretch: Stretch | undefined,
  base: number,
  top: number,
  lately: number,
): Growth['givenBack'] {
  // A process rarely returns memory, whatever its program does; gc.garbage is emptied on purpose.
  if (stretch === undefined || quantity === 'rss' || quantity === 'garbage') return 'no';
  const values = valuesLater(all, quantity, stretch);
  if (values.length === 0) return 'no';
  const first = all[0] === undefined ? 0 : (valueOf(all[0], quantity) ?? 0);
  const [came, left] = [top - base, Math.min(...values)];
  const gone = top - left;
  // If as much is freed as came lately, what came before may have been a set-up.
  if (gone < came * keptShare) return gone > came * littleShare && lately > 0 && gone >= lately * (1 - sameShare) ? 'unclear' : 'no';
  // Hardly anything is left, even if nothing had been there before. If more is left, it may be something else, or a rest.
  const atReturn = all.find(({ index }) => index === stretch.lastReturn);
  const wentByReturn = atReturn !== undefined && top - (valueOf(atReturn, quantity) ?? 0) > gone * keptShare;
  return left - first < came * backShare && !wentByReturn ? 'yes' : 'unclear';
}

/** Removes the fall at the end of a run: that locals are freed as a function returns does not show that they were freed in time. */
function withoutRelease(series: readonly Moment[]): readonly Moment[] {
  const end = series.at(-1);
  if (end === undefined) return series;
  const from = series.findIndex(({ cpuMs }) => cpuMs >= end.cpuMs * (1 - releaseShare));
  let top = series.length - 1;
  for (let index = top; index >= Math.max(0, from - 1); index -= 1) {
    if ((series[index] as Moment).value > (series[top] as Moment).value) top = index;
  }
  const after = series.slice(top + 1);
  // What a full collection freed had been garbage all along.
  const fall = (series[top] as Moment).value - end.value;
  if (end.freed - (series[top] as Moment).freed > fall / 2) return series;
  // A little may be allocated meanwhile.
  const slack = ((series[top] as Moment).value - (series[0] as Moment).value) / 20;
  const falls = after.every(({ value }, index) => value <= (series[top + index] as Moment).value + slack);
  return falls ? series.slice(0, top + 1) : series;
}

/** For each moment, the minimum from then on: what is kept for good. */
function keptForGood(series: readonly Moment[]): readonly number[] {
  const kept = series.map(({ value }) => value);
  const startMs = series[0]?.cpuMs ?? 0;
  const from = startMs + ((series.at(-1)?.cpuMs ?? 0) - startMs) * (1 - lastShare);
  const last = Math.max(
    0,
    kept.length - 1 - Math.floor(kept.length * lastShare),
    series.findIndex(({ cpuMs }) => cpuMs >= from),
  );
  return floorsOf(kept.fill(Math.min(...kept.slice(last)), last));
}

/** For each value, the minimum of it and all that follow. */
function floorsOf(values: readonly number[]): readonly number[] {
  const floors = [...values];
  for (let index = floors.length - 2; index >= 0; index -= 1)
    floors[index] = Math.min(floors[index] as number, floors[index + 1] as number);
  return floors;
}
