import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Where records lie, and their bytes: all that is known of them without the schema, the logs and the parsers.
 */

/** Where records lie, from the project's root. */
export const capturesFolder = 'content/captures';

/** Four logs that pack as badly as logs can (`mostData` of each, bounds.ts), and room for everything else. */
export const maxRecordBytes = 24e6;

/** A record's file as it was read. */
export interface RecordFile {
  readonly sample: string;
  readonly runtime: string;
  /** Its path from the project's root. */
  readonly path: string;
  /** Its bytes, or why there are none. */
  readonly read: Uint8Array | { readonly reason: string };
}

/** The path of a record from the project's root. */
export function recordPath(slug: string, sample: string, runtime: string): string {
  return `${capturesFolder}/${slug}/${sample}/${runtime}.json`;
}

/** The records of a post, by sample and runtime, unparsed. At once: waiting for such small files takes longer. */
export function readRecordFiles(root: string, slug: string): readonly RecordFile[] {
  if (slug === '') return [];
  return listFolder(join(root, capturesFolder, slug)).flatMap((sample) => {
    const names = listFolder(join(root, capturesFolder, slug, sample)).filter((file) => file.endsWith('.json'));
    return names.map((name) => {
      const runtime = name.slice(0, -5);
      const path = recordPath(slug, sample, runtime);
      return { sample, runtime, path, read: readRecordBytes(join(root, path)) };
    });
  });
}

function readRecordBytes(path: string): RecordFile['read'] {
  try {
    // A link may lead anywhere, and a pipe never ends.
    const found = lstatSync(path);
    if (!found.isFile()) return { reason: 'it is no plain file' };
    if (found.size > maxRecordBytes)
      return { reason: `it has ${Math.round(found.size / 1e6)} MB, and no record has more than ${maxRecordBytes / 1e6} MB` };
    return readFileSync(path);
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
