import { cpSync, linkSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Puts the files of a folder into another one, each by its path: as links, which cost nothing, or as copies where that cannot be. */
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

/** The plain files below a folder, sorted, by their paths in it. */
export function listBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
}
