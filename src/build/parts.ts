import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '../page/page.ts';

/*
 * What is made of a post lies in a folder: Astro holds all that is in its store at once, and the text and figures of a
 * thousand posts are hundreds of megabytes.
 *
 *   parts.json              what its own page shows
 *   words.html              what is said in it, for the search index
 *   logs/SAMPLE.html        what the page of a sample's whole log shows
 *   logs/SAMPLE.types.html  what the page of the types in it shows
 *   files/                  what stands beside its page, as it is published
 */

/** What lists show of a post, and other pages need to know of it. */
export interface ListedPost {
  readonly title: string;
  readonly date: string;
  readonly author?: string | undefined;
  readonly description?: string | undefined;
  readonly updated?: string | undefined;
  readonly tags: readonly string[];
  readonly categories: readonly string[];
  readonly spark: string;
  readonly finding: string;
  readonly hasChart: boolean;
  /** The file that it is written in, from the project's root. */
  readonly path: string;
  /** The names of the files beside its page. */
  readonly files: readonly string[];
  readonly verdicts: readonly { readonly sample: string; readonly verdict: string; readonly sentence: string }[];
  /** The samples whose whole logs are on pages of their own. */
  readonly logs: readonly { readonly sample: string; readonly title: string }[];
}

/** What the page of a post shows. */
export type Parts = Pick<Page, 'body' | 'strip' | 'badge' | 'toc'>;

/** The page of a whole log, and that of the types in it. */
export type LogPage = 'whole' | 'types';

export const partsFile = 'parts.json';
export const wordsFile = 'words.html';
export const filesFolder = 'files';
export const logsFolder = 'logs';
export const logFile = (sample: string, page: LogPage) => `${logsFolder}/${sample}${page === 'whole' ? '' : '.types'}.html`;

/** The parts of a post that was made in a folder. At once: while an author writes, they are made anew by the same process. */
export function readParts(folder: string): Parts {
  return JSON.parse(readFileSync(join(folder, partsFile), 'utf8')) as Parts;
}

/** What a page about a log shows. */
export function readLogPage(folder: string, sample: string, page: LogPage): string {
  return readFileSync(join(folder, logFile(sample, page)), 'utf8');
}
