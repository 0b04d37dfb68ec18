import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** What decides, beside a blog's content, what a check says and what a page is: Leaklog itself, its settings, the packages. */
const parts = ['src', 'scripts', 'astro.config.mjs', 'package-lock.json', 'node_modules/.package-lock.json'];

/** A hash of it, to go on with. Tests are no part of it. */
export function hashHouse(root: string): Hash {
  const hash = createHash('sha256').update(process.version);
  for (const part of parts) hashAll(hash, root, part, (path) => !/\.(?:test|hard)\.ts$/.test(path));
  return hash;
}

/** Adds every file at or below a path from the root, by name and content; what is not there adds nothing. */
export function hashAll(hash: Hash, root: string, part: string, wanted: (path: string) => boolean = () => true): void {
  for (const path of listFiles(root, part).filter(wanted)) hash.update(`\0${path}\0`).update(readPlain(join(root, path)));
}

/** The bytes of a plain file of at most so many. Of anything else, which may have no end, a word for what it is; empty where there is nothing to read. */
export function readPlain(path: string, most = Infinity): Buffer | string {
  try {
    const found = lstatSync(path);
    if (!found.isFile()) return `no file: ${found.mode}`;
    return found.size > most ? `${found.size} bytes` : readFileSync(path);
  } catch {
    return '';
  }
}

/** The files at or below a path from the root, sorted. */
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
