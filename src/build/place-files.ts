import { cpSync, linkSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Adds the files of a folder to another one, under the same paths: as hard links, which cost nothing, or else as copies. */
export function placeFiles(from: string, to: string): void {
  const paths = listBelow(from);
  for (const folder of new Set(paths.map((path) => dirname(path)))) mkdirSync(join(to, folder), { recursive: true });
  for (const path of paths) {
    try {
      linkSync(join(from, path), join(to, path));
    } catch {
      cpSync(join(from, path), join(to, path), { preserveTimestamps: true });
    }
  }
}

/** The plain files below a folder, sorted, as paths from it. */
export function listBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
}
