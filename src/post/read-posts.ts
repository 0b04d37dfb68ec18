import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VFile } from 'vfile';
import { hasErrors, report } from '../experiment/finding.ts';
import { isPageName, isPostName, pagesFolder, postsFolder } from './content-files.ts';
import { findDeadLinks, outlinePage, outlinePost, type FileProblem, type Outline, type PageText } from './links/links.ts';
import { emptyPost, parseMarkdown, parsePost, type Post } from './post.ts';
import { checkProse } from './prose/prose.ts';
import { readText } from './read-text.ts';
import { findStrays } from './strays.ts';

/** All that is written: posts, oldest first, pages by name, and files among them that are neither. */
export interface Content {
  readonly posts: readonly Post[];
  readonly pages: readonly PageText[];
  readonly strays: readonly VFile[];
}

/** Reads everything; what is wrong with a post, a page or a stray is on its file. */
export async function readContent(root: string): Promise<Content> {
  const posts = (await listPosts(root)).map((path) => readPost(root, path));
  const beside = await readBeside(root);
  const files = new Map([...posts, ...beside.pages].map(({ file }) => [file.path, file]));
  for (const problem of checkTogether([...posts.map(outlinePost), ...beside.pages.map(outlinePage)], root))
    report(files.get(problem.path) as VFile, problem);
  return { posts, ...beside };
}

/** What is wrong with posts and pages only beside the others: two at one address, and links that lead nowhere. */
export function checkTogether(outlines: readonly Outline[], root: string): readonly FileProblem[] {
  return [...findTwins(outlines.filter(({ post }) => post !== undefined)), ...findDeadLinks(outlines, root)];
}

/** What stands beside the posts: pages, and files that are neither. */
async function readBeside(root: string): Promise<Pick<Content, 'pages' | 'strays'>> {
  return { pages: await readPages(root), strays: await readStrays(root) };
}

/** The files among posts and pages that are neither, with what is to be said of them. */
export async function readStrays(root: string): Promise<readonly VFile[]> {
  const [posts, pages] = [await sort(root, postsFolder, isPostName), await sort(root, pagesFolder, isPageName)];
  return [...(await findStrays(root, postsFolder, posts.others)), ...(await findStrays(root, pagesFolder, pages.others))];
}

/** The files of all posts, oldest first, as paths from the project's root. */
export async function listPosts(root: string): Promise<readonly string[]> {
  return (await sort(root, postsFolder, isPostName)).names.map((name) => `${postsFolder}/${name}`);
}

/** The pages beside the posts, by name; where their links lead is not looked at. */
export async function readPages(root: string): Promise<readonly PageText[]> {
  return (await sort(root, pagesFolder, isPageName)).names.map((name) => readPage(root, name));
}

/** Every post, oldest first; what is wrong with one is on its file. */
export async function readPosts(root: string): Promise<readonly Post[]> {
  return (await readContent(root)).posts;
}

/** One post, by its path from the project's root. */
export function readPost(root: string, path: string): Post {
  return toPost(readText(root, path));
}

/** A post of a text; one that could not be read is empty. */
export function toPost(file: VFile): Post {
  return hasErrors(file) ? emptyPost(file) : parsePost(file);
}

function readPage(root: string, name: string): PageText {
  return toPage(readText(root, `${pagesFolder}/${name}`));
}

/** A page of a text. */
export function toPage(file: VFile): PageText {
  const tree = parseMarkdown(file);
  checkProse(file, tree);
  return { name: file.stem ?? '', tree, file };
}

/** The files of a folder by name, and what else is in it. A link is no file: it might lead to any of the machine. */
async function sort(
  root: string,
  folder: string,
  isMeant: (name: string) => boolean,
): Promise<{ readonly names: readonly string[]; readonly others: readonly Dirent[] }> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const isOurs = (entry: Dirent) => entry.isFile() && !entry.name.startsWith('.') && isMeant(entry.name);
  return {
    names: entries
      .filter(isOurs)
      .map(({ name }) => name)
      .toSorted(),
    others: entries.filter((entry) => !isOurs(entry)),
  };
}

function findTwins(posts: readonly Outline[]): readonly FileProblem[] {
  const first = new Map<string, string>();
  return posts.flatMap(({ name, path }): readonly FileProblem[] => {
    const twin = first.get(name);
    first.set(name, twin ?? path);
    if (twin === undefined) return [];
    return [
      {
        path,
        rule: 'file-name',
        reason: `The post would stand at the same address as ${twin}: /posts/${name}/`,
        hint: 'Give one of the two files other words after its date.',
        place: { line: 1, column: 1 },
      },
    ];
  });
}
