import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecordFiles, type RecordFile } from '../capture/record-files.ts';
import { isPageName, isPostName, pagesFolder, postsFolder, readBytes, slugOf, type FileBytes } from '../post/content-files.ts';
import { readLockFiles, type LockFile } from '../post/lock-files.ts';
import { listFiles } from './list-files.ts';
import { isContentChecked } from './public-files.ts';

/*
 * Everything that can change a site, read and hashed once, in one place. It loads no parser: if nothing has changed, a build
 * ends here.
 */

/** The text, the locks and the records of a post, unparsed. */
export interface PostContent {
  readonly text: FileBytes;
  readonly locks: readonly LockFile[];
  readonly records: readonly RecordFile[];
}

/** The file of a post. */
export interface PostFile {
  /** Its path from the project's root. */
  readonly path: string;
  /** The last part of its address; empty if its file name has no date. */
  readonly slug: string;
  /** What was read; undefined if it is not needed again, as for most posts of a large blog. */
  readonly content?: PostContent | undefined;
}

/** A post as a build finds it. */
export interface PostInput extends PostFile {
  /** A hash of the engine, the post's path, its text, its locks and its records. */
  readonly hash: string;
}

/** A content page as a build finds it. */
export interface PageInput {
  /** Its path from the project's root. */
  readonly path: string;
  readonly text: FileBytes;
}

/** The texts of a blog. */
export interface Texts {
  /** The project's root. */
  readonly root: string;
  /** Oldest first. */
  readonly posts: readonly PostFile[];
  /** By name. */
  readonly pages: readonly PageInput[];
}

/** All inputs of a build. */
export interface Inputs extends Texts {
  /** A hash of Leaklog itself, the settings and the packages. */
  readonly engine: string;
  readonly posts: readonly PostInput[];
  /** A hash of everything; undefined if `public/` has links, pipes or the like, whose contents can change without a trace. */
  readonly hash: string | undefined;
}

/**
 * Reads and hashes everything. For posts whose hashes `isKnown` accepts (`knownPosts`), text and records are not kept in
 * memory. Throws the system's error if a folder cannot be read.
 */
export function readInputs(root: string, isKnown: (hash: string) => boolean = () => false): Inputs {
  const engine = hashEngine(root);
  const { pages, posts: files } = listTexts(root);
  // Pages take examples from the posts that they name.
  const named = new Set(pages.flatMap(({ text }) => ('code' in text ? [] : findNames(text))));
  const posts = files.map(({ path, slug }) => readPostInput(root, path, engine, (hash) => isKnown(hash) && !named.has(slug)));
  return { root, engine, posts, pages, hash: hashAll({ root, engine, posts, pages }) };
}

/** Lists posts, of which nothing is read, and reads pages. Throws the system's error if a folder cannot be read. */
export function listTexts(root: string): Texts {
  const pages = listPlain(root, pagesFolder, isPageName).map((path) => ({ path, text: readBytes(root, path) }));
  return { root, pages, posts: listPlain(root, postsFolder, isPostName).map((path) => ({ path, slug: slugOf(path) ?? '' })) };
}

/** Reads some posts again, given by their slugs, after a command has written records for them. */
export function readAgain(inputs: Inputs, slugs: ReadonlySet<string>): Inputs {
  const posts = inputs.posts.map((post) => (slugs.has(post.slug) ? readPostInput(inputs.root, post.path, inputs.engine) : post));
  return { ...inputs, posts, hash: inputs.hash && hashAll({ ...inputs, posts }) };
}

/** What was read of a post; read again if it was not kept in memory. */
export function contentOf(root: string, { path, slug, content }: PostFile): PostContent {
  return content ?? readContent(root, path, slug);
}

function readPostInput(root: string, path: string, engine: string, isKnown: (hash: string) => boolean = () => false): PostInput {
  const slug = slugOf(path) ?? '';
  const content = readContent(root, path, slug);
  const hash = createHash('sha256').update(`${engine}\0${path}\0`);
  addBytes(hash, content.text);
  for (const { path: own, read } of content.locks) addBytes(hash.update(`\0${own}\0`), read);
  for (const record of content.records) addBytes(hash.update(`\0${record.path}\0`), record.read);
  const digest = hash.digest('hex').slice(0, 40);
  return { path, slug, hash: digest, content: isKnown(digest) ? undefined : content };
}

function readContent(root: string, path: string, slug: string): PostContent {
  return { text: readBytes(root, path), locks: readLockFiles(root, slug), records: readRecordFiles(root, slug) };
}

function addBytes(hash: Hash, read: FileBytes | RecordFile['read']): void {
  hash.update(read instanceof Uint8Array ? read : JSON.stringify(read));
}

function findNames(text: Uint8Array): readonly string[] {
  return [
    ...Buffer.from(text)
      .toString()
      .matchAll(/\bpost=([a-z0-9-]+)/g),
  ].map(([, name]) => name as string);
}

/** The folder of Leaklog's own code. */
const engineFolder = fileURLToPath(new URL('..', import.meta.url));

/** Files of Leaklog that cannot change a site: commands, the import of posts, benchmarks, tests. */
const outside = /^(?:cli|bench|import|manual\/(?:node_modules|dist[^/]*|\.astro))\/|\.(?:test|hard)\.ts$/;

/** Hashes everything but content that can change a site: Node's version, Leaklog without its tests, the settings, the packages. */
function hashEngine(root: string): string {
  const hash = createHash('sha256').update(process.version);
  const add = (folder: string, path: string) => hash.update(`\0${path}\0`).update(readPlain(join(folder, path)));
  for (const path of listFiles(engineFolder, '').filter((path) => !outside.test(path))) add(engineFolder, path);
  for (const path of [...listSettings(root), 'node_modules/.package-lock.json']) add(root, path);
  return hash.digest('hex');
}

/** Astro's config file, the lock file, and other code and JSON next to them, which the config file may import. */
function listSettings(root: string): readonly string[] {
  const names = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]s|json)$/.test(entry.name));
  return names.map(({ name }) => name).toSorted();
}

function hashAll({ root, engine, posts, pages }: Omit<Inputs, 'hash'>): string | undefined {
  const hash = createHash('sha256').update(engine);
  for (const post of posts) hash.update(`\0${post.hash}`);
  for (const { path, text } of pages) addBytes(hash.update(`\0${path}\0`), text);
  // Of unknown files among posts, pages and records only the names matter, which a check reports. Others are code and style sheets.
  const own = resolve(root, 'src') === resolve(engineFolder) ? [] : listFiles(root, 'src');
  for (const path of [...listFiles(root, 'content'), ...own]) {
    hash.update(`\0${path}\0`);
    if (!/^content\/(?:posts|pages|captures)\//.test(path)) hash.update(readPlain(join(root, path)));
  }
  // Posts link to these. Their contents do not matter, except for SVGs, which may contain scripts.
  for (const file of ['public', ...listFiles(root, 'public')]) {
    const found = lstatSync(join(root, file), { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile() && !found.isDirectory()) return undefined;
    hash.update(`\0${file}`);
    if (isContentChecked(file)) hash.update(readPlain(join(root, file)));
  }
  return hash.digest('hex');
}

/** The plain files of a folder whose names match, sorted, as paths from the root; without hidden ones, which editors create. */
function listPlain(root: string, folder: string, isMeant: (name: string) => boolean): readonly string[] {
  try {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.') && isMeant(entry.name)).map(({ name }) => name);
    return names.toSorted().map((name) => `${folder}/${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The bytes of a plain file; a description of anything else, which may be endless; empty if there is nothing to read. */
function readPlain(path: string): Buffer | string {
  try {
    const found = lstatSync(path);
    return found.isFile() ? readFileSync(path) : `no file: ${found.mode}`;
  } catch {
    return '';
  }
}
