import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VFile } from 'vfile';
import { report, type Problem } from '../experiment/finding.ts';

/** What lies in a folder of posts and will not be read: each a file with a warning, or an error where it is none at all. Hidden files are an editor's. */
export async function findStrays(root: string, folder: string, entries: readonly Dirent[]): Promise<readonly VFile[]> {
  const strays = await Promise.all(entries.filter(({ name }) => !name.startsWith('.')).map((entry) => tellStray(root, folder, entry)));
  return strays.filter((file) => file !== undefined).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function tellStray(root: string, folder: string, entry: Dirent): Promise<VFile | undefined> {
  const path = `${folder}/${entry.name}`;
  if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink())
    return stray(path, 'This is a pipe, a socket or a device, and no file', 'Take it away: reading it might never end.', 'error');
  if (entry.isSymbolicLink())
    return stray(path, 'The file is a symbolic link, which might lead anywhere, and is not read', 'Put the text itself there.');
  if (!entry.isDirectory()) {
    // Editors keep what was there before under names of this kind.
    if (/(?:~|\.(?:bak|tmp|swp|orig))$/.test(entry.name)) return undefined;
    const isMarkdown = /\.(?:markdown|mdx|mkd|mdown|md)$/i.test(entry.name);
    if (folder.endsWith('pages'))
      return stray(
        path,
        'The file is no page: its name is not made of lower-case letters, digits and dashes, and .md',
        `Name it ${entry.name
          .replace(/\.\w+$/, '')
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')}.md if it is one; other files of the site lie below public/.`,
      );
    return stray(
      path,
      'The file is no post: the name of a post ends in .md',
      isMarkdown
        ? `Name it ${entry.name.replace(/\.\w+$/, '.md')}`
        : 'Name it YYYY-MM-DD-some-words.md if it is one; an image or another file of the site lies below public/.',
    );
  }
  const inner = await readdir(join(root, path), { recursive: true }).catch(() => []);
  if (entry.name.endsWith('.md'))
    return stray(
      path,
      'This is a folder, and what ends in .md is a file',
      `Move its text to ${folder}/${entry.name.replace(/\.md$/, '-text.md')}, and the folder away.`,
    );
  return inner.some((name) => /\.(?:md|markdown|mdx)$/i.test(name))
    ? stray(path, 'What lies in a folder of its own is not read', `Move its files to ${folder}/`)
    : undefined;
}

function stray(path: string, reason: string, hint: string, level: Problem['level'] = 'warning'): VFile {
  const file = new VFile({ path });
  report(file, { rule: 'file-stray', reason, hint, place: { line: 1, column: 1 }, level });
  return file;
}
