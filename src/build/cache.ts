import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mostRecordBytes } from '../capture/bounds.ts';
import { listRecords } from '../capture/store.ts';
import { hashHouse, readPlain } from './inputs.ts';
import { filesFolder } from './parts.ts';

/** What an earlier build has found and made under a key: what it noted, and a folder (parts.ts). */
export interface Kept<Note> {
  readonly folder: string;
  readonly note: Note;
}

/** A file of what is kept, as it was: whoever writes into it changes one of these. */
type KeptFile = readonly [path: string, sizeBytes: number, changedMs: number];

/** What nobody asked for in so many days goes. */
const daysKept = 14;

/** Where the posts of earlier builds are kept, from the project's root. It may be deleted at any time. */
export const keptFolder = 'node_modules/.cache/leaklog/posts';

/** A hash of all that makes a post's pages what they are beside its text and its records. */
export function houseKey(root: string): string {
  return hashHouse(root).digest('hex');
}

/** A hash of all that is made of a post and found in it: the house, its text, its records, and whether samples may be run. */
export function postKey(root: string, house: string, path: string, slug: string, noRun: boolean): string {
  const hash = createHash('sha256')
    .update(`${house}\0${path}\0${noRun}\0`)
    .update(readPlain(join(root, path)));
  for (const record of listRecords(root, slug))
    hash.update(`\0${record.path}\0`).update(readPlain(join(root, record.path), mostRecordBytes));
  return hash.digest('hex').slice(0, 40);
}

/** What was kept under a key, if it is as it was. At once, as all of this is: a thousand posts have ten thousand files, and waiting for each takes longer. */
export function findKept<Note>(root: string, key: string): Kept<Note> | undefined {
  const folder = join(folderFor(root), key);
  try {
    const { note, files } = JSON.parse(readFileSync(join(folder, noteFile), 'utf8')) as {
      readonly note: Note;
      readonly files: readonly KeptFile[];
    };
    const now = files.map(([path]) => describe(folder, path));
    if (JSON.stringify(now) !== JSON.stringify(files)) return undefined;
    utimesSync(folder, new Date(), new Date());
    return { note, folder };
  } catch {
    return undefined;
  }
}

/** Makes something in a folder and keeps it with a note, whole or not at all. A build that does the same at the same time is no harm. */
export async function keep<Note>(root: string, key: string, make: (folder: string) => Note | Promise<Note>): Promise<Kept<Note>> {
  const folder = join(folderFor(root), key);
  const fresh = `${folder}.${process.pid}.tmp`;
  mkdirSync(fresh, { recursive: true });
  try {
    const note = await make(fresh);
    const files = listBelow(fresh).map((path) => describe(fresh, path));
    writeFileSync(join(fresh, noteFile), JSON.stringify({ note, files }));
    // Another build may have kept the same meanwhile; what is there and is not as it was goes.
    const other = findKept<Note>(root, key);
    if (other !== undefined) return other;
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    return { note, folder };
  } catch (error) {
    const other = findKept<Note>(root, key);
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Puts the files that are kept in a folder into a site's folder. */
export function placeFiles(folder: string, target: string): void {
  linkAll(join(folder, filesFolder), target);
}

/** Links files of a folder into another one, each by the path that it gets there, if any; copies them where that cannot be. */
export function linkAll(from: string, to: string, place: (path: string) => string | undefined = (path) => path): void {
  const places = listBelow(from).flatMap((path) => {
    const placed = place(path);
    return placed === undefined ? [] : [[path, placed] as const];
  });
  for (const folder of new Set(places.map(([, placed]) => dirname(placed)))) mkdirSync(join(to, folder), { recursive: true });
  for (const [path, placed] of places) {
    try {
      linkSync(join(from, path), join(to, placed));
    } catch {
      cpSync(join(from, path), join(to, placed), { preserveTimestamps: true });
    }
  }
}

/** Removes what no build has used for a while, and what builds that were killed have left half made. */
export function forgetOld(root: string): void {
  const folder = folderFor(root);
  const oldest = Date.now() - daysKept * 24 * 60 * 60 * 1000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < oldest) rmSync(path, { recursive: true, force: true });
  }
}

const noteFile = 'note.json';

/** Where things are kept: beside the packages, or, where nothing may be written there, in a folder of this build's that goes with it. */
function folderFor(root: string): string {
  const folder = join(root, keptFolder);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return (process.env[ownFolder] ??= makeOwnFolder());
  }
}

/** Names it to the processes that make posts, too. */
const ownFolder = 'LEAKLOG_KEPT';

function makeOwnFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leaklog-kept-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function describe(folder: string, path: string): KeptFile {
  const { size, mtimeMs } = statSync(join(folder, path));
  return [path, size, mtimeMs];
}

function listBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
}
