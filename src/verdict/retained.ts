import type { Capture } from '../capture/capture.ts';
import { ownPeakBytes } from '../capture/children.ts';
import { readLooks } from '../capture/looks.ts';
import { blockBytes } from '../capture/tolerance.ts';

/** Memory that a program has freed and its process keeps, in bytes: as written, or with the debug flags off where it sets some. */
export interface Retained {
  /** Of the process, at the program's end, above what it had before its work. */
  readonly keptBytes: number;
  readonly endBytes: number;
  readonly peakBytes: number;
  /** Handed out by the C library before the work and at the end; null where it does not tell. */
  readonly inUse: readonly [start: number, end: number] | null;
  /** What malloc_trim(3) gave back at the end; null where there is none. */
  readonly trimmedBytes: number | null;
}

/** Less than this is no finding: interpreters differ by as much. */
const leastBytes = 8e6;
/** So much of what the process took has to stay: less goes up and down from run to run. */
const leastShare = 0.45;
/** What is still in use may explain so much of what stays. */
const inUseShare = 0.1;
/** So much of what stays must have been seen to be freed: by what was in use at most, or by what malloc_trim gives back. */
const freedShare = 0.5;

/** What a process keeps of memory that its program freed; undefined where it keeps little, or what it keeps is in use. */
export function readRetained({ conditions, memory, held, collector }: Capture): Retained | undefined {
  // Looking closer moves what lies where, and with it what the process can give back.
  const run = conditions['as-written'].flags === 0 ? conditions['as-written'] : conditions['debug-off'];
  const { points } = run;
  const { held: blocks, points: settled } = conditions['debug-off'];
  const find = (kind: string) => points.find((point) => point[7] === kind);
  const [start, end, left, trimmed] = ['S', 'E', 'X', 'T'].map(find);
  const inUseStart = settled.find((point) => point[7] === 'S')?.[10] ?? null;
  const looks = readLooks(points);
  const imported = looks.at(-1)?.imported;
  // Free-threaded builds have an allocator of their own, which gives memory back when it likes.
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
  const heldNow = Math.max(0, (blocks.left ?? blocks.end ?? 0) - (blocks.start ?? 0) - imported.held);
  const explained = heldNow * blockBytes + (inUse === null ? 0 : Math.max(0, inUse[1] - inUse[0]));
  if (keptBytes < leastBytes || keptBytes < rise * leastShare || explained > keptBytes * inUseShare) return undefined;
  const trimmedBytes = trimmed === undefined ? null : Math.max(0, (left ?? end)[2] - trimmed[2]);
  const most = (values: readonly (number | null)[]) => Math.max(...values.map((value) => value ?? 0));
  const freedBlocks = most(during.map(({ point, imported: { held } }) => (point[3] ?? 0) - held)) - (blocks.start ?? 0) - heldNow;
  const freedInUse = inUse === null ? 0 : most(settled.map((point) => point[10])) - inUse[1];
  // Small blocks lie in Python's own arenas; what the C library holds, it gives back when it is made to.
  if (Math.max(0, freedBlocks) * blockBytes + (trimmedBytes ?? Math.max(0, freedInUse)) < keptBytes * freedShare) return undefined;
  return { keptBytes, endBytes: end[2], peakBytes, inUse, trimmedBytes };
}
