import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../experiment/finding.ts';
import type { Page } from '../page/page.ts';
import type { Outline } from '../post/links/links.ts';
import type { Brand } from './card.ts';
import { newestFirst } from './newest-first.ts';

/*
 * A compiled post is plain data, which goes from process to process, and a folder: the text and figures of a thousand posts
 * are hundreds of megabytes.
 *
 *   page.json               what its own page shows
 *   words.html              what is said in it, for the search index
 *   logs/SAMPLE.html        what the page of a sample's whole log shows
 *   logs/SAMPLE.types.html  what the page of the types in it shows
 *   files/                  what stands beside its page, as it is published
 */

/** All that a build knows of a post once it was read and compiled. */
export interface CompiledPost {
  readonly slug: string;
  /** The day of its publication, `YYYY-MM-DD`. */
  readonly date: string;
  readonly isDraft: boolean;
  /** How many. */
  readonly samples: number;
  readonly outline: Outline;
  /** What is wrong with its text; where its links lead is not looked at. */
  readonly textFindings: readonly Finding[];
  /** What is wrong with its records, and with what it claims of them. */
  readonly recordFindings: readonly Finding[];
  /** Whether a sample has no record, or one that does not stand for it any more. */
  readonly isStale: boolean;
  /** Undefined where it is not published: a draft, or one with errors. */
  readonly published?: { readonly data: ListedPost; readonly folder: string } | undefined;
}

/** The key of a post in the cache. What is found in it depends on whether anything can be run, too, and its card on the blog. */
export function compileKey(hash: string, noRun: boolean, brand: Brand): string {
  return createHash('sha256')
    .update(JSON.stringify([hash, noRun, brand.title, brand.accent]))
    .digest('hex')
    .slice(0, 40);
}

/** A post that is published: its address, what lists show of it, and its folder. */
export interface PublishedPost {
  readonly id: string;
  readonly data: ListedPost;
  readonly folder: string;
}

/** Those of some posts that are published up to and including a day, the newest first. */
export function publishedPosts(posts: readonly CompiledPost[], until: string): readonly PublishedPost[] {
  const shown = posts.filter(({ date }) => date <= until);
  return newestFirst(shown.flatMap(({ slug, published }) => (published === undefined ? [] : [{ id: slug, ...published }])));
}

/** What lists show of a post, and other pages need to know of it. */
export interface ListedPost {
  readonly title: string;
  readonly date: string;
  readonly authors: readonly string[];
  readonly description?: string | undefined;
  readonly updated?: string | undefined;
  /** An image below `public/` in place of its card. */
  readonly image?: string | undefined;
  readonly lang?: string | undefined;
  readonly series?: string | undefined;
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
export type PostPage = Pick<Page, 'body' | 'strip' | 'badge' | 'toc'>;

/** The page of a whole log, and that of the types in it. */
export type LogPage = 'whole' | 'types';

export const pageFile = 'page.json';
export const wordsFile = 'words.html';
export const filesFolder = 'files';
export const logsFolder = 'logs';
export const logFile = (sample: string, page: LogPage) => `${logsFolder}/${sample}${page === 'whole' ? '' : '.types'}.html`;

/** What the page of the post in a folder shows. At once: while an author writes, the same process makes it anew. */
export function readPostPage(folder: string): PostPage {
  return JSON.parse(readFileSync(join(folder, pageFile), 'utf8')) as PostPage;
}

/** What a page about a log shows. */
export function readLogPage(folder: string, sample: string, page: LogPage): string {
  return readFileSync(join(folder, logFile(sample, page)), 'utf8');
}
