import type { LogLimit } from '../gclog/writer.ts';
import { maxCount } from '../run/mark.ts';

/*
 * Upper bounds for everything in a record, each derived from what limits the runs themselves. A record beyond one of them was
 * not written by Leaklog, and is not shown.
 */

/** The longest time, in milliseconds: the harness counts microseconds, up to `maxCount`. */
export const maxMs = maxCount / 1000;

/** The earliest day of a record: where clocks start that were never set. */
export const firstDay = '1970-01-01';

/** The longest command line, in characters: as much as a page shows of a line of a log. */
export const maxCommandLength = 2000;

/** A record keeps about two moments for each of this many slices of a run. */
export const timeSlices = 80;

/** The largest number of points: those, as many for loops, and the few that mark an end (`thin` in points.ts) are at most 1,500. */
export const maxPoints = 2000;

/** The largest number of places: half of them with all their lines, the others with only the two outermost. */
export const maxPlaces = 400;

/** The largest number of full collections that are listed. */
export const maxFullCollections = 200;

/** A line that holds less than this share of the memory is counted under line 0. */
export const minHeatShare = 0.005;
/** The largest number of lines with that share, and line 0. */
export const maxHeatLines = 1 / minHeatShare + 1;

/**
 * The largest number of characters outside JSON strings: the numbers of four runs, and of a program full of loops. Parsing
 * millions of objects would take gigabytes.
 */
export const maxCharsOutsideStrings = 2e6;

/**
 * The largest size of a log with this limit, in bytes: the limit itself and the block that reached it, then a quarter of the
 * limit for the shutdown and the block that reached that, each with its tail (writer.ts). A block and a tail have at most
 * 1.6 MB compressed and 2.5 MB uncompressed (block.ts).
 */
export function maxLogBytes({ text, objects, unpacked }: LogLimit): { readonly packed: number; readonly unpacked: number } {
  return { packed: (text + objects) * 1.25 + 2 * 1.6e6, unpacked: unpacked * 1.25 + 2 * 2.5e6 };
}

/** More collections per millisecond, in each generation, than any interpreter does. */
export const maxCollectionsPerMs = 300;
