import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { handMade } from '../capture/fixtures/hand-made.ts';
import type { Condition } from '../experiment/condition.ts';
import type { Sample } from '../experiment/sample.ts';
import { parsePost } from '../post/post.ts';
import { findDrift } from './drift.ts';

const [sample] = parsePost(
  new VFile({ path: '2024-05-06-a.md', value: '---\ntitle: a\ndate: 2024-05-06\n---\n\n```python sample=a\n1\n```\n' }),
).samples as [Sample];
const peakingAt = (capture: Capture, condition: Condition, peakRssBytes: number): Capture => ({
  ...capture,
  conditions: { ...capture.conditions, [condition]: { ...capture.conditions[condition], peakRssBytes } },
});

test('a peak that is another one is drift', () => {
  const native = handMade(sample);
  assert.deepEqual(findDrift(native, native), []);
  assert.deepEqual(findDrift(native, peakingAt(native, 'debug-off', 78e6)), ['debug-off peak 9 MB → 78 MB']);
  assert.deepEqual(findDrift(native, peakingAt(native, 'debug-off', 12e6)), []);
});

test('of Pyodide’s heap the run with the flags off is not compared, and the others are', () => {
  const embedded = handMade(sample, 'pyodide-3.14');
  assert.deepEqual(findDrift(embedded, peakingAt(embedded, 'debug-off', 78e6)), []);
  for (const condition of ['as-written', 'gc-disabled'] as const)
    assert.match(findDrift(embedded, peakingAt(embedded, condition, 78e6)).join(), /peak 9 MB → 78 MB/);
});

test('ends that are both meant are no drift, and how far a stopped program came is none', () => {
  const capture = handMade(sample);
  const ending = (changes: Partial<RunRecord>): Capture => {
    const written = { ...capture.conditions['as-written'], ...changes };
    return { ...capture, conditions: { ...capture.conditions, 'as-written': written } };
  };
  const [stopped, further] = [ending({ exit: null, limit: 'stop' }), ending({ exit: null, limit: 'stop', peakRssBytes: 78e6 })];
  assert.deepEqual(findDrift(stopped, further, { exit: 0, stopMs: 5000 }), []);
  assert.deepEqual(findDrift(stopped, capture, { exit: 0, stopMs: 5000 }), []);
  assert.deepEqual(findDrift(capture, ending({ exit: 3 }), { exit: 'any', stopMs: undefined }), []);
  assert.deepEqual(findDrift(capture, ending({ exit: 3 })), ['verdict no-leak → unclear', 'exit 0 → exit 3']);
});

test('a type called __proto__ is compared like others', () => {
  const reporting = (name: string) => handMade(sample, 'cpython-3.11', { log: `gc: collectable <${name} 0x7f0000000010>\n`.repeat(200) });
  const drift = findDrift(reporting('__proto__'), reporting('constructor'));
  for (const change of ['__proto__ 200 → 0', 'constructor 0 → 200']) assert.ok(drift.includes(change), drift.join('; '));
  assert.deepEqual(findDrift(reporting('__proto__'), reporting('__proto__')), []);
});

test('counts of a type and the repeating group are compared, each by itself', () => {
  const [cell, link] = ['gc: collectable <cell 0x7f0000000010>\n', 'gc: collectable <Link 0x7f0000000030>\n'];
  const printing = (log: string) => handMade(sample, 'cpython-3.11', { log });
  assert.deepEqual(findDrift(printing(cell.repeat(200)), printing(cell.repeat(400))), [
    'cell 200 → 400',
    'debug-off cell 200 → 400',
    'gc-disabled cell 200 → 400',
  ]);
  const inPairs = printing((cell + link).repeat(200));
  const inRows = printing((cell + cell + link + link).repeat(100));
  assert.deepEqual(findDrift(inPairs, inRows), ['the repeating group of the log is another']);
});
