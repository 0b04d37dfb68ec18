import type { Point } from './capture.ts';
import { readLooks, type Look } from './looks.ts';
import type { Stretch } from './stretches.ts';

/** What can grow: Python's own memory, the length of gc.garbage, the memory of the process, or what the C library has handed out. */
export type Quantity = 'held' | 'garbage' | 'rss' | 'inUse';

/** How a quantity moved over the rounds of a stretch of work. */
export interface Growth {
  readonly quantity: Quantity;
  /** How much more was kept for good at the end of each round than at its start. */
  readonly rounds: readonly number[];
  readonly total: number;
  readonly grows: boolean;
  /** Whether it was looked at often enough, and evenly enough, to tell. */
  readonly watched: boolean;
  /** Whether each round brings less than the one before. */
  readonly fades: boolean;
  /** Whether but for one round it would grow: a busy machine may be the reason. */
  readonly nearly: boolean;
  /** Where it begins to grow within the stretch, as a share of its CPU time, where it does so late; the rounds are then of the rest. */
  readonly since: number | undefined;
  /** Whether what came was given back by the program itself before its end; `unclear` where something went that may be another's. */
  readonly givenBack: 'yes' | 'no' | 'unclear';
  /** Where growth ended before the stretch did: on a plateau, or because the program went on to other lines. */
  readonly stops: 'plateau' | 'other' | undefined;
  /** What full collections after the stretch free, where it was not collected in full of late: it may be of the stretch. */
  readonly waiting: number;
  /** Whether it grows up to one fall that may be a set-up's. */
  readonly hidden: boolean;
  /** Where nearly all came so late that no rounds of it were seen, or came at lines that the stretch had not been at before. */
  readonly late: 'end' | 'other' | undefined;
  /** How much more is there at the end of the stretch than when it began, before anything is given back. */
  readonly rise: number;
  /** How much more there was at its highest than at the start of the stretch, given back or not. */
  readonly swing: number;
  /** CPU time over which it was watched, imports left out. */
  readonly cpuMs: number;
  readonly points: number;
}

/** How many rounds a stretch is cut into, after a first part of the same length that is not judged. */
export const roundCount = 5;
/** Rounds need not be alike, for a busy machine stretches some of them: a share of the middle one will do… */
const minShare = 0.01;
/** …but a last round that grows by less than this share shows growth that fades, as a cache does that fills up… */
export const fadingShare = 0.25;
/** …and one that grows by more than so many middle rounds is a peak that the program happened to end on. */
const peakShare = 8;
/** No two looks may be further apart than so many rounds. */
const maxGapRounds = 2;
/** Where no loop tells, a program may take this share of its CPU time to let go of everything at its end. */
const releaseShare = 0.15;
/** This share of the looks and of the time, at the end, counts as one: a stretch may end on a peak. */
export const lastShare = 0.06;
/** Of what came, this much may go and it was kept; where more than the rest goes, it was given back. */
const keptShare = 1 / 3;
/** What was given back leaves less than this share of it. */
const backShare = 0.1;
/** What goes is worth a look from this share of what came on. */
const littleShare = 0.05;
/** What goes within so much of what came is what came. */
const sameShare = 0.15;
/** Growth that begins after this share of a stretch begins late; after that share, too late to have rounds. */
const [lateFrom, tooLate] = [0.05, 0.85];
/** What comes in a flat part is less than this share of all; it lasts so much of the stretch, and so many times as long as any before. */
const [flatShare, minFlatShare, flatTimes] = [0.01, 0.07, 1.6];
/** Growth that began late is of other work where more than this share of its looks are at new lines… */
const clearlyNewShare = 0.8;
/** …or this share, and as many of those before were at lines that are left then; few looks, by this share, tell of no line. */
const [minNewShare, rareShare] = [0.2, 0.07];
/** Growth before a fall is of the work where it takes so much of the stretch. */
const minHiddenShare = 0.3;
/** A peak that lasts so many times as long as any before is none. */
const peakTimes = 1.5;
/** Growth that fades brings less from round to round, and after four this share of the first. */
const fadedShare = 0.75;
/** A search that takes longer with all that is kept brings half as much in the fourth round as in the first, and falls less and less. */
const [slowedShare, evenShare] = [0.5, 0.93];
/** Where more than this share of a stretch is flat, what came before was its start. */
const maxFlatShare = 0.6;
/** A full collection within so much of a stretch's end tells of its garbage. */
const recentShare = 0.5;
/** Growth has begun where this share of it is there. */
const begunShare = 0.05;
/** So many looks tell of growth that began late, and so much of it, in least growths of a round, is worth a word. */
const [lateLooks, worthSaying] = [10, 100];

/**
 * Whether a quantity grows in every round of a stretch, as CPython's `regrtest -R` asks. Rounds are equal shares of the CPU
 * time without collections, for a program that sleeps or waits for the collector does no work; what an import adds is left
 * out. In each moment only what is never given back later counts, so that peaks and sawtooths do not; and what came in the
 * stretch has to be there still as long as the program goes on. `least` is the smallest growth of a round, in the quantity's unit.
 */
export function measureGrowth(points: readonly Point[], quantity: Quantity, least: number, stretch?: Stretch): Growth {
  const all = readLooks(points);
  const series = readSeries(all, quantity, stretch);
  const kept = keptForGood(series);
  const whole = readRounds(series, kept, least);
  const base = kept[0] ?? 0;
  const top = kept.at(-1) ?? 0;
  const stops = readStop(series, least);
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
    whole.grows || top - base >= least
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
  // A set-up that is freed while the work goes on hides what comes meanwhile.
  if (hidesGrowth(series, least, base - (all[0] === undefined ? 0 : (valueOf(all[0], quantity) ?? 0))))
    return { ...result, hidden: true, givenBack };
  const late = readLate(
    series,
    kept,
    least,
    base,
    top,
    stretch === undefined || !staysAfter(all, quantity, stretch, base, top),
    stretch?.isNested === true,
  );
  if (late === undefined || givenBack === 'yes') return { ...result, givenBack };
  return { ...result, ...late, givenBack };
}

interface Moment {
  readonly cpuMs: number;
  readonly value: number;
  readonly freed: number;
  readonly settled: boolean;
  readonly place: number | null;
}

function valueOf({ point, imported }: Look, quantity: Quantity): number | null {
  const [, , rss, held, garbage, , , , , , inUse] = point;
  if (quantity === 'held') return held === null ? null : held - imported.held;
  if (quantity === 'rss') return rss - imported.rss;
  return quantity === 'garbage' ? garbage : inUse;
}

/** What there was after a stretch, while the program went on. */
function valuesLater(all: readonly Look[], quantity: Quantity, { later }: Stretch): readonly number[] {
  const indices = new Set(later);
  return all.flatMap((look) => (indices.has(look.index) ? (valueOf(look, quantity) ?? []) : []));
}

/** The moments of a stretch; of all of a run without one, its end left out: what goes there would not have gone otherwise. */
function readSeries(all: readonly Look[], quantity: Quantity, stretch: Stretch | undefined): readonly Moment[] {
  const isOver = ({ point: [, , , , , , , kind] }: Look) => 'MEXTL'.includes(kind);
  const [from, to] = stretch === undefined ? [0, Infinity] : [stretch.from, stretch.to];
  const own =
    quantity === 'inUse' ? bracket(all, from, to, stretch) : all.filter((look) => look.index >= from && look.index <= to && !isOver(look));
  const series = own.flatMap((look): readonly Moment[] => {
    const value = valueOf(look, quantity);
    return value === null ? [] : [{ cpuMs: look.cpuMs, value, freed: look.point[8], settled: look.point[7] === 'F', place: look.point[9] }];
  });
  if (quantity !== 'held') return stretch === undefined || stretch.kind === 'whole' ? withoutRelease(series) : series;
  const settled = settle(series, all, own.at(-1)?.index ?? 0, stretch?.leaves === true);
  return stretch === undefined || stretch.kind === 'whole' ? withoutRelease(settled) : settled;
}

/**
 * The moments that tell of what is in use from the last before a stretch to the first after it, for there may be few within; not
 * one in which what lives in the calls that led there has gone because the program ends.
 */
function bracket(all: readonly Look[], from: number, to: number, stretch: Stretch | undefined): readonly Look[] {
  const telling = all.filter(({ point }) => point[10] !== null && point[7] !== 'T');
  const first = Math.max(
    0,
    telling.findLastIndex(({ index }) => index <= from),
  );
  const last = telling.findIndex(({ index }) => index >= to);
  const after = telling[last];
  const hasEnded = after !== undefined && after.index > to && stretch?.leaves === true && !stretch.later.includes(after.index);
  return telling.slice(first, last === -1 ? undefined : hasEnded ? last : last + 1);
}

/** A full collection in the last part of a stretch says what of its end is garbage that waits; else the last one of the run does. */
function settle(series: readonly Moment[], all: readonly Look[], lastIndex: number, leaves: boolean): readonly Moment[] {
  const [first, end] = [series[0], series.at(-1)];
  if (first === undefined || end === undefined) return series;
  const at = series.findLastIndex(({ settled }) => settled);
  const seen = series[at];
  // What was seen later and is no more than would have come since holds no garbage that matters.
  const sinceMs = end.cpuMs - (seen?.cpuMs ?? 0);
  const slope = seen === undefined ? 0 : Math.max(0, seen.value - first.value) / (seen.cpuMs - first.cpuMs || 1);
  if (seen !== undefined && sinceMs <= (end.cpuMs - first.cpuMs) * recentShare && end.value - seen.value <= slope * sinceMs) return series;
  if (at >= 0 && (series[at] as Moment).cpuMs >= end.cpuMs - (end.cpuMs - first.cpuMs) * releaseShare) return series.slice(0, at + 1);
  const after = all.filter(({ index }) => index > lastIndex);
  // What the end of the main module, and atexit after it, let go was no garbage before.
  const left = leaves
    ? undefined
    : (after.find(({ point: [, , , , , , , kind] }) => kind === 'M') ?? after.find(({ point: [, , , , , , , kind] }) => kind === 'X'));
  // Only what ends the run tells: what other work, or asyncio, leaves behind is not this stretch's. At no line of its own the program is over.
  if (left === undefined || after.some(({ point: [, , , , , , , kind, , place] }) => !'MEXT'.includes(kind) && place !== null))
    return series;
  return [...series, { ...end, value: end.value - (left.point[8] - end.freed), freed: left.point[8], settled: true }];
}

function readRounds(
  series: readonly Moment[],
  kept: readonly number[],
  least: number,
): Pick<Growth, 'rounds' | 'total' | 'grows' | 'watched' | 'fades' | 'nearly' | 'cpuMs' | 'points'> {
  const startMs = series[0]?.cpuMs ?? 0;
  const cpuMs = (series.at(-1)?.cpuMs ?? 0) - startMs;
  const borders = Array.from({ length: roundCount + 1 }, (_, index) => {
    const border = startMs + (cpuMs * (index + 1)) / (roundCount + 1);
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
  const watched = series.length > roundCount && gap < (cpuMs * maxGapRounds) / (roundCount + 1);
  const rising = rounds.filter((round) => round >= Math.max(least, median * minShare)).length;
  const [first = 0, second = 0, third = 0, fourth = 0] = rounds;
  // What fills up brings so much less from round to round; where each step takes longer than the one before, less and less so.
  const slowsDown = fourth >= first * slowedShare && second * third < first * fourth * evenShare;
  const fades = second < first && third < second && fourth < third && fourth < first * fadedShare && !slowsDown;
  const grows = watched && rising === roundCount && last >= median * fadingShare && last <= median * peakShare;
  const nearly = !grows && (rising >= roundCount - 1 || (rising === roundCount && last < median * fadingShare));
  return { rounds, total: rounds.reduce((sum, round) => sum + round, 0), grows, watched, fades, nearly, cpuMs, points: series.length };
}

/** Growth that begins late in a stretch and goes on to its end, beyond all that was there before. */
function readLate(
  series: readonly Moment[],
  kept: readonly number[],
  least: number,
  base: number,
  top: number,
  mayPass: boolean,
  isNested: boolean,
): Partial<Growth> | undefined {
  const [first, end] = [series[0], series.at(-1)];
  if (first === undefined || end === undefined || top - base < least * roundCount) return undefined;
  const begun = kept.findLastIndex((value) => value <= base + (top - base) * begunShare);
  const share = ((series[begun]?.cpuMs ?? 0) - first.cpuMs) / (end.cpuMs - first.cpuMs || 1);
  const before = Math.max(...series.slice(0, begun + 1).map(({ value }) => value));
  if (begun < 0 || share < lateFrom) return undefined;
  // As high as before, and no longer than before, is a peak that comes again.
  const isPeak = before > base + (top - base) * keptShare;
  const isLong = 1 - share >= longestPeak(series.slice(0, begun + 1), base, before) * peakTimes;
  // One that is still there while the program goes on is no peak yet.
  if (isPeak && !isLong) return mayPass || top - base < Math.max(least * worthSaying, (before - base) / 2) ? undefined : { late: 'end' };
  const rest = series.slice(begun);
  const rounds = readRounds(rest, keptForGood(rest), least);
  if (share <= tooLate && rest.length >= lateLooks && rounds.grows) {
    return isOther(series.slice(0, begun), rest, isNested) ? { late: 'other' } : { ...rounds, since: share };
  }
  const isMuch = top - base >= least * worthSaying;
  return share > tooLate && isMuch ? { late: 'end' } : undefined;
}

/** Whether a stretch went on to other work: to lines that are nearly all new, or, where each round is a loop of its own, from one function to another that took its turn. */
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
 * Whether growth ended before its stretch: nothing more came for longer than there was ever nothing before. Where the
 * program is at the same lines then, something is full, such as a cache; at others it has gone on to other work.
 */
function readStop(all: readonly Moment[], least: number): Growth['stops'] {
  // The first part is not judged: there a table may be built, or a cache filled.
  const startMs = all[0]?.cpuMs ?? 0;
  const series = all.filter(({ cpuMs }) => cpuMs >= startMs + ((all.at(-1)?.cpuMs ?? 0) - startMs) / (roundCount + 1));
  const [first, end] = [series[0], series.at(-1)];
  if (first === undefined || end === undefined || series.length <= lateLooks) return undefined;
  const floors = floorsOf(series.map(({ value }) => value));
  const [base, top] = [floors[0] as number, floors.at(-1) as number];
  if (top - base < least * roundCount) return undefined;
  const slack = Math.max(least / 3, (top - base) * flatShare);
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
  // What comes only at first warms up.
  if (flat > maxFlatShare) return 'plateau';
  const before = new Set(series.slice(0, full + 1).map(({ place }) => place));
  return rest.filter(({ place }) => before.has(place)).length * 2 >= rest.length ? 'plateau' : 'other';
}

/** What the last full collection of a run frees after a stretch in which there was none of late, in blocks. */
function waitsAtEnd(all: readonly Look[], { from, to }: Stretch): number {
  const own = all.filter(({ index }) => index >= from && index <= to);
  const [first, end] = [own[0], own.at(-1)];
  const settled = own.findLast(({ point }) => point[7] === 'F');
  if (first === undefined || end === undefined) return 0;
  if (settled !== undefined && end.cpuMs - settled.cpuMs <= (end.cpuMs - first.cpuMs) * recentShare) return 0;
  const left = all.findLast(({ point }) => point[7] === 'X');
  return Math.max(0, (left?.point[8] ?? end.point[8]) - end.point[8]);
}

/** Whether what came in a stretch is seen to be there later, while the program goes on. */
function staysAfter(all: readonly Look[], quantity: Quantity, stretch: Stretch, base: number, top: number): boolean {
  const values = valuesLater(all, quantity, stretch);
  return values.length > 0 && Math.min(...values) - base >= (top - base) * (1 - keptShare);
}

/** Whether a series grows in every round up to its one large fall, which is no larger than what was there before the stretch. */
function hidesGrowth(series: readonly Moment[], least: number, before: number): boolean {
  let at = -1;
  let fall = 0;
  for (let index = 1; index < series.length; index += 1) {
    const by = (series[index - 1] as Moment).value - (series[index] as Moment).value;
    if (by > fall) [fall, at] = [by, index];
  }
  if (at < lateLooks || fall < least * worthSaying || fall > before * (1 + sameShare)) return false;
  const part = series.slice(0, at);
  const rounds = readRounds(part, keptForGood(part), least);
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

/** Whether what came between two levels was gone at some later moment in which the program still went on. */
function readRelease(
  all: readonly Look[],
  quantity: Quantity,
  stretch: Stretch | undefined,
  base: number,
  top: number,
  lately: number,
): Growth['givenBack'] {
  // A process seldom gives memory back, whatever its program does.
  if (stretch === undefined || quantity === 'rss' || quantity === 'garbage') return 'no';
  const values = valuesLater(all, quantity, stretch);
  if (values.length === 0) return 'no';
  const first = all[0] === undefined ? 0 : (valueOf(all[0], quantity) ?? 0);
  const [came, left] = [top - base, Math.min(...values)];
  const gone = top - left;
  // Where as much goes as came of late, what came before may have been a set-up.
  if (gone < came * keptShare) return gone > came * littleShare && lately > 0 && gone >= lately * (1 - sameShare) ? 'unclear' : 'no';
  // As little is there as if nothing had come, even had there been nothing before; more may be another's, or what is left of it.
  const atReturn = all.find(({ index }) => index === stretch.lastReturn);
  const wentByReturn = atReturn !== undefined && top - (valueOf(atReturn, quantity) ?? 0) > gone * keptShare;
  return left - first < came * backShare && !wentByReturn ? 'yes' : 'unclear';
}

/** Cuts off the fall at the end of a run: a function's locals going away as it returns are no sign of their being freed in time. */
function withoutRelease(series: readonly Moment[]): readonly Moment[] {
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
  if (end.freed - (series[top] as Moment).freed > fall / 2) return series;
  // A little may be asked for meanwhile.
  const slack = ((series[top] as Moment).value - (series[0] as Moment).value) / 20;
  const falls = after.every(({ value }, index) => value <= (series[top + index] as Moment).value + slack);
  return falls ? series.slice(0, top + 1) : series;
}

/** For each moment the least that is there from then on. */
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

/** The least of each value and all that follow it. */
function floorsOf(values: readonly number[]): readonly number[] {
  const floors = [...values];
  for (let index = floors.length - 2; index >= 0; index -= 1)
    floors[index] = Math.min(floors[index] as number, floors[index + 1] as number);
  return floors;
}
