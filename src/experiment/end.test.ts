import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedAsMeant, endWords, type Ended, type IntendedEnd } from './end.ts';

const ended = (changes: Partial<Ended>): Ended => ({ exit: null, signal: null, limit: null, ...changes });
const [well, failed, crashed] = [ended({ exit: 0 }), ended({ exit: 1 }), ended({ signal: 'SIGSEGV' })];
const [late, busy] = [ended({ signal: 'SIGKILL', limit: 'time' }), ended({ signal: 'SIGKILL', limit: 'cpu' })];
const [fat, loud, stopped] = [ended({ exit: 1, limit: 'memory' }), ended({ signal: 'SIGKILL', limit: 'output' }), ended({ limit: 'stop' })];
const all = [well, failed, crashed, late, busy, fat, loud, stopped];
const right = (exit: IntendedEnd['exit'], stopMs?: number) => all.filter((each) => endedAsMeant(each, { exit, stopMs }));

test('each end is right if it is intended, and no other end is', () => {
  assert.deepEqual(right(0), [well]);
  assert.deepEqual(right(1), [failed]);
  assert.deepEqual(right('SIGSEGV'), [crashed]);
  assert.deepEqual(right('timeout'), [late, busy]);
  assert.deepEqual(right('memory'), [fat]);
  assert.deepEqual(right('output'), [loud]);
  assert.deepEqual(right('any'), all);
  // A limit ends a run by this signal; the program itself was not killed.
  assert.deepEqual(right('SIGKILL'), []);
});

test('a program that would be stopped may end by itself before, but only in the intended way', () => {
  assert.deepEqual(right(0, 5000), [well, stopped]);
  assert.deepEqual(right('SIGSEGV', 5000), [crashed, stopped]);
});

test('an end is described in words', () => {
  const limits = ['time', 'CPU time', 'memory', 'output'].map((name) => `came to its limit of ${name}`);
  assert.deepEqual(all.map(endWords), ['exit 0', 'exit 1', 'killed by SIGSEGV', ...limits, 'stopped']);
});
