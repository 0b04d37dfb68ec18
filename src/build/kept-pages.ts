import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { findKept, keep, linkAll } from './cache.ts';
import { listFiles, readPlain } from './inputs.ts';
import { newestFirst } from './newest-first.ts';
import { madeOf, type PostMade, type Survey } from './survey.ts';

/** A post, under which key its pages are kept, and where, if an earlier build made the same. */
export interface PostPages {
  readonly post: PostMade;
  readonly key: string;
  readonly kept: string | undefined;
}

/**
 * The pages of every published post. They are made from what was made of it (its folder's name is a hash of that), its
 * neighbours, the navigation, and where the site stands; the settings and Leaklog itself are in that hash.
 */
export async function findPages(root: string, surveys: readonly Survey[], base = ''): Promise<readonly PostPages[]> {
  const frame = createHash('sha256').update(base);
  for (const path of listFiles(root, 'content/pages')) frame.update(`\0${path}\0${readTitle(join(root, path))}`);
  const common = frame.digest('hex');
  const posts = newestFirst(madeOf(surveys));
  return posts.map((post, index) => {
    const neighbours = [posts[index - 1], posts[index + 1]].map((other) => other && [other.id, other.data.title]);
    const key = createHash('sha256')
      .update(JSON.stringify([common, basename(post.folder), neighbours]))
      .digest('hex')
      .slice(0, 40);
    return { post, key, kept: findKept(root, key)?.folder };
  });
}

/** Keeps the pages of a post that were rendered into a folder. Where that cannot be, the next build renders them again. */
export async function keepPages(root: string, { key }: PostPages, rendered: string): Promise<void> {
  await keep(root, key, (folder) => {
    linkAll(rendered, folder, (path) => (path.endsWith('index.html') ? path.replaceAll('/', slash) : undefined));
    return null;
  }).catch(() => undefined);
}

/** Puts the pages that are kept in a folder into a site's folder. */
export function placePages(folder: string, target: string): void {
  linkAll(folder, target, (name) => (name.endsWith('index.html') ? name.replaceAll(slash, '/') : undefined));
}

/** What stands for a slash where pages are kept, all in one folder: making folders is a good part of keeping them. */
const slash = '%2F';

/** What the navigation says of a page: its first paragraph is its title. */
function readTitle(path: string): string {
  return (
    readPlain(path)
      .toString()
      .trimStart()
      .split(/\n\s*\n/)[0] ?? ''
  );
}
