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
import { sentenceOf } from './sentences.ts';
import { fewPoints, judgeStretch, type StretchVerdict } from './stretch.ts';

export type { Evidence } from './measured.ts';

/** What a sample does with memory, in one sentence, and the measurements that say so. */
export interface Verdict {
  readonly name: VerdictName;
  readonly sentence: string;
  /** Of the stretch that decides, or of the first. */
  readonly evidence: readonly Evidence[];
  /** Every stretch of work, the first first, and which of them the verdict is about. */
  readonly stretches: readonly (StretchVerdict & { readonly judged: boolean })[];
  /** What `retained` rests on. */
  readonly retained: Retained | undefined;
}

/** What a verdict depends on beside the record: the end that is meant, and what the author names as the work. */
export type Question = IntendedEnd & Partial<Pick<Sample, 'work' | 'axis'>>;

/** What a stretch that is too short to be judged keeps is worth a question from so many blocks on. */
const littleBlocks = 600;
/** What an interpreter makes for itself while a program of nothing runs. */
const trifle = { blocks: 60, bytes: 8_000, rssBytes: 700_000 } as const;
/** A stretch that has this share of the work speaks for all of it; one with less than that is passed over. */
const [dominantShare, minorShare] = [0.9, 0.1];
/** Statements outside loops speak for themselves from this share on. */
const statementShare = 0.3;
/** What a small stretch keeps is worth a question where it is so much of all that came. */
const muchShare = 0.2;

/** The verdict of a record: what its stretches of work do with memory, where they agree or one of them is meant. */
export function judge(capture: Capture, question: Question = defaultEnd): Verdict {
  const known = judged.get(capture);
  const asked = JSON.stringify([question.exit, question.stopMs, question.work, question.axis]);
  if (known?.asked === asked) return known.verdict;
  const verdict = weigh(capture, question);
  judged.set(capture, { asked, verdict });
  return verdict;
}

/** A page asks for the same verdict many times. */
const judged = new WeakMap<Capture, { readonly asked: string; readonly verdict: Verdict }>();

/** Why nothing is claimed, or what is. */
export interface Finding {
  readonly name: VerdictName;
  /** The stretches that it is about. */
  readonly about: readonly StretchVerdict[];
  /** Those that the sentence tells of beside. */
  readonly beside: readonly StretchVerdict[];
  readonly reason?: 'failure' | 'disagree' | 'elsewhere' | 'short' | 'unseen' | undefined;
  readonly failure?: string | undefined;
  readonly retained?: Retained | undefined;
}

function weigh(capture: Capture, question: Question): Verdict {
  const named = measureStretches(capture, question);
  // A function may be over too quickly each time to be seen, as often as it is called.
  const isHardlySeen = question.work?.kind === 'function' && named.reduce((sum, { stretch }) => sum + stretch.looks, 0) <= fewPoints;
  if (isHardlySeen) {
    const { work: _, ...rest } = question;
    const whole = weigh(capture, rest);
    return whole.name === 'unclear'
      ? whole
      : {
          ...whole,
          sentence: `${whole.sentence} What work= names is over too quickly each time to be seen: that is said of all that the program does.`,
        };
  }
  const stretches = named.map((measured) => judgeStretch(capture, measured));
  const finding = decide(capture, stretches, question);
  const [first] = finding.about.length > 0 ? finding.about : stretches;
  const evidence = first === undefined ? [] : evidenceOf(first, finding.about.includes(first));
  const odd = finding.name === 'unclear' ? [] : conditions.filter((condition) => !endedAsMeant(capture.conditions[condition], question));
  const ends = odd.map(
    (condition) => ` (${conditionPhrases[condition].replace('with', 'With')} it ${shortEnd(capture.conditions[condition])}.)`,
  );
  return {
    name: finding.name,
    sentence: sentenceOf(capture, finding) + ends.join(''),
    evidence,
    stretches: stretches.map((each) => ({ ...each, judged: finding.about.includes(each) })),
    retained: finding.retained,
  };
}

function evidenceOf({ measured, decided }: StretchVerdict, decides: boolean): readonly Evidence[] {
  const { off, offRss, offInUse, written, garbage, disabled, traced } = measured;
  const decidingInUse = offInUse !== undefined && decided.includes(offInUse) ? offInUse : undefined;
  return [off, offRss, decidingInUse, written, garbage, disabled, traced].flatMap((item) =>
    item === undefined ? [] : [{ ...item, decided: decides && decided.includes(item) }],
  );
}

function decide(capture: Capture, stretches: readonly StretchVerdict[], question: Question): Finding {
  const failure = findFailure(capture, stretches, question);
  if (failure !== undefined) return { name: 'unclear', about: [], beside: [], reason: 'failure', failure };
  if (stretches.length === 0) return { name: 'unclear', about: [], beside: [], reason: question.work === undefined ? 'short' : 'unseen' };
  const found = question.work === undefined && question.axis === undefined ? combine(stretches) : combineNamed(stretches);
  const isOutside = found.name === 'unclear' && found.about.every(({ name, doubt }) => name === 'no-leak' || doubt === 'outside');
  if (found.reason === 'short' && question.work === undefined && !hasMoved(capture))
    return { ...found, name: 'no-leak', reason: undefined };
  if (found.name !== 'no-leak' && !isOutside) return found;
  if (question.work === undefined && question.axis === undefined && growsElsewhere(capture, found))
    return { ...found, name: 'unclear', reason: 'elsewhere' };
  const retained = readRetained(capture);
  return retained === undefined ? found : { ...found, name: 'retained', retained };
}

const isShort = ({ doubt }: StretchVerdict) => doubt === 'short';
const isBad = ({ name }: StretchVerdict) => name !== 'no-leak' && name !== 'unclear';

/** A part of the work that is smaller than this does not speak for all of it. */
const [leastJudged, muchElsewhere] = [0.5, 3000];

/** Whether most of the work lies outside what was judged, and something came there that stays. */
function growsElsewhere(capture: Capture, { about }: Finding): boolean {
  const sum = (read: (each: StretchVerdict) => number) => about.reduce((total, each) => total + read(each), 0);
  if (capture.held !== 'allocated blocks' || sum(({ measured }) => measured.stretch.share) >= leastJudged) return false;
  const looks = readLooks(capture.conditions['debug-off'].points).filter(({ point: [, , , , , , , kind] }) => !'XT'.includes(kind));
  const heldAt = (index: number) => (looks.at(index)?.point[3] ?? 0) - (looks.at(index)?.imported.held ?? 0);
  return heldAt(-1) - heldAt(0) - sum(({ measured }) => Math.max(0, measured.off.growth.rise)) > muchElsewhere;
}

/** Where the author says what the work is, one part of it that grows is what is asked for. */
function combineNamed(stretches: readonly StretchVerdict[]): Finding {
  const seen = stretches.filter((each) => !isShort(each));
  if (seen.length === 0) return { name: 'unclear', about: stretches, beside: [], reason: 'short' };
  const bad = seen.filter(isBad);
  const names = new Set(bad.map(({ name }) => name));
  if (names.size > 1) return { name: 'unclear', about: bad, beside: [], reason: 'disagree' };
  const about = bad.length > 0 ? bad : seen.filter(({ name }) => name === 'unclear');
  const rest = about.length > 0 ? about : seen;
  return { name: (rest[0] as StretchVerdict).name, about: rest, beside: seen.filter((each) => !rest.includes(each)) };
}

/** Where nobody says what the work is, its stretches have to agree, or one of them has to be nearly all of it. */
function combine(stretches: readonly StretchVerdict[]): Finding {
  const firstLoop = Math.min(
    ...stretches.filter(({ measured }) => measured.stretch.kind !== 'statements').map(({ measured }) => measured.stretch.from),
  );
  // What statements build before the first loop may be its set-up.
  const isWork = (each: StretchVerdict) => {
    const { kind, share, from } = each.measured.stretch;
    return kind !== 'statements' || share >= statementShare || (isBad(each) && from > firstLoop);
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
      beside: [],
      reason: 'short',
    };
  const most = Math.max(...stretches.map(({ measured }) => measured.off.growth.rise), 1);
  const grew = (each: StretchVerdict) =>
    isBad(each) ||
    (isShort(each) &&
      each.measured.off.growth.rise > Math.max(littleBlocks, most * muchShare) &&
      each.measured.off.growth.givenBack === 'no');
  const minors = stretches.filter((each) => !majors.includes(each) && grew(each));
  const dominant = majors.find((each) => shareOf(each) >= dominantShare);
  const about = dominant === undefined ? majors : [dominant];
  const others = [...majors.filter((each) => !about.includes(each)), ...minors];
  const names = new Set(about.map(({ name }) => name));
  if (names.size > 1) return { name: 'unclear', about, beside: [], reason: 'disagree' };
  const { name } = about[0] as StretchVerdict;
  // What grows before the work may be its set-up; what grows after it is work, too.
  const later = others.filter(
    (each) => isBad(each) && each.name !== name && each.measured.stretch.from > (about[0] as StretchVerdict).measured.stretch.from,
  );
  if (name === 'no-leak' && later.length > 0) return { name: 'unclear', about: [...about, ...later], beside: [], reason: 'disagree' };
  return { name, about, beside: others };
}

/** Whether a program that was too short to be judged has kept anything at all. */
function hasMoved({ conditions: runs, held: unit }: Capture): boolean {
  const little = unit === 'allocated blocks' ? trifle.blocks : trifle.bytes;
  const moved = (['debug-off', 'gc-disabled'] as const).some((condition) => {
    const { held, points } = runs[condition];
    return (held.end ?? Infinity) - (held.start ?? 0) > little || ownPeakBytes(runs[condition]) - (points[0]?.[2] ?? 0) > trifle.rssBytes;
  });
  return moved || runs['as-written'].garbage > 0;
}

function findFailure(capture: Capture, stretches: readonly StretchVerdict[], meant: IntendedEnd): string | undefined {
  for (const condition of conditions) {
    const run = capture.conditions[condition];
    if (endedAsMeant(run, meant)) continue;
    // Without a collector a program with many cycles may well eat all that it is allowed: that is the answer.
    const answered =
      condition === 'gc-disabled' &&
      run.limit === 'memory' &&
      stretches.some(({ measured: { disabled, off } }) => disabled.growth.grows || off.growth.grows);
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
  const work = ({ points }: RunRecord) => readLooks(points).at(-1)?.cpuMs ?? 0;
  return (
    condition !== 'as-written' &&
    run.limit === null &&
    run.signal === null &&
    work(run) >= work(capture.conditions['as-written']) * leastWork
  );
}

/** How far memory rose above that of the bare interpreter, which differs between builds of the same Python. */
export function growthBytes({ peakRssBytes, points }: RunRecord): number {
  return peakRssBytes - (points[0]?.[2] ?? 0);
}

/** How a run ended, as the rest of a sentence. */
export function endPhrase(run: RunRecord, { exit }: IntendedEnd): string {
  const after = `after ${(run.wallMs / 1000).toFixed(1)} s, at ${formatBytes(run.peakRssBytes)}`;
  if (run.limit === 'stop') return `was stopped ${after}`;
  if (run.limit !== null) return `came to its limit of ${limitWords[run.limit]} ${after}`;
  if (run.signal !== null) return `was killed by ${run.signal} ${after}`;
  return `ended with exit status ${run.exit}${exit === 0 ? '' : `, not as exit=${exit} says`}, ${after}`;
}

/** The same without figures. */
function shortEnd({ limit, signal, exit }: RunRecord): string {
  if (limit !== null && limit !== 'stop') return `came to its limit of ${limitWords[limit]}`;
  if (limit === 'stop') return 'was stopped';
  return signal === null ? `ended with exit status ${exit}` : `was killed by ${signal}`;
}

/** How a condition is told in a sentence. */
export const conditionPhrases: Readonly<Record<RunKind, string>> = {
  'as-written': 'as written',
  'debug-off': 'with the debug flags off',
  'gc-disabled': 'with the collector disabled',
  traced: 'with every byte counted',
  heat: 'with a look at the lines that allocate',
  'heat-flags': 'as written, with a look at the lines that allocate',
  cycle: 'with a look at its garbage',
};
