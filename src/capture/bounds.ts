import type { LogLimit } from '../gclog/writer.ts';
import { maxCount } from '../run/marks.ts';

/*
 * What no record of a run is beyond, each by what keeps the runs themselves from it. A record that is beyond was not
 * written by Leaklog, and is not shown.
 */

/** The harness counts microseconds, and no count of its is larger. */
export const maxMs = maxCount / 1000;

/** A command line is shown on one line of a page, which shows so many characters of a line of a log, too. */
export const maxCommandLength = 2000;

/** A record keeps about two moments of each of so many stretches of a run. */
export const stretches = 80;

/** Those, as much for its loops, and the few that mark an end (`thin` in points.ts): 1,500 at most. */
export const maxPoints = 2000;

/** So many places are told apart, and as many again by their two outermost lines alone. */
export const maxPlaces = 400;

/** So many full collections are told of. */
export const maxFullCollections = 200;

/** A line that holds less than this share of what is held is not told apart; line 0 is all those. */
export const minHeatShare = 0.005;
export const maxHeatLines = 1 / minHeatShare + 1;

/** Of those, outside of texts: the numbers of four runs, and of a program that is all loops. Millions of objects take gigabytes. */
export const maxCharsOutsideStrings = 2e6;

/**
 * The most that a log which had this room takes: what fills it and the block that did, then a quarter for the shutdown and
 * the block that filled that, each with its end (writer.ts). A block with such an end packs to 1.6 MB at most, and is 2.5 MB
 * unpacked (block.ts).
 */
export function bytesOf({ text, objects, unpacked }: LogLimit): { readonly packed: number; readonly unpacked: number } {
  return { packed: (text + objects) * 1.25 + 2 * 1.6e6, unpacked: unpacked * 1.25 + 2 * 2.5e6 };
}

/** No interpreter collects more often than this in a millisecond, in each generation. */
export const maxCollectionsPerMs = 300;
