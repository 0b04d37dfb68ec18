import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { VFile } from 'vfile';
import { findingsOf } from '../experiment/finding.ts';
import { readContent, readPosts } from './read-posts.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(root, { recursive: true }));

test('a project without posts has none', async () => {
  assert.deepEqual(await readPosts(root), []);
});

test('posts come oldest first; files that editors leave are no posts, and two posts at one address are reported', async () => {
  const folder = join(root, 'content/posts');
  mkdirSync(join(folder, '2024-01-05-folder.md'), { recursive: true });
  symlinkSync('nowhere', join(folder, '.#2024-01-02-one.md'));
  for (const name of ['2024-02-02-one.md', '2024-01-02-one.md', '2024-01-03-two.md'])
    writeFileSync(join(folder, name), `---\ntitle: a\ndate: ${name.slice(0, 10)}\n---\n`);
  const posts = await readPosts(root);
  assert.deepEqual(
    posts.map(({ slug, file }) => [slug, file.messages.map(({ reason }) => reason)]),
    [
      ['one', []],
      ['two', []],
      ['one', ['The post would have the same address as content/posts/2024-01-02-one.md: /posts/one/']],
    ],
  );
});

test('links to missing posts, headings and files are reported, and images without a text', async () => {
  const own = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  mkdirSync(join(own, 'content/posts'), { recursive: true });
  mkdirSync(join(own, 'public'));
  writeFileSync(join(own, 'public/heap.png'), '');
  const write = (name: string, body: string) =>
    writeFileSync(join(own, 'content/posts', name), `---\ntitle: a\ndate: ${name.slice(0, 10)}\n---\n${body}`);
  write(
    '2024-01-02-one.md',
    '## A *first* part\n\n[a](2024-01-03-two.md) [b](#a-first-part) [c](/posts/two/) [d](https://x.example/y.md) ' +
      '![heap](/heap.png) [e](/tags/)\n',
  );
  write(
    '2024-01-03-two.md',
    '[a](2024-01-02-on.md)\n[b](2024-01-02-one.md#first)\n[c](/gone.pdf)\n![](/heap.png)\n![h](heap.png)\n' +
      '![h](//x.example/a.png)\n[d]: ../three/\n\n[e](#nowhere)\n',
  );
  const [one, two] = await readPosts(own);
  assert.deepEqual(one?.file.messages.map(String), []);
  const shown = findingsOf(two?.file as VFile)
    .filter(({ level }) => level === 'error')
    .map(({ line, column, rule }) => `${line}:${column} ${rule}`);
  assert.deepEqual(shown, [
    '5:1 link-broken',
    '6:1 link-broken',
    '7:1 file-missing',
    '8:1 image-alt',
    '9:1 image-missing',
    '10:1 image-foreign',
    '13:1 link-broken',
  ]);
  assert.match(two?.file.messages.find(({ line }) => line === 5)?.reason ?? '', /There is no post "on"\. Did you mean "one"\?/);
  rmSync(own, { recursive: true });
});

test('videos, audios, their sources, tracks and posters that are not there are reported', async () => {
  const own = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  mkdirSync(join(own, 'content/posts'), { recursive: true });
  mkdirSync(join(own, 'public'));
  writeFileSync(join(own, 'public/run.mp4'), '');
  writeFileSync(
    join(own, 'content/posts/2024-01-02-one.md'),
    '---\ntitle: a\ndate: 2024-01-02\n---\n<video src="/run.mp4" poster="/run.png" controls></video>\n\n' +
      '<audio controls><source src="/run.ogg"><track src="/run.mp4"></audio>\n\n<video src="/gone.mp4"></video>\n',
  );
  const [post] = await readPosts(own);
  assert.deepEqual(
    post?.file.messages.map(({ line, column, reason }) => `${line}:${column} ${reason}`),
    ['5:1 There is no file public/run.png', '7:17 There is no file public/run.ogg', '9:1 There is no file public/gone.mp4'],
  );
});

test('files that are not text, or cannot be read, are errors; files that are not posts are warnings', async () => {
  const own = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  for (const folder of ['content/posts/2024', 'content/posts/2024-01-05-folder.md', 'content/pages'])
    mkdirSync(join(own, folder), { recursive: true });
  const write = (path: string, bytes: string | Buffer) => writeFileSync(join(own, 'content', path), bytes);
  write('posts/2024-01-01-latin.md', Buffer.from('---\ntitle: Caf\xE9\n---\n', 'latin1'));
  write('posts/2024-01-02-wide.md', Buffer.from('\uFEFF---\n', 'utf16le'));
  write('posts/2024-01-03-zero.md', '---\n\0');
  write('posts/2024-01-04-large.md', 'x '.repeat(1_100_000));
  write('posts/2024-13-45-no-day.md', '---\ntitle: a\ndate: 2024-01-01\n---\n');
  for (const path of [
    'posts/2024-01-06-x.markdown',
    'posts/notes.txt',
    'posts/2024/2024-01-01-x.md',
    'posts/.hidden.txt',
    'posts/x.md~',
    'pages/About Us.md',
  ])
    write(path, '');
  symlinkSync('nowhere', join(own, 'content/posts/2024-01-07-link.md'));
  symlinkSync('2024-13-45-no-day.md', join(own, 'content/posts/2024-01-08-linked.md'));
  const { posts, ignored } = await readContent(own);
  assert.deepEqual(
    posts.flatMap(({ slug, file }) =>
      file.messages.map(({ line, column, ruleId, fatal }) => `${slug} ${line}:${column} ${ruleId}${fatal === true ? '' : ' (warning)'}`),
    ),
    [
      'latin 2:11 file-encoding',
      'wide 1:1 file-encoding',
      'zero 2:1 file-encoding',
      'large 1:1 file-large',
      '2024-13-45-no-day 1:1 file-name',
    ].map((shown) => shown.replace('2024-13-45-', '')),
  );
  assert.deepEqual(
    ignored.flatMap(({ path, messages }) => messages.map(({ fatal }) => [path, fatal])),
    [
      'posts/2024',
      'posts/2024-01-05-folder.md',
      'posts/2024-01-06-x.markdown',
      'posts/2024-01-07-link.md',
      'posts/2024-01-08-linked.md',
      'posts/notes.txt',
      'pages/About Us.md',
    ].map((path) => [`content/${path}`, false]),
  );
  rmSync(own, { recursive: true });
});

test('a page is held to the same rules as a post', async () => {
  const own = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  for (const folder of ['content/posts', 'content/pages']) mkdirSync(join(own, folder), { recursive: true });
  writeFileSync(
    join(own, 'content/posts/2024-01-02-one.md'),
    '---\ntitle: a\ndate: 2024-01-02\ntags: GC\n---\n\n[a](/about/#us) [b](/about/#them)\n',
  );
  writeFileSync(
    join(own, 'content/pages/about.md'),
    '# About\n\n## Us\n\n[a](/nowhere/) [b](../posts/2024-01-02-one.md) [c](/tags/gc/) [d](2024-01-02-one.md)\n\n![](/x.png) [e][f]\n',
  );
  const { posts, pages } = await readContent(own);
  const shown = (messages: VFile['messages'] = []) => messages.map(({ line, column, ruleId }) => `${line}:${column} ${ruleId}`).toSorted();
  assert.deepEqual(shown(posts[0]?.file.messages), ['7:17 link-broken']);
  assert.deepEqual(shown(pages[0]?.file.messages), [
    '5:1 link-broken',
    '5:63 link-broken',
    '7:1 file-missing',
    '7:1 image-alt',
    '7:13 no-undefined-references',
  ]);
  rmSync(own, { recursive: true });
});
