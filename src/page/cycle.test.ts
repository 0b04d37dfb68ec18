import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GarbageRecord } from '../capture/capture.ts';
import { handMade } from '../capture/fixtures/hand-made.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import { cycleSentence } from './cycle.ts';

const sentence = (share: number, edges: GarbageRecord['edges'], names = ['', '']) =>
  cycleSentence({
    ...handMade({ name: 'a', title: 'a.py', code: '', ...plainSample, timeoutMs: 1, memoryBytes: 1, outputBytes: 1 }),
    garbage: { types: ['Node', 'dict'], names, edges, objects: 2, share },
  });

test('the cycle that most of the garbage is held by is told, and no other', () => {
  const round: GarbageRecord['edges'] = [
    [0, 1, '__dict__'],
    [1, 0, "['me']"],
  ];
  assert.equal(sentence(1, round), 'Nearly all of the garbage is held by cycles of Node → dict → Node.');
  assert.equal(sentence(0.6, round, ['root', '']), '60 % of the garbage is held by cycles of Node root → dict → Node root.');
  assert.equal(sentence(1, [[1, 1, '[0]']]), 'Nearly all of the garbage is held by objects that hold themselves: dict.');
  assert.equal(sentence(0.4, round), undefined);
  // References that do not lead back hold nothing.
  assert.equal(sentence(1, [[0, 1, '__dict__']]), undefined);
});
