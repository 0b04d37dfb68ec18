import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VFile } from 'vfile';
import { checkLinks } from './links.ts';
import { report } from './message.ts';
import { parsePost, type Post } from './post.ts';

/** Where posts lie, from the project's root. */
export const postsFolder = 'content/posts';

/** The files of all posts, oldest first, as paths from the project's root. */
export async function listPosts(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, postsFolder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  // Editors leave hidden files and links of their own.
  const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !entry.name.startsWith('.')).map(({ name }) => name);
  return names.toSorted().map((name) => `${postsFolder}/${name}`);
}

/** Every post, oldest first; what is wrong with one is on its file. */
export async function readPosts(root: string): Promise<readonly Post[]> {
  const posts = await Promise.all((await listPosts(root)).map((path) => readPost(root, path)));
  for (const [index, post] of posts.entries()) {
    const twin = posts.slice(0, index).find(({ slug }) => slug === post.slug);
    if (twin === undefined) continue;
    report(post.file, { rule: 'file-name', reason: `The post would stand at the same address as ${twin.file.path}: /posts/${post.slug}/`, hint: 'Give one of the two files other words after its date.', place: { line: 1, column: 1 } });
  }
  checkLinks(posts, root);
  return posts;
}

/** One post, by its path from the project's root. */
export async function readPost(root: string, path: string): Promise<Post> {
  return parsePost(new VFile({ path, value: await readFile(join(root, path), 'utf8') }));
}
