import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from './content-files.ts';

/*
 * The files of locks: everything about them that does not need their format.
 */

/** The folder of all lock files, from the project's root. */
export const locksFolder = 'content/locks';

/** The largest lock file, in bytes: some thousand wheels. */
const maxLockBytes = 1e6;

/** A lock file as it was read. */
export interface LockFile {
  readonly sample: string;
  /** Its path from the project's root. */
  readonly path: string;
  /** Its bytes, or why they cannot be read. */
  readonly read: Uint8Array | { readonly reason: string };
}

/** The path of a lock file, from the project's root, as PEP 751 names them. */
export function lockPath(slug: string, sample: string): string {
  return `${locksFolder}/${slug}/pylock.${sample}.toml`;
}

/** The lock files of a post, by sample. */
export function readLockFiles(root: string, slug: string): readonly LockFile[] {
  if (slug === '') return [];
  let names: readonly string[];
  try {
    names = readdirSync(join(root, locksFolder, slug)).toSorted();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const [, sample] = /^pylock\.([^.]+)\.toml$/.exec(name) ?? [];
    if (sample === undefined) return [];
    const path = lockPath(slug, sample);
    return [{ sample, path, read: readRegularFile(join(root, path), maxLockBytes, 'a lock') }];
  });
}
