import assert from 'node:assert/strict';
import { test } from 'node:test';
import { widthOf, wrap } from './wrap.ts';

test('lines break between words, and all but the first are indented', () => {
  assert.equal(wrap('one two three four', 9, '  '), 'one two\n  three\n  four');
  assert.equal(wrap('a-word-that-is-too-long for it', 8), 'a-word-that-is-too-long\nfor it');
  assert.equal(wrap('one two three', Infinity, '  '), 'one two three');
});

test('only a terminal has a width', () => {
  assert.equal(widthOf({ isTTY: true, columns: 72 }), 72);
  assert.equal(widthOf({ columns: 72 }), Infinity);
});
