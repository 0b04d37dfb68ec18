import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../post/user-error.ts';
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

/** Every record of a post, by sample and runtime; what cannot be read is damaged, never left out. */
export async function loadRecords(root: string, slug: string): Promise<readonly StoredRecord[]> {
  return Promise.all((await listRecords(root, slug)).map(({ sample, runtime }) => loadRecord(root, slug, sample, runtime)));
}

/** Where the records of a post lie, by sample and runtime, unread. */
export async function listRecords(root: string, slug: string): Promise<readonly Pick<StoredRecord, 'sample' | 'runtime' | 'path'>[]> {
  const samples = await listFolder(join(root, capturesFolder, slug));
  const files = await Promise.all(
    samples.map(async (sample) => {
      const names = (await listFolder(join(root, capturesFolder, slug, sample))).filter((file) => file.endsWith('.json'));
      return names.map((name) => ({ sample, runtime: name.slice(0, -5), path: recordPath(slug, sample, name.slice(0, -5)) }));
    }),
  );
  return files.flat();
}

async function loadRecord(root: string, slug: string, sample: string, runtime: string): Promise<StoredRecord> {
  const path = recordPath(slug, sample, runtime);
  const read = await readFile(join(root, path), 'utf8').then(readCapture, (error: Error) => ({ reason: error.message }));
  const record = { sample, runtime, path };
  if ('reason' in read) return { ...record, capture: undefined, reason: read.reason };
  if (read.capture.runtime !== runtime) return { ...record, capture: undefined, reason: `it is of ${read.capture.runtime}` };
  return { ...record, capture: read.capture, reason: undefined };
}

/** The posts that have records, by slug. */
export async function listRecordedPosts(root: string): Promise<readonly string[]> {
  return listFolder(join(root, capturesFolder));
}

async function listFolder(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names.filter((name) => !name.startsWith('.')).toSorted();
}

/** Writes a record, whole or not at all: a new file takes the old one's place in one step. */
export async function saveRecord(root: string, path: string, capture: Capture): Promise<void> {
  const target = join(root, path);
  const fresh = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(fresh, 'wx');
    try {
      await file.writeFile(printCapture(capture));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw new UserError(`The record ${path} could not be written: ${(error as Error).message}`, 'The old record, if there was one, is as it was. Make room or allow writing to content/captures, and run again.');
  }
}
