import { execa } from 'execa';
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { VFile } from 'vfile';
import { handMade } from '../capture/fixtures/hand-made.ts';
import { recordPath } from '../capture/record-files.ts';
import { saveRecord } from '../capture/store.ts';
import { parsePost } from '../post/post.ts';
import { throwAway } from './throw-away.ts';

const project = throwAway();
after(() => project.remove());

/** Logs every post, page and record that is opened, in this process and those that it starts. */
const watcher = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { appendFileSync, openSync, readFileSync } = fs;
let isInside = false;
const isContent = (path) => path.includes('/content/') && /\\.(?:md|json)$/.test(path) && !path.includes('/manual/');
const note = (path) => {
  if (!isInside && isContent(path)) appendFileSync(process.env.READS, path + '\\n');
};
/** Reading a file also opens it, which must not count twice. */
const once = (read) => (path, ...rest) => {
  note(String(path));
  isInside = true;
  try {
    return read(path, ...rest);
  } finally {
    isInside = false;
  }
};
fs.readFileSync = once(readFileSync);
fs.openSync = once(openSync);
const { open, readFile } = fs.promises;
fs.promises.readFile = (path, ...rest) => (note(String(path)), readFile(path, ...rest));
fs.promises.open = (path, ...rest) => (note(String(path)), open(path, ...rest));
syncBuiltinESMExports();
`;

const build = async () => {
  const reads = join(project.root, 'reads');
  rmSync(reads, { force: true });
  await execa(resolve('node_modules/.bin/node'), ['--disable-warning=ExperimentalWarning', 'scripts/build.ts', '--no-run'], {
    cwd: project.root,
    env: { READS: reads, NODE_OPTIONS: '--import ./watch.mjs' },
  });
  const counts = new Map<string, number>();
  for (const path of readFileSync(reads, 'utf8').trim().split('\n')) {
    const short = path.slice(path.indexOf('/content/') + 1);
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return counts;
};

test('a build reads each post and each record once', async () => {
  project.write('watch.mjs', watcher);
  project.write('content/pages/about.md', '# About\n\n```example post=post-03\n::verdict{of=it}\n```\n');
  for (let day = 1; day <= 24; day += 1) {
    const number = String(day).padStart(2, '0');
    const path = `content/posts/2024-05-${number}-post-${number}.md`;
    const value = `---\ntitle: Post ${number}\ndate: 2024-05-${number}\n---\n\n\`\`\`python sample=it\nprint(${day})\n\`\`\`\n`;
    project.write(path, value);
    for (const sample of parsePost(new VFile({ path, value })).samples)
      await saveRecord(project.root, recordPath(`post-${number}`, sample.name, 'cpython-3.11'), handMade(sample, 'cpython-3.11'));
  }
  const once = (counts: ReadonlyMap<string, number>) => {
    assert.equal(counts.size, 49);
    assert.deepEqual(
      [...counts].filter(([, count]) => count !== 1),
      [],
    );
  };
  // Without a cache, by several processes; then without changes; then with one edited post.
  once(await build());
  once(await build());
  appendFileSync(join(project.root, 'content/posts/2024-05-07-post-07.md'), '\nMore.\n');
  once(await build());
});
