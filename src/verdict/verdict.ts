import type { Capture, RunRecord } from '../capture/capture.ts';
import { measureGrowth, type Growth } from '../capture/growth.ts';
import { leastGrowth } from '../capture/tolerance.ts';
import type { VerdictName } from '../post/sample.ts';
import { conditions, type Condition } from '../post/value.ts';
import { endedAsMeant, usualEnd, type Meant } from '../run/end.ts';
import { limitWords } from '../run/limit.ts';
import type { RunKind } from '../run/run.ts';
import { formatBytes, formatCount } from './format.ts';

/** What a sample does with memory, in one sentence, and the measurements that say so. */
export interface Verdict {
  readonly name: VerdictName;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

/** One measurement: how a quantity moved in the rounds of one condition. */
export interface Evidence {
  readonly condition: Condition | 'traced';
  /** What was counted: `allocated blocks`, `bytes of resident set size`, `objects in gc.garbage`. */
  readonly unit: string;
  readonly growth: Growth;
  /** Whether it is among those that the verdict rests on. */
  readonly decided: boolean;
}

/** What an allocated block takes, roughly: garbage that waits for the collector may explain a growing process. */
const blockBytes = 100;
/** A program has to work for so long that its rounds mean something. */
const shortestCpuMs = 5;
/** So many looks or fewer say nothing of rounds. */
const fewPoints = 6;
/** Blocks, or kilobytes, that a program too short to be judged may keep and still be called flat. */
const littleBlocks = 600;
const littleBytes = 64_000;
const littleRssBytes = 1_500_000;

/**
 * The verdict of a record. A quantity grows if it grows in every round (growth.ts). With the debug flags off, after full
 * collections, growth is a leak: of Python's own memory, or, where that stays flat, of native memory. Else, where
 * gc.garbage grows as written, the flags keep it alive; where only the run without a collector grows, cycles do.
 * `meant` says which end is the right one.
 */
export function judge(capture: Capture, meant: Meant = usualEnd): Verdict {
  const known = judged.get(capture);
  if (known?.meant === meant) return known.verdict;
  const verdict = weigh(capture, meant);
  judged.set(capture, { meant, verdict });
  return verdict;
}

/** A page asks for the same verdict many times. */
const judged = new WeakMap<Capture, { readonly meant: Meant; readonly verdict: Verdict }>();

function weigh(capture: Capture, meant: Meant): Verdict {
  const { sentence, ...rest } = decide(capture, meant);
  const odd = rest.name === 'unclear' ? [] : conditions.filter((condition) => capture.conditions[condition].limit === null && !endedAsMeant(capture.conditions[condition], meant));
  const ends = odd.map((condition) => ` (It ended with exit status ${capture.conditions[condition].exit} ${conditionPhrases[condition]}.)`);
  return { ...rest, sentence: sentence + ends.join('') };
}

function decide(capture: Capture, meant: Meant): Verdict {
  const measured = measure(capture);
  const failure = findFailure(capture, measured, meant);
  if (failure !== undefined) return verdict('unclear', failure, measured, []);
  const { off, offRss, written, garbage, disabled, traced } = measured;
  if (off.growth.grows) return verdict('leak', leakSentence(capture, off), measured, [off]);
  const explained = Math.max(off.growth.total, mostFreed(capture)) * blockBytes > offRss.growth.total / 2;
  if (offRss.growth.grows && !explained && traced !== undefined) {
    const pythons = traced.growth.total > offRss.growth.total / 3;
    return pythons
      ? verdict('leak', leakSentence(capture, traced), measured, [off, traced])
      : verdict('native-leak', nativeSentence(capture, offRss), measured, [off, offRss, traced]);
  }
  if (tooShort(capture, measured)) return verdict('unclear', shortSentence(capture), measured, []);
  if (garbage.growth.grows || keptByFlags(capture, measured)) return verdict('debug-artifact', artifactSentence(capture), measured, [garbage, written, off]);
  if (disabled.growth.grows) return verdict('cycles', cyclesSentence(capture), measured, [written, off, disabled]);
  if (creeps(measured)) return verdict('unclear', creepSentence(off), measured, [written, off, disabled]);
  return verdict('no-leak', flatSentence(capture), measured, [off, garbage, disabled]);
}

/** The most blocks that waited for a full collection at once, with the debug flags off. */
function mostFreed(capture: Capture): number {
  const { points } = capture.conditions['debug-off'];
  return points.reduce((most, point, index) => Math.max(most, point[8] - (points[index - 1]?.[8] ?? 0)), 0);
}

type Measured = Readonly<Record<'off' | 'offRss' | 'written' | 'garbage' | 'disabled', Evidence>> & { readonly traced: Evidence | undefined };

function measure(capture: Capture): Measured {
  const { conditions: runs, held, memory } = capture;
  const look = (condition: Condition | 'traced', quantity: Growth['quantity']): Evidence => {
    const bytes = condition === 'traced' ? 'traced bytes' : held;
    const least = quantity === 'held' ? leastGrowth[bytes] : leastGrowth[quantity];
    const unit = quantity === 'held' ? bytes : quantity === 'rss' ? `bytes of ${memory}` : 'objects in gc.garbage';
    return { condition, unit, growth: measureGrowth(runs[condition]?.points ?? [], quantity, least), decided: false };
  };
  return {
    off: look('debug-off', 'held'),
    offRss: look('debug-off', 'rss'),
    written: look('as-written', 'held'),
    garbage: look('as-written', 'garbage'),
    disabled: look('gc-disabled', 'held'),
    traced: runs.traced && look('traced', 'held'),
  };
}

function verdict(name: VerdictName, sentence: string, measured: Measured, decided: readonly Evidence[]): Verdict {
  const evidence = Object.values(measured).filter((item) => item !== undefined);
  return { name, sentence, evidence: evidence.map((item) => ({ ...item, decided: decided.includes(item) })) };
}

function findFailure(capture: Capture, measured: Measured, meant: Meant): string | undefined {
  for (const condition of conditions) {
    const run = capture.conditions[condition];
    if (endedAsMeant(run, meant)) continue;
    // Without a collector a program with many cycles may well eat all that it is allowed: that is the answer.
    const answered = condition === 'gc-disabled' && run.limit === 'memory' && (measured.disabled.growth.grows || measured.off.growth.grows);
    if (answered || endedLate(capture, condition)) continue;
    return `Unclear: ${conditionPhrases[condition]}, the program ${endPhrase(run, meant)}.`;
  }
  return undefined;
}

/** A control run must have done this share of the work for what it measured to count, however it ended. */
const leastWork = 0.2;

/** A program may rely on its garbage, as in `gc.garbage[0]`, and so end with an error in a control run, its work done. */
function endedLate(capture: Capture, condition: Condition): boolean {
  const run = capture.conditions[condition];
  const work = ({ points }: RunRecord) => points.findLast(([, workMs]) => workMs !== null)?.[1] ?? 0;
  return condition !== 'as-written' && run.limit === null && run.signal === null && work(run) >= work(capture.conditions['as-written']) * leastWork;
}

/** How far memory rose above that of the bare interpreter, which differs between builds of the same Python. */
export function growthBytes({ peakRssBytes, points }: RunRecord): number {
  return peakRssBytes - (points[0]?.[2] ?? 0);
}

/** How a run ended, as the rest of a sentence. */
export function endPhrase(run: RunRecord, { exit }: Meant): string {
  const after = `after ${(run.wallMs / 1000).toFixed(1)} s, at ${formatBytes(run.peakRssBytes)}`;
  if (run.limit === 'stop') return `was stopped ${after}`;
  if (run.limit !== null) return `came to its limit of ${limitWords[run.limit]} ${after}`;
  if (run.signal !== null) return `was killed by ${run.signal} ${after}`;
  return `ended with exit status ${run.exit}${exit === 0 ? '' : `, not as exit=${exit} says`}, ${after}`;
}

function tooShort(capture: Capture, { off, garbage, disabled }: Measured): boolean {
  const { cpuMs, points } = off.growth;
  if (cpuMs >= shortestCpuMs && points > fewPoints) return false;
  const little = capture.held === 'allocated blocks' ? littleBlocks : littleBytes;
  const moved = (['debug-off', 'gc-disabled'] as const).some((condition) => {
    const { held, peakRssBytes, points } = capture.conditions[condition];
    const start = points[0]?.[2] ?? peakRssBytes;
    return (held.end ?? 0) - (held.start ?? 0) > little || peakRssBytes - start > littleRssBytes;
  });
  return moved || garbage.growth.total > 0 || disabled.growth.grows || capture.conditions['as-written'].garbage > 0;
}

/** Whether a little more is kept in every round, whatever the condition: chance moves one or the other. */
function creeps({ off, written, disabled }: Measured): boolean {
  return [off, written, disabled].every(({ growth: { rounds, points } }) => points > fewPoints && rounds.every((round) => round > 0));
}

const saveAll = 32;

/**
 * Whether DEBUG_SAVEALL kept what the collector, which ran more than once, would have freed: at least a third of what it
 * found is in gc.garbage, or, where the program moves it elsewhere, the process grows about as much as without a collector.
 */
function keptByFlags(capture: Capture, { disabled }: Measured): boolean {
  const { flags, points, collections } = capture.conditions['as-written'];
  const runs = collections.counts.reduce((sum, count) => sum + count, 0);
  if ((flags & saveAll) === 0 || runs < 2 || !disabled.growth.grows) return false;
  const garbage = Math.max(0, ...points.map((point) => point[4] ?? 0));
  const growth = (condition: Condition) => growthBytes(capture.conditions[condition]);
  const written = growth('as-written');
  return garbage * 3 >= collections.collected || (written * 3 >= growth('gc-disabled') && written >= growth('debug-off') * 2);
}

/** How a condition is told in a sentence. */
export const conditionPhrases: Readonly<Record<RunKind, string>> = {
  'as-written': 'as written',
  'debug-off': 'with the debug flags off',
  'gc-disabled': 'with the collector disabled',
  traced: 'with every allocation counted',
  'traced-flags': 'as written, with every allocation counted',
  cycle: 'with a look at its garbage',
};

const peak = (capture: Capture, condition: Condition) => formatBytes(capture.conditions[condition].peakRssBytes);

/** `120 allocated blocks`, `4.1 kB`. */
function amountOf({ growth, unit }: Evidence): string {
  return unit === 'traced bytes' ? formatBytes(growth.total) : `${formatCount(growth.total)} ${unit}`;
}

function leakSentence(capture: Capture, leaking: Evidence): string {
  return `Still referenced: with the debug flags off, memory grows in every round, by ${amountOf(leaking)} in ${leaking.growth.rounds.length} rounds, and full collections do not free it (peak ${peak(capture, 'debug-off')}).`;
}

function nativeSentence(capture: Capture, { growth }: Evidence): string {
  return `Outside Python: with the debug flags off, resident memory grows in every round, by ${formatBytes(growth.total)} in ${growth.rounds.length} rounds, while Python’s own blocks stay flat (peak ${peak(capture, 'debug-off')}).`;
}

function artifactSentence(capture: Capture): string {
  const { garbage } = capture.conditions['as-written'];
  return `The debug flags make it: as written it grows to ${peak(capture, 'as-written')} with ${formatCount(garbage)} objects kept in gc.garbage; the same code with the flags off stays at ${peak(capture, 'debug-off')}.`;
}

function cyclesSentence(capture: Capture): string {
  return `Garbage in cycles, which only the collector frees: with full collections the program stays at ${peak(capture, 'debug-off')}, with the collector disabled it grows to ${peak(capture, 'gc-disabled')}.`;
}

function flatSentence(capture: Capture): string {
  const all = conditions.map((condition) => peak(capture, condition));
  return `No leak: memory does not go on growing, neither as written (peak ${all[0]}) nor with the debug flags off (${all[1]}) nor with the collector disabled (${all[2]}).`;
}

function creepSentence(off: Evidence): string {
  return `Unclear: in every condition a little more is kept in every round, with the debug flags off ${amountOf(off)} in ${off.growth.rounds.length} rounds: too little to be called a leak. Let it do more rounds of its work.`;
}

function shortSentence(capture: Capture): string {
  const { wallMs, points } = capture.conditions['debug-off'];
  if (wallMs > 500) return `Unclear: in ${formatCount(wallMs)} ms the program’s memory could be seen from inside at ${points.filter(([, work]) => work !== null).length} moments only, too few to tell growth from a start.`;
  return `Unclear: the program ends after ${formatCount(wallMs)} ms, too soon to tell growth from a start; let it do more rounds of its work.`;
}
