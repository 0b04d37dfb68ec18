import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Finding } from './report.ts';

/** Links below `public/` that lead out of it: what is there would be published. */
export async function findPublicLinks(root: string): Promise<readonly Finding[]> {
  const folder = join(root, 'public');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const home = await realpath(folder).catch(() => folder);
  const found = await Promise.all(
    entries.filter((entry) => entry.isSymbolicLink()).map(async ({ parentPath, name }): Promise<readonly Finding[]> => {
      const path = join(parentPath, name);
      const target = await realpath(path).catch(() => '');
      if (target.startsWith(home + sep)) return [];
      return [{ file: path.slice(root.length + 1), line: 1, column: 1, level: 'error', rule: 'public-link', reason: 'The file is a link that leads out of public/, and what is there would be published', hint: 'Put a copy in its place.' }];
    }),
  );
  const own = home === folder || home === join(await realpath(root), 'public') ? [] : [{ file: 'public', line: 1, column: 1, level: 'error', rule: 'public-link', reason: 'The folder is a link, and what is there would be published', hint: 'Put a folder in its place.' } as const];
  return [...own, ...found.flat()];
}
