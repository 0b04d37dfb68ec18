import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MachineError, UserError } from '../experiment/user-error.ts';
import { hasEnded, markPattern, ownMark } from '../run/owner.ts';
import { printCapture, readCapture, type Capture } from './capture.ts';
import { capturesFolder, readRecordFile, readRecordFiles, type RecordFile } from './record-files.ts';

/** A record on disk: its content, or why it is damaged (`reason`). */
export interface StoredRecord {
  readonly sample: string;
  readonly runtime: string;
  /** Its path, relative to the project's root. */
  readonly path: string;
  readonly capture: Capture | undefined;
  readonly reason: string | undefined;
}

/** Every record of a post, by sample and runtime; one that cannot be read counts as damaged and is never left out. */
export function loadRecords(root: string, slug: string): readonly StoredRecord[] {
  return readRecordFiles(root, slug).map(parseRecord);
}

/** Parses a file of a record; an invalid one is damaged, with the reason. */
export function parseRecord({ read, ...file }: RecordFile): StoredRecord {
  const parsed = 'reason' in read ? read : readCapture(Buffer.from(read.buffer, read.byteOffset, read.byteLength).toString('utf8'));
  if ('reason' in parsed) return { ...file, capture: undefined, reason: parsed.reason };
  const { capture } = parsed;
  if (capture.runtime !== file.runtime) return { ...file, capture: undefined, reason: `it is a record of ${capture.runtime}` };
  return { ...file, capture, reason: undefined };
}

/** What tells whether a record is fresh, and how long its runs took: ten thousand whole records take gigabytes of memory. */
export interface RecordOutline extends Omit<StoredRecord, 'capture'> {
  readonly capture: (Identity & { readonly tookMs: number }) | undefined;
}

/** What tells whether a capture is fresh. */
export type Identity = Pick<Capture, 'key' | 'method' | 'python' | 'runtime' | 'collector' | 'packages' | 'source'>;

/** The outline of a record; `tookMs` is how long its runs took together. */
export function outlineRecord({ capture, ...record }: StoredRecord): RecordOutline {
  if (capture === undefined) return { ...record, capture };
  const { key, method, python, runtime, collector, packages, source, conditions } = capture;
  const tookMs = Math.round(Object.values(conditions).reduce((sum, run) => sum + (run?.wallMs ?? 0), 0));
  return { ...record, capture: { key, method, python, runtime, collector, packages, source, tookMs } };
}

/** The whole record that an outline is of, read again. */
export function loadRecord(root: string, { sample, runtime, path }: Pick<StoredRecord, 'sample' | 'runtime' | 'path'>): StoredRecord {
  return parseRecord({ sample, runtime, ...readRecordFile(root, path) });
}

/**
 * Writes a record atomically: a complete new file replaces the old one. Errors: UserError if the record is invalid, MachineError
 * if it cannot be written.
 */
export async function saveRecord(root: string, path: string, capture: Capture): Promise<void> {
  const text = printCapture(capture);
  const read = readCapture(text);
  if ('reason' in read)
    throw new UserError(
      `The record ${path} would be invalid, and was not written: ${read.reason}`,
      'The old record, if there was one, is unchanged. Is the clock of this machine right? If it is, this is a bug in Leaklog.',
    );
  await placeFile(root, path, text);
}

/** Writes a record, or a file beside records, atomically. Errors: MachineError if it cannot be written. */
export async function placeFile(root: string, path: string, content: string | Uint8Array): Promise<void> {
  const target = join(root, path);
  const fresh = `${target}.${ownMark}.tmp`;
  try {
    const folder = dirname(target);
    await refuseLinks(root, dirname(path));
    await mkdir(folder, { recursive: true });
    await writeFile(fresh, content);
    await rename(fresh, target);
    await syncFolder(folder);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw new MachineError(
      `The file ${path} could not be written: ${(error as Error).message}`,
      `The old one, if there was one, is unchanged. Free some space or allow writing to ${dirname(target)}, and run again.`,
    );
  }
}

/** Refuses symbolic links among the folders of records, through which a record could be written anywhere on the machine. */
async function refuseLinks(root: string, path: string): Promise<void> {
  for (let part = path; part.startsWith(capturesFolder); part = dirname(part)) {
    const found = await lstat(join(root, part)).catch(() => undefined);
    if (found?.isSymbolicLink() === true) throw new Error(`${part} is a link to somewhere else`);
  }
}

async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  // An existing file is from an earlier failure of this same process.
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Calls fsync on a folder, so that a rename in it survives a power cut, on systems that allow to open folders. */
async function syncFolder(folder: string): Promise<void> {
  const file = await open(folder, 'r').catch(() => undefined);
  await file?.sync().catch(() => undefined);
  await file?.close();
}

const halfName = new RegExp(`\\.json\\.${markPattern}\\.tmp$`);

/** Removes partly written records of processes that were killed; returns their paths, relative to the root. */
export async function clearHalfRecords(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, capturesFolder), { recursive: true }).catch(() => []);
  const dead = names.filter((name) => hasEnded(halfName.exec(name)?.[1] ?? '')).map((name) => join(capturesFolder, name));
  await Promise.all(dead.map((path) => rm(join(root, path), { force: true }).catch(() => undefined)));
  return dead;
}
