import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markPattern, ownMark } from '../run/owner.ts';

/** Matches the folder in which `mirrorFolder` stages files; the first group is the mark of its process. */
export const stagingName = new RegExp(`^\\.leaklog-${markPattern}$`);

/**
 * Gives a folder that cannot be moved the contents of another one. Everything is first copied into a staging folder inside it,
 * so that a full disk changes nothing; then each file is moved to its place, pages last, and other files are removed.
 */
export function mirrorFolder(from: string, folder: string): void {
  const staging = join(folder, `.leaklog-${ownMark}`);
  try {
    cpSync(from, staging, { recursive: true });
    const files = listFiles(staging).toSorted((a, b) => Number(a.endsWith('.html')) - Number(b.endsWith('.html')));
    for (const file of files) {
      clearWay(folder, file);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      renameSync(join(staging, file), join(folder, file));
    }
    const kept = new Set(files);
    for (const file of listFiles(folder)) if (!kept.has(file) && !file.startsWith('.leaklog-')) rmSync(join(folder, file), { force: true });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  removeEmpty(folder);
}

/** Removes a file where a folder is needed on the way to `file`, or a folder in its place. */
function clearWay(folder: string, file: string): void {
  const parts = file.split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    const path = join(folder, ...parts.slice(0, length));
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && there.isDirectory() !== length < parts.length) rmSync(path, { recursive: true });
  }
}

function listFiles(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

function removeEmpty(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory() || entry.name.startsWith('.leaklog-')) continue;
    removeEmpty(path);
    if (readdirSync(path).length === 0) rmdirSync(path);
  }
}
