import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogReader } from '../gclog/reader.ts';
import type { Sample } from '../post/sample.ts';
import { bounds, limitInLog, reached, reachedByFamily } from './limit.ts';
import type { Runtime } from './runtime.ts';

const sample = { timeoutMs: 1000, memoryBytes: 1e6, outputBytes: 1000 } as Sample;
const [native, embedded] = [{ kind: 'cpython' }, { kind: 'pyodide' }] as unknown as [Runtime, Runtime];
const look = { sample, runtime: native, elapsedMs: 10, startMs: 5, size: 0, rssBytes: 0 };
const read = (text: string) => {
  const reader = new LogReader();
  reader.write(Buffer.from(text));
  return reader.end();
};

test('a limit is reached once what it allows is passed', () => {
  assert.equal(reached({ ...look, elapsedMs: 1005 }), null);
  assert.equal(reached({ ...look, elapsedMs: 1006 }), 'time');
  assert.equal(reached({ ...look, startMs: 900, elapsedMs: 1006 }), null);
  assert.equal(reached({ ...look, startMs: 130_000, elapsedMs: 130_000 }), 'time');
  assert.equal(reached({ ...look, size: 1001 }), 'output');
  assert.equal(reached({ ...look, rssBytes: 1_000_001 }), 'memory');
  assert.equal(reached({ ...look, runtime: embedded, rssBytes: 1_000_001 }), null);
});

test('CPU time and memory count for all processes together', { skip: process.platform !== 'linux' && 'there is no /proc here' }, () => {
  const used = process.cpuUsage();
  const cpuMs = (used.user + used.system) / 1000;
  assert.equal(reachedByFamily(process.pid, { ...sample, timeoutMs: cpuMs / bounds.cpuTimes / 2, memoryBytes: 1e12 }, native), 'cpu');
  assert.equal(reachedByFamily(process.pid, { ...sample, timeoutMs: cpuMs, memoryBytes: 1e12 }, native), null);
  const held = Buffer.alloc(100e6, 1);
  assert.equal(reachedByFamily(process.pid, { ...sample, timeoutMs: 1e6, memoryBytes: 1e6 }, native), 'memory');
  assert.equal(held[0], 1);
});

test('what the kernel refused is read from the last lines', () => {
  const traceback = (line: string) => read(`Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n${line}\n`);
  assert.equal(limitInLog(traceback('MemoryError'), null), 'memory');
  assert.equal(limitInLog(traceback("OSError: [Errno 24] Too many open files: 'x'"), null), 'files');
  assert.equal(limitInLog(traceback('BlockingIOError: [Errno 11] Resource temporarily unavailable'), null), 'processes');
  assert.equal(limitInLog(traceback('OSError: [Errno 28] No space left on device'), null), 'output');
  assert.equal(limitInLog(traceback('ValueError: MemoryError'), null), null);
  assert.equal(limitInLog(read('x'), 'SIGXFSZ'), 'output');
});
