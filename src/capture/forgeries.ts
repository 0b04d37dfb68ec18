import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Sample } from '../experiment/sample.ts';
import { Bytes, zigzag } from '../gclog/varints.ts';
import { printCapture, type Capture } from './capture.ts';
import { handMade } from './hand-made.ts';

/** A forged record, with a correct digest and key: how its text is made, and what the reason for refusing it starts with. */
export interface Forgery {
  readonly name: string;
  readonly at: string;
  readonly make: () => string;
}

/** A part of a record's JSON. */
type Loose = Record<string, any>;
/** Changes a run, or the whole record. */
type Change = (run: Loose, record: Loose) => void;

const condition = 'debug-off';
const path = `conditions.${condition}`;
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** Malicious records of a sample, for tests. */
export function forgeries(sample: Sample, runtime = 'cpython-3.11'): readonly Forgery[] {
  const log = many(200, (index) => `gc: collectable <Node 0x7f00000${(index * 16).toString(16).padStart(5, '0')}>\n`).join('');
  const plain = printCapture(
    handMade(sample, runtime, {
      log,
      garbage: {
        types: ['A', 'B'],
        names: ['', ''],
        edges: [
          [0, 1, 'b'],
          [1, 0, 'a'],
        ],
        objects: 2,
        share: 1,
      },
    }),
  );
  const forge = (name: string, at: string, change: Change, mend = (text: string) => text): Forgery => {
    const make = () => {
      const { digest: _, ...record } = JSON.parse(plain) as Loose;
      change(record['conditions'][condition], record);
      return seal(mend(printCapture(record as Capture)));
    };
    return { name, at, make };
  };
  const set = (at: string, value: unknown) =>
    forge(`${at} is ${String(JSON.stringify(value)).slice(0, 20)}`, at, (_, record) => setAt(record, at, value));
  return [
    ...numbers.flatMap((at) => badNumbers.map((value) => set(at, value))),
    ...texts.map(([at, length]) => set(at, 'x'.repeat(length))),
    ...Object.entries(contradictions).map(([name, [at, change]]) => forge(name, at, change)),
    ...Object.entries(logs).map(([name, change]) => forge(`log: ${name}`, `${path}.log.data`, ({ log }) => change(log))),
    forge(
      'a number without end',
      'conditions.as-written.wallMs',
      () => undefined,
      (text) => text.replaceAll('"wallMs": 400', '"wallMs": 1e999'),
    ),
    forge(
      'an unknown key, deeply nested',
      '',
      () => undefined,
      (text) => text.replace('"schema":', `"x": ${'['.repeat(200_000)}${']'.repeat(200_000)},\n  "schema":`),
    ),
    forge(
      'millions of things',
      'it holds more',
      (_, record) => (record['x'] = 0),
      (text) => text.replace('"x": 0', `"x": [${'{},'.repeat(7e6)}0]`),
    ),
  ];
}

/** Replaces the digest of a record's text by a correct one. */
function seal(text: string): string {
  const whole = text.replace(/,\n {2}"digest": "[0-9a-f]*"\n}\n$/, '\n}');
  return `${whole.slice(0, -2)},\n  "digest": "${createHash('sha256').update(whole).digest('hex').slice(0, 32)}"\n}\n`;
}

function setAt(record: Loose, at: string, value: unknown): void {
  const keys = at.split('.');
  const holder = keys.slice(0, -1).reduce((part, key) => part[key], record);
  holder[keys.at(-1) as string] = value;
}

const badNumbers = [1e16, -1e16, 0.123, '400', [1], true];

/** Paths of numbers. Those that may be fractions or negative come last. */
const numbers = [
  ...['exit', 'peakRssBytes', 'endRssBytes', 'garbage', 'flags', 'held.start', 'held.end', 'held.left'].map((key) => `${path}.${key}`),
  ...['counts.0', 'counts.1', 'counts.2', 'collected', 'uncollectable', 'full.0.1'].map((key) => `${path}.collections.${key}`),
  ...['lines', 'runLines', 'bytes', 'types.Node', 'runTypes.Node'].map((key) => `${path}.log.${key}`),
  'garbage.edges.0.0',
  'garbage.edges.0.1',
  'garbage.objects',
];

/** Paths of strings, each with a length beyond its bound. */
const texts: readonly (readonly [at: string, length: number])[] = [
  ['key', 201],
  ['runtime', 10],
  ['python', 201],
  ['platform', 201],
  ['capturedAt', 10],
  ['command', 2001],
  ['sandbox', 10],
  ['memory', 10],
  ['held', 10],
  ['source.code', 2_000_001],
  ['source.settings', 2_000_001],
  [`${path}.signal`, 201],
  [`${path}.limit`, 4],
  [`${path}.log.group.0`, 4097],
  [`${path}.log.data`, 12e6],
  ['garbage.types.0', 201],
  ['garbage.names.1', 201],
  ['garbage.edges.1.2', 201],
];

const moment = (index: number): unknown[] => [index / 1e3, index / 1e3, 9e6, 1000, 0, -1, 0, '.', 0, null, null];

/** What is too much, too little, or contradictory. */
const contradictions: Readonly<Record<string, readonly [at: string, change: Change]>> = {
  'a run too long': [`${path}.wallMs`, (run) => (run['wallMs'] = 1e13)],
  'a day of the year 0': ['capturedAt', (_, record) => (record['capturedAt'] = '0000-01-01')],
  'a run of less than nothing': [`${path}.wallMs`, (run) => (run['wallMs'] = -1)],
  'a run of no time': [`${path}.points.1.0`, (run) => (run['wallMs'] = 0)],
  'collections too long': [`${path}.collections.elapsedMs`, (run) => (run['collections'].elapsedMs = 1e308)],
  'a collection of less than nothing': [`${path}.collections.full.0.2`, (run) => (run['collections'].full[0][2] = -0.1)],
  '201 full collections': [`${path}.collections.full`, (run) => (run['collections'].full = many(201, (index) => [index, index, 1]))],
  'a full collection long after the run': [`${path}.collections.full.0.0`, (run) => (run['collections'].full[0][0] = 5e11)],
  'full collections that were none': [`${path}.collections.counts.2`, (run) => (run['collections'].counts = [0, 0, 0])],
  'more collections than there was time for': [`${path}.collections.counts`, (run) => (run['collections'].counts = [0, 0, 1e15])],
  'collections longer than the run': [`${path}.collections.elapsedMs`, (run) => (run['collections'].elapsedMs = 1e9)],
  'children long after the run': [`${path}.children.points`, (run) => (run['children'] = { most: 1, points: [[8e10, 1]] })],
  'full collections going back': [
    `${path}.collections.full.1.0`,
    (run) =>
      (run['collections'].full = [
        [31, 1, 1],
        [30, 1, 1],
      ]),
  ],
  'two ends': [`${path}.signal`, (run) => (run['signal'] = 'SIGKILL')],
  'no end': [`${path}.exit`, (run) => (run['exit'] = null)],
  'an end above the peak': [`${path}.endRssBytes`, (run) => (run['endRssBytes'] = run['peakRssBytes'] + 1)],
  '300,000 points': ['it holds more', (run) => (run['points'] = many(300_000, moment))],
  '2001 points': [`${path}.points`, (run) => (run['points'] = many(2001, moment))],
  'points going back': [`${path}.points`, (run) => (run['points'] = run['points'].toReversed())],
  'work going back': [`${path}.points.1.1`, (run) => (run['points'][0][1] = 300)],
  'a point after the end': [`${path}.points.39.0`, (run) => (run['points'][39][0] = 401)],
  'a point above the peak': [`${path}.points.7.2`, (run) => (run['points'][7][2] = 9_000_001)],
  'a point at no place': [`${path}.points.7.9`, (run) => (run['points'][7][9] = 0)],
  'a point of no kind': [`${path}.points.7`, (run) => (run['points'][7][7] = 'Z')],
  'a point of too few columns': [`${path}.points.7`, (run) => run['points'][7].pop()],
  'a point of half a byte': [`${path}.points.7`, (run) => (run['points'][7][2] = 0.5)],
  'a point at 1e308': [`${path}.points.7`, (run) => (run['points'][7][0] = 1e308)],
  'work beyond count': [`${path}.points.7`, (run) => (run['points'][7][5] = -(2 ** 53 - 1))],
  '401 places': [`${path}.places`, (run) => (run['places'] = many(401, () => [1]))],
  'a place of 1000 lines': [`${path}.places.0`, (run) => (run['places'] = [many(1000, (index) => index)])],
  'children never seen': [`${path}.children.points`, (run) => (run['children'] = { most: 1, points: [] })],
  '82 looks at children': [`${path}.children.points`, (run) => (run['children'] = { most: 1, points: many(82, (index) => [index, 1]) })],
  'children going back': [
    `${path}.children.points.1.0`,
    (run) =>
      (run['children'] = {
        most: 1,
        points: [
          [2, 1],
          [1, 1],
        ],
      }),
  ],
  'children beyond count': [`${path}.children.most`, (run) => (run['children'] = { most: 1e300, points: [[1, 1]] })],
  'an unknown key of a run': [path, (run) => (run['x'] = 1)],
  'an unknown condition': ['conditions', (run, record) => (record['conditions'].x = run)],
  'a condition too few': ['conditions.gc-disabled', (_, record) => delete record['conditions']['gc-disabled']],
  'more lines than bytes': [`${path}.log.lines`, ({ log }) => (log.lines = log.bytes + 1)],
  'fewer lines than in the run': [`${path}.log.runLines`, ({ log }) => (log.runLines = log.lines + 1)],
  'more objects than lines': [`${path}.log.types`, ({ log }) => (log.types.Node = 1e6)],
  'more objects in the run than in all': [`${path}.log.runTypes`, ({ log }) => (log.types = { dict: 1 })],
  'objects beyond count': [`${path}.log.types`, ({ log }) => (log.types = log.runTypes = { a: 1e15, b: 1e15 })],
  '300,000 types': [
    'it holds more',
    ({ log }) => (log.types = log.runTypes = Object.fromEntries(many(300_000, (index) => [`T${index}`, 1]))),
  ],
  '1002 types': [`${path}.log.types`, ({ log }) => (log.types = Object.fromEntries(many(1002, (index) => [`T${index}`, 1])))],
  'a type of 3 MB': [`${path}.log.types`, ({ log }) => (log.types = { ['x'.repeat(3e6)]: 1 })],
  'types that are a list': [`${path}.log.types`, ({ log }) => (log.types = [['Node']])],
  'a group longer than the log': [`${path}.log.group`, ({ log }) => Object.assign(log, { ...emptyLog, group: ['a', 'b'] })],
  'a group of nine lines': [`${path}.log.group`, ({ log }) => (log.group = many(9, (index) => `<${index}>`))],
  'data that are not base64': [`${path}.log.data`, ({ log }) => (log.data = '$$$$')],
  'heat of 202 lines': ['heat.lines', (_, record) => (record['heat'] = { condition, lines: many(202, (index) => [index, 1, 1]) })],
  'heat of no line': ['heat.lines', (_, record) => (record['heat'] = { condition, lines: [] })],
  'heat beyond count': ['heat.lines.0.1', (_, record) => (record['heat'] = { condition, lines: [[1, 2 ** 53 - 1, 1]] })],
  'heat of a condition that has none': ['heat.condition', (_, record) => (record['heat'] = { condition: 'traced', lines: [[1, 1, 1]] })],
  'more loops than lines': ['program.loops', (_, record) => (record['program'].loops = many(1000, () => [1, 1]))],
  'more last lines than lines': ['program.last', (_, record) => (record['program'].last = many(1000, () => 1))],
  'millions of functions': ['it holds more', (_, record) => (record['program'].functions = many(2_000_001, () => 0))],
  'a loop to nowhere': ['program.loops.0.1', (_, record) => (record['program'].loops = [[1, -1]])],
  'garbage of nothing': ['garbage.types', (_, record) => (record['garbage'] = { types: [], names: [], edges: [], objects: 0, share: 0 })],
  'garbage without names': ['garbage.names', (_, record) => (record['garbage'].names = [])],
  'garbage of 2000 objects': [
    'garbage.types',
    (_, record) => Object.assign(record['garbage'], { types: many(2000, () => 'T'), names: many(2000, () => 'n'), objects: 2000 }),
  ],
  'garbage of 20,000 references': [
    'garbage.edges',
    (_, record) => (record['garbage'].edges = many(20_000, (index) => [index % 2, 1, 'e'])),
  ],
  'a reference listed twice': ['garbage.edges', (_, record) => record['garbage'].edges.push([0, 1, 'again'])],
  'a reference to nothing': ['garbage.edges', (_, record) => (record['garbage'].edges[0][1] = 2)],
  'less garbage than is listed': ['garbage.objects', (_, record) => (record['garbage'].objects = 1)],
  'more than all of the garbage': ['garbage.share', (_, record) => (record['garbage'].share = 1.5)],
  'a log longer than the sample may write': [`${path}.log.bytes`, ({ log }) => (log.bytes = 256e6 + 1)],
};

const emptyLog = { lines: 0, runLines: 0, bytes: 0, types: {}, runTypes: {}, group: [], data: 'AAA=' };

/** A block as in log-codec.ts. */
interface ForgedBlock {
  readonly skipped?: readonly [lines: number, bytes: number, within: number];
  readonly lines?: number;
  readonly named?: number;
  readonly text?: Uint8Array;
  readonly objects?: Uint8Array;
}

function bytesOf(parts: readonly (number | Uint8Array)[]): Buffer {
  const bytes = new Bytes();
  for (const part of parts) {
    if (typeof part === 'number') bytes.write(part);
    else bytes.append(part);
  }
  return Buffer.from(bytes.view());
}

interface ForgedText {
  readonly shapes?: readonly string[];
  readonly shapeOf?: readonly number[];
  readonly numbers?: readonly number[];
  readonly lines?: readonly number[] | Uint8Array;
}

/** The text of a block (gclog/block.ts): its shapes and three sequences of tokens; deflated. */
function textOf({ shapes = ['hello'], shapeOf = [1, 1], numbers = [], lines = [1, 1] }: ForgedText): Buffer {
  const parts = [
    bytesOf(shapes.flatMap((shape) => [Buffer.byteLength(shape), Buffer.from(shape)])),
    bytesOf(shapeOf),
    bytesOf(numbers),
    lines instanceof Uint8Array ? lines : bytesOf(lines),
  ];
  return deflateRawSync(bytesOf([...parts.map(({ length }) => length), ...parts]), { level: 9 });
}

const dataOf = (...blocks: readonly ForgedBlock[]) =>
  bytesOf([
    blocks.length,
    0,
    ...blocks.flatMap(({ skipped = [0, 0, 0], lines = 1, named = 0, text = textOf({}), objects = Buffer.alloc(0) }) => [
      ...skipped,
      lines,
      named,
      text.length,
      objects.length,
      text,
      objects,
    ]),
  ]).toString('base64');

/** A log of these blocks that states these numbers of lines and bytes. */
const of =
  (lines: number, bytes: number, ...blocks: readonly ForgedBlock[]) =>
  (log: Loose) =>
    Object.assign(log, { ...emptyLog, lines, runLines: lines, bytes, data: dataOf(...blocks) });
const raw = (data: Uint8Array) => (log: Loose) => (log['data'] = Buffer.from(data).toString('base64'));
/** The text of a block with one line, repeated `times` times. */
const repeated = (times: number) => textOf({ lines: [0, 1, times, 1, 1] });
/** A log of lines with one object each, whose objects are encoded as these tokens. */
const objects = (lines: number, tokens: readonly number[]) =>
  of(lines, 100 * lines, {
    lines,
    text: textOf({ shapes: ['<\n>'], lines: [0, 1, lines, 1, 1] }),
    objects: deflateRawSync(bytesOf(tokens)),
  });
const bomb = deflateRawSync(Buffer.alloc(1 << 28), { level: 9 });
const numbered = (differences: readonly number[]) =>
  of(2, 100, {
    lines: 2,
    text: textOf({ shapes: ['\u0100'], shapeOf: [1, 1, 2], numbers: differences.map((number) => number + 2), lines: [1, 2] }),
  });

/** Logs that are not what they state, or not logs at all. */
const logs: Readonly<Record<string, (log: Loose) => unknown>> = {
  nothing: (log) => (log['data'] = ''),
  cut: (log) => (log['data'] = log['data'].slice(0, 40)),
  'cut within a block': (log) => (log['data'] = Buffer.from(log['data'], 'base64').subarray(0, -3).toString('base64')),
  'something after it': (log) => (log['data'] = Buffer.concat([Buffer.from(log['data'], 'base64'), Buffer.from([1])]).toString('base64')),
  noise: raw(Buffer.from(many(3000, (index) => (index * 7919) % 256))),
  '1e14 blocks': raw(bytesOf([1e14, 1e14])),
  'a number of twenty bytes': raw(Buffer.alloc(20, 255)),
  'no block, and lines': of(5, 50),
  'too few lines': of(3, 50, {}),
  'too many lines': of(1, 50, { lines: 3, text: repeated(3) }),
  'lines that a block does not have': of(3, 50, { lines: 3 }),
  'lines that a block hides': of(1, 50, { text: repeated(3) }),
  'a line 1e14 times': of(2e9, 2e9, { lines: 2e9, text: repeated(1e14) }),
  'a line a billion times': of(1e9, 1e9, { lines: 1e9, text: repeated(1e9) }),
  'a piece of a line 1e14 times': of(0, 50, { lines: 0, text: textOf({ shapes: ['\u0180'], lines: [0, 1, 1e14, 1, 1] }) }),
  'more bytes than it says': of(3, 17, { lines: 3, text: repeated(3) }),
  'more bytes left out than it says': of(4, 50, { skipped: [3, 60, 0] }),
  'more lines left out than bytes': of(1e9, 1e9, { skipped: [1e9 - 1, 5, 0] }),
  'left out 1e15 lines': of(1, 50, { skipped: [1e15, 2e15, 0] }),
  'left out within what': of(2, 50, { skipped: [1, 5, 7] }),
  'no deflate': of(1, 50, { text: Buffer.from('hello') }),
  'a bomb': of(1, 1e9, { text: bomb }),
  '200 bombs': of(200, 1e9, ...many(200, () => ({ text: deflateRawSync(Buffer.alloc((1 << 21) - 1), { level: 9 }) }))),
  'a bomb of objects': of(1, 1e9, { objects: bomb }),
  '100,000 empty blocks': of(0, 1e9, ...many(100_000, () => ({ lines: 0, text: textOf({ shapes: [], shapeOf: [], lines: [] }) }))),
  'blocks beyond the limit': of(
    100 * 5e5,
    256e6,
    ...many(100, () => ({ lines: 5e5, text: textOf({ lines: Buffer.concat([bytesOf([1, 1]), Buffer.alloc(5e5 - 1, 2)]) }) })),
  ),
  'a group of none': of(3, 50, { lines: 3, text: textOf({ lines: [0, 0, 3, 1, 1] }) }),
  'a group of nine': of(27, 500, { lines: 27, text: textOf({ lines: [0, 9, 3, ...many(18, () => 2)] }) }),
  'a group no time': of(0, 50, { lines: 0, text: textOf({ lines: [0, 1, 0, 1, 1] }) }),
  'a group in a group': of(3, 50, { lines: 3, text: textOf({ lines: [0, 1, 3, 0, 1, 3] }) }),
  'a line never defined': of(1, 50, { text: textOf({ lines: [9] }) }),
  'a line of no shape': of(1, 50, { text: textOf({ shapeOf: [7] }) }),
  'a line without shapes': of(1, 50, { text: textOf({ shapes: [], shapeOf: [] }) }),
  'a shape that is cut': of(1, 50, { text: textOf({ shapes: [] }) }),
  'a shape too many': of(1, 50, { text: textOf({ shapes: ['hello', 'hello'] }) }),
  'tokens too many': of(1, 50, { text: textOf({ shapeOf: [1, 9] }) }),
  'numbers too many': of(1, 50, { text: textOf({ numbers: [4, 4] }) }),
  'numbers too few': numbered([zigzag(5)]),
  'a number below zero': numbered([zigzag(5), zigzag(-6)]),
  'a number that no line holds': numbered([zigzag(5), zigzag(1e9)]),
  'numbers by the million': of(60_000, 1e6, {
    lines: 60_000,
    text: textOf({ shapes: ['\u0100'.repeat(1e6)], shapeOf: many(60_000, () => 2), numbers: [0, 1, 1e12, 2], lines: [1, 60_000] }),
  }),
  'names by the billion': of(1, 50, { named: 1e9 }),
  'objects too few': objects(5, [2, 2]),
  'objects too many': objects(2, [2, 2, 2]),
  'an object below the first': objects(2, [2, zigzag(-9) + 3]),
  'an object that does not exist': objects(2, [2, zigzag(9) + 3]),
  'objects that fall for ever': objects(100_000, [2, 0, 1, 99_999, zigzag(-2) + 3]),
};
