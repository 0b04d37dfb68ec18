import type { Capture, RunRecord } from '../capture/capture.ts';
import { ownPeakBytes } from '../capture/children.ts';
import { readLooks } from '../capture/looks.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { defaultEnd, endedAsMeant, type IntendedEnd } from '../experiment/end.ts';
import { limitWords } from '../experiment/limit.ts';
import type { Sample, VerdictName } from '../experiment/sample.ts';
import type { RunKind } from '../run/run.ts';
import { formatBytes } from './format.ts';
import { measureStretches, type Evidence } from './measured.ts';
import { readRetained, type Retained } from './retained.ts';
import { sentenceOf, setsFlags } from './sentences.ts';
import { tooFewPoints, judgeStretch, type StretchVerdict } from './stretch.ts';

export type { Evidence } from './measured.ts';

/** What a sample does with memory, in a sentence, and the measurements behind it. */
export interface Verdict {
  readonly name: VerdictName;
  readonly sentence: string;
  /** The measurements of the stretch that decided, or else of the first stretch. */
  readonly evidence: readonly Evidence[];
  /** All stretches of work in order of time; `judged` marks those that the verdict is about. */
  readonly stretches: readonly (StretchVerdict & { readonly judged: boolean })[];
  /** What the verdict `retained` rests on; undefined for the others. */
  readonly retained: Retained | undefined;
}

/** What an author says of a sample that its verdict depends on: the intended end, and what the work is. */
export type Intent = IntendedEnd & Partial<Pick<Sample, 'work' | 'axis'>>;

/** A stretch too short to be judged is mentioned if it keeps more blocks than this… */
const minShortBlocks = 600;
/** …and more than this share of the largest growth. */
const minShortShare = 0.2;
/** What an interpreter allocates for itself while an empty program runs. */
const idleGrowth = { blocks: 60, bytes: 8_000, rssBytes: 700_000 } as const;
/** A stretch with at least the first share of the work decides alone; one with less than the second is passed over. */
const [dominantShare, minorShare] = [0.9, 0.1];
/** Statements outside loops count as work of their own from this share on. */
const minStatementShare = 0.3;

/** The verdict on a record: what its stretches of work do with memory, if they agree or the author has named one of them. */
export function judge(capture: Capture, intent: Intent = defaultEnd): Verdict {
  const known = cache.get(capture);
  const key = JSON.stringify([intent.exit, intent.stopMs, intent.work, intent.axis]);
  if (known?.key === key) return known.verdict;
  const verdict = judgeUncached(capture, intent);
  cache.set(capture, { key, verdict });
  return verdict;
}

/** The last verdict on each record: a page asks for the same one many times. */
const cache = new WeakMap<Capture, { readonly key: string; readonly verdict: Verdict }>();

/** What is claimed, or why nothing is. */
export interface Decision {
  readonly name: VerdictName;
  /** The stretches that the verdict is about. */
  readonly about: readonly StretchVerdict[];
  /** Other stretches that the sentence may mention. */
  readonly others: readonly StretchVerdict[];
  readonly reason?: 'failure' | 'disagree' | 'elsewhere' | 'short' | 'unseen' | undefined;
  readonly failure?: string | undefined;
  readonly retained?: Retained | undefined;
}

function judgeUncached(capture: Capture, intent: Intent): Verdict {
  const named = measureStretches(capture, intent);
  // However often a function is called, each call may be too short for a look to fall into it.
  const isBarelySeen = intent.work?.kind === 'function' && named.reduce((sum, { stretch }) => sum + stretch.looks, 0) <= tooFewPoints;
  if (isBarelySeen) {
    const { work: _, ...rest } = intent;
    const whole = judgeUncached(capture, rest);
    if (whole.name === 'unclear') return whole;
    const remark = 'What work= names is over too quickly each time to be seen: that is said of all that the program does.';
    return { ...whole, sentence: `${whole.sentence} ${remark}` };
  }
  const stretches = named.map((measured) => judgeStretch(capture, measured));
  const decision = decide(capture, stretches, intent);
  const [first] = decision.about.length > 0 ? decision.about : stretches;
  const evidence = first === undefined ? [] : evidenceOf(first, decision.about.includes(first));
  const unintended =
    decision.name === 'unclear' ? [] : conditions.filter((condition) => !endedAsMeant(capture.conditions[condition], intent));
  const ends = unintended.map((condition) => {
    const start = conditionPhrases[condition].replace('with', 'With');
    return ` (${start} it ${shortEnd(capture.conditions[condition])}.)`;
  });
  return {
    name: decision.name,
    sentence: sentenceOf(capture, decision) + ends.join(''),
    evidence,
    stretches: stretches.map((each) => ({ ...each, judged: decision.about.includes(each) })),
    retained: decision.retained,
  };
}

function evidenceOf({ measured, decided }: StretchVerdict, decides: boolean): readonly Evidence[] {
  const { off, offRss, offInUse, written, garbage, disabled, traced } = measured;
  const decidingInUse = offInUse !== undefined && decided.includes(offInUse) ? offInUse : undefined;
  return [off, offRss, decidingInUse, written, garbage, disabled, traced].flatMap((item) =>
    item === undefined ? [] : [{ ...item, decided: decides && decided.includes(item) }],
  );
}

function decide(capture: Capture, stretches: readonly StretchVerdict[], intent: Intent): Decision {
  const failure = findFailure(capture, stretches, intent);
  if (failure !== undefined) return { name: 'unclear', about: [], others: [], reason: 'failure', failure };
  if (stretches.length === 0) return { name: 'unclear', about: [], others: [], reason: intent.work === undefined ? 'short' : 'unseen' };
  const found = intent.work === undefined && intent.axis === undefined ? combine(stretches) : combineNamed(stretches);
  const isOutside = found.name === 'unclear' && found.about.every(({ name, doubt }) => name === 'no-leak' || doubt === 'outside');
  if (found.reason === 'short' && intent.work === undefined && !hasKeptAnything(capture))
    return { ...found, name: 'no-leak', reason: undefined };
  if (found.name !== 'no-leak' && !isOutside) return found;
  if (intent.work === undefined && intent.axis === undefined && growsElsewhere(capture, found))
    return { ...found, name: 'unclear', reason: 'elsewhere' };
  const retained = readRetained(capture);
  return retained === undefined ? found : { ...found, name: 'retained', retained };
}

const isShort = ({ doubt }: StretchVerdict) => doubt === 'short';
const isBad = ({ name }: StretchVerdict) => name !== 'no-leak' && name !== 'unclear';

/** If less than this share of the work was judged, and the rest of it keeps more than this many blocks, nothing is claimed. */
const [minJudgedShare, maxBlocksElsewhere] = [0.5, 3000];

/** Whether most of the work lies outside the judged stretches, and memory allocated there stays. */
function growsElsewhere(capture: Capture, { about }: Decision): boolean {
  const sum = (read: (each: StretchVerdict) => number) => about.reduce((total, each) => total + read(each), 0);
  if (capture.held !== 'allocated blocks' || sum(({ measured }) => measured.stretch.share) >= minJudgedShare) return false;
  const looks = readLooks(capture.conditions['debug-off'].points).filter(({ point: [, , , , , , , kind] }) => !'XT'.includes(kind));
  const heldAt = (index: number) => (looks.at(index)?.point[3] ?? 0) - (looks.at(index)?.imported.held ?? 0);
  return heldAt(-1) - heldAt(0) - sum(({ measured }) => Math.max(0, measured.off.growth.rise)) > maxBlocksElsewhere;
}

/** Combines the stretches of work that the author has named: one that grows decides. */
function combineNamed(stretches: readonly StretchVerdict[]): Decision {
  const seen = stretches.filter((each) => !isShort(each));
  if (seen.length === 0) return { name: 'unclear', about: stretches, others: [], reason: 'short' };
  const bad = seen.filter(isBad);
  const names = new Set(bad.map(({ name }) => name));
  if (names.size > 1) return { name: 'unclear', about: bad, others: [], reason: 'disagree' };
  const about = bad.length > 0 ? bad : seen.filter(({ name }) => name === 'unclear');
  const rest = about.length > 0 ? about : seen;
  return { name: (rest[0] as StretchVerdict).name, about: rest, others: seen.filter((each) => !rest.includes(each)) };
}

/** Combines all stretches if the author names none: they must agree, or one of them must be nearly all of the work. */
function combine(stretches: readonly StretchVerdict[]): Decision {
  const firstLoop = Math.min(
    ...stretches.filter(({ measured }) => measured.stretch.kind !== 'statements').map(({ measured }) => measured.stretch.from),
  );
  // Memory that statements allocate before the first loop may be set-up for it.
  const isWork = (each: StretchVerdict) => {
    const { kind, share, from } = each.measured.stretch;
    return kind !== 'statements' || share >= minStatementShare || (isBad(each) && from > firstLoop);
  };
  const shareOf = ({ measured }: StretchVerdict) => measured.stretch.share;
  const seen = stretches.filter((each) => isWork(each) && !isShort(each));
  const largest = Math.max(...seen.map(shareOf));
  const majors = seen.filter((each) => shareOf(each) >= Math.min(minorShare, largest));
  const [first] = majors;
  if (first === undefined)
    return {
      name: 'unclear',
      about: stretches.filter(({ measured }) => measured.stretch.kind !== 'statements'),
      others: [],
      reason: 'short',
    };
  const maxRise = Math.max(...stretches.map(({ measured }) => measured.off.growth.rise), 1);
  const grew = (each: StretchVerdict) =>
    isBad(each) ||
    (isShort(each) &&
      each.measured.off.growth.rise > Math.max(minShortBlocks, maxRise * minShortShare) &&
      each.measured.off.growth.givenBack === 'no');
  const minors = stretches.filter((each) => !majors.includes(each) && grew(each));
  const dominant = majors.find((each) => shareOf(each) >= dominantShare);
  const about = dominant === undefined ? majors : [dominant];
  const others = [...majors.filter((each) => !about.includes(each)), ...minors];
  const names = new Set(about.map(({ name }) => name));
  if (names.size > 1) return { name: 'unclear', about, others: [], reason: 'disagree' };
  const { name } = about[0] as StretchVerdict;
  // Growth before the main work may be set-up for it; growth after it is work as well.
  const later = others.filter(
    (each) => isBad(each) && each.name !== name && each.measured.stretch.from > (about[0] as StretchVerdict).measured.stretch.from,
  );
  if (name === 'no-leak' && later.length > 0) return { name: 'unclear', about: [...about, ...later], others: [], reason: 'disagree' };
  return { name, about, others };
}

/** Whether a program that was too short to be judged has kept any memory at all. */
function hasKeptAnything({ conditions: runs, held: unit }: Capture): boolean {
  const little = unit === 'allocated blocks' ? idleGrowth.blocks : idleGrowth.bytes;
  const moved = (['debug-off', 'gc-disabled'] as const).some((condition) => {
    const { held, points } = runs[condition];
    return (
      (held.end ?? Infinity) - (held.start ?? 0) > little || ownPeakBytes(runs[condition]) - (points[0]?.[2] ?? 0) > idleGrowth.rssBytes
    );
  });
  return moved || runs['as-written'].garbage > 0;
}

function findFailure(capture: Capture, stretches: readonly StretchVerdict[], meant: IntendedEnd): string | undefined {
  for (const condition of conditions) {
    const run = capture.conditions[condition];
    if (endedAsMeant(run, meant)) continue;
    // With the collector disabled, a program with many cycles may reach its memory limit: that is a result, not a failure.
    const answered =
      condition === 'gc-disabled' &&
      run.limit === 'memory' &&
      stretches.some(({ measured: { disabled, off } }) => disabled.growth.grows || off.growth.grows);
    if (answered || didItsWork(capture, condition)) continue;
    return `Unclear: ${conditionPhrases[condition]}, the program ${endPhrase(run, meant)}.`;
  }
  return undefined;
}

/** The measurements of a control run count, however it ended, if it did at least this share of the work. */
const minWorkShare = 0.2;

/** Whether a control run ended badly only after its work: `gc.garbage[0]`, for example, raises where the flags are off. */
function didItsWork(capture: Capture, condition: Condition): boolean {
  const run = capture.conditions[condition];
  const work = ({ points }: RunRecord) => readLooks(points).at(-1)?.cpuMs ?? 0;
  return (
    condition !== 'as-written' &&
    run.limit === null &&
    run.signal === null &&
    work(run) >= work(capture.conditions['as-written']) * minWorkShare
  );
}

/** Bytes that memory rose above that of the bare interpreter, which differs between builds of the same Python. */
export function growthBytes({ peakRssBytes, points }: RunRecord): number {
  return peakRssBytes - (points[0]?.[2] ?? 0);
}

/** How a run ended, when and with how much memory: a predicate for a sentence, `was killed by SIGSEGV after 1.2 s, at 9 MB`. */
export function endPhrase(run: RunRecord, { exit }: IntendedEnd): string {
  const after = `after ${(run.wallMs / 1000).toFixed(1)} s, at ${formatBytes(run.peakRssBytes)}`;
  if (run.limit === 'stop') return `was stopped ${after}`;
  if (run.limit !== null) return `came to its limit of ${limitWords[run.limit]} ${after}`;
  if (run.signal !== null) return `was killed by ${run.signal} ${after}`;
  return `ended with exit status ${run.exit}${exit === 0 ? '' : `, not as exit=${exit} says`}, ${after}`;
}

/** How a run ended, without figures. */
function shortEnd({ limit, signal, exit }: RunRecord): string {
  if (limit !== null && limit !== 'stop') return `came to its limit of ${limitWords[limit]}`;
  if (limit === 'stop') return 'was stopped';
  return signal === null ? `ended with exit status ${exit}` : `was killed by ${signal}`;
}

/** How a sentence names the condition of a run of this program: flags that it does not set are not mentioned. */
export function phraseOf(condition: RunKind, capture: Capture): string {
  return condition === 'debug-off' && !setsFlags(capture) ? 'with full collections added' : conditionPhrases[condition];
}

/** How a sentence names the condition of a run. */
export const conditionPhrases: Readonly<Record<RunKind, string>> = {
  'as-written': 'as written',
  'debug-off': 'with the debug flags off',
  'gc-disabled': 'with the collector disabled',
  traced: 'with every byte counted',
  heat: 'with a look at the lines that allocate',
  'heat-flags': 'as written, with a look at the lines that allocate',
  cycle: 'with a look at its garbage',
  holder: 'with a look at who holds what is kept',
};
