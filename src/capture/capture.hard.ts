import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawBytes } from '../gclog/log.ts';
import { LogReader } from '../gclog/reader.ts';
import { deflate } from '../run/deflate.ts';
import { printCapture, readCapture, schemaVersion, type Capture, type RunRecord } from './capture.ts';
import { decodeLog, encodeLog } from './log-codec.ts';

/** A fixed seed, so that the records are always the same. */
const seed = 20_230_922;

function logOf(text: string) {
  const reader = new LogReader({ codec: deflate });
  reader.write(Buffer.from(text));
  return encodeLog(reader.end());
}

const log = logOf('start\ngc: collectable <tuple 0x7f7bb7a729e8>\nstep 1\nstep 2\nstep 3\nno newline');
const run: RunRecord = {
  exit: 0,
  signal: null,
  limit: null,
  wallMs: 12,
  peakRssBytes: 9e6,
  endRssBytes: 8e6,
  held: { start: 100, end: 120, left: 110 },
  garbage: 0,
  flags: 0,
  collections: { counts: [3, 1, 1], collected: 7, uncollectable: 0, elapsedMs: 0.4, full: [] },
  points: [[0, 0, 8e6, 100, 0, -1, 0, 'S', 0, null, null]],
  places: [],
  log,
};
const capture: Capture = {
  schema: schemaVersion,
  sandbox: 'none',
  key: 'k',
  method: 1,
  collector: 'generational',
  runtime: 'cpython-3.11',
  python: '3.11.7',
  platform: 'linux-x64',
  capturedAt: '2024-01-01',
  command: 'python3 -u a.py',
  memory: 'resident set size',
  held: 'allocated blocks',
  program: { loops: [[1, 2]], last: [3], tables: [], functions: [], runners: [] },
  conditions: { 'as-written': run, 'debug-off': run, 'gc-disabled': run },
};
const text = printCapture(capture);
const plain = JSON.parse(JSON.stringify(capture));

/** Anything in place of a value. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, -1, 1e300, '', '__proto__', 2 ** 53),
  fc.string({ maxLength: 20 }),
);

test('150,000 records with bytes changed, cut or doubled are read or refused, and never throw', () => {
  const property = fc.property(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 8 }), (from, length, other) => {
    const changed = text.slice(0, from) + other + text.slice(from + length);
    const read = readCapture(changed);
    // In JSON, -0 is 0.
    if ('capture' in read) assert.deepEqual(JSON.parse(JSON.stringify(read.capture)), plain);
    else assert.ok(read.reason.length > 0);
  });
  fc.assert(property, { seed, numRuns: 150_000 });
});

/** A record with replaced parts and a correct digest, as an attacker could make it. */
function forge(path: readonly string[], value: unknown): string {
  const forged = structuredClone(capture) as unknown as Record<string, unknown>;
  let place = forged;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  place[path.at(-1) as string] = value;
  return printCapture(forged as unknown as Capture);
}

const paths: readonly (readonly string[])[] = [
  ...Object.keys(capture).map((key) => [key]),
  ...Object.keys(run).map((key) => ['conditions', 'debug-off', key]),
  ...Object.keys(log).map((key) => ['conditions', 'as-written', 'log', key]),
  ['conditions', 'traced'],
  ['conditions', 'as-written', 'log', 'types', 'tuple'],
  ['conditions', 'as-written', 'points', '0'],
];

test('50,000 forged records are read or refused, and never throw', () => {
  const property = fc.property(fc.constantFrom(...paths), junk, (path, value) => {
    const read = readCapture(forge(path, value));
    assert.ok('capture' in read || read.reason !== '');
  });
  fc.assert(property, { seed, numRuns: 50_000 });
});

test('100,000 forged logs end, in text or in an error', () => {
  const data = Buffer.from(log.data, 'base64');
  const unpacked = fc
    .tuple(fc.nat(data.length), fc.nat(8), fc.uint8Array({ maxLength: 8 }))
    .map(([from, length, bytes]) => Buffer.concat([data.subarray(0, from), bytes, data.subarray(from + length)]));
  const property = fc.property(
    fc.oneof(
      unpacked,
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    ),
    (bytes) => {
      try {
        let length = 0;
        for (const chunk of rawBytes(decodeLog({ ...log, data: bytes.toString('base64') }))) length += chunk.length;
        assert.ok(length < 1e6);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(error instanceof Error);
      }
    },
  );
  fc.assert(property, { seed, numRuns: 100_000 });
});
