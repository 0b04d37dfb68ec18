import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSource, rewrite } from './source.ts';

const lines = ({ lines }: ReturnType<typeof readSource>) => lines.map(({ text, old }) => `${old} ${text}`);

test('lines know where they come from, through several steps', () => {
  const old = readSource('one\r\ntwo\r\nthree\r\nfour\r\n');
  const first = rewrite(old, [
    { from: 0, to: 5, text: '' },
    { from: 10, to: 15, text: '3a\r\n3b\r\n3c' },
  ]);
  assert.deepEqual(lines(first), ['2 two', '3 3a', '3 3b', '3 3c', '4 four']);
  const second = rewrite(first, [{ from: first.text.indexOf('3b'), to: first.text.indexOf('four'), text: 'x\r\n' }]);
  assert.deepEqual(lines(second), ['2 two', '3 3a', '3 x', '4 four']);
  assert.equal(rewrite(old, []), old);
});
