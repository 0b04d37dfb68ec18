import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../experiment/finding.ts';
import type { LiveWheel } from '../page/live.ts';
import type { Page } from '../page/page.ts';
import type { Outline } from '../post/links/links.ts';
import type { Brand } from './card.ts';
import { newestFirst } from './newest-first.ts';

/*
 * A compiled post is plain data, which is sent between processes, and a folder, as the texts and figures of a thousand posts
 * are hundreds of megabytes.
 *
 *   page.json               the content of the post's own page
 *   words.html              its prose, for the search index
 *   logs/SAMPLE.html        the content of the page with a sample's whole log
 *   logs/SAMPLE.types.html  the content of the page with the types in that log
 *   files/                  the files that are published next to the post's page
 */

/** All that a build knows of a post once it has been read and compiled. */
export interface CompiledPost {
  readonly slug: string;
  /** The day of its publication, `YYYY-MM-DD`. */
  readonly date: string;
  readonly isDraft: boolean;
  /** The number of samples. */
  readonly samples: number;
  readonly outline: Outline;
  /** The findings on its text; the targets of its links are not checked here. */
  readonly textFindings: readonly Finding[];
  /** The findings on its records, and on what it claims about them. */
  readonly recordFindings: readonly Finding[];
  /** Whether a sample has no record, or one that is out of date. */
  readonly isStale: boolean;
  /** Undefined for a draft, and for a post with errors. */
  readonly published?: { readonly data: ListedPost; readonly folder: string } | undefined;
}

/** The key of a post in the cache. Its findings also depend on `noRun`, its card on the blog's brand, and its buttons on `live`. */
export function compileKey(hash: string, noRun: boolean, brand: Brand, live = false): string {
  return createHash('sha256')
    .update(JSON.stringify([hash, noRun, brand.title, brand.accent, live]))
    .digest('hex')
    .slice(0, 40);
}

/** A post that is published: its address, what lists show of it, and its folder. */
export interface PublishedPost {
  readonly id: string;
  readonly data: ListedPost;
  readonly folder: string;
}

/** The posts that are published up to and including a day (`YYYY-MM-DD`), newest first. */
export function publishedPosts(posts: readonly CompiledPost[], until: string): readonly PublishedPost[] {
  const shown = posts.filter(({ date }) => date <= until);
  return newestFirst(shown.flatMap(({ slug, published }) => (published === undefined ? [] : [{ id: slug, ...published }])));
}

/** What lists show about a post, and what other pages need to know about it. */
export interface ListedPost {
  readonly title: string;
  readonly date: string;
  readonly authors: readonly string[];
  readonly description?: string | undefined;
  readonly updated?: string | undefined;
  /** The path of an image in `public/` that replaces the card. */
  readonly image?: string | undefined;
  readonly lang?: string | undefined;
  readonly series?: string | undefined;
  readonly tags: readonly string[];
  readonly categories: readonly string[];
  readonly spark: string;
  readonly finding: string;
  readonly hasChart: boolean;
  /** Its Markdown file, from the project's root. */
  readonly path: string;
  /** The paths of the files next to its page, from that page's folder. */
  readonly files: readonly string[];
  readonly verdicts: Page['verdicts'];
  /** Whether readers can run one of its samples in the page, and the wheels that takes. */
  readonly live: boolean;
  readonly wheels: readonly LiveWheel[];
  /** The samples whose whole logs have pages of their own, and whether these tell of types, which have a page, too. */
  readonly logs: readonly { readonly sample: string; readonly title: string; readonly hasTypes: boolean }[];
}

/** The content of a post's page. */
export type PostPage = Pick<Page, 'body' | 'lead' | 'strip' | 'badge' | 'toc'>;

/** The two pages about a log: the whole log, and the types in it. */
export type LogPage = 'whole' | 'types';

export const pageFile = 'page.json';
export const wordsFile = 'words.html';
export const filesFolder = 'files';
export const logsFolder = 'logs';
export const logFile = (sample: string, page: LogPage) => `${logsFolder}/${sample}${page === 'whole' ? '' : '.types'}.html`;

/** Reads the content of a post's page from its folder. Synchronous, as in dev the same process rewrites it. */
export function readPostPage(folder: string): PostPage {
  return JSON.parse(readFileSync(join(folder, pageFile), 'utf8')) as PostPage;
}

/** Reads the content of a page about a log. */
export function readLogPage(folder: string, sample: string, page: LogPage): string {
  return readFileSync(join(folder, logFile(sample, page)), 'utf8');
}
