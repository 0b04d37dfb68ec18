import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The files at or below a path from the root, sorted, as paths from the root; none if the path does not exist. */
export function listFiles(root: string, part: string): readonly string[] {
  try {
    const entries = readdirSync(join(root, part), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => relative(root, join(parentPath, name)));
    return files.map((path) => path.replaceAll(sep, '/')).toSorted();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') return [part];
    throw error;
  }
}
