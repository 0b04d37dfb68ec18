import { cp, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { printCapture } from '../capture/capture.ts';
import { freshnessOf, primaryCaptures } from '../capture/freshness.ts';
import { keyOf, sourceOf } from '../capture/key.ts';
import { recordPath } from '../capture/record-files.ts';
import { loadRecords, type StoredRecord } from '../capture/store.ts';
import { UserError } from '../experiment/user-error.ts';
import { postsFolder } from '../post/content-files.ts';
import { lockPath, readLockFiles } from '../post/lock-files.ts';
import type { Post } from '../post/post.ts';
import { readPost, readPosts } from '../post/read-posts.ts';

/**
 * Generates a blog with `size` posts in a folder, from the posts and fresh records of this project. No two posts are alike: each
 * has its own address, date, title and code, so that caching equal work gains nothing. Samples have records of up to `pythons`
 * Pythons, that of their page first. Errors: UserError without fresh records.
 */
export async function makeBlog(root: string, folder: string, size: number, pythons = 1): Promise<void> {
  const posts = await readPosts(root);
  const seeds = await Promise.all(
    posts.map(async (post) => ({
      post,
      text: await readFile(join(root, post.file.path), 'utf8'),
      records: choose(post, loadRecords(root, post.slug), pythons),
    })),
  );
  await mkdir(folder, { recursive: true });
  for (const name of ['src', 'scripts', 'astro.config.mjs', 'package.json'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await linkPackages(root, folder);
  for (let number = 0; number < size; number += 1) await writePost(root, folder, number, seeds, size);
}

/** Links the packages of this project into a folder, which gets its own caches. */
export async function linkPackages(root: string, folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '.cache' && name !== '.astro' && name !== '.vite')
      await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
}

/** The file name of a post by its number, without extension, and its slug. */
function nameOf(number: number, { post }: Seed): { readonly name: string; readonly slug: string } {
  const day = new Date(Date.UTC(2000, 0, 1 + number)).toISOString().slice(0, 10);
  return { name: `${day}-${post.slug}-${number}`, slug: `${post.slug}-${number}` };
}

interface Seed {
  readonly post: Post;
  readonly text: string;
  readonly records: readonly StoredRecord[];
}

function choose(post: Post, records: readonly StoredRecord[], pythons: number): readonly StoredRecord[] {
  const shown = primaryCaptures(records, post.samples);
  const chosen = post.samples.flatMap((sample) => {
    const fresh = records.filter((record) => record.sample === sample.name && freshnessOf(record, sample) === 'fresh');
    const isFirst = ({ capture }: StoredRecord) => Number(capture === shown.get(sample.name));
    return fresh.toSorted((a, b) => isFirst(b) - isFirst(a)).slice(0, pythons);
  });
  if (post.samples.every(({ name }) => chosen.some(({ sample }) => sample === name))) return chosen;
  throw new UserError(
    `The post ${post.slug} has a sample without a fresh record`,
    'The benchmark copies posts and records: take them with npm run build.',
  );
}

async function writePost(root: string, folder: string, number: number, seeds: readonly Seed[], size: number): Promise<void> {
  const place = number % seeds.length;
  const { post, text, records } = seeds[place] as Seed;
  const { name: stem, slug } = nameOf(number, seeds[place] as Seed);
  // Posts link to others of their round; the last round may be shorter, and then they link to the one before.
  const numberOf = (index: number) => number - place + index - (number - place + index < size ? 0 : seeds.length);
  const path = `${postsFolder}/${stem}.md`;
  const links = seeds.reduce(
    (linked, seed, index) => linked.replaceAll(`${seed.post.file.stem}.md`, `${nameOf(numberOf(index), seed).name}.md`),
    text,
  );
  const own = links
    .replace(/^date:.*$/m, `date: ${stem.slice(0, 10)}`)
    .replace(/^(title: .*?)("?)$/m, `$1, ${number}$2`)
    .replace(/^(```python sample=(?!.*\bsame=)[^]*?^)```$/gm, `$1# ${number}\n\`\`\``);
  await write(join(folder, path), own);
  for (const { sample, path: lock, read } of readLockFiles(root, post.slug)) {
    if ('reason' in read) throw new UserError(`${lock} cannot be read: ${read.reason}`, 'Mend it: npm run check');
    await write(join(folder, lockPath(slug, sample)), read);
  }
  const { samples } = readPost(folder, path);
  for (const { sample: name, runtime, capture } of records) {
    const sample = samples.find((sample) => sample.name === name);
    if (sample === undefined || capture === undefined) continue;
    await write(join(folder, recordPath(slug, name, runtime)), printCapture({ ...capture, key: keyOf(sample), source: sourceOf(sample) }));
  }
}

async function write(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
