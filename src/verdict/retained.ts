import type { Capture } from '../capture/capture.ts';
import { ownPeakBytes } from '../capture/children.ts';
import { readLooks } from '../capture/looks.ts';
import { blockBytes } from '../capture/tolerance.ts';

/**
 * Memory that a program has freed but its process keeps, in bytes. From the run as written, or with the debug flags off if
 * the program sets any.
 */
export interface Retained {
  /** What the process has at the program's end above what it had before the work; imports not counted. */
  readonly keptBytes: number;
  readonly endBytes: number;
  readonly peakBytes: number;
  /** What the C library had in use before the work and at the end; null if it does not report it. */
  readonly inUse: readonly [start: number, end: number] | null;
  /** What malloc_trim(3) gave back at the end; null if the system has no such function. */
  readonly trimmedBytes: number | null;
}

/** Smaller amounts are not reported: interpreters themselves differ by this much. */
const minKeptBytes = 8e6;
/** At least this share of what the process took must stay: smaller shares vary from run to run. */
const minKeptShare = 0.45;
/** Memory still in use may account for at most this share of what stays. */
const maxInUseShare = 0.1;
/** At least this share of what stays must be known to be free: by the drop from the highest use, or by what malloc_trim gives back. */
const minFreedShare = 0.5;

/** Freed memory that a process keeps; undefined if it keeps little, or if what it keeps is in use. */
export function readRetained({ conditions, memory, held, collector }: Capture): Retained | undefined {
  // Measuring changes the layout of memory, and with it what the process can give back: prefer the run as written.
  const run = conditions['as-written'].flags === 0 ? conditions['as-written'] : conditions['debug-off'];
  const { points } = run;
  const { held: blocks, points: settled } = conditions['debug-off'];
  const find = (kind: string) => points.find((point) => point[7] === kind);
  const [start, end, left, trimmed] = ['S', 'E', 'X', 'T'].map(find);
  const inUseStart = settled.find((point) => point[7] === 'S')?.[10] ?? null;
  const looks = readLooks(points);
  const imported = looks.at(-1)?.imported;
  // Free-threaded builds have their own allocator, which gives memory back at times of its choosing.
  if (
    collector === 'free-threaded' ||
    memory !== 'resident set size' ||
    held !== 'allocated blocks' ||
    start === undefined ||
    end === undefined ||
    imported === undefined
  )
    return undefined;
  const during = looks.filter(({ point }) => point[7] !== 'X' && point[7] !== 'T');
  const peakBytes = ownPeakBytes(run);
  const rise = Math.max(...during.map(({ point, imported: { rss } }) => point[2] - rss)) - start[2];
  const keptBytes = end[2] - imported.rss - start[2];
  const inUseEnd = trimmed?.[10] ?? null;
  const inUse = inUseStart === null || inUseEnd === null ? null : ([inUseStart, inUseEnd] as const);
  const heldAtEnd = Math.max(0, (blocks.left ?? blocks.end ?? 0) - (blocks.start ?? 0) - imported.held);
  const explained = heldAtEnd * blockBytes + (inUse === null ? 0 : Math.max(0, inUse[1] - inUse[0]));
  if (keptBytes < minKeptBytes || keptBytes < rise * minKeptShare || explained > keptBytes * maxInUseShare) return undefined;
  const trimmedBytes = trimmed === undefined ? null : Math.max(0, (left ?? end)[2] - trimmed[2]);
  const max = (values: readonly (number | null)[]) => Math.max(...values.map((value) => value ?? 0));
  const freedBlocks = max(during.map(({ point, imported: { held } }) => (point[3] ?? 0) - held)) - (blocks.start ?? 0) - heldAtEnd;
  const freedInUse = inUse === null ? 0 : max(settled.map((point) => point[10])) - inUse[1];
  // Small blocks are in Python's own arenas; what the C library keeps free, it gives back when malloc_trim asks for it.
  if (Math.max(0, freedBlocks) * blockBytes + (trimmedBytes ?? Math.max(0, freedInUse)) < keptBytes * minFreedShare) return undefined;
  return { keptBytes, endBytes: end[2], peakBytes, inUse, trimmedBytes };
}
