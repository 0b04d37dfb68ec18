import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { freshnessOf } from '../capture/freshness.ts';
import { listTexts } from './inputs.ts';
import { readRecordedPosts } from './pool.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-pool-'));
after(() => rmSync(root, { recursive: true }));

/** A post of this repository, its samples, and a Python that it was recorded on. */
const [date, slug, samples, runtime] = ['2026-09-16', 'cache-that-fills-up', ['before', 'after'], 'cpython-3.11'] as const;
const read = (path: string) => readFileSync(resolve('content', path), 'utf8');

test('posts that are read in several processes are as if they were read one by one, and in their order', async () => {
  for (const folder of ['posts', 'captures']) mkdirSync(join(root, 'content', folder), { recursive: true });
  for (let index = 0; index < 40; index += 1) {
    writeFileSync(join(root, `content/posts/${date}-post-${index}.md`), `${read(`posts/${date}-${slug}.md`)}\nPost ${index}.\n`);
    for (const sample of samples) {
      const folder = join(root, `content/captures/post-${index}/${sample}`);
      cpSync(resolve(`content/captures/${slug}/${sample}/${runtime}.json`), join(folder, `${runtime}.json`));
      writeFileSync(join(folder, 'cpython-3.8.json'), '{}');
    }
  }
  const { posts } = listTexts(root);
  assert.equal(posts.length, 40);
  const together = await readRecordedPosts({ root, posts });
  const alone = [];
  for (const post of posts) alone.push(...(await readRecordedPosts({ root, posts: [post] })));
  assert.deepEqual(together, alone);
  for (const { post, records, text } of together) {
    const named = post.samples.filter(({ name }) => (samples as readonly string[]).includes(name));
    assert.deepEqual([named.length, text.textFindings, text.slug], [2, [], post.slug]);
    const states = named.map((sample) =>
      records.filter((record) => record.sample === sample.name).map((each) => freshnessOf(each, sample)),
    );
    assert.deepEqual(states, [
      ['fresh', 'damaged'],
      ['fresh', 'damaged'],
    ]);
  }
});
