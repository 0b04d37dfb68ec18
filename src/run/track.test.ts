import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Track } from './track.ts';

test('as many go on as there are lanes, and whoever goes alone is alone, before the others that wait', async () => {
  const track = new Track(2);
  const running = new Set<string>();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    running.add(name);
    seen.push([...running].join('+'));
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    running.delete(name);
  };
  const beside = (name: string) => track.take(false, work(name));
  await Promise.all([
    beside('a'),
    beside('b'),
    beside('c'),
    track.take(true, work('D')),
    beside('e'),
    beside('f'),
    track.take(true, work('G')),
  ]);
  assert.deepEqual(seen, ['a', 'a+b', 'D', 'G', 'c', 'c+e', 'e+f']);
});

test('a run that fails makes room for the next', async () => {
  const track = new Track(1);
  const failed = track.take(true, () => Promise.reject(new Error('no')));
  const next = track.take(false, () => Promise.resolve('yes'));
  await assert.rejects(failed, /no/);
  assert.equal(await next, 'yes');
});
