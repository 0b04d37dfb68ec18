import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { handMade } from '../capture/hand-made.ts';
import { recordPath } from '../capture/record-files.ts';
import { saveRecord } from '../capture/store.ts';
import type { Sample } from '../experiment/sample.ts';
import { readPost } from '../post/read-posts.ts';
import { surveyAgain } from './pool.ts';
import type { Survey } from './survey.ts';

const root = mkdtempSync(join(tmpdir(), 'survey-test-'));
after(() => rmSync(root, { recursive: true }));
const path = (day: number, slug: string) => `content/posts/2024-01-0${day}-${slug}.md`;
mkdirSync(join(root, 'content/posts'), { recursive: true });
for (const [day, slug] of [
  [1, 'one'],
  [2, 'two'],
] as const)
  writeFileSync(join(root, path(day, slug)), `---\ntitle: A\ndate: 2024-01-0${day}\n---\n\n\`\`\`python sample=a\nprint(1)\n\`\`\`\n`);

test('only posts that have changed are surveyed again: their text, or their records', async () => {
  const remembered = new Map<string, Survey>();
  const first = await surveyAgain(root, remembered);
  assert.deepEqual(
    first.map(({ slug, isOld }) => [slug, isOld]),
    [
      ['one', true],
      ['two', true],
    ],
  );
  const changed = async () => {
    const before = new Set(remembered.values());
    return (await surveyAgain(root, remembered)).filter((survey) => !before.has(survey));
  };
  assert.deepEqual(await changed(), []);
  appendFileSync(join(root, path(1, 'one')), '\n![](/none.png)\n');
  assert.deepEqual(
    (await changed()).map(({ slug, findings }) => [slug, findings.map(({ rule }) => rule).toSorted()]),
    [['one', ['image-alt', 'record-missing']]],
  );
  const [sample] = readPost(root, path(2, 'two')).samples;
  await saveRecord(root, recordPath('two', 'a', 'cpython-3.11'), handMade(sample as Sample, 'cpython-3.11'));
  assert.deepEqual(
    (await changed()).map(({ slug, isOld }) => [slug, isOld]),
    [['two', false]],
  );
  rmSync(join(root, path(1, 'one')));
  assert.deepEqual(
    (await surveyAgain(root, remembered)).map(({ slug }) => slug),
    ['two'],
  );
  assert.equal(remembered.size, 1);
});
