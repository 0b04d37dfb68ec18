import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markPattern, ownMark } from '../run/owner.ts';

/** Where a folder that is being filled keeps what is not in its place yet; its first group is the mark of the process. */
export const stagingName = new RegExp(`^\\.leaklog-${markPattern}$`);

/**
 * Makes a folder that cannot be moved hold what another one holds. All of it is copied into it first, so that a full disk
 * changes nothing; then each file takes its place in one step, pages last, and what is no longer wanted goes.
 */
export function fillFolder(from: string, folder: string): void {
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

/** What was a file may be a folder now, and the other way round. */
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
