import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { VFile } from 'vfile';
import type { Capture } from '../capture/capture.ts';
import type { StoredRecord } from '../capture/store.ts';
import { takeCapture } from '../capture/take.ts';
import type { Sample } from '../experiment/sample.ts';
import { parsePost } from '../post/post.ts';
import { findPython, type Runtime } from '../run/runtime.ts';
import { renderPage, type Page } from './page.ts';

const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here' };
const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../verdict/fixtures', name), 'utf8');
const text = `---
title: a
date: 2024-01-01
---

## One & two

See [the other](2023-09-22-memory-leak-python.md#what-the-flag-does), [tags](/tags/) and [this](#one--two).

\`\`\`python sample=artifact axis=i
${fixture('debug-artifact.py')}\`\`\`

\`\`\`python sample=leak
${fixture('leak.py')}\`\`\`

::cycle{of=artifact}

::versions{of=artifact}

::diff{of="artifact leak"}

::cycle{of=leak}
`;
const post = parsePost(new VFile({ path: '2024-01-01-a.md', value: text }));
let page: Page;
let artifact: Capture;

before(async () => {
  if (python === undefined) return;
  const take = async (sample: Sample): Promise<StoredRecord> => ({
    sample: sample.name,
    runtime: (python as Runtime).id,
    path: '',
    reason: undefined,
    capture: await takeCapture(sample, python as Runtime),
  });
  const records = [];
  for (const sample of post.samples) records.push(await take(sample));
  artifact = records[0]?.capture as Capture;
  page = await renderPage(post, records);
});

test('the post has nothing wrong with it', () => {
  assert.deepEqual(post.file.messages.map(String), []);
});

test('lines that hold leaked memory are named, with debug flags and without', native, () => {
  const held = [...page.body.matchAll(/<span class="row" id="(\w+)-L(\d+)">(?:(?!<\/a>).)*<\/a><span class="heat heat-5"/g)].map(
    ([, sample, line]) => `${sample} ${line}`,
  );
  // The line that creates the object or, on versions where an instance has a dictionary from the start, the line that fills it.
  assert.match(held.join(', '), /^artifact (?:9|13), leak (?:6|12)$/);
  assert.match(page.body, /as written, debug flags and all/);
  assert.match(page.body, /what the line allocated while it was traced and was still in use when that ended/);
  assert.match(page.body, /still in use when that ended\. .*\. Line (?:6|12) allocated \d+ % of these/);
});

test('the cycle is that of the program, its references named', native, () => {
  assert.ok(artifact.garbage);
  assert.deepEqual(
    artifact.garbage.types.filter((type) => type === 'Node'),
    ['Node'],
  );
  assert.match(page.body, /<text class="kind"[^>]*>Node<\/text>/);
  assert.match(page.body, /(?:\.me|\['me'\])<\/text>/);
  assert.match(page.body, /<g class="edge marked">/);
  assert.match(page.body, /<li class="on-cycle">Node/);
  assert.match(page.body, /“leak” makes no garbage that the collector would have to find/);
});

test('flags are mentioned only of a sample that sets some', native, () => {
  const section = (name: string) =>
    page.body.match(new RegExp(`<section[^>]*aria-label="Verdict on ${name}".*?</section>`, 's'))?.[0] ?? '';
  assert.match(section('artifact'), /<th scope="row">with the debug flags off</);
  assert.match(section('leak'), /<th scope="row">with full collections added</);
});

test('versions tell what each unit of work left to the collector', native, () => {
  const [, row = ''] = /<th scope="row">(3\.\d+\.\d+<\/th>.*?)<\/tr>/.exec(page.body) ?? [];
  assert.ok(row.startsWith(`${python?.version}<`));
  assert.match(row, /debug-artifact/);
  // On some versions an instance comes with its dictionary.
  assert.match(row, /<td class="number">(?:1|2)\.0<\/td>/);
});

test('code, code and diff are three views of one figure', native, () => {
  assert.equal(page.body.match(/<input type="radio" name="figure-3"/g)?.length, 3);
  assert.equal(page.body.match(/ checked/g)?.length, 1);
});

test('links between posts and from the root lead there from the post’s own address', native, () => {
  assert.match(page.body, /<a href="\.\.\/memory-leak-python\/#what-the-flag-does">/);
  assert.match(page.body, /<a href="\.\.\/\.\.\/tags\/">/);
  assert.match(page.body, /<a href="#one--two">/);
  assert.deepEqual(page.toc, [{ id: 'one--two', text: 'One & two', depth: 2 }]);
});

test('a chart’s files are whole: every moment in the table, every rule in the drawing', native, () => {
  const file = (end: string) => page.files.find(({ name }) => name.endsWith(end))?.text ?? '';
  const [head, ...rows] = file('.csv').trimEnd().split('\n');
  assert.equal(head, 'sample,condition,wall_ms,cpu_ms,memory_bytes,allocated_blocks,traced_bytes,c_in_use_bytes,gc_garbage,work');
  assert.ok(rows.length > 300 && rows.every((row) => row.split(',').length === 10));
  // The last look is shortly before the end.
  assert.ok(
    Number(
      rows
        .findLast((row) => row.startsWith('artifact,as-written'))
        ?.split(',')
        .at(-1),
    ) > 100_000,
  );
  assert.match(file('.svg'), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.doesNotMatch(file('.svg'), /var\(|NaN/);
});
