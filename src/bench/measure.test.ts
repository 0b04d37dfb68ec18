import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, ratioOf, takeTurns, timeProgram } from './measure.ts';
import { describeRow, rowOf } from './table.ts';

const taken = (...all: readonly number[]) => all.map((ms) => ({ ms }));

test('ratios are taken within a round, so that a slow round does not spoil them', () => {
  assert.equal(median([9, 1, 2]), 2);
  assert.equal(median([1, 3]), 2);
  assert.equal(ratioOf(taken(2, 200, 2), taken(1, 100, 1)), 2);
});

test('contenders take turns', async () => {
  const order: string[] = [];
  const contender = (name: string) => ({
    command: name,
    prepare: async () => void order.push(`(${name})`),
    turn: async () => ({ ms: order.push(name) }),
  });
  await takeTurns([contender('a'), contender('b')], 2);
  assert.equal(order.join(' '), '(a) a (b) b (a) a (b) b');
});

test('a row says whether it meets its goal, if it has one', () => {
  const row = rowOf({ work: 'a', against: 'b', ours: '2 ms', theirs: '1 ms', ratio: 2, maxRatio: 1.5 });
  assert.equal(describeRow(row)[5], '✗ ≤ 1.5');
  assert.equal(describeRow(rowOf({ ...row, maxRatio: 2 }))[5], '✓ ≤ 2');
  assert.equal(describeRow(rowOf({ ...row, maxRatio: undefined }))[5], '');
});

test('a program that fails is no measurement', async () => {
  await assert.rejects(timeProgram(process.execPath, ['-e', 'process.exit(3)']), /ended with status 3/);
  assert.ok((await timeProgram(process.execPath, ['-e', '0'])).ms > 0);
});
