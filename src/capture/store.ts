import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MachineError, UserError } from '../experiment/user-error.ts';
import { hasEnded, markPattern, ownMark } from '../run/owner.ts';
import { mostRecordBytes } from './bounds.ts';
import { printCapture, readCapture, type Capture } from './capture.ts';

/** Where records lie, from the project's root. */
export const capturesFolder = 'content/captures';

/** A record on disk: whole, or damaged for a reason. */
export interface StoredRecord {
  readonly sample: string;
  readonly runtime: string;
  /** Its path from the project's root. */
  readonly path: string;
  readonly capture: Capture | undefined;
  readonly reason: string | undefined;
}

/** The path of a record from the project's root. */
export function recordPath(slug: string, sample: string, runtime: string): string {
  return `${capturesFolder}/${slug}/${sample}/${runtime}.json`;
}

/** Every record of a post, by sample and runtime; what cannot be read is damaged, never left out. Read at once: waiting for such small files takes longer. */
export function loadRecords(root: string, slug: string): readonly StoredRecord[] {
  return listRecords(root, slug).map(({ sample, runtime }) => loadRecord(root, slug, sample, runtime));
}

/** Where the records of a post lie, by sample and runtime, unread. */
export function listRecords(root: string, slug: string): readonly Pick<StoredRecord, 'sample' | 'runtime' | 'path'>[] {
  return listFolder(join(root, capturesFolder, slug)).flatMap((sample) => {
    const names = listFolder(join(root, capturesFolder, slug, sample)).filter((file) => file.endsWith('.json'));
    return names.map((name) => ({ sample, runtime: name.slice(0, -5), path: recordPath(slug, sample, name.slice(0, -5)) }));
  });
}

function loadRecord(root: string, slug: string, sample: string, runtime: string): StoredRecord {
  const path = recordPath(slug, sample, runtime);
  const read = readRecord(join(root, path));
  const record = { sample, runtime, path };
  if ('reason' in read) return { ...record, capture: undefined, reason: read.reason };
  if (read.capture.runtime !== runtime) return { ...record, capture: undefined, reason: `it is of ${read.capture.runtime}` };
  return { ...record, capture: read.capture, reason: undefined };
}

function readRecord(path: string): ReturnType<typeof readCapture> {
  try {
    // A link may lead anywhere, and a pipe never ends.
    const found = lstatSync(path);
    if (!found.isFile()) return { reason: 'it is no plain file' };
    if (found.size > mostRecordBytes)
      return { reason: `it has ${Math.round(found.size / 1e6)} MB, and no record has more than ${mostRecordBytes / 1e6} MB` };
    return readCapture(readFileSync(path, 'utf8'));
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** The posts that have records, by slug. */
export function listRecordedPosts(root: string): readonly string[] {
  return listFolder(join(root, capturesFolder));
}

function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .toSorted();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** Writes a record, whole or not at all: a new file takes the old one's place in one step. */
export async function saveRecord(root: string, path: string, capture: Capture): Promise<void> {
  const text = printCapture(capture);
  const read = readCapture(text);
  if ('reason' in read)
    throw new UserError(
      `The record ${path} would not be read again, and is not written: ${read.reason}`,
      'The old record, if there was one, is as it was. Is the clock of this machine right? If it is, this is a fault of Leaklog.',
    );
  const target = join(root, path);
  const fresh = `${target}.${ownMark}.tmp`;
  try {
    const folder = dirname(target);
    await refuseLinks(root, dirname(path));
    await mkdir(folder, { recursive: true });
    await writeFile(fresh, text);
    await rename(fresh, target);
    await keep(folder);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw new MachineError(
      `The record ${path} could not be written: ${(error as Error).message}`,
      'The old record, if there was one, is as it was. Make room or allow writing to content/captures, and run again.',
    );
  }
}

/** A link among the folders of records would lead what is written to any place on the machine. */
async function refuseLinks(root: string, path: string): Promise<void> {
  for (let part = path; part.startsWith(capturesFolder); part = dirname(part)) {
    const found = await lstat(join(root, part)).catch(() => undefined);
    if (found?.isSymbolicLink() === true) throw new Error(`${part} is a link to somewhere else`);
  }
}

async function writeFile(path: string, text: string): Promise<void> {
  // What is left there is of a run of this very process that failed.
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes what was renamed in a folder outlast a power cut, where the system lets a folder be opened. */
async function keep(folder: string): Promise<void> {
  const file = await open(folder, 'r').catch(() => undefined);
  await file?.sync().catch(() => undefined);
  await file?.close();
}

const halfName = new RegExp(`\\.json\\.${markPattern}\\.tmp$`);

/** Removes what runs that were killed have left half written; returns the paths from the root. */
export async function clearHalfRecords(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, capturesFolder), { recursive: true }).catch(() => []);
  const dead = names.filter((name) => hasEnded(halfName.exec(name)?.[1] ?? '')).map((name) => join(capturesFolder, name));
  await Promise.all(dead.map((path) => rm(join(root, path), { force: true }).catch(() => undefined)));
  return dead;
}
