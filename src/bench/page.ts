import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatBytes } from '../verdict/format.ts';
import { makeBlog } from './blog.ts';
import { timeProgram } from './measure.ts';
import { rowOf } from './table.ts';
import { scriptOf, type Work } from './work.ts';

/** The smallest page of the same post by other tools, measured in 2026: Observable Framework, MyST, Sphinx, knitr and others. */
const smallestPeerBytes = 2_070_000;

/** The gzipped size of the first post: of the page with its styles and scripts, and together with the page of the whole log. */
export const page: Work = async ({ root, folder, note }) => {
  await makeBlog(root, folder, 5);
  await timeProgram(process.execPath, scriptOf(folder, 'build'), { cwd: folder });
  note('page: gzip -9 of each file');
  const dist = join(folder, 'dist');
  const post = 'posts/memory-leak-python-0/index.html';
  const html = readFileSync(join(dist, post), 'utf8');
  const assets = [...html.matchAll(/<(?:link rel="stylesheet" href|script [^>]*src)="([^"]+)"/g)].map((match) => match[1] as string);
  const sizeOf = (path: string) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
  const size = [post, ...assets].map(sizeOf).reduce((sum, bytes) => sum + bytes, 0);
  const whole = size + sizeOf('posts/memory-leak-python-0/before/index.html');
  const row = (work: string, bytes: number) =>
    rowOf({
      work,
      against: 'the smallest of its peers',
      ours: formatBytes(bytes),
      theirs: formatBytes(smallestPeerBytes),
      ratio: bytes / smallestPeerBytes,
      maxRatio: 1 / 20,
    });
  return [row('the first post, bytes to the reader', size), { ...row('with the page of the whole log', whole), maxRatio: undefined }];
};
