import { isShown } from '../capture/freshness.ts';
import { parseRecord, type StoredRecord } from '../capture/store.ts';
import { findingsOf, hasErrors } from '../experiment/finding.ts';
import { outlinePost } from '../post/links/links.ts';
import type { Post } from '../post/post.ts';
import { toPost } from '../post/read-posts.ts';
import { toText } from '../post/read-text.ts';
import { checkRecords } from '../verdict/check.ts';
import { Cache, type Entry } from './cache.ts';
import type { Brand } from './card.ts';
import type { CompiledPost, ListedPost } from './compiled-post.ts';
import type { PostContent } from './inputs.ts';
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
export async function compilePost(job: Job): Promise<CompiledPost> {
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

/** Parses a post and its records, of which `keep` returns what is kept in memory: by default all. */
export function parseContent(
  { path, text, locks, records }: PostContent & { readonly path: string },
  keep: (record: StoredRecord) => StoredRecord = (record) => record,
): readonly [Post, readonly StoredRecord[]] {
  return [toPost(toText(path, text), locks), records.map((record) => keep(parseRecord(record)))];
}

function toCompiled({ folder, note: { compiled, data } }: Entry<Note>): CompiledPost {
  return data === undefined ? compiled : { ...compiled, published: { data, folder } };
}

/** What is known of a post by its text alone, without its records. */
export function inspectText(post: Post): Omit<CompiledPost, 'recordFindings' | 'isStale' | 'published'> {
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
