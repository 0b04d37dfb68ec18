import { isShown } from '../capture/freshness.ts';
import { outlineRecord, parseRecord, type RecordOutline, type StoredRecord } from '../capture/store.ts';
import { findingsOf, hasErrors } from '../experiment/finding.ts';
import type { Sample } from '../experiment/sample.ts';
import { outlinePost } from '../post/links/links.ts';
import type { Post } from '../post/post.ts';
import { toPost } from '../post/read-posts.ts';
import { toText } from '../post/read-text.ts';
import { checkRecords } from '../verdict/check.ts';
import { Cache, type Entry } from './cache.ts';
import type { Brand } from './card.ts';
import type { CompiledPost, ListedPost } from './compiled-post.ts';
import { contentOf, type PostContent, type PostFile } from './inputs.ts';
import { writePost } from './write-post.ts';

/** A post to compile: plain data, which is sent to another process. */
export interface Job extends PostContent {
  /** Its path from the project's root. */
  readonly path: string;
  /** Its key in the cache. */
  readonly key: string;
  readonly cacheFolder: string;
  /** Whether no sample may be run, so that a record which is not fresh is an error. */
  readonly noRun: boolean;
  /** Whether the post is only checked, and nothing is written. */
  readonly inspectOnly: boolean;
  readonly brand: Brand;
  /** Whether readers can run every sample in its page; by default only those whose fences say so. */
  readonly live?: boolean | undefined;
}

/** The note of a post's cache entry. */
interface Note {
  readonly compiled: Omit<CompiledPost, 'published'>;
  readonly data: ListedPost | undefined;
}

/** The post as an earlier build compiled it; undefined if it is not in the cache. */
export function recallPost(cache: Cache, key: string): CompiledPost | undefined {
  const entry = cache.get<Note>(key);
  return entry && toCompiled(entry);
}

/** Parses and checks a post and its records, and writes everything that is published of it, unless it is a draft or has errors. */
async function compilePost(job: Job): Promise<CompiledPost> {
  const [post, records] = parseContent(job);
  const compiled = inspect(post, records, job.noRun);
  if (job.inspectOnly || hasErrors(post.file)) return compiled;
  const entry = await new Cache(job.cacheFolder).put<Note>(job.key, async (folder) => ({
    compiled,
    data: compiled.isDraft ? undefined : await writePost(post, records, folder, job.brand, job.live),
  }));
  return toCompiled(entry);
}

/** Parses and checks a post and its records, for a command that can run what is stale. */
export function inspectPost(content: PostContent & { readonly path: string }): CompiledPost {
  return inspect(...parseContent(content), false);
}

/** A post as commands that run its samples know it. */
export interface PostSamples {
  readonly slug: string;
  /** Its path from the project's root. */
  readonly path: string;
  readonly samples: readonly Sample[];
}

/** What is known of a post by its text alone, without its records. */
export type InspectedText = Omit<CompiledPost, 'recordFindings' | 'isStale' | 'published'>;

/** A post's samples, how its records stand, and what is known by its text: plain data, which is sent to another process. */
export interface RecordedPost {
  readonly post: PostSamples;
  readonly records: readonly RecordOutline[];
  readonly text: InspectedText;
}

/** Parses and checks a post, and parses its records, of which only outlines are kept. */
async function readRecordedPost({ root, ...file }: PostFile & { readonly root: string }): Promise<RecordedPost> {
  const { text, locks, records } = contentOf(root, file);
  const post = toPost(toText(file.path, text), locks);
  return {
    post: { slug: post.slug, path: post.file.path, samples: post.samples },
    records: records.map((record) => outlineRecord(parseRecord(record))),
    text: inspectText(post),
  };
}

/** What is done with posts, in this process or in others: the jobs, and their results. */
export interface Works {
  readonly compile: { readonly job: Job; readonly result: CompiledPost };
  readonly record: { readonly job: PostFile & { readonly root: string }; readonly result: RecordedPost };
}

export const works: { readonly [W in keyof Works]: (job: Works[W]['job']) => Promise<Works[W]['result']> } = {
  compile: compilePost,
  record: readRecordedPost,
};

/** Parses a post and its records. */
export function parseContent(content: PostContent & { readonly path: string }): readonly [Post, readonly StoredRecord[]] {
  const { path, text, locks, records } = content;
  return [toPost(toText(path, text), locks), records.map(parseRecord)];
}

function toCompiled({ folder, note: { compiled, data } }: Entry<Note>): CompiledPost {
  return data === undefined ? compiled : { ...compiled, published: { data, folder } };
}

function inspectText(post: Post): InspectedText {
  const { slug, samples, file, frontMatter } = post;
  const outline = outlinePost(post);
  const { date, draft: isDraft } = frontMatter;
  return { slug, date, isDraft, samples: samples.length, outline, textFindings: findingsOf(file) };
}

function inspect(post: Post, records: readonly StoredRecord[], noRun: boolean): CompiledPost {
  const { samples, file } = post;
  const text = inspectText(post);
  const textMessages = file.messages.length;
  checkRecords(post, records, noRun);
  const recordFindings = findingsOf(file, textMessages);
  const isStale = samples.some((sample) => {
    const own = records.filter((record) => record.sample === sample.name);
    return own.length === 0 || own.some((record) => !isShown(record, sample));
  });
  return { ...text, recordFindings, isStale };
}
