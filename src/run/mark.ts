/**
 * The occasion of a mark: `start` and `end` of the program; `done` when its main module has ended, while threads may go on;
 * `tick` and `collection` in between; `settled` after a full collection that the harness requested; `left` after the one at
 * the end; and `trimmed` once the C library has returned what memory it can.
 */
export type MarkKind = 'start' | 'tick' | 'collection' | 'settled' | 'done' | 'end' | 'left' | 'trimmed';

/** What the program is doing: its work, an import, or leaving, while asyncio cancels its last tasks or an atexit function runs. */
export type Phase = 'working' | 'importing' | 'leaving';
const phases = ['working', 'importing', 'leaving'] as const satisfies readonly Phase[];

/** One moment of a run, measured from inside. Times in milliseconds; `atMs` is on the machine's monotonic clock. */
export interface Mark {
  readonly kind: MarkKind;
  readonly atMs: number;
  /** CPU time of the process, without collections. */
  readonly cpuMs: number;
  /** Resident set size, or size of the WebAssembly heap; -1 if it cannot be read from inside. */
  readonly rssBytes: number;
  /** Python's own memory: allocated blocks, or bytes traced by tracemalloc. */
  readonly held: number;
  /** The length of gc.garbage. */
  readonly garbage: number;
  /** The sample's own count of its work (`axis`); -1 if it has none. */
  readonly work: number;
  readonly phase: Phase;
  /** The size of the log at that moment. */
  readonly logBytes: number;
  /** The program's own collections so far by generation, what they found, and the time they took. */
  readonly collections: readonly [number, number, number];
  readonly collected: number;
  readonly uncollectable: number;
  readonly gcMs: number;
  /** The duration of this collection. */
  readonly pauseMs: number;
  /** The debug flags that are set. */
  readonly flags: number;
  /** How much full collections have freed so far, in the unit of `held`. */
  readonly freed: number;
  /** The bytes in use according to the C library's allocator; null if it was not asked or cannot say. */
  readonly inUse: number | null;
  /** The sample's lines on the call stack, outermost first, of the thread that used the most CPU time lately. */
  readonly lines: readonly number[];
}

/** The largest number in a run: small enough for sums to be exact. */
export const maxCount = 1e15;

const kinds: ReadonlyMap<string, MarkKind> = new Map([
  ['S', 'start'],
  ['.', 'tick'],
  ['C', 'collection'],
  ['F', 'settled'],
  ['M', 'done'],
  ['E', 'end'],
  ['X', 'left'],
  ['T', 'trimmed'],
]);

/** Parses a mark from its line; undefined if it is truncated or invalid. */
export function readMark(row: string): Mark | undefined {
  const [letter = '', ...columns] = row.split(' ');
  const lines = readLines(columns.pop() ?? '');
  const kind = kinds.get(letter);
  const numbers = columns.map(Number);
  if (kind === undefined || lines === undefined || numbers.length !== columnCount) return undefined;
  if (!numbers.every(Number.isSafeInteger) || numbers.some((number) => Math.abs(number) > maxCount)) return undefined;
  // Only the count of work and the flags may be negative, and memory -1.
  if (numbers.some((number, column) => number < (column === 2 || column === 17 ? -1 : 0) && column !== 5 && column !== 15))
    return undefined;
  const [
    at,
    cpu,
    rssBytes,
    held,
    garbage,
    work,
    phase,
    logBytes,
    young,
    middle,
    full,
    collected,
    uncollectable,
    gc,
    pause,
    flags,
    freed,
    inUse,
  ] = numbers as Columns;
  return {
    kind,
    atMs: at / 1000,
    cpuMs: cpu / 1000,
    rssBytes,
    held,
    garbage,
    work,
    phase: phases[phase] ?? 'working',
    logBytes,
    collections: [young, middle, full],
    collected,
    uncollectable,
    gcMs: gc / 1000,
    pauseMs: pause / 1000,
    flags,
    freed,
    inUse: inUse === -1 ? null : inUse,
    lines,
  };
}

/** The largest number of lines in a mark (`look` in harness.py). */
export const maxMarkLines = 12;

/** Parses `12,40`, or `-` for none; undefined if it is invalid. */
function readLines(text: string): readonly number[] | undefined {
  if (text === '-') return [];
  const lines = text.split(',');
  return lines.length <= maxMarkLines && lines.every((line) => /^\d{1,7}$/.test(line)) ? lines.map(Number) : undefined;
}

const columnCount = 18;
type N = number;
type Columns = [N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N];
