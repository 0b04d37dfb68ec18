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
const small = {
  sample: { memoryBytes: 2e9, outputBytes: 1000 },
  runtime: native,
  sandbox: 'namespaces',
  lowered: [],
  peakBytes: 15e6,
} as const;
const uncaught = { exit: 1, signal: null };
const large = { ...small, peakBytes: 1.9e9 };
const open = { ...small, sandbox: 'none' } as const;
const heap = { ...open, runtime: embedded };

test('what the kernel refused is read from the last lines', () => {
  const said = (message: string, code?: string) => limitInLog(traceback(message, code), uncaught, small);
  assert.equal(said('MemoryError', 'kept = bytearray(10 ** 12)'), 'memory');
  assert.equal(said("OSError: [Errno 24] Too many open files: 'x'"), 'files');
  assert.equal(said('BlockingIOError: [Errno 11] Resource temporarily unavailable', 'self.pid = _fork_exec('), 'processes');
  assert.equal(said(noThread), 'processes');
  assert.equal(said('OSError: [Errno 28] No space left on device'), 'output');
  assert.equal(said('OSError: [Errno 27] File too large'), 'output');
  assert.equal(limitInLog(read('x'.repeat(1000)), { exit: null, signal: 'SIGXFSZ' }, small), 'output');
  assert.equal(
    limitInLog(read(`${'x\n'.repeat(100)}${head}    f(1,\n    ~^^^\n      2)\n      ^^\nMemoryError\n`), uncaught, small),
    'memory',
  );
});

test('an error that the program raised itself is no limit', () => {
  const messages = ['MemoryError', 'MemoryError: there was plenty', 'OSError: [Errno 24] mine', 'OSError: [Errno 28] mine', noThread];
  for (const message of messages) {
    assert.equal(limitInLog(traceback(message, `if full: raise ${message}`), uncaught, large), null, message);
    // Without the line of code, it is unknown who raised it.
    if (message.startsWith('MemoryError')) assert.equal(limitInLog(traceback(message, ''), uncaught, small), null, message);
  }
  assert.equal(limitInLog(traceback('ValueError: MemoryError'), uncaught, large), null);
  assert.equal(limitInLog(read('it said\nMemoryError\n'), uncaught, large), null);
});

test('a limit is reported only if the program was near it', () => {
  const asked = (size: string, core = 'core') =>
    traceback(`numpy.${core}._exceptions._ArrayMemoryError: Unable to allocate ${size} for an array with shape (1,)`);
  assert.equal(limitInLog(asked('1.00 GiB'), uncaught, small), null);
  assert.equal(limitInLog(asked('1.00 GiB'), uncaught, { ...small, peakBytes: 1e9 }), 'memory');
  assert.equal(limitInLog(asked('2.00 GiB'), uncaught, small), 'memory');
  assert.equal(limitInLog(asked('1.82 TiB', '_core'), uncaught, small), 'memory');
  assert.equal(limitInLog(traceback('OSError: [Errno 12] Cannot allocate memory', 'mmap.mmap(-1, 9)'), uncaught, small), null);
  assert.equal(limitInLog(traceback('OSError: [Errno 12] Cannot allocate memory', 'mmap.mmap(-1, 9)'), uncaught, large), 'memory');
  // The stacks of many threads use up the memory that may be reserved.
  assert.equal(limitInLog(traceback(noThread), uncaught, large), 'memory');
  assert.equal(limitInLog(traceback('MemoryError', 'ast.parse("(" * 1000)'), uncaught, small), null);
});

test('an error that only sounds like a limit is none', () => {
  assert.equal(
    limitInLog(traceback('BlockingIOError: [Errno 11] Resource temporarily unavailable', 'sock.recv(1)'), uncaught, small),
    null,
  );
  assert.equal(limitInLog(traceback('OSError: [Errno 28] No space left on device'), uncaught, open), null);
  const messages = [noThread, 'OSError: [Errno 24] No file descriptors available', 'OSError: [Errno 28] No space left on device'];
  for (const message of messages) {
    assert.equal(limitInLog(traceback(message), uncaught, heap), null, message);
  }
});

test('an error that was thrown in, or caught and printed, is no limit', () => {
  const tooMany = 'OSError: [Errno 24] Too many open files';
  for (const code of ['def throw(): yield', 'await reader.read()', 'raise error'])
    assert.equal(limitInLog(traceback(tooMany, code), uncaught, small), null, code);
  for (const end of [
    { exit: 3, signal: null },
    { exit: 0, signal: null },
    { exit: null, signal: 'SIGKILL' },
  ])
    assert.equal(limitInLog(traceback('MemoryError', 'bytearray(10 ** 13)'), end, small), null);
  assert.equal(
    limitInLog(traceback('BlockingIOError: [Errno 11] Resource temporarily unavailable', 'os.read(spawned, 1)'), uncaught, small),
    null,
  );
  // Anyone may send the signal of a file that is too long.
  assert.equal(limitInLog(read('x'), { exit: null, signal: 'SIGXFSZ' }, small), null);
});

test('a limit that a program set itself is not the sample’s', () => {
  const cases = [
    ['MemoryError', 'AS'],
    ['MemoryError', 'DATA'],
    ['OSError: [Errno 12] Cannot allocate memory', 'AS'],
    [noThread, 'NPROC'],
    [noThread, 'AS'],
    ['OSError: [Errno 24] Too many open files', 'NOFILE'],
    ['OSError: [Errno 27] File too large', 'FSIZE'],
  ] as const;
  for (const [message, name] of cases) {
    assert.notEqual(limitInLog(traceback(message), uncaught, { ...large, lowered: ['CORE'] }), null, message);
    assert.equal(limitInLog(traceback(message), uncaught, { ...large, lowered: ['CORE', name] }), null, `${message} ${name}`);
  }
  const again = traceback('BlockingIOError: [Errno 11] Resource temporarily unavailable', 'pid = os.fork()');
  assert.equal(limitInLog(again, uncaught, small), 'processes');
  assert.equal(limitInLog(again, uncaught, { ...small, lowered: ['NPROC'] }), null);
});
