import { join, relative, sep } from 'node:path';
import { isShown } from '../capture/freshness.ts';
import { capturesFolder, loadRecords, type StoredRecord } from '../capture/store.ts';
import { findingsOf, hasErrors, type Finding } from '../experiment/finding.ts';
import { outlinePost, type Outline } from '../post/links/links.ts';
import type { Post } from '../post/post.ts';
import { readPost } from '../post/read-posts.ts';
import { checkRecords } from '../verdict/check.ts';
import { findKept, keep, postKey } from './cache.ts';
import { makePost } from './make.ts';
import type { ListedPost } from './parts.ts';

/** What is asked about a post. */
export interface Question {
  readonly root: string;
  /** `houseKey` of the project. */
  readonly house: string;
  /** The post's path from the root. */
  readonly path: string;
  /** Whether nothing can be run to mend a record. */
  readonly noRun: boolean;
  /** Whether its pages are made, too, where nothing is wrong with it. */
  readonly makes: boolean;
}

/** All that a build needs to know of a post; it is plain data, which goes from process to process and is kept. */
export interface Survey {
  readonly slug: string;
  readonly isDraft: boolean;
  readonly samples: number;
  readonly outline: Outline;
  /** What is wrong with it and its records; where its links lead is not looked at. */
  readonly findings: readonly Finding[];
  /** Whether a sample has no record, or one that does not stand for it any more. */
  readonly isOld: boolean;
  /** What lists show of it, and where its parts lie; undefined where it was not made. */
  readonly made?: { readonly data: ListedPost; readonly folder: string } | undefined;
}

/** A post as it was made: its address, what lists show of it, and where its parts lie. */
export interface PostMade {
  readonly id: string;
  readonly data: ListedPost;
  readonly folder: string;
}

/** The posts that were made, which are those that are published. */
export function madeOf(surveys: readonly Survey[]): readonly PostMade[] {
  return surveys.flatMap(({ slug, made }) => (made === undefined ? [] : [{ id: slug, ...made }]));
}

/** Where a build puts what it knows of all posts for Astro to read, from Astro's cache. */
export const surveysFile = 'leaklog-surveys.json';

/** What Astro reads there. */
export interface KnownPosts {
  readonly surveys: readonly Survey[];
  /** The slugs of those whose pages need not be rendered. */
  readonly kept: readonly string[];
}

/** What an earlier build has found in a post and made of it, if nothing has changed since. */
export function recallSurvey(question: Question): Survey | undefined {
  const kept = findKept<KeptNote>(question.root, keyOf(question));
  return kept && withMade(kept);
}

/** Reads a post and its records, checks them, and makes its pages if it is published and sound. */
export async function surveyPost(question: Question): Promise<Survey> {
  const { root, path, noRun, makes } = question;
  const slug = slugOf(path) ?? '';
  // Asked for anew: its text may have been edited since all posts were looked for.
  const key = keyOf(question);
  const post = readPost(root, path);
  const records = slug === '' ? [] : loadRecords(root, slug);
  const survey = lookAt(post, records, noRun);
  if (!makes || hasErrors(post.file)) return survey;
  return withMade(
    await keep(root, key, async (folder) => ({ survey, data: survey.isDraft ? undefined : await makePost(post, records, folder) })),
  );
}

/** What a survey comes of: it is the same as long as this is. */
export function keyOf({ root, house, path, noRun }: Question): string {
  return postKey(root, house, path, slugOf(path) ?? '', noRun);
}

interface KeptNote {
  readonly survey: Survey;
  readonly data: ListedPost | undefined;
}

function withMade({ folder, note: { survey, data } }: { readonly folder: string; readonly note: KeptNote }): Survey {
  return data === undefined ? survey : { ...survey, made: { data, folder } };
}

/** The part of a post's file name that is its address. */
export function slugOf(path: string): string | undefined {
  return /(?:^|\/)\d{4}-\d{2}-\d{2}-([^/]+)\.md$/.exec(path)?.[1];
}

/** The slug of the post that a file belongs to, by its whole path; undefined where it may concern more than one. */
export function ownerOf(path: string, root: string): string | undefined {
  const captures = join(root, capturesFolder);
  return path.startsWith(captures) ? relative(captures, path).split(sep)[0] : slugOf(path);
}

function lookAt(post: Post, records: readonly StoredRecord[], noRun: boolean): Survey {
  const { slug, samples, file, frontMatter } = post;
  const outline = outlinePost(post);
  checkRecords(post, records, noRun);
  const isOld = samples.some((sample) => {
    const own = records.filter((record) => record.sample === sample.name);
    return own.length === 0 || own.some((record) => !isShown(record, sample));
  });
  return { slug, isDraft: frontMatter.draft, samples: samples.length, outline, findings: findingsOf(file), isOld };
}
