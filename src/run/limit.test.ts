import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from '../experiment/sample.ts';
import { LogReader } from '../gclog/reader.ts';
import { bounds, limitInLog, reached, reachedByFamily } from './limit.ts';
import type { Runtime } from './runtime.ts';

const sample = { timeoutMs: 1000, memoryBytes: 1e6, outputBytes: 1000 } as Sample;
const [native, embedded] = [{ kind: 'cpython' }, { kind: 'pyodide' }] as unknown as [Runtime, Runtime];
const look = { sample, runtime: native, elapsedMs: 10, startMs: 5, hasEnded: false, size: 0, rssBytes: 0 };
const read = (text: string) => {
  const reader = new LogReader();
  reader.write(Buffer.from(text));
  return reader.end();
};

test('a limit is reached once its value is exceeded', () => {
  assert.equal(reached({ ...look, elapsedMs: 1005 }), null);
  assert.equal(reached({ ...look, elapsedMs: 1006 }), 'time');
  assert.equal(reached({ ...look, startMs: 900, elapsedMs: 1006 }), null);
  // Pyodide is ended if it does not reach the first statement; the time of a CPython program counts from then on anyway.
  assert.equal(reached({ ...look, runtime: embedded, startMs: 120_000, elapsedMs: 120_000 }), 'time');
  assert.equal(reached({ ...look, startMs: 10_000, elapsedMs: 10_900 }), null);
  assert.equal(reached({ ...look, startMs: 10_000, elapsedMs: 11_100 }), 'time');
  assert.equal(reached({ ...look, size: 1001 }), 'output');
  assert.equal(reached({ ...look, rssBytes: 1_000_001 }), 'memory');
  assert.equal(reached({ ...look, runtime: embedded, rssBytes: 1_000_001 }), null);
});

test(
  'CPU time and memory are counted for all processes together',
  { skip: process.platform !== 'linux' && 'there is no /proc here' },
  () => {
    const used = process.cpuUsage();
    const cpuMs = (used.user + used.system) / 1000;
    assert.equal(reachedByFamily(process.pid, { ...sample, timeoutMs: cpuMs / bounds.cpuTimes / 2, memoryBytes: 1e12 }, native, 0), 'cpu');
    assert.equal(reachedByFamily(process.pid, { ...sample, timeoutMs: cpuMs, memoryBytes: 1e12 }, native, 0), null);
    const held = Buffer.alloc(100e6, 1);
    assert.equal(reachedByFamily(process.pid, { ...sample, timeoutMs: 1e6, memoryBytes: 1e6 }, native, 0), 'memory');
    assert.equal(held[0], 1);
  },
);

test('a sample with a stop time is stopped from outside only if that failed from inside', () => {
  const stopping = { ...look, sample: { ...sample, timeoutMs: 3000, stopMs: 500 } };
  assert.equal(reached({ ...stopping, elapsedMs: 1500 }), null);
  assert.equal(reached({ ...stopping, elapsedMs: 1506 }), 'stop');
  assert.equal(reached({ ...stopping, elapsedMs: 1506, hasEnded: true }), null);
  assert.equal(reached({ ...stopping, elapsedMs: 3006, hasEnded: true }), 'stop');
});

const noThread = "RuntimeError: can't start new thread";
const head = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n';
const traceback = (message: string, code = 'f()') => read(`${head}${code === '' ? '' : `    ${code}\n`}${message}\n`);
const small = { sample: { memoryBytes: 2e9 }, runtime: native, sandbox: 'namespaces', peakBytes: 15e6 } as const;
const large = { ...small, peakBytes: 1.9e9 };
const open = { ...small, sandbox: 'none' } as const;
const heap = { ...open, runtime: embedded };

test('what the kernel refused is read from the last lines', () => {
  const said = (message: string, code?: string) => limitInLog(traceback(message, code), null, small);
  assert.equal(said('MemoryError', 'kept = bytearray(10 ** 12)'), 'memory');
  assert.equal(said("OSError: [Errno 24] Too many open files: 'x'"), 'files');
  assert.equal(said('BlockingIOError: [Errno 11] Resource temporarily unavailable', 'self.pid = _fork_exec('), 'processes');
  assert.equal(said(noThread), 'processes');
  assert.equal(said('OSError: [Errno 28] No space left on device'), 'output');
  assert.equal(said('OSError: [Errno 27] File too large'), 'output');
  assert.equal(limitInLog(read('x'), 'SIGXFSZ', small), 'output');
  assert.equal(limitInLog(read(`${'x\n'.repeat(100)}${head}    f(1,\n    ~^^^\n      2)\n      ^^\nMemoryError\n`), null, small), 'memory');
});

test('an error that the program raised itself is no limit', () => {
  const messages = ['MemoryError', 'MemoryError: there was plenty', 'OSError: [Errno 24] mine', 'OSError: [Errno 28] mine', noThread];
  for (const message of messages) {
    assert.equal(limitInLog(traceback(message, `if full: raise ${message}`), null, large), null, message);
    // Without the line of code, it is unknown who raised it.
    if (message.startsWith('MemoryError')) assert.equal(limitInLog(traceback(message, ''), null, small), null, message);
  }
  assert.equal(limitInLog(traceback('ValueError: MemoryError'), null, large), null);
  assert.equal(limitInLog(read('it said\nMemoryError\n'), null, large), null);
});

test('a limit is reported only if the program was near it', () => {
  const asked = (size: string, core = 'core') =>
    traceback(`numpy.${core}._exceptions._ArrayMemoryError: Unable to allocate ${size} for an array with shape (1,)`);
  assert.equal(limitInLog(asked('1.00 GiB'), null, small), null);
  assert.equal(limitInLog(asked('1.00 GiB'), null, { ...small, peakBytes: 1e9 }), 'memory');
  assert.equal(limitInLog(asked('2.00 GiB'), null, small), 'memory');
  assert.equal(limitInLog(asked('1.82 TiB', '_core'), null, small), 'memory');
  assert.equal(limitInLog(traceback('OSError: [Errno 12] Cannot allocate memory', 'mmap.mmap(-1, 9)'), null, small), null);
  assert.equal(limitInLog(traceback('OSError: [Errno 12] Cannot allocate memory', 'mmap.mmap(-1, 9)'), null, large), 'memory');
  // The stacks of many threads use up the memory that may be reserved.
  assert.equal(limitInLog(traceback(noThread), null, large), 'memory');
  assert.equal(limitInLog(traceback('MemoryError', 'ast.parse("(" * 1000)'), null, small), null);
});

test('an error that only sounds like a limit is none', () => {
  assert.equal(limitInLog(traceback('BlockingIOError: [Errno 11] Resource temporarily unavailable', 'sock.recv(1)'), null, small), null);
  assert.equal(limitInLog(traceback('OSError: [Errno 28] No space left on device'), null, open), null);
  const messages = [noThread, 'OSError: [Errno 24] No file descriptors available', 'OSError: [Errno 28] No space left on device'];
  for (const message of messages) {
    assert.equal(limitInLog(traceback(message), null, heap), null, message);
  }
});
