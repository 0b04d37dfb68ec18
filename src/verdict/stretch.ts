import type { Capture } from '../capture/capture.ts';
import { leastGrowth } from '../capture/tolerance.ts';
import { roundCount } from '../capture/growth.ts';
import type { VerdictName } from '../post/sample.ts';
import type { Evidence, Measured } from './measured.ts';

/** Why a stretch is `unclear`. */
export type Doubt = 'short' | 'waiting' | 'table' | 'steps' | 'alone' | 'stops' | 'creeps' | 'fades' | 'late' | 'released' | 'outside' | 'collector';

/** What one stretch of work does with memory. */
export interface StretchVerdict {
  readonly measured: Measured;
  readonly name: VerdictName;
  readonly doubt: Doubt | undefined;
  /** What it rests on. */
  readonly decided: readonly Evidence[];
}

/** What an allocated block takes, roughly: garbage that waits for the collector may explain a growing process. */
export const blockBytes = 100;
/** A stretch has to work for so long that its rounds mean something. */
export const shortestCpuMs = 5;
/** So many looks or fewer say nothing of rounds. */
export const fewPoints = 6;
/** A run without a collector keeps clearly more where at least this share of what came in it is more than with one… */
const clearlyMore = 0.25;
/** …and so many times the least growth of a round. */
const leastMore = 5;
/** With less than this share, or so many least growths of a round, it keeps as much, but for chance. */
const [hardlyMore, muchMore] = [0.06, 20];
/** What debug flags keep alive is at least this share of what only the collector would free, and so many objects. */
const [keptByFlags, leastGarbage] = [0.1, 1000];

/**
 * The verdict on one stretch. With the debug flags off, after full collections, growth is a leak: of Python's own memory,
 * or, where that stays flat, of native memory. Else, where gc.garbage grows as written, the flags keep it alive; where the
 * run without a collector keeps clearly more than the one that collects, cycles do.
 */
export function judgeStretch(capture: Capture, measured: Measured): StretchVerdict {
  const { off, offRss, offInUse, written, garbage, disabled, traced } = measured;
  const told = (name: VerdictName, decided: readonly (Evidence | undefined)[], doubt?: Doubt): StretchVerdict => ({ measured, name, doubt, decided: decided.filter((item) => item !== undefined) });
  // A table that one statement builds is no work that goes round.
  if (measured.stretch.isTable && off.growth.rise > 0 && !disabledKeepsMore(measured)) {
    return off.growth.grows && measured.stretch.kind === 'whole' ? told('unclear', [off], 'table') : told('no-leak', [off]);
  }
  // Garbage that waits for the collector is more where there is none.
  const waits = off.growth.grows && off.growth.waiting >= off.growth.rise / 3;
  const isGarbage = waits && disabled.growth.rise > off.growth.rise * muchGarbage;
  if (waits && !isGarbage) return told('unclear', [off], 'waiting');
  // What is still referenced is so in every condition.
  const others = [written, disabled].filter(({ growth }) => growth.points > fewPoints && growth.rise > 0);
  const isAlone = others.length > 0 && others.every(({ growth }) => !growth.grows);
  const grows = off.growth.grows && !isGarbage;
  if (grows && [off, ...others].every(({ growth }) => growth.fades) && off.growth.givenBack !== 'yes') return told('unclear', [off, written, disabled], 'fades');
  if (grows && isAlone && !others.every(hasStopped)) return told('unclear', [off, written, disabled], 'alone');
  if (grows && !isAlone) return off.growth.givenBack === 'unclear' ? told('unclear', [off], 'released') : told('leak', [off]);
  const explained = Math.max(off.growth.total, off.growth.rise, mostFreed(capture)) * blockBytes > offRss.growth.total / 2 || off.growth.givenBack !== 'no';
  // A few large blocks are many bytes.
  if (traced !== undefined && traced.growth.grows && traced.growth.givenBack === 'no' && off.growth.givenBack === 'no' && creeps(measured)) return told('leak', [off, traced]);
  const native = offInUse === undefined || traced === undefined ? 0 : offInUse.growth.rise - Math.max(0, traced.growth.rise);
  if (offRss.growth.grows && offInUse?.growth.givenBack === 'no' && native > offRss.growth.total / 3) return told('native-leak', [off, offRss, offInUse, traced]);
  if (offRss.growth.grows && !explained && traced !== undefined) {
    const grown = offRss.growth.total / 3;
    if (traced.growth.grows && traced.growth.total > grown && traced.growth.givenBack === 'no') return told('leak', [off, traced]);
    const isPythons = traced.growth.rise > grown;
    if (!isPythons && offInUse !== undefined && offInUse.growth.rise > grown && offInUse.growth.givenBack !== 'yes') {
      return offInUse.growth.givenBack === 'no' ? told('native-leak', [off, offRss, offInUse, traced]) : told('unclear', [offInUse], 'released');
    }
    // A process that grew while Python's memory came and went is one that keeps what is free.
    if (off.growth.swing * blockBytes < offRss.growth.total / 2 && traced.growth.swing < grown && offInUse?.growth.givenBack !== 'yes') return told('unclear', [off, offRss, offInUse, traced], 'outside');
  }
  // A list or a dict that doubles is one block, and grows in steps.
  const stepped = !offRss.growth.grows && !explained && off.growth.rise < fewBlocks && offInUse?.growth.givenBack === 'no' && offInUse.growth.rise > offRss.growth.total / 2 && offRss.growth.total > muchRss;
  if (stepped && traced !== undefined) return told('unclear', [off, offRss, offInUse, traced], 'steps');
  if (off.growth.cpuMs < shortestCpuMs || off.growth.points <= fewPoints) return told('unclear', [], 'short');
  const least = off.unit === 'traced bytes' ? leastGrowth['traced bytes'] : leastGrowth['allocated blocks'];
  // What came between two looks that are far apart came evenly, or at once: nobody knows.
  if (!off.growth.watched && off.growth.rise > worthSaying * leastGrowth['allocated blocks'] && off.growth.givenBack !== 'yes') return told('unclear', [off], 'short');
  if (off.growth.hidden) return told('unclear', [off], 'released');
  if (off.growth.late && off.growth.givenBack !== 'yes') return told('unclear', [off], 'late');
  if (off.growth.stops === 'other' && off.growth.givenBack === 'no' && off.growth.rise >= least * worthSaying) return told('unclear', [off], 'stops');
  const more = disabled.growth.rise - off.growth.rise;
  const onlyCollected = disabled.growth.grows && off.growth.watched && more >= Math.max(least * leastMore, disabled.growth.rise * clearlyMore);
  const flagged = written.growth.rise - off.growth.rise;
  // Pyodide's run as written is not traced: there the share of what the collector found tells.
  const isMost = capture.held === 'traced bytes' ? garbage.growth.rise * 3 >= capture.conditions['as-written'].collections.collected : flagged >= more * keptByFlags;
  const keeps = garbage.growth.rise >= leastGarbage && more > 0 && isMost;
  if (garbage.growth.grows || (onlyCollected && (keeps || movedByFlags(capture, more, flagged)))) return told('debug-artifact', [garbage, written, off]);
  if (onlyCollected) return told('cycles', [written, off, disabled]);
  if (off.growth.givenBack !== 'yes' && creeps(measured)) return told('unclear', [written, off, disabled], off.growth.total < least * roundCount ? 'creeps' : 'fades');
  const moreInRounds = disabled.growth.total - off.growth.total;
  if ((disabled.growth.grows || disabled.growth.nearly) && moreInRounds > Math.max(least * muchMore, disabled.growth.total * hardlyMore) && disabled.growth.givenBack === 'no') return told('unclear', [written, off, disabled], 'collector');
  // All rounds but one, in every condition, that is no bound that was reached.
  const almost = [off, written, disabled].every(({ growth }) => growth.nearly && growth.stops === undefined && growth.rise >= least * muchMore);
  if (almost && off.growth.givenBack !== 'yes') return told('unclear', [off, written, disabled], 'fades');
  return told('no-leak', [off, garbage, disabled]);
}

function disabledKeepsMore({ off, disabled }: Measured): boolean {
  return disabled.growth.rise - off.growth.rise > disabled.growth.rise * clearlyMore;
}

/** The most blocks that waited for a full collection at once, with the debug flags off. */
function mostFreed(capture: Capture): number {
  const { points } = capture.conditions['debug-off'];
  return points.reduce((most, point, index) => Math.max(most, point[8] - (points[index - 1]?.[8] ?? 0)), 0);
}

/** A run without a collector grows so many times as much where nearly all that comes is garbage. */
const muchGarbage = 4;
/** So few blocks are some containers, not what they hold. */
const fewBlocks = 300;
/** A process that grows by less has grown by chance. */
const muchRss = 1e6;
/** Growth of so many least growths of a round is worth a word. */
const worthSaying = 100;
/** A last round that brings less than this share of the middle one shows that growth has stopped. */
const stoppedShare = 0.1;

/** Whether something more is kept in every round to the last, whatever the condition: chance moves one or the other. */
function creeps({ off, written, disabled }: Measured): boolean {
  return [off, written, disabled].every((each) => each.growth.points > fewPoints && each.growth.rounds.every((round) => round > 0) && !hasStopped(each));
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
