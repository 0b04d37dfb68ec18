import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../post/content-files.ts';

/*
 * The files of records: everything about them that does not need the schema, logs or parsers.
 */

/** The folder of all records, relative to the project's root. */
export const capturesFolder = 'content/captures';

/** The largest size of a record: four logs that compress as badly as possible (`maxLogBytes` in bounds.ts), and everything else. */
export const maxRecordBytes = 24e6;

/** A record's file as it was read. */
export interface RecordFile {
  readonly sample: string;
  readonly runtime: string;
  /** Its path, relative to the project's root. */
  readonly path: string;
  /** Its bytes, or why they cannot be read. */
  readonly read: Uint8Array | { readonly reason: string };
}

/** The path of a record, relative to the project's root. */
export function recordPath(slug: string, sample: string, runtime: string): string {
  return `${capturesFolder}/${slug}/${sample}/${runtime}.json`;
}

/** The records of a post, by sample and runtime, unparsed. Synchronous, which is faster for such small files. */
export function readRecordFiles(root: string, slug: string): readonly RecordFile[] {
  if (slug === '') return [];
  return listFolder(join(root, capturesFolder, slug)).flatMap((sample) => {
    const names = listFolder(join(root, capturesFolder, slug, sample)).filter((file) => file.endsWith('.json'));
    return names.map((name) => {
      const runtime = name.slice(0, -5);
      const path = recordPath(slug, sample, runtime);
      return { sample, runtime, ...readRecordFile(root, path) };
    });
  });
}

/** Reads the file of a record, by its path from the root. */
export function readRecordFile(root: string, path: string): Pick<RecordFile, 'path' | 'read'> {
  return { path, read: readRegularFile(join(root, path), maxRecordBytes, 'a record') };
}

/** The slugs of the posts that have records. */
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
