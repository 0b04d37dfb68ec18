import type { Yaml } from 'mdast';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VFile } from 'vfile';
import { hasErrors, report } from '../experiment/finding.ts';
import { isPageName, isPostName, pagesFolder, postsFolder, slugOf } from './content-files.ts';
import { readPageFrontMatter } from './front-matter/front-matter.ts';
import { findIgnored } from './ignored-files.ts';
import { findDeadLinks, outlinePage, outlinePost, type FileProblem, type Outline, type PageText } from './links/links.ts';
import { readLockFiles, type LockFile } from './lock-files.ts';
import { emptyPost, parseMarkdown, parsePost, type Post } from './post.ts';
import { checkProse } from './prose/prose.ts';
import { readText } from './read-text.ts';

/** All content: posts, oldest first; pages, by name; and files in their folders that are ignored. */
export interface Content {
  readonly posts: readonly Post[];
  readonly pages: readonly PageText[];
  readonly ignored: readonly VFile[];
}

/** Reads all content; problems with a post, a page or an ignored file are on its file. */
export async function readContent(root: string): Promise<Content> {
  const posts = (await listPosts(root)).map((path) => readPost(root, path));
  const pages = await readPages(root);
  const files = new Map([...posts, ...pages].map(({ file }) => [file.path, file]));
  for (const problem of checkTogether([...posts.map(outlinePost), ...pages.map(outlinePage)], root))
    report(files.get(problem.path) as VFile, problem);
  return { posts, pages, ignored: await readIgnored(root) };
}

/** Problems between posts and pages: two posts at one address, and links that lead nowhere. */
export function checkTogether(outlines: readonly Outline[], root: string): readonly FileProblem[] {
  return [...findDuplicates(outlines.filter(({ post }) => post !== undefined)), ...findDeadLinks(outlines, root)];
}

/** The files among posts and pages that are neither, each with the reason on it. */
export async function readIgnored(root: string): Promise<readonly VFile[]> {
  const [posts, pages] = [await sort(root, postsFolder, isPostName), await sort(root, pagesFolder, isPageName)];
  return [...(await findIgnored(root, postsFolder, posts.others)), ...(await findIgnored(root, pagesFolder, pages.others))];
}

/** The files of all posts, oldest first, as paths from the project's root. */
export async function listPosts(root: string): Promise<readonly string[]> {
  return (await sort(root, postsFolder, isPostName)).names.map((name) => `${postsFolder}/${name}`);
}

/** The pages, by name; their links are not checked. */
export async function readPages(root: string): Promise<readonly PageText[]> {
  return (await sort(root, pagesFolder, isPageName)).names.map((name) => readPage(root, name));
}

/** All posts, oldest first; problems with a post are on its file. */
export async function readPosts(root: string): Promise<readonly Post[]> {
  return (await readContent(root)).posts;
}

/** Reads one post by its path from the project's root. */
export function readPost(root: string, path: string): Post {
  return toPost(readText(root, path), readLockFiles(root, slugOf(path) ?? ''));
}

/** Parses the text of a post, and its lock files; the post is empty if the text could not be read. */
export function toPost(file: VFile, locks: readonly LockFile[]): Post {
  return hasErrors(file) ? emptyPost(file) : parsePost(file, locks);
}

function readPage(root: string, name: string): PageText {
  return toPage(readText(root, `${pagesFolder}/${name}`));
}

/** Parses the text of a page. */
export function toPage(file: VFile): PageText {
  const whole = parseMarkdown(file);
  checkProse(file, whole);
  const frontMatter = readPageFrontMatter(
    file,
    whole.children.find((node): node is Yaml => node.type === 'yaml'),
  );
  return { frontMatter, name: file.stem ?? '', tree: { ...whole, children: whole.children.filter(({ type }) => type !== 'yaml') }, file };
}

/** The files of a folder that count, by name, and all other entries. A symbolic link never counts: it might lead anywhere. */
async function sort(
  root: string,
  folder: string,
  isContent: (name: string) => boolean,
): Promise<{ readonly names: readonly string[]; readonly others: readonly Dirent[] }> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const isRead = (entry: Dirent) => entry.isFile() && !entry.name.startsWith('.') && isContent(entry.name);
  return {
    names: entries
      .filter(isRead)
      .map(({ name }) => name)
      .toSorted(),
    others: entries.filter((entry) => !isRead(entry)),
  };
}

function findDuplicates(posts: readonly Outline[]): readonly FileProblem[] {
  const first = new Map<string, string>();
  return posts.flatMap(({ name, path }): readonly FileProblem[] => {
    const other = first.get(name);
    first.set(name, other ?? path);
    if (other === undefined) return [];
    return [
      {
        path,
        rule: 'file-name',
        reason: `The post would have the same address as ${other}: /posts/${name}/`,
        hint: 'Rename one of the files: change the words after its date.',
        place: { line: 1, column: 1 },
      },
    ];
  });
}
