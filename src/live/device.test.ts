import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obstacleOf } from './device.ts';

test('a device with little memory, or one that saves data, is told so before anything is loaded', () => {
  assert.equal(obstacleOf({}), undefined);
  assert.equal(obstacleOf({ deviceMemory: 2, connection: { saveData: false } }), undefined);
  assert.deepEqual(obstacleOf({ deviceMemory: 1 }), {
    text: 'This device has about 1 GB of memory, and a run may need as much.',
    isFinal: false,
  });
  assert.match(obstacleOf({ connection: { saveData: true } })?.text ?? '', /saves data, and this loads \d MB/);
});

test('a browser without WebAssembly cannot run it at all', () => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly') as PropertyDescriptor;
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  try {
    assert.equal(obstacleOf({})?.isFinal, true);
  } finally {
    Object.defineProperty(globalThis, 'WebAssembly', kept);
  }
});
