import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import type { Capture } from '../capture/capture.ts';
import { handMadeCapture, startBlocks, startBytes, type Part } from '../capture/fixtures/hand-made-run.ts';
import type { Sample } from '../experiment/sample.ts';
import { parsePost } from '../post/post.ts';
import { readRetained } from './retained.ts';
import { judge } from './verdict.ts';

const sample = parsePost(
  new VFile({
    path: '2024-01-01-a.md',
    value: '---\ntitle: a\ndate: 2024-01-01\n---\n\n```python sample=a\nfor i in rows:\n    make(i)\nfor i in rows:\n    print(i)\n```\n',
  }),
).samples[0] as Sample;
const MB = 1e6;

interface Story {
  /** Bytes of the process above its start: the peak, and at the end. */
  readonly peak?: number;
  readonly ends?: number;
  /** Blocks above the start: the peak, and at the end. */
  readonly made?: number;
  readonly left?: number;
  /** Bytes that the C library has in use, if it reports them: at the start, the peak, and at the end. */
  readonly inUse?: readonly [number, number, number] | null;
  /** Bytes that malloc_trim() gives back; null if there is no such function. */
  readonly trimmed?: number | null;
  /** Bytes that an import adds in between. */
  readonly imported?: number;
}

/** A program that allocates much at once, frees it, and goes on; its process keeps some of it. */
function record(
  {
    peak = 100 * MB,
    ends = 80 * MB,
    made = 500_000,
    left = 0,
    inUse = [2 * MB, 70 * MB, 2 * MB],
    trimmed = 60 * MB,
    imported = 0,
  }: Story = {},
  changes: Parameters<typeof handMadeCapture>[2] = {},
): Capture {
  const using = (index: 0 | 1 | 2) => (inUse === null ? undefined : () => inUse[index]);
  const up = (to: number, from: number, looks: number) => (look: number) => Math.round(from + (to * look) / (looks - 1));
  const parts: readonly Part[] = [
    { at: '-', looks: 1, kind: 'S', inUse: using(0) },
    { at: '1', looks: 10, kind: 'I', rss: up(imported, startBytes, 10) },
    { at: '1 2', looks: 20, held: up(made, startBlocks, 20), rss: up(peak, startBytes + imported, 20) },
    { at: '2', looks: 1, kind: 'F', inUse: using(1) },
    { at: '3 4', looks: 60, held: () => startBlocks + left, rss: () => startBytes + imported + ends },
    { at: '-', looks: 1, kind: 'E', inUse: using(2) },
    { at: '-', looks: 1, kind: 'X' },
    ...(trimmed === null
      ? []
      : [{ at: '-', looks: 1, kind: 'T', inUse: using(2), rss: () => startBytes + imported + ends - trimmed } as const]),
  ];
  return handMadeCapture(sample, { 'debug-off': parts }, changes);
}

test('a process that keeps most of what its program has freed is reported, in bytes', () => {
  assert.deepEqual(readRetained(record()), {
    keptBytes: 80 * MB,
    endBytes: 89 * MB,
    peakBytes: 109 * MB,
    inUse: [2 * MB, 2 * MB],
    trimmedBytes: 60 * MB,
  });
});

test('its verdict says so, with what is in use, what stays and what could be given back', () => {
  const { name, sentence } = judge(record(), sample);
  assert.equal(name, 'retained');
  assert.match(sentence, /^Freed, but kept: /);
  for (const part of [
    'the process peaked at 109 MB and has 89 MB at its end',
    'by Python’s count and by that of the C library, which has 2 MB in use',
    'malloc_trim() gives 60 MB back',
  ])
    assert.ok(sentence.includes(part), sentence);
});

test('less than 8 MB is no finding, whatever its share', () => {
  assert.equal(readRetained(record({ peak: 8 * MB, ends: 7.9 * MB }))?.keptBytes, undefined);
  assert.equal(readRetained(record({ peak: 9 * MB, ends: 8.1 * MB }))?.keptBytes, 8.1 * MB);
});

test('less than nearly half of what the process took is no finding', () => {
  assert.equal(readRetained(record({ ends: 44 * MB })), undefined);
  assert.equal(readRetained(record({ ends: 46 * MB }))?.keptBytes, 46 * MB);
});

test('what is still in use, by Python’s count or by the C library’s, is not kept for nothing', () => {
  assert.equal(readRetained(record({ inUse: [2 * MB, 70 * MB, 11 * MB] })), undefined);
  assert.ok(readRetained(record({ inUse: [2 * MB, 70 * MB, 9 * MB] })));
  assert.equal(readRetained(record({ left: 90_000 })), undefined);
  assert.ok(readRetained(record({ left: 70_000 })));
});

test('what nobody saw freed is not called free', () => {
  const unseen: Story = { made: 1000, inUse: [2 * MB, 3 * MB, 2 * MB] };
  assert.equal(readRetained(record({ ...unseen, trimmed: 30 * MB })), undefined);
  // Each of three proofs suffices: what the C library gives back, what it had in use, and Python’s blocks.
  assert.ok(readRetained(record({ ...unseen, trimmed: 50 * MB })));
  // The C library has already given back what it had in use, so what stays is not its memory.
  assert.equal(readRetained(record({ ...unseen, inUse: [2 * MB, 60 * MB, 2 * MB], trimmed: 0 })), undefined);
  assert.ok(readRetained(record({ ...unseen, made: 900_000, trimmed: 0 })));
});

test('what imports took is not kept, and not made', () => {
  assert.equal(readRetained(record({ imported: 50 * MB }))?.keptBytes, 80 * MB);
  assert.equal(readRetained(record({ peak: 3 * MB, ends: 2 * MB, imported: 50 * MB })), undefined);
});

test('if the C library reports nothing, Python’s blocks decide, and the sentence mentions nothing else', () => {
  const capture = record({ inUse: null, trimmed: null, made: 900_000 });
  assert.deepEqual([readRetained(capture)?.inUse, readRetained(capture)?.trimmedBytes], [null, null]);
  const { name, sentence } = judge(capture, sample);
  assert.equal(name, 'retained');
  assert.match(sentence, /though by Python’s count nearly all of it is free\.$/);
  assert.doesNotMatch(sentence, /C library|malloc_trim/);
  assert.equal(readRetained(record({ inUse: null, trimmed: null, made: 100_000 })), undefined);
});

test('little that malloc_trim() gives back is not mentioned', () => {
  assert.doesNotMatch(judge(record({ trimmed: 7 * MB }), sample).sentence, /malloc_trim/);
  assert.match(judge(record({ trimmed: 9 * MB }), sample).sentence, /malloc_trim/);
});

test('the heap of WebAssembly only grows, and is not asked', () => {
  assert.equal(readRetained({ ...record(), memory: 'WebAssembly heap' }), undefined);
  assert.equal(readRetained({ ...record(), held: 'traced bytes' }), undefined);
});

test('a program that sets debug flags is asked with the flags off', () => {
  const [kept, given] = [record(), record({ ends: 1 * MB })];
  const mixed = (flags: number): Capture => ({
    ...kept,
    conditions: { ...kept.conditions, 'as-written': { ...given.conditions['as-written'], flags } },
  });
  assert.equal(readRetained(mixed(0)), undefined);
  assert.equal(readRetained(mixed(32))?.keptBytes, 80 * MB);
});

test('of a run without an end nothing is reported as kept', () => {
  const { conditions, ...rest } = record();
  const cut = {
    ...conditions['as-written'],
    points: conditions['as-written'].points.filter(([, , , , , , , kind]) => !'EXT'.includes(kind)),
  };
  assert.equal(readRetained({ ...rest, conditions: { ...conditions, 'as-written': cut } }), undefined);
});
