import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCollections } from './collections.ts';
import { otherTypes } from './counts.ts';
import { checkLog, lineKinds, lineTexts, rawBytes, type Log } from './log.ts';
import { maxNameLength } from './name.ts';
import { LogReader } from './reader.ts';

const read = (text: string | Uint8Array, options: { hidden?: string; cut?: number; runBytes?: number } = {}): Log => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const reader = new LogReader(options.hidden === undefined ? {} : { hidden: options.hidden });
  const runBytes = options.runBytes ?? bytes.length;
  for (const part of [bytes.subarray(0, runBytes), bytes.subarray(runBytes)]) {
    const step = options.cut ?? part.length;
    for (let at = 0; at < part.length; at += step) reader.write(part.subarray(at, at + step));
    reader.endRun();
  }
  return reader.end();
};
/** Text of these lines, each ended by a newline. */
const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join('');
const types = (text: string) => lineKinds(read(text)).map(({ type }) => type);
const raw = (log: Log) => Array.from(rawBytes(log), (bytes) => Buffer.from(bytes).toString('latin1')).join('');

test('object lines name their type and number their objects by first appearance', () => {
  const log = read('gc: collectable <tuple 0x7f7bb7a729e8>\ngc: uncollectable <Node 0x243e0a8>\ngc: collectable <dict 0x7f7bb7a729e8>\n');
  assert.deepEqual(lineTexts(log, 0, 3), ['gc: collectable <tuple #1>', 'gc: uncollectable <Node #2>', 'gc: collectable <dict #1>']);
  assert.deepEqual(lineKinds(log)[1], { type: 'object', collectable: false, typeName: 'Node' });
});

test('a type name may contain blanks, brackets and something like an address', () => {
  const log = read('gc: collectable <we ird <x> 0x1 0x7f0b2bcccb00>\n');
  assert.deepEqual([...log.types], [['we ird <x> 0x1', 1]]);
});

test('Windows prints addresses in upper case without 0x, and lines end in CRLF', () => {
  const log = read('gc: collectable <tuple 000001F2A3B4C5D6>\r\ngc: collectable <tuple 000001F2A3B4C5D6>\r\n');
  assert.deepEqual([...log.types], [['tuple', 2]]);
  assert.equal(raw(log), 'gc: collectable <tuple #1>\r\ngc: collectable <tuple #1>\r\n');
});

test('a type name is UTF-8', () => {
  assert.deepEqual([...read('gc: collectable <Größe 0x7f0b2bcccb00>\n').types.keys()], ['Größe']);
});

test('a type name may contain any bytes, even those that read as NaN, or as equal floats', () => {
  const names = [
    '\u0000'.repeat(60),
    `${'\u0000'.repeat(38)}\u0080${'\u0000'.repeat(21)}`,
    '\u00ff'.repeat(40),
    `${'\u00ff'.repeat(39)}\u007f`,
  ];
  const lines = names.flatMap((name) => Array.from({ length: 3 }, () => `gc: collectable <${name} 0x7f0b2bcccb00>\n`));
  const log = read(Buffer.from([...lines, ...lines.toReversed()].join(''), 'latin1'));
  assert.equal(raw(log), [...lines, ...lines.toReversed()].join('').replaceAll('0x7f0b2bcccb00', '#1'));
});

test('a torn, truncated or unknown line is text', () => {
  assert.deepEqual(
    types(
      lines(
        'gc: collectable <tup',
        'gc: collectable <tuple 0x7f7bgarbage: 3',
        'le 0x7f>',
        'gc: collectable <tuple 0xzz>',
        'gc:',
        '',
        '  gc: collectable <tuple 0x7f7bb7a729e8>',
      ),
    ),
    ['text', 'text', 'text', 'text', 'text', 'text', 'text'],
  );
});

const statistics = {
  '2.7': [
    lines(
      'gc: collecting generation 2...',
      'gc: objects in each generation: 609 3050 2790',
      'gc: done, 4 unreachable, 0 uncollectable, 0.0012s elapsed.',
    ),
    [609, 3050, 2790],
    undefined,
    4,
    1.2,
  ],
  '3.6, nothing found': [
    lines('gc: collecting generation 2...', 'gc: objects in each generation: 14 0 4931', 'gc: done, 0.0010s elapsed'),
    [14, 0, 4931],
    undefined,
    0,
    1,
  ],
  '3.7': [
    lines(
      'gc: collecting generation 2...',
      'gc: objects in each generation: 14 0 4931',
      'gc: objects in permanent generation: 7',
      'gc: done, 4 unreachable, 1 uncollectable, 0.0010s elapsed',
    ),
    [14, 0, 4931],
    7,
    4,
    1,
  ],
  '3.8 to 3.13': [
    lines(
      'gc: collecting generation 2...',
      'gc: objects in each generation: 14 0 4931',
      'gc: objects in permanent generation: 0',
      'gc: done, 3 unreachable, 0 uncollectable, 0.0200s elapsed',
    ),
    [14, 0, 4931],
    0,
    3,
    20,
  ],
  '3.13 free-threaded': [
    lines('gc: collecting generation 2...', 'gc: done, 3 unreachable, 0 uncollectable, 0.0200s elapsed'),
    undefined,
    undefined,
    3,
    20,
  ],
  '3.14.0': [
    lines('gc: collecting generation 2...', 'gc: objects in each generation: 14 0 4931', 'gc: objects in permanent generation: 0'),
    [14, 0, 4931],
    0,
    undefined,
    undefined,
  ],
} as const;

for (const [version, [text, objects, permanent, found, elapsedMs]] of Object.entries(statistics)) {
  test(`the statistics of ${version} make a collection`, () => {
    const [collection, ...others] = readCollections(read(`hello\n${text}`));
    assert.deepEqual(others, []);
    assert.deepEqual(
      { ...collection, uncollectable: undefined },
      { line: 1, phase: 'run', generation: 2, objects, permanent, found, elapsedMs, uncollectable: undefined },
    );
  });
}

test('a collection of 3.14.0 ends where the next one starts', () => {
  const one = statistics['3.14.0'][0];
  assert.deepEqual(
    readCollections(read(one + one)).map(({ line, found }) => [line, found]),
    [
      [0, undefined],
      [3, undefined],
    ],
  );
});

test('the warning at shutdown is recognised with and without its prefix', () => {
  assert.deepEqual(
    types(
      lines(
        'gc: 2 uncollectable objects at shutdown',
        'sys:1: ResourceWarning: gc: 1 uncollectable objects at shutdown; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them',
      ),
    ),
    ['shutdown', 'shutdown'],
  );
});

const mixed = [
  'start',
  'gc: collectable <tuple 0x7f7bb7a729e8>',
  '<Blah object at 0x7f7bb7a729e8>',
  'gc: collectable <type 0x243e0a8>\r',
  'no newline, mask 0xdeadbeef',
].join('\n');

test('the log is the same wherever the chunks end', () => {
  const whole = read(mixed);
  for (let cut = 1; cut < 60; cut += 1) assert.deepEqual(read(mixed, { cut }), whole, `cut every ${cut} bytes`);
});

test('an object is the same in a line of the collector and in text; other numbers stay', () => {
  assert.deepEqual(lineTexts(read(mixed), 0, 5), [
    'start',
    'gc: collectable <tuple #1>',
    '<Blah object at #1>',
    'gc: collectable <type #2>\r',
    'no newline, mask 0xdeadbeef',
  ]);
});

test('a line across the end of the program belongs to the run; what follows is the shutdown', () => {
  const text = 'no newline yetgc: collectable <dict 0x7f7bb7a729e8>\ngc: collectable <dict 0x7f7bb7a72aa8>\n';
  const log = read(text, { runBytes: 10 });
  assert.equal(log.runLines, 1);
  assert.deepEqual([[...log.types], [...log.runTypes]], [[['dict', 1]], []]);
});

test('bytes that are not UTF-8, NUL and escapes come back unchanged', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x0a, 0xc3, 0xa9, 0x0a]);
  assert.equal(raw(read(bytes)), bytes.toString('latin1'));
});

test('the folder that a sample ran in never shows', () => {
  assert.deepEqual(
    lineTexts(read('  File "/tmp/x-1/work/a.py", line 3\ncwd /tmp/x-1/work\n/tmp/x-1/harness/x\n', { hidden: '/tmp/x-1/work' }), 0, 3),
    ['  File "a.py", line 3', 'cwd .', '../harness/x'],
  );
});

test('a line far too long for a page is kept unchanged, and is one line', () => {
  const text = `${'x'.repeat(3_000_000)}\n${'<A object at 0x7f7bb7a729e8>, '.repeat(2000)}\nend\n`;
  const log = read(text, { cut: 65_536 });
  assert.ok(raw(log) === text.replaceAll('0x7f7bb7a729e8', '#1'));
  assert.equal(log.lines, 3);
  assert.deepEqual(lineTexts(log, 2, 3), ['end']);
});

test('the folder that a sample ran in does not show where a long line is split at it', () => {
  for (let before = 16_340; before < 16_390; before += 1) {
    const log = read(`${'x'.repeat(before)}/tmp/x-1/work/a.py ${'y'.repeat(9)}\n`, { hidden: '/tmp/x-1/work' });
    assert.doesNotMatch(raw(log), /tmp|x-1|work/, `after ${before} bytes`);
  }
});

test('of a log that exceeds its limit, the start and the end of each phase are kept, and everything is counted', () => {
  let seed = 7;
  const noise = () => Array.from({ length: 20 }, () => String.fromCharCode(97 + ((seed = (seed * 48_271) % 2_147_483_647) % 26))).join('');
  const reader = new LogReader({ limit: { text: 100_000, objects: 100_000, unpacked: 1 << 24 } });
  const noises = Array.from({ length: 50_000 }, noise);
  reader.write(Buffer.from(lines(...noises, 'gc: collectable <tuple 0x7f7bb7a729e8>')));
  reader.endRun();
  reader.write(Buffer.from('bye\n'));
  const log = reader.end();
  const skipped = log.run.reduce((sum, block) => sum + block.skipped.lines, 0);
  assert.ok(skipped > 20_000 && skipped < 50_000);
  const gap = `\\[${skipped} lines, ${skipped * 21} bytes: not in the record\\]`;
  const end = lines(`${noises.at(-1)}`, 'gc: collectable <tuple #1>', 'bye');
  assert.match(raw(log), new RegExp(`^${noises[0]}\\n[^]*\\n${gap}\\n[^]*\\n${end}$`));
  assert.deepEqual([log.lines, log.runLines, [...log.types]], [50_002, 50_001, [['tuple', 1]]]);
  assert.deepEqual(lineTexts(log, 49_999, 50_002), [noises[49_999], 'gc: collectable <tuple #1>', 'bye']);
});

test('lines are kept without the numbers of their objects once those reach their limit', () => {
  let seed = 7;
  const reader = new LogReader({ limit: { text: 100_000, objects: 1000, unpacked: 1 << 24 } });
  const address = () => (0x7f7bb0000000 + ((seed = (seed * 48_271) % 2_147_483_647) % 100_000) * 16).toString(16);
  reader.write(Buffer.from(Array.from({ length: 700_000 }, () => `gc: collectable <tuple 0x${address()}>\n`).join('')));
  const text = raw(reader.end());
  assert.match(text, /^gc: collectable <tuple #1>\n/);
  assert.match(text, /\ngc: collectable <tuple #\?>\n$/);
  assert.equal(text.split('\n').length, 700_001);
});

test('a thousand types are counted separately, and others together', () => {
  const log = read(Array.from({ length: 1200 }, (_, index) => `gc: collectable <T${index} 0x7f7bb7a729e8>\n`).join(''));
  assert.deepEqual([log.types.size, log.types.get(otherTypes), log.types.get('T999')], [1001, 200, 1]);
  assert.deepEqual(lineTexts(log, 1199, 1200), ['gc: collectable <T1199 #1>']);
});

test('many types whose names differ in a number come back, each in its place', () => {
  const names = Array.from({ length: 400 }, (_, index) => `Node${(index * 7) % 23}`);
  const reader = new LogReader();
  reader.write(Buffer.from(names.map((name, index) => `gc: collectable <${name} 0x7f00000${(index + 4096).toString(16)}>\n`).join('')));
  const log = reader.end();
  assert.deepEqual(
    lineTexts(log, 0, 400),
    names.map((name, index) => `gc: collectable <${name} #${index + 1}>`),
  );
  assert.equal(log.types.size, 23);
});

test('long names of types are shortened in the counts, and whole in the log', () => {
  const names = ['x'.repeat(maxNameLength), 'x'.repeat(maxNameLength + 1), `${'x'.repeat(maxNameLength)}y`, 'y'.repeat(15_000)];
  const text = names.map((name) => `gc: collectable <${name} 0x7f7bb7a729e8>\n`).join('');
  const log = read(text);
  assert.deepEqual(
    [...log.types],
    [
      [`${'x'.repeat(maxNameLength - 1)}…`, 2],
      ['x'.repeat(maxNameLength), 1],
      [`${'y'.repeat(maxNameLength - 1)}…`, 1],
    ],
  );
  assert.equal(raw(log), text.replaceAll('0x7f7bb7a729e8', '#1'));
});

test('the key for other types is the name of no type, and `__proto__` is a type like others', () => {
  const names = ['(other types)', '__proto__', '__proto__', '__proto__', 'constructor', 'constructor', '7'];
  const log = read(names.map((name) => `gc: collectable <${name} 0x7f7bb7a729e8>\n`).join(''));
  assert.deepEqual(
    [...log.types],
    [
      ['__proto__', 3],
      ['constructor', 2],
      ['(other types)', 1],
      ['7', 1],
    ],
  );
  // A newline cannot occur within a line.
  assert.equal(otherTypes[0], '\n');
});

test('a log that compresses well is truncated where it would be too much to read', () => {
  const reader = new LogReader({ limit: { text: 1e9, objects: 1e9, unpacked: 1_000_000 } });
  // It contains no repeated group of eight lines or fewer.
  const lines = Array.from({ length: 23 }, (_, index) => `${'abcdefghijklmnopqrstuvw'[(index * 7) % 23]}\n`).join('');
  reader.write(Buffer.from(lines.repeat(200_000)));
  const log = reader.end();
  assert.equal(log.lines, 4_600_000);
  const unpacked = log.run.reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(unpacked < 2_000_000 && log.run.reduce((sum, { skipped }) => sum + skipped.lines, 0) > 2_000_000, String(unpacked));
  checkLog(log);
});
