import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VFile } from 'vfile';
import { report, type Problem } from '../experiment/finding.ts';

/**
 * The entries of a folder of posts or pages that are not read, each as a file with a warning, or with an error if it is not
 * a file at all. Hidden files belong to editors, and are passed over.
 */
export async function findIgnored(root: string, folder: string, entries: readonly Dirent[]): Promise<readonly VFile[]> {
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  const files = await Promise.all(visible.map((entry) => readEntry(root, folder, entry)));
  return files.filter((file) => file !== undefined).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function readEntry(root: string, folder: string, entry: Dirent): Promise<VFile | undefined> {
  const path = `${folder}/${entry.name}`;
  if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink())
    return ignore(path, 'This is a pipe, a socket or a device, not a file', 'Remove it: reading it might never end.', 'error');
  if (entry.isSymbolicLink())
    return ignore(path, 'The file is a symbolic link, which might lead anywhere, and is not read', 'Put the text itself here.');
  if (!entry.isDirectory()) {
    // Editors give backups such names.
    if (/(?:~|\.(?:bak|tmp|swp|orig))$/.test(entry.name)) return undefined;
    const isMarkdown = /\.(?:markdown|mdx|mkd|mdown|md)$/i.test(entry.name);
    if (folder.endsWith('pages'))
      return ignore(
        path,
        'Not a page: its name is not made of lower-case letters, digits and dashes, and .md',
        `Name it ${entry.name
          .replace(/\.\w+$/, '')
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')}.md if it is one; other files of the site go below public/.`,
      );
    return ignore(
      path,
      'The file is not a post: a post’s name ends in .md',
      isMarkdown
        ? `Name it ${entry.name.replace(/\.\w+$/, '.md')}`
        : 'Name it YYYY-MM-DD-some-words.md if it is one; an image or other file of the site goes below public/.',
    );
  }
  const inner = await readdir(join(root, path), { recursive: true }).catch(() => []);
  if (entry.name.endsWith('.md'))
    return ignore(
      path,
      'This is a folder, but only a file may end in .md',
      `Move its text to ${folder}/${entry.name.replace(/\.md$/, '-text.md')} and delete the folder.`,
    );
  return inner.some((name) => /\.(?:md|markdown|mdx)$/i.test(name))
    ? ignore(path, 'Files in subfolders are not read', `Move its files to ${folder}/`)
    : undefined;
}

function ignore(path: string, reason: string, hint: string, level: Problem['level'] = 'warning'): VFile {
  const file = new VFile({ path });
  report(file, { rule: 'file-stray', reason, hint, place: { line: 1, column: 1 }, level });
  return file;
}
