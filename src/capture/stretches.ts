import type { Work } from '../experiment/sample.ts';
import type { Capture, RunRecord } from './capture.ts';
import { readLooks, type Look } from './looks.ts';

type Program = Capture['program'];
type Loop = readonly [from: number, to: number];

/** A part of a run in which the program does one kind of work. */
export interface Stretch {
  /** The same in each condition. */
  readonly key: string;
  /** A loop going round, calls of what `work` names, the time in which `axis` counts, statements outside loops, or all of a run. */
  readonly kind: 'loop' | 'calls' | 'axis' | 'statements' | 'whole';
  /** The calls that lead there, by the lines of the sample, outermost first. */
  readonly chain: readonly number[];
  /** Where it is in the sample. */
  readonly lines: readonly Loop[];
  /** Its first and last moment, by their places among the run's points. */
  readonly from: number;
  readonly to: number;
  /** CPU time that it took, and what share of the work that is. */
  readonly cpuMs: number;
  readonly share: number;
  readonly looks: number;
  /** Whether one statement with a comprehension takes nearly all of it: it builds a table, and goes round nothing. */
  readonly isTable: boolean;
  /** Whether another loop goes round within it, so that each of its rounds may be work of its own. */
  readonly isNested: boolean;
  /** Whether what lives in the calls that lead there goes because the program ends. */
  readonly leaves: boolean;
  /** Whether an event loop runs it, which makes garbage of its own as it ends. */
  readonly isAsync: boolean;
  /** The first moment after the function that it is in has returned, where that is shortly before the program's end: what is gone by then may have gone because of that. */
  readonly lastReturn: number | undefined;
  /** Moments after it in which the program still went on: what is gone by then, it gave back itself. */
  readonly later: readonly number[];
}

/** What a sample says of its work. */
export interface NamedWork {
  readonly work?: Work | undefined;
  readonly axis?: string | undefined;
}

/** Loops take so little of the work that it is no loop's. */
const fewLoops = 0.1;
/** A stretch of which so much lies within another is part of that; of which so much, is one with it. */
const [withinShare, togetherShare] = [0.8, 0.2];
/** A statement that was seen less often is told from its function's other ones by chance. */
const fewLooks = 8;
/** Statements that take so much of the work are told apart. */
const minStatementsShare = 0.1;

/** Where in the sample a moment belongs: the outermost loop that goes round, and the calls that led there. */
export function keyOf(
  lines: readonly number[],
  loops: readonly { readonly from: number; readonly to: number }[],
): { readonly key: string; readonly chain: readonly number[]; readonly loop: Loop } | undefined {
  for (const [index, line] of lines.entries()) {
    let outermost: { readonly from: number; readonly to: number } | undefined;
    for (const loop of loops)
      if (line >= loop.from && line <= loop.to && (outermost === undefined || loop.from < outermost.from)) outermost = loop;
    if (outermost !== undefined) {
      const chain = lines.slice(0, index);
      return { key: `${chain.join('.')}:${outermost.from}`, chain, loop: [outermost.from, outermost.to] };
    }
  }
  return undefined;
}

interface Found {
  readonly key: string;
  readonly chain: readonly number[];
  readonly lines: readonly Loop[];
  readonly looks: readonly Look[];
}

/** The stretches of work of a run, the first first. Those that the sample names, if it names some; none where they were never seen. */
export function findStretches(
  run: Pick<RunRecord, 'points' | 'places'>,
  program: Program,
  { work, axis }: NamedWork = {},
): readonly Stretch[] {
  const looks = readLooks(run.points).filter(({ point: [, , , , , , , kind] }) => !'MEXTL'.includes(kind));
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const workMs = last.cpuMs - first.cpuMs;
  const linesOf = ({ point }: Look) => (point[9] === null ? [] : (run.places[point[9]] ?? []));
  const finish = ({ key, chain, lines, looks }: Found, kind: Stretch['kind']): Stretch => {
    const [from, to] = [looks[0] as Look, looks.at(-1) as Look];
    const cpuMs = to.cpuMs - from.cpuMs;
    return {
      key,
      kind,
      chain,
      lines,
      from: from.index,
      to: to.index,
      cpuMs,
      share: workMs > 0 ? cpuMs / workMs : 1,
      looks: looks.length,
      isTable: (kind === 'statements' || kind === 'whole') && isTable(looks.map(linesOf), program, kind === 'whole'),
      isNested: lines.some(([from, to]) => program.loops.some(([first, last]) => first > from && last <= to)),
      ...laterThan(run, program, { chain, lines }, to.index),
    };
  };
  const whole = () => finish({ key: 'whole', chain: shared(looks.map(linesOf)).slice(0, -1), lines: [], looks }, 'whole');
  if (work !== undefined) {
    const seen = callsOf(looks, run.places, work.lines);
    const isHardlySeen = work.owner !== undefined && seen.reduce((sum, { looks }) => sum + looks.length, 0) < fewLooks;
    const named = isHardlySeen ? callsOf(looks, run.places, [work.owner]) : seen;
    return join(
      named.map((found) => (work.kind === 'loop' ? found : widen(found, looks, linesOf))),
      program.functions,
    ).map((found) => finish(found, work.kind === 'loop' ? 'loop' : 'calls'));
  }
  if (axis !== undefined) {
    const counted = changes(looks);
    if (counted.length > 1)
      return [finish({ key: 'axis', chain: linesOf(counted[0] as Look).slice(0, -1), lines: [], looks: counted }, 'axis')];
  }
  const loops = program.loops.map(([from, to]) => ({ from, to }));
  const found = join(
    group(looks, run.places, (lines) => keyOf(lines, loops)),
    program.functions,
  ).map((each) => finish(each, 'loop'));
  const inLoops = found.reduce((sum, { share }) => sum + share, 0);
  if (inLoops < fewLoops) return [whole()];
  const statements = between(looks, found, linesOf).flatMap((part) => {
    const chain = shared(part.map(linesOf));
    const line = chain.at(-1) ?? 0;
    return line === 0 || program.runners.includes(line)
      ? []
      : [finish({ key: `${chain.join('.')}=`, chain: chain.slice(0, -1), lines: [[line, line]], looks: part }, 'statements')];
  });
  return [...found, ...statements.filter(({ share }) => share >= minStatementsShare)].toSorted((a, b) => a.from - b.from);
}

/** Calls that are over before they are seen often go on as long as the statement does that makes them. */
function widen(found: Found, all: readonly Look[], linesOf: (look: Look) => readonly number[]): Found {
  if (found.looks.length >= fewLooks) return found;
  return { ...found, looks: all.filter((look) => found.chain.every((line, index) => linesOf(look)[index] === line)) };
}

/** The looks at some lines, by the calls that led there. */
function callsOf(looks: readonly Look[], places: RunRecord['places'], ranges: Work['lines']): readonly Found[] {
  const around = (line: number | undefined) => ranges.find(({ from, to }) => line !== undefined && line >= from && line <= to);
  return group(looks, places, (lines) => {
    const index = lines.findIndex((line) => around(line) !== undefined);
    const range = around(lines[index]);
    if (range === undefined) return undefined;
    const chain = lines.slice(0, index);
    return { key: `${chain.join('.')}:${range.from}`, chain, loop: [range.from, range.to] };
  });
}

function group(
  looks: readonly Look[],
  places: RunRecord['places'],
  place: (lines: readonly number[]) => ReturnType<typeof keyOf>,
): readonly Found[] {
  const keys = places.map(place);
  const found = new Map<string, { key: string; chain: readonly number[]; lines: readonly Loop[]; looks: Look[] }>();
  for (const look of looks) {
    const at = look.point[9] === null ? undefined : keys[look.point[9]];
    if (at === undefined) continue;
    const known = found.get(at.key);
    if (known === undefined) found.set(at.key, { key: at.key, chain: at.chain, lines: [at.loop], looks: [look] });
    else known.looks.push(look);
  }
  return [...found.values()];
}

/** Stretches within one another count as the outermost; those that take turns are one. */
function join(all: readonly Found[], functions: Program['functions']): readonly Found[] {
  const length = ({ looks }: Found) => (looks.at(-1) as Look).cpuMs - (looks[0] as Look).cpuMs;
  const joined: Found[] = [];
  for (const each of all.toSorted((a, b) => length(b) - length(a) || a.key.localeCompare(b.key, 'en'))) {
    const [from, to] = [each.looks[0] as Look, each.looks.at(-1) as Look];
    const at = joined.findIndex(({ looks }) => {
      const [first, last] = [looks[0] as Look, looks.at(-1) as Look];
      const overlap = Math.min(last.cpuMs, to.cpuMs) - Math.max(first.cpuMs, from.cpuMs);
      const inside = from.index >= first.index && to.index <= last.index;
      return inside || (overlap > 0 && overlap > length(each) * togetherShare);
    });
    const other = joined[at];
    if (other === undefined) {
      joined.push(each);
      continue;
    }
    const [first, last] = [other.looks[0] as Look, other.looks.at(-1) as Look];
    const overlap = Math.min(last.cpuMs, to.cpuMs) - Math.max(first.cpuMs, from.cpuMs);
    // A loop of another thread is no part of this one.
    const isPart =
      isThreads(each, functions) === isThreads(other, functions) &&
      ((from.index >= first.index && to.index <= last.index) || overlap >= length(each) * withinShare);
    const looks = [...other.looks, ...each.looks].toSorted((a, b) => a.index - b.index);
    joined[at] = isPart
      ? { ...other, looks }
      : {
          key: [other.key, each.key].toSorted().join(' '),
          chain: shared([other.chain, each.chain]),
          lines: [...other.lines, ...each.lines].toSorted(([a], [b]) => a - b),
          looks,
        };
  }
  return joined.toSorted((a, b) => (a.looks[0] as Look).index - (b.looks[0] as Look).index);
}

/** Whether a loop is another thread's: it stands in a function that nobody of the sample calls. */
function isThreads({ chain, lines }: Pick<Stretch, 'chain' | 'lines'>, functions: Program['functions']): boolean {
  return chain.length === 0 && lines.some(([from]) => functions.some(([first, end]) => from > first && from <= end));
}

/** The looks from the first change of the sample's own count to its last. */
function changes(looks: readonly Look[]): readonly Look[] {
  const count = ({ point }: Look) => point[5] ?? -1;
  const changed = looks.flatMap((look, index) => (index > 0 && count(look) !== count(looks[index - 1] as Look) ? [index] : []));
  const [first, last] = [changed[0], changed.at(-1)];
  return first === undefined || last === undefined ? [] : looks.slice(Math.max(0, first - 1), last + 1);
}

/** The looks between stretches, one statement after the other. */
function between(
  looks: readonly Look[],
  stretches: readonly Stretch[],
  linesOf: (look: Look) => readonly number[],
): readonly (readonly Look[])[] {
  const parts: Look[][] = [];
  let open = false;
  for (const look of looks) {
    const isInside = stretches.some(({ from, to }) => look.index >= from && look.index <= to);
    if (isInside) open = false;
    else if (open) parts.at(-1)?.push(look);
    else {
      parts.push([look]);
      open = true;
    }
  }
  return parts.flatMap((part) => splitStatements(part, linesOf));
}

/** Looks at several statements of one function, each for itself; at one statement, and what it calls, all together. */
function splitStatements(part: readonly Look[], linesOf: (look: Look) => readonly number[]): readonly (readonly Look[])[] {
  const lines = part.map(linesOf);
  const depth = shared(lines).length;
  if (lines.some((own) => own.length > 0 && own.length <= depth)) return [part];
  const runs: Look[][] = [];
  let at: number | undefined;
  for (const [index, look] of part.entries()) {
    const line = lines[index]?.[depth];
    if (runs.length > 0 && (line === undefined || at === undefined || line === at)) runs.at(-1)?.push(look);
    else runs.push([look]);
    at = line ?? at;
  }
  // Lines that take turns are those of a function that is called again and again.
  return runs.length > new Set(lines.flatMap((own) => own[depth] ?? [])).size ? [part] : runs;
}

/** So many of the looks at one statement make it all of a stretch. */
const tableShare = 0.8;

function isTable(places: readonly (readonly number[])[], { tables, functions }: Program, whole: boolean): boolean {
  // Where it is all of a program, what such statements call is part of them, and so is all that calls itself.
  if (whole)
    return (
      places.filter((lines) => lines.some((line) => tables.includes(line)) || isRecursive(lines, functions)).length >=
      places.length * tableShare
    );
  const counts = new Map<number, number>();
  // A comprehension is a frame of its own, at the line of its statement.
  for (const lines of places) {
    const at = lines.filter((line) => tables.includes(line)).at(-1);
    if (at !== undefined && at === lines.at(-1)) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) >= places.length * tableShare;
}

/** So many calls of one function in a row are no comprehension within another. */
const minDepth = 3;

/** Whether a function was seen to call itself. */
function isRecursive(lines: readonly number[], functions: Program['functions']): boolean {
  return functions.some(([from, to]) => lines.filter((line) => line > from && line <= to).length >= minDepth);
}

/** Between what a program's coroutine leaves as it returns and the end of the event loop passes less than this. */
const goingOnMs = 100;
/** What is left of a program once a function has returned is no work where it takes less than this share of it. */
const soonShare = 0.05;

/** What some lists begin with alike. */
function shared(lists: readonly (readonly number[])[]): readonly number[] {
  const filled = lists.filter((list) => list.length > 0);
  const [first = []] = filled;
  const end = first.findIndex((line, index) => filled.some((list) => list[index] !== line));
  return end === -1 ? first : first.slice(0, end);
}

/**
 * The moments after a stretch in which the program still goes on. Where the calls that led to the stretch are the last
 * thing that it does, what lives in them goes because it ends, and tells nothing; so does what asyncio ends.
 */
function laterThan(
  { points, places }: Pick<RunRecord, 'points' | 'places'>,
  { last, functions, runners }: Program,
  { chain, lines: own }: Pick<Stretch, 'chain' | 'lines'>,
  to: number,
): Pick<Stretch, 'leaves' | 'isAsync' | 'lastReturn' | 'later'> {
  const leaves = (line: number) => last.includes(line) || runners.includes(line);
  const runner = chain.find((line) => runners.includes(line));
  // After a loop that is the program's last statement, only Python's own end comes; what a thread's loop leaves, others may hold.
  const ofThread = isThreads({ chain, lines: own }, functions);
  const isLeft = chain[0] !== undefined ? leaves(chain[0]) : ofThread || (own.length > 0 && own.every(([from]) => last.includes(from)));
  const hasThreads = points.some(([, , , , , , , kind]) => kind === 'M');
  const isWork = (kind: string) => !'ILMEXTP'.includes(kind);
  // Where only calls are left that are the last thing of all, the program is at its end; a thread's loop is called by none of them.
  const isFree = places.map(
    (lines) => !lines.every(leaves) || !(ofThread || (lines.length <= chain.length && lines.every((line, at) => line === chain[at]))),
  );
  const isUnder = (place: number | null) => runner === undefined || (place !== null && places[place]?.includes(runner) === true);
  const lastMs = points.findLast(([, , , , , , , kind, , place]) => isWork(kind) && isUnder(place))?.[0] ?? 0;
  const inside = (lines: readonly number[]) => lines.length > chain.length && chain.every((line, at) => line === lines[at]);
  const end = points.findLast(([, , , , , , , kind]) => kind === 'E' || isWork(kind));
  const later = points.flatMap(([atMs, cpuMs, , , , , , kind, , place], index) => {
    if (index <= to || cpuMs === null || kind === 'I' || kind === 'L' || kind === 'T' || kind === 'X') return [];
    // What threading lets go as it ends was not given back.
    if (kind === 'E' && hasThreads) return [];
    if (kind === 'E' || kind === 'M') return isLeft || runner !== undefined ? [] : [index];
    const lines = place === null ? [] : (places[place] ?? []);
    if (lines.length === 0 || (runner !== undefined && !lines.includes(runner))) return [];
    // A coroutine that waits is on no stack: where the event loop goes on for long, it has not returned.
    if (runner !== undefined && lastMs - atMs >= goingOnMs) return [index];
    return isFree[place ?? -1] === true ? [index] : [];
  });
  // The function that holds the stretch has returned, and the program is about to end.
  const returned = later.find((index) => !inside(places[points[index]?.[9] ?? -1] ?? []));
  const leftMs = (column: 0 | 1) => ((end?.[column] ?? 0) - (points[returned ?? to]?.[column] ?? 0)) / (end?.[column] || 1);
  const lastReturn = chain.length > 0 && leftMs(0) < soonShare && leftMs(1) < soonShare ? returned : undefined;
  return { leaves: chain.length > 0 && (isLeft || runner !== undefined), isAsync: runner !== undefined, lastReturn, later };
}
