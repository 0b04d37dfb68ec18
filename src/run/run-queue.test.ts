import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { RunQueue } from './run-queue.ts';

test('as many run as there are slots, and an exclusive run is alone, before the others that wait', async () => {
  const queue = new RunQueue(2);
  const running = new Set<string>();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    running.add(name);
    seen.push([...running].join('+'));
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    running.delete(name);
  };
  const beside = (name: string) => queue.run(false, work(name));
  await Promise.all([
    beside('a'),
    beside('b'),
    beside('c'),
    queue.run(true, work('D')),
    beside('e'),
    beside('f'),
    queue.run(true, work('G')),
  ]);
  assert.deepEqual(seen, ['a', 'a+b', 'D', 'G', 'c', 'c+e', 'e+f']);
});

test('a run that fails frees its slot', async () => {
  const queue = new RunQueue(1);
  const failed = queue.run(true, () => Promise.reject(new Error('no')));
  const next = queue.run(false, () => Promise.resolve('yes'));
  await assert.rejects(failed, /no/);
  assert.equal(await next, 'yes');
});
