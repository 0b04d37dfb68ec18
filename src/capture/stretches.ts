import type { Work } from '../experiment/sample.ts';
import type { Capture, RunRecord } from './capture.ts';
import { readLooks, type Look } from './looks.ts';

type Program = Capture['program'];
type Loop = readonly [from: number, to: number];

/** A part of a run in which the program does one kind of work. Moments are given by their index in the run's points. */
export interface Stretch {
  /** Identifies the stretch across conditions. */
  readonly key: string;
  /** A loop, calls of what `work` names, the time in which `axis` counts, statements outside loops, or the whole run. */
  readonly kind: 'loop' | 'calls' | 'axis' | 'statements' | 'whole';
  /** The call chain that leads to it: lines of the sample, outermost first. */
  readonly chain: readonly number[];
  /** The ranges of lines that it covers. */
  readonly lines: readonly Loop[];
  /** Its first and last moment. */
  readonly from: number;
  readonly to: number;
  /** The CPU time that it took, and its share of the run's work. */
  readonly cpuMs: number;
  readonly share: number;
  readonly looks: number;
  /** Whether nearly all of it is one statement with a comprehension, which builds a table once. */
  readonly isTable: boolean;
  /** Whether it contains another loop, so that each of its iterations may be separate work. */
  readonly isNested: boolean;
  /** Whether the locals of the call chain are freed only because the program ends. */
  readonly leaves: boolean;
  /** Whether it runs in an event loop, which itself leaves garbage when it ends. */
  readonly isAsync: boolean;
  /** The first moment after its function returned, if that is shortly before the program's end: the return may be why memory was freed. */
  readonly lastReturn: number | undefined;
  /** The moments after it while the program went on: what is gone by then, the program gave back itself. */
  readonly later: readonly number[];
}

/** What a sample's settings say about its work. */
export interface NamedWork {
  readonly work?: Work | undefined;
  readonly axis?: string | undefined;
}

/** If all loops together take less than this share of the work, the whole run is one stretch. */
const fewLoops = 0.1;
/** A stretch that overlaps another by the first share is part of it; by the second share, they are joined. */
const [withinShare, togetherShare] = [0.8, 0.2];
/** With fewer looks than this, a statement is not reliably distinguished from others of its function. */
const fewLooks = 8;
/** Statements are a stretch of their own if they take at least this share of the work. */
const minStatementsShare = 0.1;

/** The loop that a moment belongs to, the outermost on its call stack, and the call chain that leads to it; undefined outside loops. */
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

/** The stretches of work of a run in order of time: those that the sample names, if it does, which are none if they were never seen. */
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

/** Extends calls too short to be seen often to the statement that makes them. */
function widen(found: Found, all: readonly Look[], linesOf: (look: Look) => readonly number[]): Found {
  if (found.looks.length >= fewLooks) return found;
  return { ...found, looks: all.filter((look) => found.chain.every((line, index) => linesOf(look)[index] === line)) };
}

/** The looks within some lines, grouped by call chain. */
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

/** Joins stretches: nested ones count as the outermost, and those that alternate as one. */
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
    // A loop of another thread is not part of this one.
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

/** Whether a loop runs in another thread: it is in a function, but at the bottom of the call stack. */
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

/** The looks between stretches, grouped by statement. */
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

/** Groups looks within a function by statement; a statement and what it calls are one group. */
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
  // If lines alternate, their function is called repeatedly.
  return runs.length > new Set(lines.flatMap((own) => own[depth] ?? [])).size ? [part] : runs;
}

/** A stretch is a table if this share of its looks is at one statement with a comprehension. */
const tableShare = 0.8;

function isTable(places: readonly (readonly number[])[], { tables, functions }: Program, whole: boolean): boolean {
  // For a whole run, what such statements call is part of them, and so are recursive functions.
  if (whole)
    return (
      places.filter((lines) => lines.some((line) => tables.includes(line)) || isRecursive(lines, functions)).length >=
      places.length * tableShare
    );
  const counts = new Map<number, number>();
  // A comprehension has a frame of its own, at the line of its statement.
  for (const lines of places) {
    const at = lines.filter((line) => tables.includes(line)).at(-1);
    if (at !== undefined && at === lines.at(-1)) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) >= places.length * tableShare;
}

/** A function with this many frames on the stack calls itself; fewer may be nested comprehensions. */
const minDepth = 3;

/** Whether a function was seen to call itself. */
function isRecursive(lines: readonly number[], functions: Program['functions']): boolean {
  return functions.some(([from, to]) => lines.filter((line) => line > from && line <= to).length >= minDepth);
}

/** The longest time, in milliseconds, between the return of a program's main coroutine and the end of the event loop. */
const goingOnMs = 100;
/** If a program ends within this share of its time after a function returned, it did no more work. */
const soonShare = 0.05;

/** The common prefix of some lists, without the empty ones. */
function shared(lists: readonly (readonly number[])[]): readonly number[] {
  const filled = lists.filter((list) => list.length > 0);
  const [first = []] = filled;
  const end = first.findIndex((line, index) => filled.some((list) => list[index] !== line));
  return end === -1 ? first : first.slice(0, end);
}

/**
 * What happens after a stretch, above all the moments while the program still goes on. If the calls that led to the stretch are
 * the last thing that the program does, their locals are freed because it ends, which shows nothing; the same goes for what
 * asyncio cancels.
 */
function laterThan(
  { points, places }: Pick<RunRecord, 'points' | 'places'>,
  { last, functions, runners }: Program,
  { chain, lines: own }: Pick<Stretch, 'chain' | 'lines'>,
  to: number,
): Pick<Stretch, 'leaves' | 'isAsync' | 'lastReturn' | 'later'> {
  const leaves = (line: number) => last.includes(line) || runners.includes(line);
  const runner = chain.find((line) => runners.includes(line));
  // After a loop that is the program's last statement, only Python's shutdown follows; what a thread's loop leaves, others may hold.
  const ofThread = isThreads({ chain, lines: own }, functions);
  const isLeft = chain[0] !== undefined ? leaves(chain[0]) : ofThread || (own.length > 0 && own.every(([from]) => last.includes(from)));
  const hasThreads = points.some(([, , , , , , , kind]) => kind === 'M');
  const isWork = (kind: string) => !'ILMEXTP'.includes(kind);
  // If all lines on the stack are last calls, the program is about to end; they are unrelated to a thread's loop.
  const isFree = places.map(
    (lines) => !lines.every(leaves) || !(ofThread || (lines.length <= chain.length && lines.every((line, at) => line === chain[at]))),
  );
  const isUnder = (place: number | null) => runner === undefined || (place !== null && places[place]?.includes(runner) === true);
  const lastMs = points.findLast(([, , , , , , , kind, , place]) => isWork(kind) && isUnder(place))?.[0] ?? 0;
  const inside = (lines: readonly number[]) => lines.length > chain.length && chain.every((line, at) => line === lines[at]);
  const end = points.findLast(([, , , , , , , kind]) => kind === 'E' || isWork(kind));
  const later = points.flatMap(([atMs, cpuMs, , , , , , kind, , place], index) => {
    if (index <= to || cpuMs === null || kind === 'I' || kind === 'L' || kind === 'T' || kind === 'X') return [];
    // What the end of threading frees was not given back.
    if (kind === 'E' && hasThreads) return [];
    if (kind === 'E' || kind === 'M') return isLeft || runner !== undefined ? [] : [index];
    const lines = place === null ? [] : (places[place] ?? []);
    if (lines.length === 0 || (runner !== undefined && !lines.includes(runner))) return [];
    // A coroutine that waits is on no stack: while the event loop goes on for long, it has not returned.
    if (runner !== undefined && lastMs - atMs >= goingOnMs) return [index];
    return isFree[place ?? -1] === true ? [index] : [];
  });
  // The function that holds the stretch has returned, and the program is about to end.
  const returned = later.find((index) => !inside(places[points[index]?.[9] ?? -1] ?? []));
  const leftMs = (column: 0 | 1) => ((end?.[column] ?? 0) - (points[returned ?? to]?.[column] ?? 0)) / (end?.[column] || 1);
  const lastReturn = chain.length > 0 && leftMs(0) < soonShare && leftMs(1) < soonShare ? returned : undefined;
  return { leaves: chain.length > 0 && (isLeft || runner !== undefined), isAsync: runner !== undefined, lastReturn, later };
}
