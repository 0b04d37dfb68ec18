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
 * The cache of builds: folders by what they were made from. A key is a hash of all that decides what is in its folder, so an
 * entry never has to be brought up to date; it is there, whole, or it is not. All of it may be deleted at any time.
 */

/** What was made under a key: files in a folder, and a note of plain data. */
export interface Entry<Note> {
  readonly folder: string;
  readonly note: Note;
}

/** Path, size and time of a file of an entry: whoever tampers with it changes one of these. */
type Stamp = readonly [path: string, sizeBytes: number, changedMs: number];

/** An entry that nobody has asked for in so many days goes. */
const maxAgeDays = 14;

const noteFile = 'note.json';

/** A cache in a folder. It works at once: a thousand entries have ten thousand files, and waiting for each takes longer. */
export class Cache {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Whether there is something under a key; it may still turn out to have been tampered with. */
  has(key: string): boolean {
    return existsSync(join(this.folder, key));
  }

  /** What is under a key; undefined where there is nothing, or not what was put there. */
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
      // What is there was tampered with.
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

  /** Removes entries that no build has asked for in a while, and what killed builds left half made. */
  prune(): void {
    const oldest = Date.now() - maxAgeDays * 24 * 60 * 60 * 1000;
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < oldest) rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Where a project's cache is, from its root. */
export const cacheFolder = 'node_modules/.cache/leaklog';

let ownFolder: string | undefined;

/** The cache of a project: beside its packages, or, where nothing may be written there, in a folder that goes with this process. */
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
