import type { Capture } from '../capture/capture.ts';
import { roundCount } from '../capture/growth.ts';
import { blockBytes, fewBlocks, minGrowth, muchRss } from '../capture/tolerance.ts';
import type { VerdictName } from '../experiment/sample.ts';
import type { Evidence, Measured } from './measured.ts';

/** Why a stretch is `unclear`. */
export type Doubt =
  | 'short'
  | 'waiting'
  | 'table'
  | 'steps'
  | 'alone'
  | 'stops'
  | 'turns'
  | 'creeps'
  | 'fades'
  | 'late'
  | 'released'
  | 'outside'
  | 'collector';

/** What one stretch of work does with memory. */
export interface StretchVerdict {
  readonly measured: Measured;
  readonly name: VerdictName;
  readonly doubt: Doubt | undefined;
  /** What it rests on. */
  readonly decided: readonly Evidence[];
}

/** A stretch has to work for so long that its rounds mean something. */
const shortestCpuMs = 5;
/** So many looks or fewer say nothing of rounds. */
export const fewPoints = 6;
/** A run without a collector keeps clearly more where at least this share of what came in it is more than with one… */
const clearlyMore = 0.25;
/** …and so many times the least growth of a round. */
const leastMore = 5;
/** With less than this share, or so many least growths of a round, it keeps as much, but for chance. */
const [hardlyMore, muchMore] = [0.06, 20];
/** Of the blocks that only the collector frees, at least this share are objects that it found: each may hold many that it does not track. */
const foundShare = 0.001;
/** What debug flags keep alive is at least this share of what only the collector would free, and so many objects. */
const [keptByFlags, leastGarbage] = [0.1, 1000];

/** A verdict, what it rests on, and why it is `unclear`. */
type Judgement = readonly [name: VerdictName, decided: readonly (Evidence | undefined)[], doubt?: Doubt];

/**
 * The verdict on one stretch. With the debug flags off, after full collections, growth is a leak: of Python's own memory,
 * or, where that stays flat, of native memory. Else, where gc.garbage grows as written, the flags keep it alive; where the
 * run without a collector keeps clearly more than the one that collects, cycles do. What can be read in two ways is `unclear`.
 */
export function judgeStretch(capture: Capture, measured: Measured): StretchVerdict {
  const [name, decided, doubt] =
    judgeTable(measured) ??
    judgeOwn(measured) ??
    judgeProcess(capture, measured) ??
    judgeDoubts(measured) ??
    judgeGarbage(capture, measured) ??
    judgeRest(measured);
  return { measured, name, doubt, decided: decided.filter((item) => item !== undefined) };
}

/** A table that one statement builds is no work that goes round. */
function judgeTable({ stretch, off, disabled }: Measured): Judgement | undefined {
  const onlyCollected = disabled.growth.rise - off.growth.rise > disabled.growth.rise * clearlyMore;
  if (!stretch.isTable || off.growth.rise <= 0 || onlyCollected) return undefined;
  return off.growth.grows && stretch.kind === 'whole' ? ['unclear', [off], 'table'] : ['no-leak', [off]];
}

/** Python's own memory: what is still referenced grows in every condition, and is there as long as the program goes on. */
function judgeOwn({ off, written, disabled }: Measured): Judgement | undefined {
  if (!off.growth.grows) return undefined;
  const waits = off.growth.waiting >= off.growth.rise / 3;
  // Garbage that waits for the collector is more where there is none.
  if (waits) return disabled.growth.rise > off.growth.rise * muchGarbage ? undefined : ['unclear', [off], 'waiting'];
  const others = [written, disabled].filter(({ growth }) => growth.points > fewPoints && growth.rise > 0);
  if ([off, ...others].every(({ growth }) => growth.fades) && off.growth.givenBack !== 'yes')
    return ['unclear', [off, written, disabled], 'fades'];
  const isAlone = others.length > 0 && others.every(({ growth }) => !growth.grows);
  if (isAlone)
    return others.every((each) => hasStopped(each) && !each.growth.nearly) ? undefined : ['unclear', [off, written, disabled], 'alone'];
  return off.growth.givenBack === 'unclear' ? ['unclear', [off], 'released'] : ['leak', [off]];
}

/** The process, where Python's blocks do not tell why it grows: a few large blocks, or the C library's. */
function judgeProcess(capture: Capture, measured: Measured): Judgement | undefined {
  const { off, offRss, offInUse, traced } = measured;
  // The traced run is taken where this is in doubt. Without generations, memory that is free is given back late: a process tells nothing there.
  if (traced === undefined || capture.collector === 'free-threaded') return undefined;
  const isKept = traced.growth.grows && traced.growth.givenBack === 'no';
  if (isKept && off.growth.givenBack === 'no' && creeps(measured)) return ['leak', [off, traced]];
  const least = offRss.growth.total / 2;
  const native = offInUse === undefined ? 0 : offInUse.growth.rise - Math.max(0, traced.growth.rise);
  if (offRss.growth.grows && offInUse?.growth.givenBack === 'no' && native > least) return ['native-leak', [off, offRss, offInUse, traced]];
  const comes = Math.max(off.growth.total, off.growth.rise, mostFreed(capture)) * blockBytes;
  if (comes > offRss.growth.total / 2 || off.growth.givenBack !== 'no') return undefined;
  if (!offRss.growth.grows) {
    // A list or a dict that doubles is one block, and grows in steps.
    const isStepped =
      off.growth.rise < fewBlocks &&
      offInUse?.growth.givenBack === 'no' &&
      offInUse.growth.rise > offRss.growth.total / 2 &&
      offRss.growth.total > muchRss;
    return isStepped ? ['unclear', [off, offRss, offInUse, traced], 'steps'] : undefined;
  }
  if (isKept && traced.growth.total > least) return ['leak', [off, traced]];
  if (traced.growth.rise <= least && offInUse !== undefined && offInUse.growth.rise > least && offInUse.growth.givenBack !== 'yes') {
    return offInUse.growth.givenBack === 'no' ? ['native-leak', [off, offRss, offInUse, traced]] : ['unclear', [offInUse], 'released'];
  }
  // A process that grew while Python's memory came and went is one that keeps what is free.
  const cameAndWent =
    off.growth.swing * blockBytes >= offRss.growth.total / 2 || traced.growth.swing >= least || offInUse?.growth.givenBack === 'yes';
  return cameAndWent ? undefined : ['unclear', [off, offRss, offInUse, traced], 'outside'];
}

/** What keeps growth from being read. */
function judgeDoubts({ stretch, off }: Measured): Judgement | undefined {
  const { cpuMs, points, watched, rise, givenBack, hidden, late, stops } = off.growth;
  if (cpuMs < shortestCpuMs || points <= fewPoints) return ['unclear', [], 'short'];
  // What is over too quickly each time to be seen says nothing of all of it.
  if (stretch.kind === 'calls' && stretch.looks <= fewPoints) return ['unclear', [], 'short'];
  // What came between two looks that are far apart came evenly, or at once: nobody knows.
  if (!watched && rise > worthSaying * minGrowth['allocated blocks'] && givenBack !== 'yes') return ['unclear', [off], 'short'];
  if (hidden) return ['unclear', [off], 'released'];
  if (late !== undefined && givenBack !== 'yes') return ['unclear', [off], late === 'other' ? 'turns' : 'late'];
  return stops === 'other' && givenBack === 'no' && rise >= leastOf(off) * worthSaying ? ['unclear', [off], 'stops'] : undefined;
}

/** Garbage: what the debug flags keep, and what only the collector frees. */
function judgeGarbage(capture: Capture, { off, written, garbage, disabled }: Measured): Judgement | undefined {
  const more = disabled.growth.rise - off.growth.rise;
  const flagged = written.growth.rise - off.growth.rise;
  // What a collection frees without finding it was let go by somebody who waited for one, as `gc.callbacks` do.
  // Where Leaklog itself collects, the program's own collections find less.
  const found = (['as-written', 'debug-off'] as const).map((condition) => capture.conditions[condition].collections);
  const most = Math.max(...found.map(({ collected }) => collected));
  const hasNone = found.every(({ counts }) => counts.every((count) => count === 0));
  const isFound = hasNone || most >= (capture.held === 'traced bytes' ? more / blockBytes : more) * foundShare;
  const onlyCollected =
    isFound &&
    disabled.growth.grows &&
    off.growth.watched &&
    more >= Math.max(leastOf(off) * leastMore, disabled.growth.rise * clearlyMore);
  // Pyodide's run as written is not traced: there the share of what the collector found tells.
  const isMost =
    capture.held === 'traced bytes'
      ? garbage.growth.rise * 3 >= capture.conditions['as-written'].collections.collected
      : flagged >= more * keptByFlags;
  const isKept = garbage.growth.rise >= leastGarbage && more > 0 && isMost;
  if (garbage.growth.grows || (onlyCollected && (isKept || movedByFlags(capture, more, flagged))))
    return ['debug-artifact', [garbage, written, off]];
  return onlyCollected ? ['cycles', [written, off, disabled]] : undefined;
}

/** What is left does not grow, but for what is too little to tell. */
function judgeRest(measured: Measured): Judgement {
  const { off, written, garbage, disabled } = measured;
  const all = [written, off, disabled];
  const least = leastOf(off);
  if (off.growth.givenBack !== 'yes' && creeps(measured))
    return ['unclear', all, off.growth.total < least * roundCount ? 'creeps' : 'fades'];
  const more = disabled.growth.total - off.growth.total;
  // Where what is kept has come to its end, what goes on is the collector's.
  const last = (each: Evidence) => each.growth.rounds.at(-1) ?? 0;
  const goesOn = hasStopped(off) && last(disabled) >= least * muchMore && last(off) < last(disabled) * clearlyMore;
  const keepsMore = (more > Math.max(least * muchMore, disabled.growth.total * hardlyMore) || goesOn) && disabled.growth.givenBack === 'no';
  if ((disabled.growth.grows || disabled.growth.nearly) && keepsMore) return ['unclear', all, 'collector'];
  if (off.growth.givenBack === 'unclear' && off.growth.total >= least * worthSaying) return ['unclear', [off], 'released'];
  // All rounds but one, in every condition, is no bound that was reached.
  const isBound = measured.stretch.kind !== 'whole' && all.some(({ growth }) => growth.stops !== undefined);
  const almost = !isBound && all.every(({ growth }) => (growth.grows || growth.nearly) && growth.rise >= least * muchMore);
  return almost && off.growth.givenBack !== 'yes' ? ['unclear', all, 'fades'] : ['no-leak', [off, garbage, disabled]];
}

const leastOf = ({ unit }: Evidence) => (unit === 'traced bytes' ? minGrowth['traced bytes'] : minGrowth['allocated blocks']);

/** The most blocks that waited for a full collection at once, with the debug flags off. */
function mostFreed(capture: Capture): number {
  const { points } = capture.conditions['debug-off'];
  return points.reduce((most, point, index) => Math.max(most, point[8] - (points[index - 1]?.[8] ?? 0)), 0);
}

/** A run without a collector grows so many times as much where nearly all that comes is garbage. */
const muchGarbage = 4;
/** Growth of so many least growths of a round is worth a word. */
const worthSaying = 100;
/** A last round that brings less than this share of the middle one shows that growth has stopped. */
const stoppedShare = 0.1;

/**
 * Whether something more is kept in every round to the last, with and without a collector: chance moves one or the other. As
 * written, what the interpreter's start leaves behind goes at some collection, and hides so little.
 */
function creeps({ off, disabled }: Measured): boolean {
  return [off, disabled].every(
    (each) => each.growth.points > fewPoints && each.growth.rounds.every((round) => round > 0) && !hasStopped(each),
  );
}

/** Whether growth came to its end before its stretch did. */
function hasStopped({ growth: { rounds, stops } }: Evidence): boolean {
  const median = rounds.toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  return stops === 'plateau' || (rounds.at(-1) ?? 0) < median * stoppedShare;
}

const saveAll = 32;

/** Whether DEBUG_SAVEALL kept what the collector, which ran more than once, would have freed, and the program took it out of gc.garbage. */
function movedByFlags(capture: Capture, more: number, flagged: number): boolean {
  const { flags, collections } = capture.conditions['as-written'];
  const runs = collections.counts.reduce((sum, count) => sum + count, 0);
  return (flags & saveAll) !== 0 && runs >= 2 && flagged * 3 >= more;
}
