import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { VFile } from 'vfile';
import { lineTexts, rawBytes, type Log } from '../gclog/log.ts';
import { LogReader } from '../gclog/reader.ts';
import { readProgram } from '../post/fences/program-tree.ts';
import { parsePost } from '../post/post.ts';
import { deflate } from '../run/deflate.ts';
import type { Mark } from '../run/mark.ts';
import { method } from '../run/method.ts';
import { ownMark } from '../run/owner.ts';
import type { RawRun } from '../run/run.ts';
import { printCapture, readCapture, type Capture, type Point } from './capture.ts';
import { freshnessOf, isShown, primaryCaptures, shownCaptures, whyStale } from './freshness.ts';
import { measureGrowth } from './growth.ts';
import { keyOf } from './key.ts';
import { decodeLog, encodeLog } from './log-codec.ts';
import { readPoints } from './points.ts';
import { recordPath } from './record-files.ts';
import { clearHalfRecords, loadRecords, saveRecord, type StoredRecord } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(root, { recursive: true }));

const readLog = (bytes: Uint8Array) => {
  const reader = new LogReader({ codec: deflate });
  reader.write(bytes);
  return reader.end();
};
const samples = (info: string, code = 'print(1)') =>
  parsePost(
    new VFile({ path: '2024-01-01-a.md', value: `---\ntitle: a\ndate: 2024-01-01\n---\n\`\`\`python sample=a ${info}\n${code}\n\`\`\`\n` }),
  ).samples;
const sample = (info = '', code?: string) => samples(info, code)[0] as NonNullable<ReturnType<typeof samples>[number]>;

function record(runtime: string, key = keyOf(sample())): Capture {
  const run = {
    exit: 0,
    signal: null,
    limit: null,
    wallMs: 12,
    peakRssBytes: 9e6,
    endRssBytes: 8e6,
    held: { start: 100, end: 120, left: 110 },
    garbage: 0,
    flags: 0,
    collections: {
      counts: [3, 1, 1] as [number, number, number],
      collected: 7,
      uncollectable: 0,
      elapsedMs: 0.4,
      full: [[3.1, 40, 0.2]] as [number, number, number][],
    },
    points: [
      [0, 0, 8e6, 100, 0, -1, 0, 'S', 0, 0, 2e6],
      [4.5, null, 9e6, null, null, null, null, 'P', 0, null, null],
    ] as Point[],
    places: [[1, 2]],
    log: encodeLog(readLog(Buffer.from('hello\n'.repeat(3)))),
  };
  return {
    schema: 5,
    method: method,
    collector: 'generational',
    program: { loops: [[1, 1]], last: [1], tables: [], functions: [], runners: [] },
    sandbox: 'none',
    key,
    runtime,
    python: '3.11.7',
    platform: 'linux-x64',
    capturedAt: '2024-01-01',
    command: 'python3 -u a.py',
    memory: 'resident set size',
    held: 'allocated blocks',
    conditions: { 'as-written': run, 'debug-off': run, 'gc-disabled': run },
  };
}

test('a log comes back from its record line by line, including bytes that are not text', () => {
  const bytes = Buffer.concat([
    Buffer.from('start\ngc: collectable <tuple 0x7f7bb7a729e8>\ngc: collectable <type 0x243e0a8>\n<A object at 0x7f7bb7a729e8>\r\n'),
    Buffer.from([0xff, 0, 0x1b, 0x0a]),
    Buffer.from('gc: collectable <tuple 0x243e0a8>\nopen end'),
  ]);
  const log = readLog(bytes);
  const again = decodeLog(structuredClone(encodeLog(log)));
  const textOf = (some: Log) => Array.from(rawBytes(some), (part) => Buffer.from(part).toString('latin1')).join('');
  assert.equal(textOf(again), textOf(log));
  assert.deepEqual(encodeLog(again), encodeLog(log));
  assert.deepEqual(lineTexts(again, 5, 7), ['gc: collectable <tuple #2>', 'open end']);
});

test('a repeated group of hundreds of thousands of lines takes a few hundred bytes', () => {
  const group = ['tuple', 'type', 'tuple', 'getset_descriptor', 'dict', 'getset_descriptor'];
  let address = 0x7f7bb0000000;
  const text = Array.from(
    { length: 300_000 },
    (_, index) => `gc: collectable <${group[index % 6]} 0x${(address += 48).toString(16)}>\n`,
  ).join('');
  const { data, lines, group: repeated } = encodeLog(readLog(Buffer.from(text)));
  assert.equal(lines, 300_000);
  assert.ok(data.length < 400, `${data.length} characters`);
  assert.equal(repeated.length, 6);
});

test('a record is read as it was printed', () => {
  const plain = record('cpython-3.11');
  const written = plain.conditions['as-written'];
  const group = ['a, b,c', '[1,2]', '  File "a.py", line 2, in <module>'];
  const capture: Capture = { ...plain, conditions: { ...plain.conditions, 'as-written': { ...written, log: { ...written.log, group } } } };
  assert.deepEqual(readCapture(printCapture(capture)), { capture });
});

test('a type may have the name of a property of every object', () => {
  const plain = record('cpython-3.11');
  const names = ['__proto__', '__proto__', 'constructor', 'toString', '7', '(other types)'];
  const log = encodeLog(readLog(Buffer.from(names.map((name) => `gc: collectable <${name} 0x7f7bb7a729e8>\n`).join(''))));
  assert.equal(log.types.get('__proto__'), 2);
  const capture: Capture = { ...plain, conditions: { ...plain.conditions, 'as-written': { ...plain.conditions['as-written'], log } } };
  assert.deepEqual(readCapture(printCapture(capture)), { capture });
  // As Git for Windows may check it out: the digest matches when it is printed again.
  assert.deepEqual(readCapture(printCapture(capture).replaceAll('\n', '\r\n')), { capture });
});

test('whatever marks a program writes, its record stays within the bounds', () => {
  let seed = 7;
  const random = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  const kinds = ['start', 'tick', 'collection', 'settled', 'done', 'end', 'left', 'trimmed'] as const;
  const marks = Array.from({ length: 20_000 }, (_, index): Mark => ({
    kind: kinds[random(8)] as Mark['kind'],
    atMs: index / 10,
    cpuMs: random(2) * 1e12 + random(1e6),
    rssBytes: random(3) === 0 ? 1e15 : random(1e9),
    held: random(1e9),
    garbage: 1e15,
    work: -1e15,
    phase: random(9) === 0 ? 'importing' : 'working',
    logBytes: 0,
    collections: [1e15, 1e15, 1e15],
    collected: 1e15,
    uncollectable: 1e15,
    gcMs: 1e12,
    pauseMs: 1e12,
    flags: 63,
    freed: 1e15,
    inUse: random(2) === 0 ? null : 1e15,
    lines: Array.from({ length: 12 }, () => random(1e7)),
  }));
  const loops = Array.from({ length: 200 }, (_, index) => ({
    from: index * 50_000,
    to: index * 50_000 + 49_999,
    owner: undefined,
    binds: new Set<string>(),
    within: false,
  }));
  const { points, places } = readPoints({ marks, polls: [] } as unknown as RawRun, 'cpython', { ...readProgram(''), loops });
  const plain = record('cpython-3.11');
  const run = { ...plain.conditions['as-written'], points, places, wallMs: 2000, peakRssBytes: 1e15 };
  const read = readCapture(printCapture({ ...plain, conditions: { ...plain.conditions, 'as-written': run } }));
  assert.ok('capture' in read, 'reason' in read ? read.reason : '');
  assert.ok(points.length > 200);
});

test('a record that is truncated, edited or of another schema is refused with a reason', () => {
  const text = printCapture(record('cpython-3.11'));
  assert.deepEqual(readCapture(text.slice(0, -20)), { reason: 'it is cut short, or not JSON' });
  assert.deepEqual(readCapture(text.replace('"schema": 5', '"schema": 1')), { reason: 'it has schema 1, not 5' });
  assert.match(JSON.stringify(readCapture(text.replace('"wallMs": 12', '"wallMs": -12'))), /edited by hand/);
});

test('the key depends on what the author controls and the version of the method, and nothing else', () => {
  const keyFor = (info = '', code?: string) => keyOf(sample(info, code));
  const key = keyFor();
  for (const info of ['title=b.py', 'timeout=1s', 'memory=1GB', 'output=1MB', 'args=x', 'exit=1', 'exit=any', 'stop=1s', 'axis=f.i'])
    assert.notEqual(keyFor(info), key, info);
  assert.notEqual(keyFor('', 'print(2)'), key);
  assert.equal(keyFor('expect=leak python=">=3.8"'), key);
  assert.equal(keyOf(sample(), method), key);
  assert.notEqual(keyOf(sample(), method + 1), key);
});

test('a record of the same code measured by another method is shown, and is not fresh', () => {
  const older = (key: string): StoredRecord => ({
    sample: 'a',
    runtime: 'cpython-3.11',
    path: 'x',
    reason: undefined,
    capture: { ...record('cpython-3.11', key), method: method + 1 },
  });
  const [same, other] = [older(keyOf(sample(), method + 1)), older(keyOf(sample()))];
  assert.deepEqual(
    [same, other].map((item) => [freshnessOf(item, sample()), isShown(item, sample())]),
    [
      ['other-method', true],
      ['stale', false],
    ],
  );
  assert.equal(whyStale(same, sample()), 'measured by another version of Leaklog');
  assert.equal(shownCaptures([same, other], sample()).length, 1);
});

test('a record is fresh, stale or damaged; damaged ones are kept in sight', async () => {
  await saveRecord(root, recordPath('p', 'a', 'cpython-3.11'), record('cpython-3.11'));
  await saveRecord(root, recordPath('p', 'a', 'cpython-3.12'), record('cpython-3.12', 'old'));
  writeFileSync(join(root, recordPath('p', 'a', 'cpython-3.13')), '{');
  const records = loadRecords(root, 'p');
  assert.deepEqual(
    records.map((item) => [item.runtime, freshnessOf(item, sample())]),
    [
      ['cpython-3.11', 'fresh'],
      ['cpython-3.12', 'stale'],
      ['cpython-3.13', 'damaged'],
    ],
  );
  assert.deepEqual(
    shownCaptures(records, sample()).map(({ runtime }) => runtime),
    ['cpython-3.11'],
  );
  assert.deepEqual(loadRecords(root, 'none'), []);
});

test('saving leaves nothing but the record, and a failure leaves the old one', async () => {
  const path = recordPath('q', 'a', 'cpython-3.11');
  await saveRecord(root, path, record('cpython-3.11'));
  const old = readFileSync(join(root, path), 'utf8');
  // With a clock beyond the year 9999, and with a folder in place of the record.
  await assert.rejects(
    saveRecord(root, path, { ...record('cpython-3.11'), capturedAt: '+010000-01' }),
    /would be invalid, and was not written: capturedAt/,
  );
  mkdirSync(join(root, 'content/captures/q/b/cpython-3.11.json/x'), { recursive: true });
  await assert.rejects(saveRecord(root, recordPath('q', 'b', 'cpython-3.11'), record('cpython-3.11')), /could not be written: .*/);
  assert.equal(readFileSync(join(root, path), 'utf8'), old);
  for (const [sample, files] of [
    ['a', ['cpython-3.11.json']],
    ['b', ['cpython-3.11.json']],
  ] as const)
    assert.deepEqual(readdirSync(join(root, 'content/captures/q', sample)), files);
});

test(
  'a partial record of a killed process is removed, and that of a living one stays',
  { skip: process.platform !== 'linux' },
  async () => {
    const dead = ownMark.replace(/-.*?-/, '-1-');
    await saveRecord(root, recordPath('h', 'a', 'cpython-3.11'), record('cpython-3.11'));
    for (const name of [`${dead}.tmp`, `${ownMark}.tmp`, 'mine.tmp'])
      writeFileSync(join(root, `content/captures/h/a/cpython-3.11.json.${name}`), '{');
    assert.deepEqual(await clearHalfRecords(root), [`content/captures/h/a/cpython-3.11.json.${dead}.tmp`]);
    assert.deepEqual(
      readdirSync(join(root, 'content/captures/h/a')),
      ['cpython-3.11.json', `cpython-3.11.json.${ownMark}.tmp`, 'cpython-3.11.json.mine.tmp'].toSorted(),
    );
  },
);

test('a record is neither read from nor written to a place outside the project', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  await saveRecord(root, recordPath('l', 'a', 'cpython-3.11'), record('cpython-3.11'));
  symlinkSync(join(root, recordPath('l', 'a', 'cpython-3.11')), join(root, recordPath('l', 'a', 'cpython-3.12')));
  assert.deepEqual(
    loadRecords(root, 'l').map(({ reason }) => reason),
    [undefined, 'it is not a regular file'],
  );
  symlinkSync(outside, join(root, 'content/captures/m'));
  await assert.rejects(
    saveRecord(root, recordPath('m', 'a', 'cpython-3.11'), record('cpython-3.11')),
    /content\/captures\/m is a link to somewhere else/,
  );
  assert.deepEqual(readdirSync(outside), []);
  rmSync(outside, { recursive: true });
});

test('a page shows the newest CPython that every sample was run on', () => {
  const stored = (name: string, runtime: string) => ({ sample: name, runtime, path: '', capture: record(runtime), reason: undefined });
  const [a, b] = [sample(), { ...sample(), name: 'b' }];
  const chosen = primaryCaptures(
    [
      stored('a', 'cpython-3.13'),
      stored('a', 'cpython-3.9'),
      stored('a', 'pyodide-3.14'),
      stored('b', 'cpython-3.9'),
      stored('b', 'pyodide-3.14'),
    ],
    [a, b],
  );
  assert.deepEqual(
    [...chosen].map(([name, { runtime }]) => [name, runtime]),
    [
      ['a', 'cpython-3.9'],
      ['b', 'cpython-3.9'],
    ],
  );
});

const points = (
  held: (at: number) => number,
  kind: (at: number) => Point[7] = () => '.',
  freed: (at: number) => number = () => 0,
): Point[] => Array.from({ length: 60 }, (_, at) => [at * 10, at * 10, 9e6, held(at), 0, -1, 0, kind(at), freed(at), null, null]);
const grows = (...series: Parameters<typeof points>) => measureGrowth(points(...series), 'held', 10).grows;

test('what rises in every round grows, even in steps or with churn', () => {
  assert.equal(
    grows((at) => 1000 + at * 20),
    true,
  );
  assert.equal(
    grows((at) => 1000 + Math.floor(at / 5) * 100),
    true,
  );
  assert.equal(
    grows((at) => 1000 + at * 20 + (at % 3) * 50_000),
    true,
  );
  assert.equal(
    grows((at) => 1000 + (at > 2 ? 1e6 : 0) + at * 20),
    true,
  );
});

test('what stops rising, falls back, or fades does not grow', () => {
  assert.equal(
    grows(() => 1000),
    false,
  );
  assert.equal(
    grows((at) => 1000 + Math.min(at, 45) * 20),
    false,
  );
  assert.equal(
    grows((at) => 1000 + (at % 20) * 500),
    false,
  );
  assert.equal(
    grows((at) => (at < 30 ? at * 1000 : 1000)),
    false,
  );
  assert.equal(
    grows((at) => 1e5 * (1 - 0.9 ** at)),
    false,
  );
  assert.equal(
    grows((at) => (at === 59 ? 50_000 : 1000 + at)),
    false,
  );
});

test('a fall at the very end is the program’s end, and an import is no growth', () => {
  assert.equal(
    grows((at) => (at > 57 ? 500 : 1000 + at * 20)),
    true,
  );
  assert.equal(
    grows((at) => (at > 56 ? 500 + at : 1000 + at * 20)),
    true,
  );
  assert.equal(
    grows(
      (at) => 1000 + Math.min(Math.max(at - 5, 0), 50) * 800,
      (at) => (at >= 5 && at < 56 ? 'I' : '.'),
    ),
    false,
  );
});

test('what a full collection frees near the end had been garbage all along', () => {
  const saw = (at: number) => (at > 56 ? 1000 : 1000 + at * 20);
  const collected = (at: number) => (at > 56 ? 1140 : 0);
  assert.equal(
    grows(saw, (at) => (at === 57 ? 'F' : '.'), collected),
    false,
  );
  const last = (at: number) => (at === 58 ? 'E' : at === 59 ? 'X' : '.');
  assert.equal(
    grows(
      (at) => 1000 + at * 20,
      last,
      (at) => (at === 59 ? 1100 : 0),
    ),
    false,
  );
  assert.equal(
    grows(
      (at) => 1000 + at * 20,
      last,
      (at) => (at === 59 ? 20 : 0),
    ),
    true,
  );
});
