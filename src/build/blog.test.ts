import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { handMade } from '../capture/fixtures/hand-made.ts';
import { recordPath } from '../capture/record-files.ts';
import { saveRecord } from '../capture/store.ts';
import type { Sample } from '../experiment/sample.ts';
import { readPost } from '../post/read-posts.ts';
import { inspectAgain } from './blog.ts';
import type { CompiledPost } from './compiled-post.ts';
import { readInputs } from './inputs.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-blog-'));
after(() => rmSync(root, { recursive: true }));
const path = (day: number, slug: string) => `content/posts/2024-01-0${day}-${slug}.md`;
mkdirSync(join(root, 'content/posts'), { recursive: true });
for (const [day, slug] of [
  [1, 'one'],
  [2, 'two'],
] as const)
  writeFileSync(join(root, path(day, slug)), `---\ntitle: A\ndate: 2024-01-0${day}\n---\n\n\`\`\`python sample=a\nprint(1)\n\`\`\`\n`);

const options = { brand: { title: 'A', accent: '#000000' }, until: '2099-01-01', manual: false };

test('only posts whose text or records have changed are checked again', async () => {
  const remembered = new Map<string, CompiledPost>();
  const first = (await inspectAgain(readInputs(root), remembered, options)).posts;
  assert.deepEqual(
    first.map(({ slug, isStale }) => [slug, isStale]),
    [
      ['one', true],
      ['two', true],
    ],
  );
  const changed = async () => {
    const before = new Set(remembered.values());
    return (await inspectAgain(readInputs(root), remembered, options)).posts.filter((post) => !before.has(post));
  };
  assert.deepEqual(await changed(), []);
  appendFileSync(join(root, path(1, 'one')), '\n![](/none.png)\n');
  assert.deepEqual(
    (await changed()).map(({ slug, textFindings, recordFindings }) => [
      slug,
      ...[...textFindings, ...recordFindings].map(({ rule }) => rule),
    ]),
    [['one', 'image-alt', 'record-missing']],
  );
  const [sample] = readPost(root, path(2, 'two')).samples;
  await saveRecord(root, recordPath('two', 'a', 'cpython-3.11'), handMade(sample as Sample, 'cpython-3.11'));
  assert.deepEqual(
    (await changed()).map(({ slug, isStale }) => [slug, isStale]),
    [['two', false]],
  );
  rmSync(join(root, path(1, 'one')));
  assert.deepEqual(
    (await inspectAgain(readInputs(root), remembered, options)).posts.map(({ slug }) => slug),
    ['two'],
  );
  assert.equal(remembered.size, 1);
});
