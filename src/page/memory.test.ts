import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { handMade } from '../capture/fixtures/hand-made.ts';
import type { Sample } from '../experiment/sample.ts';
import { parsePost } from '../post/post.ts';
import { memoryFigure } from './memory.ts';

const [sample] = parsePost(
  new VFile({ path: '2024-01-01-a.md', value: '---\ntitle: a\ndate: 2024-01-01\n---\n\n```python sample=one\nprint(1)\n```\n' }),
).samples as [Sample];

/** The wide charts of a record with changes to its run as written: the memory chart, and the one over wall time. */
function charts(changes: (run: RunRecord) => Partial<RunRecord>): readonly string[] {
  const capture = handMade(sample);
  const run = capture.conditions['as-written'];
  const changed: Capture = { ...capture, conditions: { ...capture.conditions, 'as-written': { ...run, ...changes(run) } } };
  const { markup } = memoryFigure([{ sample, capture: changed }], 'one', 'A post');
  return String(markup)
    .split('<svg')
    .filter((svg) => /^[^>]*wide/.test(svg))
    .map((svg) => svg.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '));
}

const withFull = (run: RunRecord, full: RunRecord['collections']['full'], count = full.length): Partial<RunRecord> => ({
  collections: { ...run.collections, counts: [3, 1, count], full },
});

test('how long full collections took is said where the record tells of all of them', () => {
  const told = Array.from({ length: 200 }, (_, index): [number, number, number] => [index, -1, 0.9]);
  const [memory = '', clock = ''] = charts((run) => withFull(run, told));
  assert.match(memory, /As written .* 200 full collections, 180 ms in all .* With full collections/);
  assert.match(clock, /200 full collections take 46 % of the time/);
  const [many = '', ...none] = charts((run) => withFull(run, told, 900));
  assert.match(many, /As written .* 900 full collections, first 200 shown .* With full collections/);
  assert.doesNotMatch(many, /180 ms/);
  assert.deepEqual(none, []);
});

test('the end of a line is called its peak where it is lower, and the time of the whole run is said to be that', () => {
  const full: RunRecord['collections']['full'] = [
    [100, -1, 90],
    [200, -1, 90],
  ];
  const [, lower = ''] = charts((run) => ({ ...withFull(run, full), peakRssBytes: 90_000_000 }));
  assert.match(lower, /one peak 90 MB 400 ms in all/);
  const [, level = ''] = charts((run) => withFull(run, full));
  assert.match(level, /one 9 MB 400 ms in all/);
});

test('a chart with the memory of other processes says whose course and whose peak it tells', () => {
  const [alone = ''] = charts(() => ({}));
  assert.match(alone, /Flat in all three conditions: “one” peaks at/);
  const [family = ''] = charts(() => ({ children: { most: 1, points: [[100, 60_000_000]] }, peakRssBytes: 69_000_000 }));
  assert.match(family, /Its first process does not go on growing: “one” with all that it starts peaks at 69 MB/);
  assert.doesNotMatch(family, /[Ff]lat in all/);
});

test('a chart of two Pythons names both', () => {
  const capture = handMade(sample);
  const other = { sample: { ...sample, name: 'two' }, capture: { ...capture, python: '3.99.1' } };
  const text = (measured: Parameters<typeof memoryFigure>[0]) => String(memoryFigure(measured, 'one', 'A post').markup);
  assert.match(
    text([{ sample, capture }, other]),
    /“one” on CPython 3\.\d+\.\d+ on linux-x64, “two” on CPython 3\.99\.1 on linux-x64, one run/,
  );
  assert.doesNotMatch(text([{ sample, capture }]), /“one” on CPython/);
});
