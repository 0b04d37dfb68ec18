import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '../page/page.ts';

/*
 * What is made of a post lies in a folder: Astro holds all that is in its store at once, and the text and figures of a
 * thousand posts are hundreds of megabytes.
 *
 *   parts.json            what its own page shows
 *   logs/SAMPLE.json      what the pages about the log of a sample show
 *   files/                what stands beside its page, as it is published
 */

/** What the page of a post shows. */
export type Parts = Pick<Page, 'body' | 'strip' | 'badge' | 'toc'>;

/** What the page of a whole log shows, and that of the types in it. */
export interface LogParts {
  readonly whole: string;
  readonly types: string;
}

export const partsFile = 'parts.json';
export const filesFolder = 'files';
export const logsFolder = 'logs';
export const logFile = (sample: string) => `${logsFolder}/${sample}.json`;

/** The parts of a post that was made in a folder. */
export async function readParts(folder: string): Promise<Parts> {
  return JSON.parse(await readFile(join(folder, partsFile), 'utf8')) as Parts;
}

/** The parts of the pages about a log. */
export async function readLogParts(folder: string, sample: string): Promise<LogParts> {
  return JSON.parse(await readFile(join(folder, logFile(sample)), 'utf8')) as LogParts;
}
