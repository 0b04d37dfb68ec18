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
