import type { Capture } from '../capture/capture.ts';
import { roundCount } from '../capture/growth.ts';
import { blockBytes, fewBlocks, minGrowth, muchRss } from '../capture/tolerance.ts';
import type { VerdictName } from '../experiment/sample.ts';
import type { Evidence, StretchMeasurement } from './measured.ts';

/** Why a stretch is `unclear`; the sentences are in sentences.ts. */
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
  | 'collector'
  | 'missed';

/** What one stretch of work does with memory. */
export interface StretchVerdict {
  readonly measured: StretchMeasurement;
  readonly name: VerdictName;
  readonly doubt: Doubt | undefined;
  /** The measurements that it rests on. */
  readonly decided: readonly Evidence[];
}

/** A stretch with less CPU time than this is too short for its rounds to mean anything. */
const minCpuMs = 5;
/** This many points, or fewer, cannot be cut into rounds. */
export const tooFewPoints = 6;
/** A run without a collector keeps clearly more if the surplus is at least this share of what it keeps… */
const minSurplusShare = 0.25;
/** …and at least this many times the smallest growth of a round. */
const minSurplusFactor = 5;
/** A surplus up to this share, or up to this many times the smallest growth of a round, may be chance. */
const [maxChanceShare, maxChanceFactor] = [0.06, 20];
/** The collector must have found objects for at least this share of the blocks that only it frees: each may hold many untracked blocks. */
const minFoundShare = 0.001;
/** The debug flags keep garbage alive if it is at least this share of what only the collector frees, and at least this many objects. */
const [minFlaggedShare, minGarbage] = [0.1, 1000];

/** A verdict, the measurements that it rests on, and why it is `unclear`. */
type Judgement = readonly [name: VerdictName, decided: readonly (Evidence | undefined)[], doubt?: Doubt];

/**
 * The verdict on one stretch. Growth with the debug flags off, after full collections, is a leak: of Python's own memory or,
 * if that stays flat, of native memory. Otherwise, if gc.garbage grows as written, the debug flags keep garbage alive; and if
 * the run without a collector keeps clearly more than the one with it, the garbage is in cycles. Ambiguous cases are `unclear`.
 */
export function judgeStretch(capture: Capture, measured: StretchMeasurement): StretchVerdict {
  const [name, decided, doubt] =
    judgeTable(measured) ??
    judgePython(measured) ??
    judgeProcess(capture, measured) ??
    judgeDoubts(measured) ??
    judgeGarbage(capture, measured) ??
    judgeRest(measured);
  return { measured, name, doubt, decided: decided.filter((item) => item !== undefined) };
}

/** A table that a single statement builds is not repeated work, so its growth is no leak. */
function judgeTable({ stretch, off, disabled }: StretchMeasurement): Judgement | undefined {
  const onlyCollected = disabled.growth.rise - off.growth.rise > disabled.growth.rise * minSurplusShare;
  if (!stretch.isTable || off.growth.rise <= 0 || onlyCollected) return undefined;
  return off.growth.grows && stretch.kind === 'whole' ? ['unclear', [off], 'table'] : ['no-leak', [off]];
}

/** Python's own memory: a leak grows in every condition and is not freed before the program's end. */
function judgePython({ off, written, disabled }: StretchMeasurement): Judgement | undefined {
  if (!off.growth.grows) return undefined;
  const waits = off.growth.waiting >= off.growth.rise / 3;
  // If it is garbage that waits for a collection, the run without a collector has much more of it.
  if (waits) return disabled.growth.rise > off.growth.rise * minGarbageFactor ? undefined : ['unclear', [off], 'waiting'];
  const others = [written, disabled].filter(({ growth }) => growth.points > tooFewPoints && growth.rise > 0);
  if ([off, ...others].every(({ growth }) => growth.fades) && off.growth.givenBack !== 'yes')
    return ['unclear', [off, written, disabled], 'fades'];
  const isAlone = others.length > 0 && others.every(({ growth }) => !growth.grows);
  if (isAlone)
    return others.every((each) => hasStopped(each) && !each.growth.nearly) ? undefined : ['unclear', [off, written, disabled], 'alone'];
  return off.growth.givenBack === 'unclear' ? ['unclear', [off], 'released'] : ['leak', [off]];
}

/** The memory of the process, if Python's blocks do not explain its growth: a few large blocks, or native memory. */
function judgeProcess(capture: Capture, measured: StretchMeasurement): Judgement | undefined {
  const { off, offRss, offInUse, disabled, traced } = measured;
  // A traced run exists only if this is in doubt. Free-threaded builds give memory back late: their process size proves nothing.
  if (traced === undefined || capture.collector === 'free-threaded') return undefined;
  const isKept = traced.growth.grows && traced.growth.givenBack === 'no';
  if (isKept && off.growth.givenBack === 'no' && creeps(measured)) {
    // Where garbage makes the run without a collector grow anyway, it says nothing about so little.
    const isGarbage = disabled.growth.total > off.growth.total * minGarbageFactor + minGrowthOf(off) * roundCount;
    return isGarbage ? ['unclear', [off, traced], 'creeps'] : ['leak', [off, traced]];
  }
  const half = offRss.growth.total / 2;
  const native = offInUse === undefined ? 0 : offInUse.growth.rise - Math.max(0, traced.growth.rise);
  if (offRss.growth.grows && offInUse?.growth.givenBack === 'no' && native > half) return ['native-leak', [off, offRss, offInUse, traced]];
  const pythonBytes = Math.max(off.growth.total, off.growth.rise, maxWaitingBlocks(capture)) * blockBytes;
  if (pythonBytes > half || off.growth.givenBack !== 'no') return undefined;
  // A container or a string buffer that is reallocated at a larger size is one block, and grows in steps.
  const isStepped = traced.growth.rise > half && traced.growth.givenBack === 'no';
  if (!offRss.growth.grows) {
    const isInUse = offInUse?.growth.givenBack === 'no' && offInUse.growth.rise > half;
    const nearly = isStepped && [offRss, traced].every(({ growth }) => growth.nearly && growth.stops === undefined);
    return off.growth.rise < fewBlocks && (isInUse || nearly) && offRss.growth.total > muchRss
      ? ['unclear', [off, offRss, offInUse, traced], 'steps']
      : undefined;
  }
  if (isKept && traced.growth.total > half) return ['leak', [off, traced]];
  if (traced.growth.rise <= half && offInUse !== undefined && offInUse.growth.rise > half && offInUse.growth.givenBack !== 'yes') {
    return offInUse.growth.givenBack === 'no' ? ['native-leak', [off, offRss, offInUse, traced]] : ['unclear', [offInUse], 'released'];
  }
  // A process that grew while Python's memory came and went just keeps free memory.
  const gone = ({ growth: { swing, rise } }: Evidence) => swing - Math.max(0, rise);
  const cameAndWent = gone(off) * blockBytes >= half || gone(traced) >= half || offInUse?.growth.givenBack === 'yes';
  return cameAndWent ? undefined : ['unclear', [off, offRss, offInUse, traced], isStepped ? 'steps' : 'outside'];
}

/** Reasons why growth or its absence cannot be told. */
function judgeDoubts({ stretch, off }: StretchMeasurement): Judgement | undefined {
  const { cpuMs, points, watched, rise, givenBack, hidden, late, stops } = off.growth;
  if (cpuMs < minCpuMs || points <= tooFewPoints) return ['unclear', [], 'short'];
  // If the calls are mostly too short to be seen, the few looks do not represent them.
  if (stretch.kind === 'calls' && stretch.looks <= tooFewPoints) return ['unclear', [], 'short'];
  // Memory that appeared between two distant looks may have come evenly or all at once.
  if (!watched && rise > notableFactor * minGrowth['allocated blocks'] && givenBack !== 'yes') return ['unclear', [off], 'short'];
  if (hidden) return ['unclear', [off], 'released'];
  if (late !== undefined && givenBack !== 'yes') return ['unclear', [off], late === 'other' ? 'turns' : 'late'];
  return stops === 'other' && givenBack === 'no' && rise >= minGrowthOf(off) * notableFactor ? ['unclear', [off], 'stops'] : undefined;
}

/** Garbage: kept alive by the debug flags, or in cycles that only the collector frees. */
function judgeGarbage(capture: Capture, { off, written, garbage, disabled }: StretchMeasurement): Judgement | undefined {
  const surplus = disabled.growth.rise - off.growth.rise;
  const flagged = written.growth.rise - off.growth.rise;
  // Memory that goes at a collection without having been found by it was released by something that waits for one, such as
  // `gc.callbacks`. Leaklog's own collections with the flags off leave less for the program's own to find: take the larger count.
  const found = (['as-written', 'debug-off'] as const).map((condition) => capture.conditions[condition].collections);
  const maxCollected = Math.max(...found.map(({ collected }) => collected));
  const hasNone = (['as-written', 'debug-off'] as const).every((condition) => !collectsOnItsWay(capture.conditions[condition]));
  const isFound = hasNone || maxCollected >= (capture.held === 'traced bytes' ? surplus / blockBytes : surplus) * minFoundShare;
  const onlyCollected =
    isFound &&
    disabled.growth.grows &&
    off.growth.watched &&
    surplus >= Math.max(minGrowthOf(off) * minSurplusFactor, disabled.growth.rise * minSurplusShare);
  // Pyodide does not trace the run as written: compare with what the collector found instead.
  const isMost =
    capture.held === 'traced bytes'
      ? garbage.growth.rise * 3 >= capture.conditions['as-written'].collections.collected
      : flagged >= surplus * minFlaggedShare;
  const isKept = garbage.growth.rise >= minGarbage && surplus > 0 && isMost;
  if (garbage.growth.grows || (onlyCollected && (isKept || movedByFlags(capture, surplus, flagged))))
    return ['debug-artifact', [garbage, written, off]];
  return onlyCollected ? ['cycles', [written, off, disabled]] : undefined;
}

/** Whether the program's collector runs after the first look: one before that may be due to what starting it left behind. */
function collectsOnItsWay({ collections, points }: Capture['conditions']['as-written']): boolean {
  const first = points.find(([, , , , , , young, kind]) => young !== null && kind !== 'S');
  const all = collections.counts[0] + collections.counts[1];
  const laterFull = collections.counts[2] > 0 && collections.full.some(([atMs]) => atMs > (first?.[0] ?? 0));
  return laterFull || all > (first?.[6] ?? 0);
}

/** Everything else does not grow, unless the signs of growth are too weak to tell. */
function judgeRest(measured: StretchMeasurement): Judgement {
  const { off, written, garbage, disabled } = measured;
  const all = [written, off, disabled];
  const min = minGrowthOf(off);
  if (off.growth.givenBack !== 'yes' && creeps(measured)) return ['unclear', all, off.growth.total < min * roundCount ? 'creeps' : 'fades'];
  const surplus = disabled.growth.total - off.growth.total;
  // If growth with the collector has stopped, what still grows without it is garbage.
  const last = (each: Evidence) => each.growth.rounds.at(-1) ?? 0;
  const goesOn = hasStopped(off) && last(disabled) >= min * maxChanceFactor && last(off) < last(disabled) * minSurplusShare;
  const isBeyondChance = surplus > Math.max(min * maxChanceFactor, disabled.growth.total * maxChanceShare);
  const keepsMore = (isBeyondChance || goesOn) && disabled.growth.givenBack === 'no';
  // A busy machine may have kept it from being watched evenly.
  const mayGrow = disabled.growth.grows || disabled.growth.nearly || !disabled.growth.watched;
  if (mayGrow && keepsMore) return ['unclear', all, 'collector'];
  if (off.growth.givenBack === 'unclear' && off.growth.total >= min * notableFactor) return ['unclear', [off], 'released'];
  // Growth in all rounds but one, in every condition, does not look like memory that has reached a bound.
  const isBound = measured.stretch.kind !== 'whole' && all.some(({ growth }) => growth.stops !== undefined);
  const almost = !isBound && all.every(({ growth }) => (growth.grows || growth.nearly) && growth.rise >= min * maxChanceFactor);
  if (almost && off.growth.givenBack !== 'yes') return ['unclear', all, 'fades'];
  // What a run did not show is not known to stay flat in it.
  const isMissed = [written, disabled].some(({ growth }) => growth.points <= tooFewPoints);
  return isMissed ? ['unclear', [off], 'missed'] : ['no-leak', [off, garbage, disabled]];
}

const minGrowthOf = ({ unit }: Evidence) => (unit === 'traced bytes' ? minGrowth['traced bytes'] : minGrowth['allocated blocks']);

/** The largest number of blocks that one full collection freed, with the debug flags off. */
function maxWaitingBlocks(capture: Capture): number {
  const { points } = capture.conditions['debug-off'];
  return points.reduce((max, point, index) => Math.max(max, point[8] - (points[index - 1]?.[8] ?? 0)), 0);
}

/** If nearly all that grows is garbage, it grows more than this many times as much without a collector. */
const minGarbageFactor = 4;
/** Growth of at least this many times the smallest growth of a round must not be passed over. */
const notableFactor = 100;
/** Growth has stopped if the last round brings less than this share of the median round. */
const maxStoppedShare = 0.1;

/**
 * Whether every round up to the last keeps more, with and without a collector: chance would spare one of the two. The run as
 * written is left out: garbage from the interpreter's start goes at some collection and hides growth this small.
 */
function creeps({ off, disabled }: StretchMeasurement): boolean {
  return [off, disabled].every(
    (each) => each.growth.points > tooFewPoints && each.growth.rounds.every((round) => round > 0) && !hasStopped(each),
  );
}

/** Whether growth ended before its stretch did. */
function hasStopped({ growth: { rounds, stops } }: Evidence): boolean {
  const median = rounds.toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  return stops === 'plateau' || (rounds.at(-1) ?? 0) < median * maxStoppedShare;
}

/** `gc.DEBUG_SAVEALL`. */
const saveAllFlag = 32;

/** Whether DEBUG_SAVEALL kept the garbage of two or more collections, and the program then moved it out of gc.garbage. */
function movedByFlags(capture: Capture, surplus: number, flagged: number): boolean {
  const { flags, collections } = capture.conditions['as-written'];
  const runs = collections.counts.reduce((sum, count) => sum + count, 0);
  return (flags & saveAllFlag) !== 0 && runs >= 2 && flagged * 3 >= surplus;
}
