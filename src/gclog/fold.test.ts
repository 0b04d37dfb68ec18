import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { test } from 'node:test';
import { fold, repeatingGroup } from './fold.ts';
import { LogReader } from './reader.ts';

const lines = (text: string) => Uint32Array.from(text, (character) => character.charCodeAt(0));
const folded = (text: string) => fold(lines(text), 0, text.length).map(({ from, period, times }) => (times === 1 ? text.slice(from, from + period) : `${text.slice(from, from + period)}×${times}`));

test('a group that repeats is folded, with what is around it', () => {
  assert.deepEqual(folded('xyabcabcabcabcz'), ['xy', 'abc×4', 'z']);
});

test('the same line again and again is a group of one', () => {
  assert.deepEqual(folded(`a${'b'.repeat(9)}`), ['a', 'b×9']);
});

test('two groups, or a handful of lines, are not worth a fold', () => {
  assert.deepEqual(folded('abcabcxx'), ['abcabcxx']);
});

test('a group longer than eight lines is not looked for', () => {
  assert.deepEqual(folded('abcdefghi'.repeat(4)), ['abcdefghi'.repeat(4)]);
});

test('rows cover every line once, whatever the lines', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 300; round += 1) {
    const some = Uint32Array.from({ length: random(200) }, () => random(3));
    let at = 0;
    for (const { from, period, times } of fold(some, 0, some.length)) {
      assert.equal(from, at);
      for (let line = from + period; line < from + period * times; line += 1) assert.equal(some[line], some[line - period]);
      at += period * times;
    }
    assert.equal(at, some.length);
  }
});

test('half a million lines fold in linear time', () => {
  const many = Uint32Array.from({ length: 600_000 }, (_, index) => index % 6);
  assert.deepEqual(fold(many, 0, many.length), [{ from: 0, period: 6, times: 100_000 }]);
});

test('the repeating group starts with its first line in the alphabet, wherever the log starts', () => {
  const group = (start: string) => {
    const reader = new LogReader();
    reader.write(Buffer.from(start + 'gc: collectable <type 0x5>\ngc: collectable <dict 0x6>\n'.repeat(80)));
    return repeatingGroup(reader.end());
  };
  assert.deepEqual(group(''), ['gc: collectable <dict>', 'gc: collectable <type>']);
  assert.deepEqual(group('hello\n'), group('gc: collectable <dict 0x1>\n'));
});

test('the parser bundles for a browser without anything of Node', async () => {
  const entries = ['reader', 'fold', 'counts', 'collections', 'log'].map((name) => `${import.meta.dirname}/${name}.ts`);
  const { outputFiles, warnings } = await build({ entryPoints: entries, bundle: true, write: false, platform: 'browser', format: 'esm', outdir: 'out', logLevel: 'silent' });
  assert.deepEqual(warnings, []);
  for (const { text } of outputFiles) assert.doesNotMatch(text, /node:|require\(/);
});
