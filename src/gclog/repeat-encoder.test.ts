import { build } from 'esbuild';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogReader } from './reader.ts';
import { RepeatEncoder, maxPeriod, ringMask } from './repeat-encoder.ts';
import { SequenceWriter } from './sequence.ts';

interface Row {
  readonly from: number;
  readonly period: number;
  readonly times: number;
}

/** The output of a RepeatEncoder as rows; consecutive single symbols are one row. */
function fold(symbols: readonly number[]): readonly Row[] {
  const rows: Row[] = [];
  let at = 0;
  const add = (period: number, times: number) => {
    const last = rows.at(-1);
    if (times === 1 && last?.times === 1) rows[rows.length - 1] = { ...last, period: last.period + 1 };
    else rows.push({ from: at, period, times });
    at += period * times;
  };
  const encoder = new RepeatEncoder({
    plain: (symbol) => {
      assert.equal(symbol, symbols[at]);
      add(1, 1);
    },
    repeat: (period, times, ring, from) => {
      for (let index = 0; index < period; index += 1) assert.equal(ring[(from + index) & ringMask], symbols[at + index]);
      add(period, times);
    },
  });
  for (const symbol of symbols) encoder.push(symbol);
  encoder.end();
  return rows;
}

/** The same by a direct algorithm that sees the whole sequence: at each position the group that covers most. */
function foldPlainly(symbols: readonly number[]): readonly Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < symbols.length;) {
    let [best, most] = [1, 0];
    for (let period = 1; period <= maxPeriod; period += 1) {
      let end = at;
      while (end + period < symbols.length && symbols[end] === symbols[end + period]) end += 1;
      const covered = (Math.floor((end - at) / period) + 1) * period;
      if (covered >= 3 * period && covered - period >= 4 && covered > most) [best, most] = [period, covered];
    }
    const last = rows.at(-1);
    if (most > 0) rows.push({ from: at, period: best, times: most / best });
    else if (last?.times === 1) rows[rows.length - 1] = { ...last, period: last.period + 1 };
    else rows.push({ from: at, period: 1, times: 1 });
    at += Math.max(1, most);
  }
  return rows;
}

/** A pseudo-random generator with a fixed seed. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

const codes = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const folded = (text: string) =>
  fold(codes(text)).map(({ from, period, times }) =>
    times === 1 ? text.slice(from, from + period) : `${text.slice(from, from + period)}×${times}`,
  );

test('a group that repeats is folded, and what is around it is kept', () => {
  assert.deepEqual(folded('xyabcabcabcabcz'), ['xy', 'abc×4', 'z']);
});

test('the same line again and again is a group of one', () => {
  assert.deepEqual(folded(`a${'b'.repeat(9)}`), ['a', 'b×9']);
});

test('two groups, or a handful of symbols, are not worth folding', () => {
  assert.deepEqual(folded('abcabcxx'), ['abcabcxx']);
});

test('a group longer than eight symbols is not detected', () => {
  assert.deepEqual(folded('abcdefghi'.repeat(4)), ['abcdefghi'.repeat(4)]);
});

test('encoding symbol by symbol gives the same result as seeing the whole sequence', () => {
  const random = randomly(7);
  for (let round = 0; round < 1000; round += 1) {
    const pattern = Array.from({ length: 1 + random(9) }, () => random(3));
    const some = Array.from({ length: random(200) }, (_, index) =>
      random(20) === 0 ? random(3) : (pattern[index % pattern.length] as number),
    );
    assert.deepEqual(fold(some), foldPlainly(some), some.join(' '));
  }
});

test('adding a symbol many times at once is the same as adding it one by one', () => {
  const random = randomly(7);
  for (let round = 0; round < 300; round += 1) {
    const runs = Array.from({ length: random(30) }, () => [random(3), 1 + (random(3) === 0 ? random(300) : random(6))] as const);
    const [tokens, wanted] = [runs, runs.flatMap(([symbol, times]) => Array.from({ length: times }, () => [symbol, 1] as const))].map(
      (pushes) => {
        const sequence = new SequenceWriter();
        for (const [symbol, times] of pushes) sequence.push(symbol, times);
        return [...sequence.end()];
      },
    );
    assert.deepEqual(tokens, wanted, runs.join(' '));
  }
});

test('a million symbols fold in one row', () => {
  assert.deepEqual(fold(Array.from({ length: 999_999 }, (_, index) => index % 7)), [{ from: 0, period: 7, times: 142_857 }]);
});

test('the repeating group starts with its first line in the alphabet, wherever the log starts', () => {
  const group = (start: string) => {
    const reader = new LogReader();
    reader.write(Buffer.from(start + 'gc: collectable <type 0x5>\ngc: collectable <dict 0x6>\n'.repeat(80)));
    return reader.end().group;
  };
  assert.deepEqual(group(''), ['gc: collectable <dict>', 'gc: collectable <type>']);
  assert.deepEqual(group('hello\n'), group('gc: collectable <dict 0x1>\n'));
});

test('the parser bundles for a browser without anything of Node', async () => {
  const entries = ['reader', 'counts', 'collections', 'log'].map((name) => `${import.meta.dirname}/${name}.ts`);
  const { outputFiles, warnings } = await build({
    entryPoints: entries,
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    outdir: 'out',
    logLevel: 'silent',
  });
  assert.deepEqual(warnings, []);
  for (const { text } of outputFiles) assert.doesNotMatch(text, /node:|require\(/);
});
