import {
  accessSync,
  constants,
  existsSync,
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
import { join } from 'node:path';
import { ownMark } from '../run/owner.ts';
import { listBelow } from './place-files.ts';

/*
 * The build cache: a folder for each key. A key is a hash of everything that decides the folder's contents, so an entry is
 * never updated: it exists, complete, or it does not. The whole cache may be deleted at any time.
 */

/** An entry of the cache: files in a folder, and a note of plain data. */
export interface Entry<Note> {
  readonly folder: string;
  readonly note: Note;
}

/** Path, size and mtime of a cached file, to detect tampering. */
type Stamp = readonly [path: string, sizeBytes: number, changedMs: number];

/** Entries that were not read for longer than this are removed. */
const maxAgeDays = 14;

const noteFile = 'note.json';

/** A cache in a folder. Its methods are synchronous: for the ten thousand files of a thousand entries, awaiting each is slower. */
export class Cache {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Whether there is an entry for a key; `get` may still reject it as tampered with. */
  has(key: string): boolean {
    return existsSync(join(this.folder, key));
  }

  /** The entry for a key; undefined if there is none, or if one of its files was changed. */
  get<Note>(key: string): Entry<Note> | undefined {
    const folder = join(this.folder, key);
    try {
      const { note, files } = JSON.parse(readFileSync(join(folder, noteFile), 'utf8')) as {
        readonly note: Note;
        readonly files: readonly Stamp[];
      };
      const now = files.map(([path]) => stampOf(folder, path));
      if (JSON.stringify(now) !== JSON.stringify(files)) return undefined;
      utimesSync(folder, new Date(), new Date());
      return { note, folder };
    } catch {
      return undefined;
    }
  }

  /** Adds an entry, whole or not at all: `make` fills its folder and returns its note. Another process may add the same one meanwhile. */
  async put<Note>(key: string, make: (folder: string) => Note | Promise<Note>): Promise<Entry<Note>> {
    const folder = join(this.folder, key);
    const fresh = `${folder}.${ownMark}.tmp`;
    mkdirSync(fresh, { recursive: true });
    try {
      const note = await make(fresh);
      const files = listBelow(fresh).map((path) => stampOf(fresh, path));
      writeFileSync(join(fresh, noteFile), JSON.stringify({ note, files }));
      const other = this.get<Note>(key);
      if (other !== undefined) return other;
      // The existing entry was tampered with.
      rmSync(folder, { recursive: true, force: true });
      renameSync(fresh, folder);
      return { note, folder };
    } catch (error) {
      const other = this.get<Note>(key);
      if (other === undefined) throw error;
      return other;
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }

  /** Removes entries that were not used for `maxAgeDays`, including incomplete ones of killed builds. */
  prune(): void {
    const oldest = Date.now() - maxAgeDays * 24 * 60 * 60 * 1000;
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < oldest) rmSync(path, { recursive: true, force: true });
    }
  }
}

/** The folder of a project's cache, from the project's root. */
export const cacheFolder = 'node_modules/.cache/leaklog';

let ownFolder: string | undefined;

/** Opens a project's cache: in its node_modules or, if that is not writable, in a temp folder that is removed with this process. */
export function openCache(root: string): Cache {
  const folder = join(root, cacheFolder, 'entries');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return new Cache(folder);
  } catch {
    return new Cache((ownFolder ??= makeOwnFolder()));
  }
}

function makeOwnFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leaklog-cache-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function stampOf(folder: string, path: string): Stamp {
  const { size, mtimeMs } = statSync(join(folder, path));
  return [path, size, mtimeMs];
}
