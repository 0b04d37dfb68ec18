import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLog, lineKinds, lineTexts, rawBytes, type Log } from './log.ts';
import { LogReader } from './reader.ts';

/** A fixed seed, so that the logs are always the same. */
const seed = 20_230_922;

const address = fc.oneof(
  fc.constantFrom('0x7f7bb7a729e8', '0x7f7bb7a72aa8', '0x243e0a8', '0x1', '0x0', '0xffffffffffffffff', '000001F2A3B4C5D6'),
  fc.nat(0xffff).map((number) => `0x7f00${(number * 16).toString(16).padStart(8, '0')}`),
  fc.stringMatching(/^0?[xX]?[0-9a-fA-F]{1,18}$/),
);
const typeName = fc.oneof(
  fc.constantFrom('tuple', 'type', 'dict', 'collections.deque', 'we ird <x> 0x1', 'Größe', ''),
  fc.nat(20).map((number) => `Node${number}`),
  fc.string({ maxLength: 6 }),
);
const objectLine = fc
  .tuple(fc.constantFrom('collectable', 'collectable', 'uncollectable'), typeName, address, fc.constantFrom('>', '>', '>', '>\r', ''))
  .map(([kind, name, at, end]) => Buffer.from(`gc: ${kind} <${name} ${at}${end}`));
const statistics = fc.constantFrom(
  'gc: collecting generation 2...',
  'gc: objects in each generation: 609 3050 2790',
  'gc: done, 4 unreachable, 0 uncollectable, 0.0012s elapsed',
  'gc: 2 uncollectable objects at shutdown',
);
const counting = fc
  .tuple(fc.constantFrom('', 'step ', '0x', 'at 0x'), fc.oneof(fc.nat(), fc.stringMatching(/^\d{1,24}$/)), fc.constantFrom('', ' s', '.5'))
  .map((parts) => parts.join(''));
const hostile = fc.constantFrom(
  '<script>alert(1)</script>',
  '\u001b[31mred',
  '\0',
  'gc:',
  'gc: collectable <tup',
  'File "/tmp/x-1/work/a.py", line 3',
  '/tmp/x-1',
  '<A object at 0x7f7bb7a729e8>',
  'x'.repeat(300),
  '\u0180',
  '\u0100',
);
const line = fc.oneof(
  objectLine,
  fc.oneof(statistics, counting, hostile).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
);
const group = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 9 }))
  .map(([lines, times]) => Array.from({ length: times }, () => lines).flat());
const log = fc.tuple(fc.array(group, { maxLength: 5 }), fc.boolean()).map(([groups, open]) => {
  const bytes = Buffer.concat(groups.flat().flatMap((bytes) => [bytes, Buffer.from('\n')]));
  return open ? bytes.subarray(0, -1) : bytes;
});

interface Cut {
  readonly runEnd?: number;
  readonly cuts?: readonly number[];
}

function read(bytes: Uint8Array, { runEnd = bytes.length, cuts = [] }: Cut = {}): Log {
  const reader = new LogReader({ hidden: '/tmp/x-1/work', limit: { text: 500, objects: 100, unpacked: 1 << 24 } });
  let at = 0;
  for (const to of [...cuts, runEnd, bytes.length].map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b)) {
    reader.write(bytes.slice(at, to));
    if (to === runEnd) reader.endRun();
    at = to;
  }
  return reader.end();
}

const textOf = (log: Log) =>
  Array.from(rawBytes(log), (bytes) => Buffer.from(bytes).toString('latin1'))
    .map((text) => Buffer.from(text, 'latin1').toString())
    .join('');

const places = fc.array(fc.nat(2000), { maxLength: 12 });

test('400,000 arbitrary logs are the same wherever the chunks end', () => {
  const property = fc.property(log, places, fc.nat(2000), (bytes, cuts, end) => {
    const runEnd = Math.min(end, bytes.length);
    const whole = read(bytes, { runEnd });
    assert.deepEqual(read(bytes, { runEnd, cuts }), whole);
    assert.equal(whole.bytes, bytes.length);
    checkLog(whole);
    assert.ok(whole.runLines <= whole.lines);
    assert.ok(lineKinds(whole).length <= whole.lines + 1);
  });
  fc.assert(property, { seed, numRuns: 400_000 });
});

/** A log without addresses, which is kept unchanged. */
const plain = fc.tuple(
  fc.array(
    fc.oneof(
      counting.filter((text) => !text.includes('0x')),
      fc.constantFrom('a', 'b', 'gc: collecting generation 2...', '\0', '\u001b[31m', 'é'),
    ),
    { maxLength: 40 },
  ),
  fc.integer({ min: 1, max: 5 }),
  fc.constantFrom('', '\n', '\r\n'),
);

test('150,000 logs without addresses come back byte for byte, and line for line', () => {
  const property = fc.property(plain, ([lines, times, end]) => {
    const text =
      Array.from({ length: times }, () => lines)
        .flat()
        .join('\n') + end;
    const reader = new LogReader();
    reader.write(Buffer.from(text));
    const log = reader.end();
    assert.equal(textOf(log), text);
    const wanted = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
    assert.deepEqual(lineTexts(log, 0, log.lines), text === '' ? [] : wanted);
    const from = Math.floor(log.lines / 2);
    assert.deepEqual(lineTexts(log, from, from + 3), text === '' ? [] : wanted.slice(from, from + 3));
    assert.equal(lineKinds(log).length, log.lines);
  });
  fc.assert(property, { seed, numRuns: 150_000 });
});

test('50,000 logs with long lines are the same wherever the chunks end', () => {
  const segment = fc.constantFrom(
    'x'.repeat(16_384),
    'x'.repeat(16_385),
    'ab, '.repeat(3000),
    '/tmp/x-1/work/a.py ',
    'gc: collectable <tuple 0x7f7bb7a729e8>',
    '\n',
    '\n',
    'x',
  );
  const property = fc.property(fc.array(segment, { maxLength: 6 }), fc.array(fc.nat(60_000), { maxLength: 6 }), (segments, cuts) => {
    const bytes = Buffer.from(segments.join(''));
    assert.deepEqual(read(bytes, { cuts }), read(bytes));
    checkLog(read(bytes));
  });
  fc.assert(property, { seed, numRuns: 50_000 });
});
