import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, link, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listRecords } from '../capture/store.ts';
import { hashHouse, listFiles } from './house.ts';

/** What an earlier build made of a post: what lists show of it, and a folder with all that its pages need. */
export interface KeptPost {
  readonly data: unknown;
  readonly folder: string;
}

/** What a build made of a post, or found made: what has to be done once the pages are written. */
export interface MadePost {
  readonly slug: string;
  readonly key: string;
  readonly folder: string;
  readonly isKept: boolean;
  readonly data: unknown;
}

/** Where a build says what it made, from Astro's cache. */
export const madeFile = 'leaklog-made.json';

/** A file beside a post's page, as it was when it was kept: whoever writes into it changes one of these. */
type KeptFile = readonly [path: string, sizeBytes: number, changedMs: number];

/** What nobody asked for in so many days goes. */
const daysKept = 14;

/** Where the posts of earlier builds are kept, from the project's root. It may be deleted at any time. */
export const keptFolder = 'node_modules/.cache/leaklog/posts';

/** A hash of all that makes a page what it is beside its post: Leaklog itself, the packages, the settings, the other pages' names. */
export function houseKey(root: string, settings: object): string {
  const hash = hashHouse(root).update(JSON.stringify(settings));
  const nameOf = (path: string) => readFileSync(join(root, path), 'utf8').trimStart().split(/\n\s*\n/)[0] ?? '';
  for (const path of listFiles(root, 'content/pages')) hash.update(`\0${path}\0${nameOf(path)}`);
  return hash.digest('hex');
}

/** A hash of all that a post's pages are made from: the house, its text, its records. */
export async function postKey(root: string, house: string, path: string, slug: string): Promise<string> {
  const hash = createHash('sha256').update(`${house}\0${path}\0`).update(await readFile(join(root, path)));
  for (const record of await listRecords(root, slug)) hash.update(`\0${record.path}\0`).update(await readFile(join(root, record.path)));
  return hash.digest('hex').slice(0, 40);
}

/** What was kept under a key, if it is as it was. */
export async function findKept(root: string, key: string): Promise<KeptPost | undefined> {
  const folder = join(root, keptFolder, key);
  try {
    const { data, files } = JSON.parse(await readFile(join(folder, 'entry.json'), 'utf8')) as { readonly data: unknown; readonly files: readonly KeptFile[] };
    const now = await Promise.all(files.map(([path]) => describe(folder, path)));
    if (JSON.stringify(now) !== JSON.stringify(files)) throw new Error('changed');
    await utimes(folder, new Date(), new Date());
    return { data, folder };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') await rm(folder, { recursive: true, force: true });
    return undefined;
  }
}

/** Puts the files of a kept post into a site's folder for it. */
export async function placeKept({ folder }: Pick<KeptPost, 'folder'>, target: string): Promise<void> {
  await linkAll(join(folder, 'files'), target, () => true);
}

/** Keeps what a build made of a post: its parts, and the files beside its page. A build that does the same at the same time is no harm. */
export async function keep(root: string, key: string, { data, folder }: KeptPost, made: string): Promise<void> {
  const target = join(root, keptFolder, key);
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    await mkdir(fresh, { recursive: true });
    await cp(join(folder, 'parts.json'), join(fresh, 'parts.json'));
    const paths = await linkAll(made, join(fresh, 'files'), (path) => path !== 'index.html');
    const files = await Promise.all(paths.map((path) => describe(fresh, join('files', path))));
    await writeFile(join(fresh, 'entry.json'), JSON.stringify({ data, files: [...files, await describe(fresh, 'parts.json')] }));
    await rename(fresh, target);
  } catch {
    // The next build makes it again.
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Removes what no build has used for a while. */
export async function forgetOld(root: string): Promise<void> {
  const folder = join(root, keptFolder);
  const oldest = Date.now() - daysKept * 24 * 60 * 60 * 1000;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (((await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity) < oldest) await rm(path, { recursive: true, force: true });
  }
}

async function describe(folder: string, path: string): Promise<KeptFile> {
  const { size, mtimeMs } = await stat(join(folder, path));
  return [path, size, mtimeMs];
}

/** Links all wanted files of a folder into another one, and copies them where that cannot be; returns their paths. */
async function linkAll(from: string, to: string, wanted: (path: string) => boolean): Promise<readonly string[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1)).filter(wanted).toSorted();
  for (const folder of new Set(paths.map(dirname))) await mkdir(join(to, folder), { recursive: true });
  await Promise.all(paths.map((path) => link(join(from, path), join(to, path)).catch(() => cp(join(from, path), join(to, path), { preserveTimestamps: true }))));
  return paths;
}
