import type { Capture } from '../capture/capture.ts';
import { ownPeakBytes } from '../capture/children.ts';
import { roundCount, valueOf } from '../capture/growth.ts';
import { readLooks } from '../capture/looks.ts';
import type { Stretch } from '../capture/stretches.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { capitalise, formatBytes, formatCount, formatDuration } from './format.ts';
import type { Evidence, StretchMeasurement } from './measured.ts';
import type { Doubt, StretchVerdict } from './stretch.ts';
import type { Decision } from './verdict.ts';

/** The sentence of a verdict, with its numbers; names the sample's lines if it is about certain stretches. */
export function sentenceOf(capture: Capture, decision: Decision): string {
  return `${mainSentence(capture, decision)}${othersSentence(decision)}${childrenSentence(capture, decision)}`;
}

function mainSentence(capture: Capture, { name, about, others, reason, failure, retained }: Decision): string {
  const [first] = about as readonly [StretchVerdict, ...StretchVerdict[]];
  switch (name) {
    case 'leak':
      return leakSentence(capture, about);
    case 'native-leak':
      return nativeSentence(capture, about);
    case 'retained':
      return retainedSentence(retained as NonNullable<Decision['retained']>);
    case 'debug-artifact':
      return artifactSentence(capture);
    case 'cycles':
      return cyclesSentence(capture, about);
    case 'no-leak':
      return flatSentence(capture, about, others);
    case 'unclear':
      if (failure !== undefined) return failure;
      if (reason === 'disagree') return disagreeSentence(about);
      if (reason === 'elsewhere') return elsewhereSentence(about);
      if (reason === 'unseen') return unseenSentence;
      if (reason === 'short' || first === undefined) return shortSentence(capture, first);
      return doubtSentence(capture, first);
  }
}

const elsewhereSentence = (about: readonly StretchVerdict[]) =>
  `Unclear: ${withVerb(placeOf(stretchesOf(about)), 'does', 'do')} not grow, but most of the work lies elsewhere, ` +
  'and something is kept there. Name the work, with work=.';

const unseenSentence =
  'Unclear: memory could not be seen at the lines that work= names: they were not reached, or were over too quickly. ' +
  'Let them do more of their work, or name what calls them.';

/** Where stretches are, for a sentence: `the loop in lines 3–5`, `the loops in lines 3–5 and 9`, `the program`. */
export function placeOf(stretches: readonly Stretch[]): string {
  const kinds = new Set(stretches.map(({ kind }) => kind));
  const ranges = stretches.flatMap(({ lines }) => lines.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)));
  const lines = [...new Set(ranges)];
  if (kinds.has('axis')) return 'the work';
  if (kinds.has('whole') || lines.length === 0) return 'the program';
  const list = lines.length < 2 ? lines.join('') : `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
  const word = lines.length > 1 || list.includes('–') ? 'lines' : 'line';
  const turns = stretches.length === 1 && lines.length > 1 ? ', which take turns,' : '';
  if (kinds.size === 1 && kinds.has('loop')) return `the loop${lines.length > 1 ? 's' : ''} in ${word} ${list}${turns}`;
  if (kinds.size === 1 && kinds.has('calls')) return `the code in ${word} ${list}`;
  return `${word} ${list}`;
}

const stretchesOf = (about: readonly StretchVerdict[]) => about.map(({ measured }) => measured.stretch);
/** The peak of the program's first process in a condition, formatted. */
const peak = ({ conditions: runs }: Capture, condition: Condition) => formatBytes(ownPeakBytes(runs[condition]));

/** The sum of the rounds: `120 allocated blocks`, `4.1 kB`. */
function amountOf({ growth, unit }: Evidence): string {
  return quantityText(growth.total, unit);
}

const since = ({ growth }: Evidence) =>
  growth.since === undefined ? '' : ` from about ${Math.round(growth.since * 100)} % of its time on`;

/** The place with its verb, singular or plural: `the loops in lines 3 and 5 keep`. */
const withVerb = (place: string, one: string, many: string) => `${place} ${/^the loops|^lines/.test(place) ? many : one}`;

function leakSentence(capture: Capture, about: readonly StretchVerdict[]): string {
  const [{ measured, decided }] = about as readonly [StretchVerdict];
  const leaking = decided.at(-1) as Evidence;
  const isInBytes = leaking.unit === 'allocated blocks' && measured.offRss.growth.rise > noiseBytes;
  const rise = isInBytes ? riseOver(capture, measured, 'rss') : riseOver(capture, measured, 'held', leaking);
  const amount =
    about.length > 1
      ? about.map((each) => riseOf(each.decided.at(-1) as Evidence)).join(' and ')
      : isInBytes
        ? formatBytes(rise.amount)
        : quantityText(rise.amount, leaking.unit);
  const steps = about.length > 1 ? undefined : stepsOf(capture, measured, rise.to);
  const place = capitalise(withVerb(placeOf(stretchesOf(about)), 'keeps', 'keep'));
  const end = 'and no full collection frees it';
  if (steps === undefined) return `Leak. ${place} ${amount}, more in every round${since(leaking)}, ${end}.`;
  const each = isInBytes ? formatBytes(rise.amount / steps) : quantityText(rise.amount / steps, leaking.unit);
  return `Leak. ${place} ${amount}, ${each} in each of ${formatCount(steps)} steps${since(leaking)}, ${end}.`;
}

interface Rise {
  readonly amount: number;
  /** The index of the point up to which it came. */
  readonly to: number;
}

/**
 * How much came over a stretch with the flags off, from its first look to the lowest of its last ones. Growth (growth.ts) leaves
 * more of the end out, to be sure; but where the two disagree, as at a peak, that is what is told.
 */
function riseOver({ conditions: runs }: Capture, measured: StretchMeasurement, quantity: 'held' | 'rss' | 'inUse', told?: Evidence): Rise {
  const { stretch, off, offRss, offInUse } = measured;
  const { growth } = told ?? { held: off, rss: offRss, inUse: offInUse ?? offRss }[quantity];
  const known = { amount: growth.rise, to: stretch.to };
  if (told !== undefined && told.condition !== 'debug-off') return known;
  const looks = readLooks(runs['debug-off'].points).flatMap((look) => {
    const value = valueOf(look, quantity);
    const { index, point } = look;
    return index < stretch.from || index > stretch.to || 'MEXTL'.includes(point[7]) || value === null ? [] : [{ index, value }];
  });
  const [first] = looks;
  const [last] = looks.slice(-endLooks).toSorted((a, b) => a.value - b.value);
  if (first === undefined || last === undefined || looks.length < minLooks) return known;
  const amount = last.value - first.value;
  return amount < known.amount * 0.9 || amount > known.amount * 1.25 ? known : { amount, to: last.index };
}

/** The last look may be at a peak: the lowest of so many counts. */
const endLooks = 3;

/** How many steps of the sample's own count a stretch takes up to a point, flags off; undefined if it does not count, or hardly. */
function stepsOf({ conditions: runs }: Capture, { stretch }: StretchMeasurement, until: number): number | undefined {
  const counts = runs['debug-off'].points
    .slice(stretch.from, until + 1)
    .flatMap(([, , , , , work]) => (work === null || work < 0 ? [] : [work]));
  const [from, to] = [counts[0] ?? -1, counts.at(-1) ?? -1];
  return from >= 0 && to - from >= minSteps ? to - from : undefined;
}

/** Fewer steps than this are not even enough for what is said of each. */
const minSteps = 20;

function nativeSentence(capture: Capture, about: readonly StretchVerdict[]): string {
  const [{ measured }] = about as readonly [StretchVerdict];
  const { offInUse, traced } = measured;
  const process = riseOver(capture, measured, 'rss');
  const steps = about.length > 1 ? undefined : stepsOf(capture, measured, process.to);
  const each = steps === undefined ? '' : `, ${formatBytes(process.amount / steps)} in each of ${formatCount(steps)} steps`;
  const line = about.length > 1 ? undefined : lineOfGrowth(capture, measured);
  const when = line === undefined ? '' : `, mostly while line ${line} was running`;
  const inUse = offInUse && `the C library has ${formatBytes(riseOver(capture, measured, 'inUse').amount)} more in use`;
  const asked = traced && (traced.growth.rise < minTracedBytes ? 'next to nothing' : formatBytes(traced.growth.rise));
  const own = asked && `Python itself asked for ${asked}`;
  const others = [inUse, own].filter((part) => part !== undefined).join(', and ');
  const rise = `${formatBytes(process.amount)}${each === '' ? ', in every round' : ''}`;
  const growth = `In ${placeOf(stretchesOf(about))} the process grows by ${rise}${each}${when}`;
  return `Leak outside Python. ${growth}${others === '' ? '' : `; ${others}`}.`;
}

/** The line of the sample that was running when the process grew: most of the growth, and far more than its part of the time. */
function lineOfGrowth({ conditions: runs }: Capture, { stretch }: StretchMeasurement): number | undefined {
  const { points, places } = runs['debug-off'];
  const byLine = new Map<number, { bytes: number; looks: number }>();
  let sum = 0;
  for (let index = stretch.from + 1; index <= stretch.to; index += 1) {
    const [before, now] = [points[index - 1], points[index]];
    const grown = Math.max(0, (now?.[2] ?? 0) - (before?.[2] ?? 0));
    const place = now?.[9] ?? null;
    const line = place === null ? undefined : places[place]?.at(-1);
    sum += grown;
    if (line === undefined) continue;
    const seen = byLine.get(line) ?? { bytes: 0, looks: 0 };
    byLine.set(line, { bytes: seen.bytes + grown, looks: seen.looks + 1 });
  }
  const looks = stretch.to - stretch.from;
  const told = [...byLine].find(([, each]) => each.bytes > sum / 2 && each.bytes / sum > (each.looks / looks) * 1.5);
  return told?.[0];
}

function retainedSentence({ endBytes, peakBytes, keptBytes, inUse, trimmedBytes }: NonNullable<Decision['retained']>): string {
  const back =
    inUse === null
      ? 'though by Python’s count nearly all of it is free'
      : `though nearly all of it is free, by Python’s count and by that of the C library, which has ${formatBytes(inUse[1])} in use`;
  const trim = trimmedBytes === null || trimmedBytes < keptBytes / 10 ? '' : ` malloc_trim() gives ${formatBytes(trimmedBytes)} back.`;
  const sizes = `the process peaked at ${formatBytes(peakBytes)} and has ${formatBytes(endBytes)} at its end`;
  return `Freed, but kept: ${sizes}, ${back}.${trim}`;
}

function artifactSentence(capture: Capture): string {
  const { garbage } = capture.conditions['as-written'];
  const kept = `with ${formatCount(garbage)} objects kept in gc.garbage`;
  const [written, without] = [peak(capture, 'as-written'), peak(capture, 'debug-off')];
  const sizes = `With them memory grows to ${written}, ${kept}; without them the same code stays at ${without}`;
  return `Not a leak: the debug flags cause it. ${sizes}.`;
}

function cyclesSentence(capture: Capture, about: readonly StretchVerdict[]): string {
  const sum = (condition: 'off' | 'disabled') => about.reduce((total, { measured }) => total + measured[condition].growth.rise, 0);
  const [kept, without] = [Math.max(0, sum('off')), Math.max(0, sum('disabled'))];
  const isNegligible = kept < without * minKeptShare;
  const keptText = isNegligible ? 'next to nothing' : quantityText(kept, capture.held);
  // The unit of blocks is written once.
  const withoutText = isNegligible || capture.held === 'traced bytes' ? quantityText(without, capture.held) : formatCount(without);
  const place = withVerb(placeOf(stretchesOf(about)), 'keeps', 'keep');
  const amounts = `with full collections ${place} ${keptText}, with the collector disabled ${withoutText}`;
  const [low, high] = [ownPeakBytes(capture.conditions['debug-off']), ownPeakBytes(capture.conditions['gc-disabled'])];
  const start = 'Not a leak: garbage in cycles, which the collector frees.';
  // Where the process shows it, no blocks need be counted.
  if (high > low * clearlyMore)
    return `${start} Memory peaks at ${formatBytes(low)} with full collections, at ${formatBytes(high)} with the collector disabled.`;
  const peaks = `peaks ${peak(capture, 'debug-off')} and ${peak(capture, 'gc-disabled')}`;
  return `${start} ${capitalise(amounts)} (${peaks}).`;
}

function flatSentence(capture: Capture, about: readonly StretchVerdict[], apart: readonly StretchVerdict[]): string {
  const all = conditions.map((condition) => peak(capture, condition));
  const amountOfFreed = ({ measured: { off, stretch } }: StretchVerdict) => {
    if (off.growth.givenBack === 'yes') return off.growth.rise;
    // What is freed with the loop itself, as by a generator that it goes through, is gone by the loop's last moment.
    const isGone = off.growth.rise < off.growth.swing / 2 && risesToItsEnd(capture.conditions['debug-off'].points, stretch);
    return isGone ? off.growth.swing : 0;
  };
  const freed = about.filter((each) => amountOfFreed(each) >= (each.measured.off.unit.includes('bytes') ? noiseBytes : minFreedBlocks));
  const rest = about.filter((each) => !freed.includes(each));
  // A loop whose memory is freed only at its end does grow while it runs, so it gets a sentence of its own.
  if (freed.length > 0) {
    const largest = freed.reduce((max, each) => (amountOfFreed(each) > amountOfFreed(max) ? each : max));
    const place = withVerb(placeOf(stretchesOf(freed)), 'takes', 'take');
    const amount = `${quantityText(amountOfFreed(largest), largest.measured.off.unit)}${freed.length > 1 ? ' at most' : ''}`;
    const others = rest.length === 0 ? '' : `, and ${withVerb(placeOf(stretchesOf(rest)), 'does', 'do')} not go on growing`;
    const peaks = `peak as written ${all[0]}, with ${setsFlags(capture) ? 'the debug flags off' : 'full collections'} ${all[1]}`;
    return `No leak. What ${place}, ${amount}, is given back before the program’s end${others} (${peaks}).`;
  }
  const where = about.length === 0 ? 'Memory does' : capitalise(withVerb(placeOf(stretchesOf(about)), 'does', 'do'));
  const disabled = !about.some(({ measured }) => measured.disabled.growth.grows);
  // Where a program needs the same from beginning to end, one number says it all.
  const peaks = conditions.map((condition) => ownPeakBytes(capture.conditions[condition]));
  const isFlat =
    disabled &&
    apart.length === 0 &&
    Math.max(...peaks) - Math.min(...peaks) < flatBytes * 2 &&
    conditions.every((condition) => riseOfRun(capture, condition) < flatBytes * 2);
  const most = `${formatBytes(Math.max(...peaks))}${new Set(all).size === 1 ? '' : ' or less'}`;
  if (isFlat) return `No leak. Memory stays at ${most}, with and without the garbage collector.`;
  const isSame = disabled && Math.max(...peaks) < Math.min(...peaks) * 1.1;
  if (isSame) return `No leak. ${where} not go on growing: memory peaks at ${most} in all conditions.`;
  const others = disabled ? `, ${all[2]} with the collector disabled` : '';
  const off = setsFlags(capture) ? 'with the debug flags off' : 'with more full collections';
  return `No leak. ${where} not go on growing: memory peaks at ${all[0]} as written, at ${all[1]} ${off}${others}.`;
}

/** Whether Python's own memory rises through a stretch, up to its last part, and falls there. */
function risesToItsEnd(points: Capture['conditions']['debug-off']['points'], { from, to }: Stretch): boolean {
  const values = points.slice(from, to + 1).flatMap(([, , , held]) => held ?? []);
  const most = values.reduce((max, value, index) => (value > (values[max] ?? 0) ? index : max), 0);
  if (values.length < minLooks || most < values.length * lateShare) return false;
  const quarters = [0, 1, 2, 3, 4].map((quarter) => values[Math.floor((most * quarter) / 4)] as number);
  const rise = (quarters[4] as number) - (quarters[0] as number);
  return quarters.slice(1).every((value, index) => value - (quarters[index] as number) > rise / 10);
}

/** So many looks tell how a stretch went, and a peak after this share of them is at its end. */
const [minLooks, lateShare] = [16, 0.75];

/** So many times as much is clearly more. */
const clearlyMore = 1.5;

/** A process that rises by less is flat. */
const flatBytes = 1_000_000;

function riseOfRun({ conditions: runs }: Capture, condition: Condition): number {
  const sizes = runs[condition].points.map(([, , rssBytes]) => rssBytes);
  return Math.max(...sizes) - (sizes[0] ?? 0);
}

/** Whether the program sets any debug flags. */
export const setsFlags = ({ conditions: runs }: Capture) => runs['as-written'].flags !== 0;

const actions: Readonly<Record<StretchVerdict['name'], string>> = {
  leak: 'grows',
  'native-leak': 'grows outside Python',
  retained: 'grows',
  'debug-artifact': 'grows by the debug flags',
  cycles: 'makes garbage in cycles',
  'no-leak': 'does not go on growing',
  unclear: 'cannot be judged',
};

function disagreeSentence(about: readonly StretchVerdict[]): string {
  const parts = about.map((each) => {
    const { name, measured } = each;
    const amount =
      name === 'leak'
        ? ` by ${amountOf(each.decided.at(-1) as Evidence)}`
        : name === 'native-leak'
          ? ` by ${amountOf(measured.offRss)}`
          : '';
    return `${placeOf([measured.stretch])}${callOf(measured.stretch, about)} ${actions[name]}${amount}`;
  });
  const works = about.map(({ measured }) => `work=${nameOf(measured.stretch, about)}`);
  const choice = `${works.slice(0, -1).join(', ')} or ${works.at(-1)}`;
  return `Unclear: ${parts.slice(0, -1).join(', ')}, ${parts.at(-1)}. Say which is meant, with ${choice}.`;
}

/** If two of the stretches are the same loop, called from different lines: from which line this one is called. */
function callOf(stretch: Stretch, about: readonly StretchVerdict[]): string {
  const call = callLine(stretch, about);
  return call === undefined ? '' : `, called in line ${call},`;
}

function callLine(stretch: Stretch, about: readonly StretchVerdict[]): number | undefined {
  const sameLoop = about.filter(({ measured }) => measured.stretch.lines[0]?.[0] === stretch.lines[0]?.[0]);
  if (sameLoop.length < 2) return undefined;
  const chains = sameLoop.map(({ measured }) => measured.stretch.chain);
  const at = stretch.chain.findIndex((line, index) => chains.some((chain) => chain[index] !== line));
  return at === -1 ? undefined : stretch.chain[at];
}

/** The value of `work` that names a stretch alone: the line of a call, or its first line. */
function nameOf(stretch: Stretch, about: readonly StretchVerdict[]): number {
  return callLine(stretch, about) ?? stretch.lines[0]?.[0] ?? 1;
}

const doMoreRounds = 'Let it do more rounds of its work';
const nameLines = 'name the lines that are meant, with work=.';

function doubtSentence(capture: Capture, { doubt, measured, decided }: StretchVerdict): string {
  if (doubt === undefined || doubt === 'short') return shortSentence(capture);
  const { stretch, off, offRss } = measured;
  const texts = {
    place: placeOf([stretch]),
    amount: amountOf(off),
    rise: riseOf(off),
    ofProcess: amountOf(offRss),
    inRounds: `with the debug flags off ${amountOf(off)} in ${roundCount} rounds`,
  };
  return `Unclear: ${doubtTexts[doubt](texts, measured, decided)}`;
}

type DoubtText = (
  texts: Readonly<Record<'place' | 'amount' | 'rise' | 'ofProcess' | 'inRounds', string>>,
  measured: StretchMeasurement,
  decided: readonly Evidence[],
) => string;

/** Why a stretch is unclear, and what to do about it. */
const doubtTexts: Readonly<Record<Exclude<Doubt, 'short'>, DoubtText>> = {
  creeps: ({ place, inRounds }) =>
    `with the collector and without it ${place} keeps a little more in every round, ${inRounds}: ` +
    `too little to be called a leak. ${doMoreRounds}.`,
  fades: ({ place, inRounds }) =>
    `${place} keeps something in every round, ${inRounds}, but less and less: it may be a cache that fills up. ${doMoreRounds}.`,
  waiting: ({ place, amount }, { off }) =>
    `${withVerb(place, 'grows', 'grow')} by ${amount}, but a full collection at the end frees ` +
    `${formatCount(off.growth.waiting)}, and there was no time for one meanwhile: ` +
    'let it do more rounds of its work, or collect now and then.',
  table: ({ rise }) =>
    `no loop goes round, and one statement builds up ${rise}, which stay. ` +
    'If that is the work, name its line with work=; else let the program do its work.',
  steps: ({ place, ofProcess }) =>
    `in ${place} the process grows in steps, by ${ofProcess}, in a few large blocks: ` +
    `that may be a container that grows, or a buffer. ${doMoreRounds}.`,
  alone: ({ place, amount }) =>
    `with the debug flags off ${place} keeps ${amount} in ${roundCount} rounds, but neither as written ` +
    'nor with the collector disabled does it go on growing; let it do more rounds of its work.',
  stops: ({ place, rise }) => `${place} grows by ${rise}, and then goes on to something else: ${nameLines}`,
  late: ({ place, rise }) => `${place} began to grow late, by ${rise} shortly before its end; let it do more rounds of its work.`,
  turns: ({ place, rise }) => `${place} does not grow at first, and grows by ${rise} once it has gone on to other lines: ${nameLines}`,
  released: ({ place }, { off }, decided) =>
    `${place} grows by ${amountOf(decided[0] ?? off)}, and the program frees some memory later ` +
    `that may be that or other. ${doMoreRounds}, so that the two can be told apart.`,
  outside: ({ place, ofProcess }, { offInUse }) => {
    const others =
      offInUse === undefined
        ? 'does not, and the C library of this system does not tell what it has in use'
        : 'and what the C library has in use do not';
    return (
      `in ${place} the process grows by ${ofProcess} in ${roundCount} rounds, while Python’s own memory ${others}: ` +
      'that may be memory mapped in other ways, or memory that is free and kept.'
    );
  },
  collector: ({ place }, { disabled }) =>
    `with the collector disabled ${place} keeps ${amountOf(disabled)}, but hardly more than with it; ` +
    'let it do more rounds of its work.',
  missed: ({ place }) => `${place} could hardly be seen in one of the three runs. ${doMoreRounds}.`,
};

function shortSentence(capture: Capture, about?: StretchVerdict): string {
  const stretch = about?.measured.stretch;
  if (stretch !== undefined && stretch.kind !== 'whole')
    return tooLittle(`${withVerb(placeOf([stretch]), 'takes', 'take')} ${cpuText(stretch.cpuMs)} of CPU time`, stretch.looks);
  const { points } = capture.conditions['debug-off'];
  const looks = readLooks(points).filter(({ point: [, , , , , , , kind] }) => !'MEXTL'.includes(kind));
  const imports = points.some(([, , , , , , , kind]) => kind === 'I') ? ', imports left out' : '';
  const cpuMs = looks.at(-1)?.cpuMs ?? 0;
  return tooLittle(`the program’s own work takes ${cpuText(cpuMs)} of CPU time${imports}`, looks.length);
}

function tooLittle(time: string, moments: number): string {
  const seen = `could be seen at ${momentsText(moments)}`;
  return `Unclear: ${time}, and ${seen}: too little to tell growth from a start. ${doMoreRounds}.`;
}

const cpuText = (ms: number) => (ms < 1 ? 'less than 1 ms' : formatDuration(Math.round(ms)));
const momentsText = (count: number) => (count === 1 ? 'one moment' : `${count} moments`);

/** What stretches beside those of the verdict do, if it differs. */
function othersSentence({ name, about, others }: Decision): string {
  if (name === 'unclear') return '';
  const tables = [...about, ...others].filter(({ measured: { stretch, off } }) => stretch.isTable && off.growth.rise >= minTableBlocks);
  if (name === 'no-leak' && tables.length > 0)
    return tables
      .map(
        ({ measured: { off } }) =>
          ` One statement builds up ${riseOf(off)}${off.growth.givenBack === 'yes' ? ', which the program frees' : ', which stay'}.`,
      )
      .join('');
  return others
    .filter(({ measured, name: own }) => own !== name && measured.off.growth.rise > 0 && (own !== 'no-leak' || measured.off.growth.grows))
    .map(({ measured, name: own }) => {
      const amount = own === 'leak' ? ` by ${amountOf(measured.off)}` : '';
      return ` ${capitalise(placeOf([measured.stretch]))}, beside that, ${actions[own]}${amount}.`;
    })
    .join('');
}

/** Smaller traced growth is `next to nothing`: Python itself allocates and frees this much while it runs. */
const minTracedBytes = 100_000;
/** The memory of a process goes up and down by this much. */
const noiseBytes = 100_000;
/** Below this share of what is kept without a collector, what is kept with one is `next to nothing`: garbage not collected yet. */
const minKeptShare = 0.02;
/** Freed memory, and a table that one statement builds, are mentioned from these numbers of blocks on. */
const [minFreedBlocks, minTableBlocks] = [3000, 10_000];

/** The difference between the end of a stretch and its start: `120 allocated blocks`, `4.1 kB`. */
function riseOf({ growth, unit }: Evidence): string {
  return quantityText(growth.rise, unit);
}

function quantityText(value: number, unit: string): string {
  return unit.includes('bytes') ? formatBytes(value) : `${formatCount(value)} ${unit}`;
}

/** Says that child processes are not judged, if the program started any. */
function childrenSentence(capture: Capture, { name }: Decision): string {
  const { children } = capture.conditions['as-written'];
  if (children === undefined || name === 'unclear') return '';
  const bytes = Math.max(...children.points.map(([, bytes]) => bytes));
  const others = `what it started had up to ${formatBytes(bytes)} of its own, which is in the chart and not judged`;
  return ` That is said of the program’s first process: ${others}.`;
}
