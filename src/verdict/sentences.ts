import type { Capture } from '../capture/capture.ts';
import { ownPeakBytes } from '../capture/children.ts';
import { roundCount } from '../capture/growth.ts';
import { readLooks } from '../capture/looks.ts';
import type { Stretch } from '../capture/stretches.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import type { Evidence } from './measured.ts';
import type { StretchVerdict } from './stretch.ts';
import type { Finding } from './verdict.ts';

/** The sentence of a verdict, numbers in it; of the sample's lines where it is about some. */
export function sentenceOf(capture: Capture, finding: Finding): string {
  return `${mainSentence(capture, finding)}${besideSentence(finding)}${childrenSentence(capture, finding)}`;
}

function mainSentence(capture: Capture, { name, about, reason, failure, retained }: Finding): string {
  const [first] = about as readonly [StretchVerdict, ...StretchVerdict[]];
  switch (name) {
    case 'leak':
      return leakSentence(about);
    case 'native-leak':
      return nativeSentence(about);
    case 'retained':
      return retainedSentence(retained as NonNullable<Finding['retained']>);
    case 'debug-artifact':
      return artifactSentence(capture);
    case 'cycles':
      return cyclesSentence(capture, about);
    case 'no-leak':
      return flatSentence(capture, about);
    case 'unclear':
      if (failure !== undefined) return failure;
      if (reason === 'disagree') return disagreeSentence(about);
      if (reason === 'elsewhere')
        return `Unclear: ${verb(placeOf(stretchesOf(about)), 'does', 'do')} not grow, but most of the work lies elsewhere, and something is kept there. Name the work, with work=.`;
      if (reason === 'unseen')
        return 'Unclear: memory could not be seen at the lines that work= names: they were not reached, or were over too quickly. Let them do more of their work, or name what calls them.';
      if (reason === 'short' || first === undefined) return shortSentence(capture, first);
      return doubtSentence(capture, first);
  }
}

/** `the loop in lines 3–5`, `the loops in lines 3–5 and 9`, `the program`. */
export function placeOf(stretches: readonly Stretch[]): string {
  const kinds = new Set(stretches.map(({ kind }) => kind));
  const lines = [...new Set(stretches.flatMap(({ lines }) => lines.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`))))];
  if (kinds.has('axis')) return 'the work that its axis counts';
  if (kinds.has('whole') || lines.length === 0) return 'the program';
  const list = lines.length < 2 ? lines.join('') : `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
  const word = lines.length > 1 || list.includes('–') ? 'lines' : 'line';
  const turns = stretches.length === 1 && lines.length > 1 ? ', which take turns,' : '';
  if (kinds.size === 1 && kinds.has('loop')) return `the loop${lines.length > 1 ? 's' : ''} in ${word} ${list}${turns}`;
  if (kinds.size === 1 && kinds.has('calls')) return `the code in ${word} ${list}`;
  return `${word} ${list}`;
}

const stretchesOf = (about: readonly StretchVerdict[]) => about.map(({ measured }) => measured.stretch);
/** Of the program's first process. */
const peak = ({ conditions: runs }: Capture, condition: Condition) => formatBytes(ownPeakBytes(runs[condition]));

/** `120 allocated blocks`, `4.1 kB`. */
function amountOf({ growth, unit }: Evidence): string {
  return quantityText(growth.total, unit);
}

const since = ({ growth }: Evidence) =>
  growth.since === undefined ? '' : ` from about ${Math.round(growth.since * 100)} % of its time on`;

/** `keeps` or `keep`, as the place asks for. */
const verb = (place: string, one: string, many: string) => `${place} ${/^the loops|^lines/.test(place) ? many : one}`;

function leakSentence(about: readonly StretchVerdict[]): string {
  const [{ measured, decided }] = about as readonly [StretchVerdict];
  const leaking = decided.at(-1) as Evidence;
  const process = measured.offRss.growth.rise;
  const inAll =
    leaking.unit === 'allocated blocks' && process > littleBytes
      ? `${riseOf(leaking)} (${formatBytes(process)} of the process)`
      : riseOf(leaking);
  return `Leak: ${verb(placeOf(stretchesOf(about)), 'keeps', 'keep')} more in each of ${roundCount} rounds${since(leaking)}, ${about.length > 1 ? about.map((each) => riseOf(each.decided.at(-1) as Evidence)).join(' and ') : inAll} in all, and no full collection frees it.`;
}

function nativeSentence(about: readonly StretchVerdict[]): string {
  const [{ measured }] = about as readonly [StretchVerdict];
  const { offRss, offInUse, traced } = measured;
  const inUse = offInUse === undefined ? '' : `, and what the C library has in use by ${formatBytes(offInUse.growth.rise)}`;
  const own =
    traced === undefined
      ? ''
      : `, of which Python itself asked for ${traced.growth.rise < leastTraced ? 'next to nothing' : formatBytes(traced.growth.rise)}`;
  return `Outside Python: in ${placeOf(stretchesOf(about))} the process grows in every round, by ${amountOf(offRss)} in ${roundCount} rounds${inUse}${own}.`;
}

function retainedSentence({ endBytes, peakBytes, keptBytes, inUse, trimmedBytes }: NonNullable<Finding['retained']>): string {
  const back =
    inUse === null
      ? 'though by Python’s count nearly all of it is free'
      : `though nearly all of it is free, by Python’s count and by that of the C library, which has ${formatBytes(inUse[1])} in use`;
  const trim = trimmedBytes === null || trimmedBytes < keptBytes / 10 ? '' : ` malloc_trim() gives ${formatBytes(trimmedBytes)} back.`;
  return `Freed, but kept: the process peaked at ${formatBytes(peakBytes)} and has ${formatBytes(endBytes)} at its end, ${back}.${trim}`;
}

function artifactSentence(capture: Capture): string {
  const { garbage } = capture.conditions['as-written'];
  return `The debug flags make it: as written it grows to ${peak(capture, 'as-written')} with ${formatCount(garbage)} objects kept in gc.garbage; the same code with the flags off stays at ${peak(capture, 'debug-off')}.`;
}

function cyclesSentence(capture: Capture, about: readonly StretchVerdict[]): string {
  const sum = (condition: 'off' | 'disabled') => about.reduce((total, { measured }) => total + measured[condition].growth.rise, 0);
  const [kept, without] = [Math.max(0, sum('off')), Math.max(0, sum('disabled'))];
  const isLittle = kept < without * littleShare;
  // A unit is said once.
  const more = isLittle || capture.held === 'traced bytes' ? quantityText(without, capture.held) : formatCount(without);
  return `Garbage in cycles, which only the collector frees: with full collections ${verb(placeOf(stretchesOf(about)), 'keeps', 'keep')} ${isLittle ? 'next to nothing' : quantityText(kept, capture.held)}, with the collector disabled ${more} (peaks ${peak(capture, 'debug-off')} and ${peak(capture, 'gc-disabled')}).`;
}

function flatSentence(capture: Capture, about: readonly StretchVerdict[]): string {
  const all = conditions.map((condition) => peak(capture, condition));
  const given = about.filter(
    ({ measured: { off } }) =>
      off.growth.givenBack === 'yes' && off.growth.rise >= (off.unit.includes('bytes') ? littleBytes : worthBlocks),
  );
  const rest = about.filter((each) => !given.includes(each));
  // What grows to the end of its loop, and goes then, does go on growing meanwhile.
  if (given.length > 0) {
    const largest = given.map(({ measured: { off } }) => off).reduce((most, off) => (off.growth.rise > most.growth.rise ? off : most));
    const others = rest.length === 0 ? '' : `, and ${verb(placeOf(stretchesOf(rest)), 'does', 'do')} not go on growing`;
    const peaks = `peak as written ${all[0]}, with ${setsFlags(capture) ? 'the debug flags off' : 'full collections'} ${all[1]}`;
    return `No leak: what ${verb(placeOf(stretchesOf(given)), 'takes', 'take')}, ${riseOf(largest)}${given.length > 1 ? ' at most' : ''}, is given back before the program’s end${others} (${peaks}).`;
  }
  const where = about.length === 0 ? 'memory does' : verb(placeOf(stretchesOf(about)), 'does', 'do');
  const others = about.some(({ measured }) => measured.disabled.growth.grows) ? '' : ` nor with the collector disabled (${all[2]})`;
  return `No leak: ${where} not go on growing, neither as written (peak ${all[0]}) nor with the debug flags off (${all[1]})${others}.`;
}

/** Whether the program sets any debug flags. */
const setsFlags = ({ conditions: runs }: Capture) => runs['as-written'].flags !== 0;

const deeds: Readonly<Record<StretchVerdict['name'], string>> = {
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
    return `${placeOf([measured.stretch])}${callOf(measured.stretch, about)} ${deeds[name]}${amount}`;
  });
  const works = about.map(({ measured }) => `work=${nameOf(measured.stretch, about)}`);
  return `Unclear: ${parts.slice(0, -1).join(', ')}, ${parts.at(-1)}. Say which is meant, with ${works.slice(0, -1).join(', ')} or ${works.at(-1)}.`;
}

/** Where a loop goes round more than once, the call that is meant. */
function callOf(stretch: Stretch, about: readonly StretchVerdict[]): string {
  const call = callLine(stretch, about);
  return call === undefined ? '' : `, called in line ${call},`;
}

function callLine(stretch: Stretch, about: readonly StretchVerdict[]): number | undefined {
  const twins = about.filter(({ measured }) => measured.stretch.lines[0]?.[0] === stretch.lines[0]?.[0]);
  if (twins.length < 2) return undefined;
  const chains = twins.map(({ measured }) => measured.stretch.chain);
  const at = stretch.chain.findIndex((line, index) => chains.some((chain) => chain[index] !== line));
  return at === -1 ? undefined : stretch.chain[at];
}

function nameOf(stretch: Stretch, about: readonly StretchVerdict[]): number {
  return callLine(stretch, about) ?? stretch.lines[0]?.[0] ?? 1;
}

function doubtSentence(capture: Capture, each: StretchVerdict): string {
  const { doubt, measured } = each;
  const place = placeOf([measured.stretch]);
  switch (doubt) {
    case 'creeps':
      return `Unclear: with the collector and without it ${place} keeps a little more in every round, with the debug flags off ${amountOf(measured.off)} in ${roundCount} rounds: too little to be called a leak. Let it do more rounds of its work.`;
    case 'fades':
      return `Unclear: ${place} keeps something in every round, with the debug flags off ${amountOf(measured.off)} in ${roundCount} rounds, but less and less: it may be a cache that fills up. Let it do more rounds of its work.`;
    case 'waiting':
      return `Unclear: ${verb(place, 'grows', 'grow')} by ${amountOf(measured.off)}, but a full collection at the end frees ${formatCount(measured.off.growth.waiting)}, and there was no time for one meanwhile: let it do more rounds of its work, or collect now and then.`;
    case 'table':
      return `Unclear: no loop goes round, and one statement builds up ${riseOf(measured.off)}, which stay. If that is the work, name its line with work=; else let the program do its work.`;
    case 'steps':
      return `Unclear: in ${place} the process grows in steps, by ${amountOf(measured.offRss)}, in a few large blocks: that may be a container that grows, or a buffer. Let it do more rounds of its work.`;
    case 'alone':
      return `Unclear: with the debug flags off ${place} keeps ${amountOf(measured.off)} in ${roundCount} rounds, but neither as written nor with the collector disabled does it go on growing; let it do more rounds of its work.`;
    case 'stops':
      return `Unclear: ${place} grows by ${riseOf(measured.off)}, and then goes on to something else: name the lines that are meant, with work=.`;
    case 'late':
      return `Unclear: ${place} began to grow late, by ${riseOf(measured.off)} shortly before its end; let it do more rounds of its work.`;
    case 'turns':
      return `Unclear: ${place} does not grow at first, and grows by ${riseOf(measured.off)} once it has gone on to other lines: name the lines that are meant, with work=.`;
    case 'released':
      return `Unclear: ${place} grows by ${amountOf(each.decided[0] ?? measured.off)}, and the program frees some memory later that may be that or other. Let it do more rounds of its work, so that the two can be told apart.`;
    case 'outside':
      return `Unclear: in ${place} the process grows by ${amountOf(measured.offRss)} in ${roundCount} rounds, while Python’s own memory ${measured.offInUse === undefined ? 'does not, and the C library of this system does not tell what it has in use' : 'and what the C library has in use do not'}: that may be memory mapped in other ways, or memory that is free and kept.`;
    case 'collector':
      return `Unclear: with the collector disabled ${place} keeps ${amountOf(measured.disabled)}, but hardly more than with it; let it do more rounds of its work.`;
    default:
      return shortSentence(capture);
  }
}

function shortSentence(capture: Capture, about?: StretchVerdict): string {
  const stretch = about?.measured.stretch;
  if (stretch !== undefined && stretch.kind !== 'whole') {
    return `Unclear: ${verb(placeOf([stretch]), 'takes', 'take')} ${cpuText(stretch.cpuMs)} of CPU time, and could be seen at ${momentsText(stretch.looks)}: too little to tell growth from a start. Let it do more rounds of its work.`;
  }
  const { points } = capture.conditions['debug-off'];
  const looks = readLooks(points).filter(({ point: [, , , , , , , kind] }) => !'MEXTL'.includes(kind));
  const imports = points.some(([, , , , , , , kind]) => kind === 'I') ? ', imports left out' : '';
  const cpuMs = looks.at(-1)?.cpuMs ?? 0;
  return `Unclear: the program’s own work takes ${cpuText(cpuMs)} of CPU time${imports}, and could be seen at ${momentsText(looks.length)}: too little to tell growth from a start. Let it do more rounds of its work.`;
}

const cpuText = (ms: number) => (ms < 1 ? 'less than 1 ms' : formatDuration(Math.round(ms)));
const momentsText = (count: number) => (count === 1 ? 'one moment' : `${count} moments`);

function besideSentence({ name, about, beside }: Finding): string {
  if (name === 'unclear') return '';
  const tables = [...about, ...beside].filter(({ measured: { stretch, off } }) => stretch.isTable && off.growth.rise >= muchBlocks);
  if (name === 'no-leak' && tables.length > 0)
    return tables
      .map(
        ({ measured: { off } }) =>
          ` One statement builds up ${riseOf(off)}${off.growth.givenBack === 'yes' ? ', which the program frees' : ', which stay'}.`,
      )
      .join('');
  const told = beside.filter(
    ({ measured, name: own }) => own !== name && measured.off.growth.rise > 0 && (own !== 'no-leak' || measured.off.growth.grows),
  );
  return told
    .map(
      ({ measured, name: own }) =>
        ` ${capitalise(placeOf([measured.stretch]))}, beside that, ${deeds[own]}${own === 'leak' ? ` by ${amountOf(measured.off)}` : ''}.`,
    )
    .join('');
}

/** Python itself makes and drops as much while it runs. */
const leastTraced = 100_000;
/** Less than this is the process's own coming and going. */
const littleBytes = 100_000;
/** Of what there is without a collector, less than this is what came last. */
const littleShare = 0.02;
/** So many blocks that are given back are worth a word, and so many that one statement builds up. */
const worthBlocks = 3000;
const muchBlocks = 10_000;

/** `120 allocated blocks`, `4.1 kB`: what was more at the end of a stretch than at its start. */
function riseOf({ growth, unit }: Evidence): string {
  return quantityText(growth.rise, unit);
}

function quantityText(value: number, unit: string): string {
  return unit.includes('bytes') ? formatBytes(value) : `${formatCount(value)} ${unit}`;
}

function capitalise(text: string): string {
  return text.replace(/^./, (letter) => letter.toUpperCase());
}

function childrenSentence(capture: Capture, { name }: Finding): string {
  const { children } = capture.conditions['as-written'];
  if (children === undefined || name === 'unclear') return '';
  const bytes = Math.max(...children.points.map(([, bytes]) => bytes));
  return ` That is said of the program’s first process: what it started had up to ${formatBytes(bytes)} of its own, which is in the chart and not judged.`;
}
