import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate, parseExpression, type Kind } from './expression.ts';

const numbers: Readonly<Record<string, readonly [number, Kind]>> = {
  'a.peak': [271e6, 'bytes'],
  'b.peak': [15e6, 'bytes'],
  'a.time': [2400, 'ms'],
  'a.lines': [600, 'count'],
  'a.verdict': [0, 'text'],
};
const parse = (text: string) => parseExpression(text, (path) => (numbers[path] as readonly [number, Kind])[1]);
const result = (text: string) => {
  const expression = parse(text);
  return [evaluate(expression, (path) => (numbers[path] as readonly [number, Kind])[0]), expression.kind];
};

test('sums, products and brackets come to numbers of a kind', () => {
  assert.deepEqual(result('a.peak - b.peak'), [256e6, 'bytes']);
  assert.deepEqual(result('2 + 3 * 4'), [14, 'count']);
  assert.deepEqual(result('(2 + 3) * b.peak'), [75e6, 'bytes']);
  assert.deepEqual(result('a.peak / a.lines'), [271e6 / 600, 'bytes']);
  assert.deepEqual(result('a.peak / b.peak'), [271 / 15, 'count']);
  assert.deepEqual(result('a.lines - 100 - 50'), [450, 'count']);
});

test('a comparison is true or false, units and all', () => {
  assert.deepEqual(result('a.peak > 10 * b.peak'), [1, 'text']);
  assert.deepEqual(result('a.peak <= 271 MB'), [1, 'text']);
  assert.deepEqual(result('a.time < 2s'), [0, 'text']);
  assert.deepEqual(result('b.peak >= 15MB + 1 B'), [0, 'text']);
});

test('an expression that means nothing is reported', () => {
  const tells = (text: string, pattern: RegExp) => assert.throws(() => parse(text), pattern, text);
  tells('a.peak >', /missing at the end/);
  tells('a.peak + a.time', /A size cannot be added to a time/);
  tells('a.peak > 10', /A size cannot be compared with a plain number/);
  tells('a.peak * b.peak', /cannot be multiplied/);
  tells('a.verdict > 1', /A word cannot be compared/);
  tells('(a.peak', /bracket/);
  tells('a.peak b.peak', /"b\.peak" is not allowed/);
  tells('a.peak > b.peak > 1 MB', /two things, not three/);
  tells('a.peak = b.peak', /"=" is not allowed/);
});
