import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPosts } from './read-posts.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(root, { recursive: true }));

test('a project without posts has none', async () => {
  assert.deepEqual(await readPosts(root), []);
});

test('posts come oldest first; what editors leave beside them is none, and two at one address are told', async () => {
  const folder = join(root, 'content/posts');
  mkdirSync(join(folder, '2024-01-05-folder.md'), { recursive: true });
  symlinkSync('nowhere', join(folder, '.#2024-01-02-one.md'));
  for (const name of ['2024-02-02-one.md', '2024-01-02-one.md', '2024-01-03-two.md']) writeFileSync(join(folder, name), '---\ntitle: a\ndate: 2024-01-01\n---\n');
  const posts = await readPosts(root);
  assert.deepEqual(posts.map(({ slug, file }) => [slug, file.messages.map(({ reason }) => reason)]), [
    ['one', []], ['two', []], ['one', ['The post would stand at the same address as content/posts/2024-01-02-one.md: /posts/one/']],
  ]);
});

test('links to posts, headings and files that are not there are told, and images without a text', async () => {
  const own = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  mkdirSync(join(own, 'content/posts'), { recursive: true });
  mkdirSync(join(own, 'public'));
  writeFileSync(join(own, 'public/heap.png'), '');
  const write = (name: string, body: string) => writeFileSync(join(own, 'content/posts', name), `---\ntitle: a\ndate: 2024-01-01\n---\n${body}`);
  write('2024-01-02-one.md', '## A *first* part\n\n[a](2024-01-03-two.md) [b](#a-first-part) [c](/posts/two/) [d](https://x.example/y.md) ![heap](/heap.png) [e](/tags/)\n');
  write('2024-01-03-two.md', '[a](2024-01-02-on.md)\n[b](2024-01-02-one.md#first)\n[c](/gone.pdf)\n![](/heap.png)\n![h](heap.png)\n![h](//x.example/a.png)\n[d]: ../three/\n\n[e](#nowhere)\n');
  const [one, two] = await readPosts(own);
  assert.deepEqual(one?.file.messages.map(String), []);
  const told = two?.file.messages.filter(({ fatal }) => fatal).map(({ line, column, ruleId }) => `${line}:${column} ${ruleId}`);
  assert.deepEqual(told, ['5:1 link-broken', '6:1 link-broken', '7:1 file-missing', '8:1 image-alt', '9:1 image-missing', '10:1 image-foreign', '13:1 link-broken']);
  assert.match(two?.file.messages.find(({ fatal }) => fatal)?.reason ?? '', /There is no post "on"\. Did you mean "one"\?/);
  rmSync(own, { recursive: true });
});
