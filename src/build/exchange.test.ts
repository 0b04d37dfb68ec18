import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { exchange } from './exchange.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(root, { recursive: true }));
const [one, other] = ['one', 'other'].map((name) => join(root, name)) as [string, string];
for (const folder of [one, other]) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'name'), folder);
}
const can = exchange(one, other);

test('two folders are exchanged, or nothing is changed', () => {
  assert.deepEqual(
    [one, other].map((folder) => readFileSync(join(folder, 'name'), 'utf8')),
    can ? [other, one] : [one, other],
  );
  assert.equal(exchange(one, join(root, 'missing')), false);
  assert.equal(readFileSync(join(one, 'name'), 'utf8'), can ? other : one);
});

/** Looks for a folder until it gets a message, and posts how often it looked, and how often the folder was missing. */
const watch = `
  const { workerData: path, parentPort } = require('node:worker_threads');
  const { existsSync } = require('node:fs');
  let [looks, missed, goes] = [0, 0, true];
  parentPort.on('message', () => { goes = false; });
  const look = () => {
    for (let at = 0; at < 2000; at += 1) {
      looks += 1;
      if (!existsSync(path)) missed += 1;
    }
    if (goes) setImmediate(look);
    else parentPort.postMessage({ looks, missed });
  };
  look();
`;

test('each of them exists at every moment', { skip: !can && 'neither mv nor perl can exchange folders here' }, async () => {
  const watcher = new Worker(watch, { eval: true, workerData: one });
  for (let turn = 0; turn < 100; turn += 1) assert.equal(exchange(one, other), true);
  const seen = await new Promise<{ readonly looks: number; readonly missed: number }>((resolve) => {
    watcher.once('message', resolve);
    watcher.postMessage('stop');
  });
  await watcher.terminate();
  assert.ok(seen.looks > 1000);
  assert.equal(seen.missed, 0);
});
