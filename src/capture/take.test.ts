import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditions } from '../experiment/condition.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { RunQueue } from '../run/run-queue.ts';
import { findPython, type Runtime } from '../run/runtime.ts';
import { printCapture, readCapture } from './capture.ts';
import { takeCapture } from './take.ts';

const python = await findPython('python3');
const skip = python === undefined && 'there is no python3 here';
const sample = (code: string): Sample => ({
  name: 'a',
  code,
  title: 'a.py',
  ...plainSample,
  timeoutMs: 20_000,
  memoryBytes: 1e9,
  outputBytes: 1e6,
});

/** Records how many runs are going on when each starts. */
class WatchedQueue extends RunQueue {
  running = 0;
  readonly seen: string[] = [];

  override run<T>(exclusive: boolean, work: () => Promise<T>): Promise<T> {
    return super.run(exclusive, async () => {
      this.running += 1;
      this.seen.push(`${exclusive ? 'alone' : 'beside'} ${this.running}`);
      return work().finally(() => (this.running -= 1));
    });
  }
}

test('a run as written is exclusive, control runs are parallel, and progress is of one of them at a time', { skip }, async () => {
  const queue = new WatchedQueue(2);
  const reported: string[] = [];
  const capture = await takeCapture(sample('import time\ntime.sleep(0.3)'), python as Runtime, {
    queue,
    needs: () => 'nothing',
    onProgress: (condition) => void (reported.at(-1) !== condition && reported.push(condition)),
  });
  assert.deepEqual(queue.seen, ['alone 1', 'beside 1', 'beside 2']);
  assert.deepEqual(Object.keys(capture.conditions), conditions);
  assert.ok(reported.length === new Set(reported).size && reported[0] === 'as-written', reported.join());
});

test('without a queue, runs go one after the other', { skip }, async () => {
  const starts: string[] = [];
  await takeCapture(sample('import time\ntime.sleep(0.1)'), python as Runtime, {
    needs: () => 'nothing',
    onProgress: (condition) => void (starts.at(-1) !== condition && starts.push(condition)),
  });
  assert.deepEqual(starts, conditions);
});

test('after a program that did not end as expected, no further runs are taken', { skip }, async () => {
  const endless = { ...sample('kept = []\nwhile True: kept.append([1])'), timeoutMs: 500 };
  const asked: string[] = [];
  const queue = new WatchedQueue(2);
  const options = { queue, onMore: (condition: string) => void asked.push(condition) };
  await takeCapture(endless, python as Runtime, options);
  assert.deepEqual([queue.seen.length, asked], [3, []]);
  await takeCapture({ ...endless, timeoutMs: 20_000, stopMs: 500 }, python as Runtime, options);
  assert.deepEqual([queue.seen.length, asked], [8, ['heat', 'holder']]);
});

test('a further run is announced, with how long it may take', { skip }, async () => {
  const asked: (readonly [string, number, boolean])[] = [];
  let started = false;
  const leak = sample('kept = []\nfor i in range(600000): kept.append([i])');
  const { conditions } = await takeCapture(leak, python as Runtime, {
    onMore: (condition, mayTakeMs) => void asked.push([condition, mayTakeMs, started]),
    onProgress: (condition) => void (started ||= condition === 'heat'),
  });
  assert.deepEqual([asked.map(([name]) => name), asked[0]?.[2], started], [['heat', 'holder'], false, true]);
  const mayTakeMs = Math.min(conditions['as-written'].wallMs * 6, leak.timeoutMs * 5);
  assert.deepEqual(
    asked.map(([, ms]) => ms),
    [mayTakeMs, mayTakeMs],
  );
});

test('lines are those of the stretch that grows, not of what was there before', { skip }, async () => {
  const program = sample('table = [[i] for i in range(200000)]\nkept = []\nfor i in range(600000): kept.append([i])');
  // On a busy machine the table may take so much of the work that a verdict asks which is meant.
  const work = { text: '3', kind: 'loop', lines: [{ from: 3, to: 3 }] } as const;
  const { heat } = await takeCapture({ ...program, work }, python as Runtime);
  assert.deepEqual(
    heat?.lines.slice(1).map(([line]) => line),
    [3],
  );
});

test('runs that answer different questions are parallel', { skip }, async () => {
  const queue = new WatchedQueue(2);
  const asked: string[] = [];
  const flagged = sample('import gc\ngc.set_debug(gc.DEBUG_SAVEALL)\nfor i in range(400000):\n    a = [i]\n    a.append(a)');
  const { heat, garbage } = await takeCapture(flagged, python as Runtime, { queue, onMore: (condition) => void asked.push(condition) });
  assert.deepEqual(
    [asked, queue.seen.slice(3)],
    [
      ['heat-flags', 'cycle'],
      ['beside 1', 'beside 2'],
    ],
  );
  assert.equal(heat?.condition, 'as-written');
  assert.deepEqual(garbage?.types, ['list']);
});

test('if a run cannot be started, no other one goes on after the error', { skip }, async () => {
  const queue = new WatchedQueue(2);
  const runtime: Runtime = { ...(python as Runtime), command: ['/does/not/exist'] };
  await assert.rejects(takeCapture(sample('pass'), runtime, { queue, sandbox: 'none' }), /could not compile the harness/);
  assert.equal(queue.running, 0);
  assert.equal(await queue.run(true, () => Promise.resolve('free')), 'free');
});

test('a program that forges its marks still has a valid record', { skip }, async () => {
  const code = `import os, time
for seal in open("/proc/self/environ").read().split("LEAKLOG_RUN=")[1].split("\\0")[0].split(" "):
    for kind in "CFEX":
        os.write(240, ("%s %s %d%s -\\n" % (seal, kind, time.monotonic() * 1e6, " 900719925474" * 17)).encode())
os._exit(0)
`;
  const capture = await takeCapture(sample(code), python as Runtime);
  const read = readCapture(printCapture(capture));
  assert.ok('capture' in read, 'reason' in read ? read.reason : '');
  assert.ok(capture.conditions['as-written'].collections.counts[2] > 0);
});
