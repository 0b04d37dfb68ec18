import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { total } from '../gclog/counts.ts';
import { lineTexts, type Log } from '../gclog/log.ts';
import { LogReader } from '../gclog/reader.ts';
import { run, type RawRun, type RunRequest } from './run.ts';
import { chooseRuntimes, findPython, type Runtime } from './runtime.ts';
import { findSandbox, sandboxKinds } from './sandbox.ts';

// All temporary files of these tests go to a folder of their own, so that leftovers are noticed.
const folder = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
process.env['TMPDIR'] = folder;
after(() => rmSync(folder, { recursive: true }));

/** A program of these lines, each ended by a newline. */
const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join('');
const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here' };
const [pyodide] = await chooseRuntimes('pyodide');
const sandboxes = new Set([await findSandbox(), 'none' as const]);
/** All kinds of sandbox that work here. */
const kinds = new Set(await Promise.all([...sandboxKinds].map((kind) => (kind === 'none' ? kind : findSandbox([kind])))));
function sample(title: string, changes: Partial<Sample> = {}): Sample {
  const code = changes.code ?? readFileSync(join(import.meta.dirname, 'fixtures', title), 'utf8');
  return {
    name: 'a',
    code,
    title,
    ...plainSample,
    timeoutMs: 20_000,
    memoryBytes: 1e9,
    outputBytes: 1e8,
    ...changes,
  };
}

const start = (title: string, changes: Partial<Sample> = {}, condition: RunRequest['condition'] = 'as-written', keepLogAt?: string) =>
  run({ sample: sample(title, changes), condition, runtime: python ?? (pyodide as Runtime), keepLogAt });
const texts = (log: Log) => lineTexts(log, 0, log.lines);
const ends = ({ exit, signal, limit }: RawRun) => ({ exit, signal, limit });
const leftovers = () => readdirSync(folder).filter((name) => name.startsWith('leaklog-'));

test('both streams are one log, in the order written', native, async () => {
  const { log, exit } = await start('streams.py');
  assert.deepEqual(texts(log), Array.from({ length: 200 }, (_, index) => [`out ${index}`, `err ${index}`]).flat());
  assert.equal(exit, 0);
});

test('lines are those of the sample, not of a module of its name in a folder', native, async () => {
  const module = `import time\n\n\ndef work():\n    until = time.monotonic() + 0.2\n    while time.monotonic() < until:\n        pass\n`;
  const { marks, exit } = await start('one.py', { code: 'from x import one\none.work()\n', files: [{ name: 'x/one.py', text: module }] });
  assert.equal(exit, 0);
  assert.ok(marks.some(({ lines }) => lines.join() === '2'));
  for (const { lines } of marks) assert.ok(lines.length <= 1 && lines.every((line) => line <= 2), lines.join());
});

test('a traceback names the author’s bare file, and nothing of ours', native, async () => {
  const result = await start('raise.py');
  assert.deepEqual(ends(result), { exit: 1, signal: null, limit: null });
  const text = texts(result.log).join('\n');
  assert.match(text, /^before\nTraceback.*\n  File "raise\.py", line 6, in <module>\n/);
  assert.doesNotMatch(text, /leaklo?g|sitecustomize|harness/);
});

test('what a program prints about the name of this project stays as it is, and the path of its folder is cut', native, async () => {
  const said = ['https://github.com/ada/leaklog-tools/leaklog/work/x', '/usr/share/leaklog', 'a/leaklog.py', '/leaklogger', '/leaklog'];
  const code =
    lines(...said.map((text) => `print(${JSON.stringify(text)})`), 'import os, pathlib', 'print(os.getcwd(), __file__)') +
    lines('print(pathlib.Path("x").absolute().as_uri(), "-I" + os.getcwd())', 'raise OSError(os.path.dirname(os.getcwd()))');
  for (const [sandbox, runtime] of [...[...kinds].map((kind) => [kind, python] as const), [await findSandbox(), pyodide] as const]) {
    const { log } = await run({ sample: { ...sample('raise.py'), code }, condition: 'as-written', runtime: runtime as Runtime, sandbox });
    const read = texts(log);
    assert.deepEqual(read.slice(0, said.length), said, sandbox);
    if (runtime === pyodide) continue;
    assert.deepEqual(read.slice(said.length), [
      '. raise.py',
      'file://x -I.',
      'Traceback (most recent call last):',
      `  File "raise.py", line ${said.length + 4}, in <module>`,
      '    raise OSError(os.path.dirname(os.getcwd()))',
      'OSError: ..',
    ]);
  }
});

test('a run that is killed by a signal names it', native, async () => {
  const result = await start('segfault.py');
  assert.deepEqual(ends(result), { exit: null, signal: 'SIGSEGV', limit: null });
  assert.deepEqual(texts(result.log), ['before']);
});

/** The processes that run this file. */
const processesOf = (title: string) =>
  readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`) && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(title),
  );

for (const sandbox of sandboxes) {
  test(`the time limit ends a program and its children, those that left its group included (${sandbox})`, native, async () => {
    const title = `forever_${process.pid}.py`;
    const result = await run({
      sample: sample('forever.py', { title, timeoutMs: 400 }),
      condition: 'as-written',
      runtime: python as Runtime,
      sandbox,
    });
    assert.deepEqual(ends(result), { exit: null, signal: 'SIGKILL', limit: 'time' });
    assert.equal(result.sandbox, sandbox);
    assert.match(texts(result.log).join('\n'), /child \d+/);
    assert.deepEqual(processesOf(title), []);
  });

  test(`what a program leaves running ends with it (${sandbox})`, native, async () => {
    const title = `daemon_${process.pid}.py`;
    const result = await run({ sample: sample('daemon.py', { title }), condition: 'as-written', runtime: python as Runtime, sandbox });
    assert.deepEqual(ends(result), { exit: 3, signal: null, limit: null });
    assert.match(texts(result.log).join('\n'), /daemon/);
    assert.deepEqual(processesOf(title), []);
  });
}

for (const runtime of [...(python === undefined ? [] : [python]), pyodide as Runtime]) {
  test(`a program with a stop time ends then, with all its marks (${runtime.id})`, async () => {
    const endless = sample('forever.py', { code: lines('kept = []', 'print("x")', 'while True: kept.append([1])'), stopMs: 300 });
    const request = { sample: endless, runtime };
    const stopped = await run({ ...request, condition: 'debug-off' });
    assert.deepEqual(ends(stopped), { exit: null, signal: null, limit: 'stop' });
    const [start, ...more] = stopped.marks;
    assert.deepEqual(
      more.map(({ kind }) => kind).filter((kind) => kind === 'end' || kind === 'left'),
      ['end', 'left'],
    );
    assert.ok((more.at(-1)?.held ?? 0) > (start?.held ?? 0) + 10_000);
    assert.deepEqual(texts(stopped.log), ['x']);
    assert.ok((await run({ ...request, condition: 'heat' })).heat.some(({ line, blocks }) => line === 3 && blocks > 1000));
    const { exit, limit } = await run({ sample: { ...endless, code: 'raise SystemExit(3)\n' }, runtime, condition: 'as-written' });
    assert.deepEqual([exit, limit], [3, null]);
  });

  test(`allocations are attributed to lines from a moment on, until the run has used up its time (${runtime.id})`, async () => {
    const code = lines(
      'import json',
      'early = [[i] for i in range(30000)]',
      'text = json.dumps(list(range(20)))',
      'late = []',
      'while True: late.append(json.loads(text))',
    );
    const { exit, limit, heat } = await run({
      sample: sample('forever.py', { code }),
      runtime,
      condition: 'heat',
      window: { fromMs: 250, maxMs: 500 },
    });
    assert.deepEqual([exit, limit], [0, null]);
    const blocksAt = (line: number) => heat.find((each) => each.line === line)?.blocks ?? 0;
    assert.ok(blocksAt(5) > 100);
    // What a library allocates counts for the line that called it.
    assert.ok(blocksAt(0) * 10 < blocksAt(5));
    assert.equal(blocksAt(2), 0);
  });

  test(`a program that took the timer away is stopped from outside (${runtime.id})`, async () => {
    const code = lines('from signal import *', 'signal(SIGALRM, SIG_IGN)', 'signal(SIGINT, SIG_IGN)', 'while True: pass');
    const stopped = await run({ sample: sample('forever.py', { code, stopMs: 200, timeoutMs: 900 }), runtime, condition: 'as-written' });
    assert.deepEqual(ends(stopped), { exit: null, signal: null, limit: 'stop' });
    assert.equal(
      stopped.marks.some(({ kind }) => kind === 'end'),
      false,
    );
  });
}

test('the memory limit ends a program that grows, and one that asks for too much at once', native, async () => {
  const grown = await start('grow.py', { memoryBytes: 100e6 });
  assert.equal(grown.limit, 'memory');
  assert.ok(Math.max(...grown.polls.map(([, rssBytes]) => rssBytes)) < 400e6);
  assert.deepEqual(ends(await start('huge.py', { memoryBytes: 100e6 })), { exit: 1, signal: null, limit: 'memory' });
  const own = await start('huge.py', { code: 'raise MemoryError("there was plenty")\n' });
  assert.deepEqual(ends(own), { exit: 1, signal: null, limit: null });
  // An expected end is no limit, unless that limit is expected.
  assert.deepEqual(ends(await start('huge.py', { memoryBytes: 100e6, exit: 1 })), { exit: 1, signal: null, limit: null });
  assert.deepEqual(ends(await start('huge.py', { memoryBytes: 100e6, exit: 'memory' })), { exit: 1, signal: null, limit: 'memory' });
});

test('a limit that a program set itself, and came to, is not named', native, async () => {
  const tries = [
    ['RLIMIT_NOFILE, (12, 12)', 'kept = []', 'while True: kept.append(open("/dev/null"))'],
    ['RLIMIT_NOFILE, (12, 200)', 'kept = []', 'while True: kept.append(open("/dev/null"))'],
    ['RLIMIT_AS, (60000000, 60000000)', 'kept = bytearray(10 ** 9)'],
    ['RLIMIT_FSIZE, (1000, 1000)', 'with open("f", "wb") as file: file.write(b"x" * 5000)'],
  ] as const;
  for (const [own, ...code] of tries) {
    for (const sandbox of sandboxes) {
      const changes = { code: lines('import resource', `resource.setrlimit(resource.${own})`, ...code) };
      const result = await run({ sample: sample('a.py', changes), condition: 'as-written', runtime: python as Runtime, sandbox });
      assert.deepEqual(ends(result), { exit: 1, signal: null, limit: null }, `${own} ${sandbox}`);
    }
  }
  const theirs = await start('a.py', { code: lines('kept = []', 'while True: kept.append(open("/dev/null"))') });
  assert.deepEqual(ends(theirs), { exit: 1, signal: null, limit: 'files' });
});

test('the output limit ends an endless printer and cuts its log there', native, async () => {
  const result = await start('endless.py', { outputBytes: 1e6 });
  assert.deepEqual(ends(result), { exit: null, signal: 'SIGKILL', limit: 'output' });
  assert.equal(result.log.bytes, 1e6);
});

test('a sample sees a clean environment, a folder of its own, and no trace of the harness', native, async () => {
  process.env['LEAKLOG_SECRET'] = 'x';
  const { log } = await start('world.py', { args: ['-n', '3'] });
  assert.deepEqual(texts(log), [
    "['HOME', 'LANG', 'PATH', 'PYTHONHASHSEED', 'TMPDIR']",
    "['world.py'] ['world.py', '-n', '3'] True",
    'False True',
  ]);
  assert.deepEqual(leftovers(), []);
});

test('marks report memory, blocks and work while the program runs', native, async () => {
  const { marks, wallMs } = await start('alarm.py');
  assert.equal(marks[0]?.kind, 'start');
  // After the end comes only the mark for what glibc returned.
  assert.equal(marks.findLast(({ kind }) => kind !== 'trimmed')?.kind, 'end');
  assert.ok(marks.every(({ atMs, held, rssBytes }) => atMs > 0 && atMs < wallMs && held > 5000 && (rssBytes === -1 || rssBytes > 4e6)));
});

test('a program’s own alarm goes off once and on time', native, async () => {
  assert.deepEqual(texts((await start('alarm.py')).log), ['rung 1']);
});

test('a program that reads what signals write does not read the harness’s timer', native, async () => {
  const code = lines(
    'import signal, socket',
    'a, b = socket.socketpair()',
    'a.setblocking(False)',
    'b.settimeout(0.5)',
    'print(signal.set_wakeup_fd(a.fileno()))',
    'try: print("woken by", b.recv(1))',
    'except socket.timeout: print("nobody")',
    'signal.signal(signal.SIGUSR1, lambda *_: None)',
    'signal.raise_signal(signal.SIGUSR1) if hasattr(signal, "raise_signal") else __import__("os").kill(__import__("os").getpid(), 10)',
    'print(b.recv(9) == bytes([signal.SIGUSR1]), signal.set_wakeup_fd(-1) == a.fileno())',
  );
  const { log, exit } = await start('a.py', { code });
  assert.deepEqual([texts(log), exit], [['-1', 'nobody', 'True True'], 0]);
  // The loop of a library passes over signals that it does not know: a server with a handler is measured to its end.
  const server = lines(
    'import asyncio, signal',
    'loop = asyncio.new_event_loop()',
    'async def main():',
    '    loop.add_signal_handler(signal.SIGTERM, print)',
    '    for n in range(40): await asyncio.sleep(0.01)',
    'loop.run_until_complete(main())',
  );
  const served = await start('a.py', { code: server });
  assert.deepEqual(ends(served), { exit: 0, signal: null, limit: null }, texts(served.log).join('\n'));
  assert.ok(served.marks.filter(({ kind }) => kind === 'tick').length > 100);
});

test('a callback of the collector that empties what it is told is not answered by the harness', native, async () => {
  const code = lines(
    'import gc',
    'gc.callbacks.insert(0, lambda phase, info: info.clear())',
    'kept = [[n] for n in range(200000)]',
    'gc.collect()',
    'print("end")',
  );
  for (const condition of ['as-written', 'debug-off', 'cycle'] as const)
    assert.deepEqual(texts((await start('a.py', { code }, condition)).log), ['end'], condition);
});

test('each condition does what its name says', native, async () => {
  // What an interpreter leaves behind at its start differs; what counts is that it prints the same without Leaklog.
  const bare = execFileSync((python as Runtime).command[0] as string, ['-u', 'collect.py'], {
    cwd: join(import.meta.dirname, 'fixtures'),
    encoding: 'utf8',
    env: { LANG: 'C.UTF-8', PYTHONHASHSEED: '0' },
  });
  assert.deepEqual(texts((await start('collect.py')).log), bare.trimEnd().split('\n'));
  const [flags, first, ...others] = texts((await start('collect.py', {}, 'debug-off')).log);
  assert.deepEqual([flags, ...others], ['32', '1 0 True', '1 0 True']);
  assert.match(first ?? '', /^\d+ 0 True$/);
  assert.deepEqual(texts((await start('collect.py', {}, 'gc-disabled')).log), ['32', '0 0 True', '0 0 True', '0 0 True']);
});

test('the shutdown is distinguished from the run, even if no newline ends the run', native, async () => {
  const { log } = await start('shutdown.py');
  assert.equal(log.runLines, 1);
  assert.ok(log.lines > 100);
  assert.match(texts(log)[0] ?? '', /^the end/);
});

test('the log is the same with and without the harness', native, async () => {
  const nested = {
    name: 'nested.py',
    code: lines(
      'import gc',
      'gc.set_debug(gc.DEBUG_LEAK)',
      'def f():',
      '    class A: pass',
      'for i in range(20000):',
      '    f()',
      'gc.collect()',
      'print("END")',
    ),
  };
  const kept = join(folder, 'raw.log');
  const { log } = await run({
    sample: { ...sample('streams.py'), code: nested.code, title: nested.name },
    condition: 'as-written',
    runtime: python as Runtime,
    keepLogAt: kept,
  });
  const bare = execFileSync('/bin/sh', ['-c', 'exec "$0" -u -c "$1" 2>&1', python?.command[0] as string, nested.code], {
    env: { PATH: '/usr/bin:/bin', PYTHONHASHSEED: '0' },
    maxBuffer: 1e9,
  });
  const reader = new LogReader();
  reader.write(bare.subarray(0, bare.indexOf('END')));
  reader.endRun();
  const [ours, theirs] = [log.runTypes, reader.end().types];
  assert.ok(total(theirs) > 90_000);
  for (const [type, count] of theirs)
    assert.ok(Math.abs((ours.get(type) ?? 0) - count) <= Math.max(3, count / 1000), `${type}: ${ours.get(type)} and ${count}`);
  const addresses = (text: string) => text.replace(/0x[0-9a-f]+|#\d+/g, '@');
  assert.equal(addresses(`${texts(log).join('\n')}\n`), addresses(readFileSync(kept, 'utf8')));
});

test('Pyodide runs a sample as python3 does, with marks on the same clock', async () => {
  const code = lines(
    'import gc, sys',
    'gc.set_debug(gc.DEBUG_LEAK)',
    'def test():',
    '    for i in range(3000):',
    '        class A: pass',
    'test()',
    'gc.collect()',
    'print(len(gc.garbage) > 10000, sys.argv, __name__)',
    'raise SystemExit(3)',
  );
  const result = await run({
    sample: { ...sample('streams.py'), code, title: 'nested.py', args: ['x'], axis: 'test.i' },
    condition: 'as-written',
    runtime: pyodide as Runtime,
  });
  assert.deepEqual(ends(result), { exit: 3, signal: null, limit: null });
  assert.equal(texts(result.log).at(-1), "True ['nested.py', 'x'] __main__");
  assert.ok(total(result.log.runTypes) > 14_000);
  const last = result.marks.at(-1);
  assert.equal(last?.kind, 'end');
  assert.ok((last?.garbage ?? 0) > 14_000 && (last?.work ?? 0) > 2000 && (last?.rssBytes ?? 0) > 1e7);
  assert.ok(result.marks.every(({ atMs }) => atMs > 0 && atMs < result.wallMs));
});

for (const runtime of [...(python === undefined ? [] : [python]), pyodide as Runtime]) {
  test(`a program ends as usual, whatever it does to the functions that are called at its end (${runtime.id})`, async () => {
    const code = lines(
      'import atexit',
      'atexit.register(print, "early")',
      'atexit._run_exitfuncs()',
      'atexit.register(print, "late")',
      'atexit._clear()',
      'print("cleared")',
      'for n in range(300000): [n]',
      'atexit.register(print, "last")',
    );
    const { exit, signal, log, marks } = await run({ sample: { ...sample('streams.py'), code }, condition: 'debug-off', runtime });
    assert.deepEqual([exit, signal], [0, null]);
    assert.deepEqual(texts(log), ['early', 'cleared', 'last']);
    // Its end is reported once, and after everything that it did.
    assert.deepEqual(
      marks.filter(({ kind }) => kind === 'end' || kind === 'left').map(({ kind }) => kind),
      ['end', 'left'],
    );
    assert.ok(marks.findIndex(({ kind }) => kind === 'end') > 5);
  });
}

test('every collection of a free-threaded build covers the whole heap, whatever generation it names', native, () => {
  // Most machines have no such build: its ABI flags are set for the harness.
  const hooks = [
    '"as-written", "", "a.py", told.append, time.monotonic, time.process_time',
    'lambda: 1, sys.getallocatedblocks, lambda: 0, lambda handler: lambda: None',
  ].join(', ');
  const code = `import gc, sys, time
sys.abiflags = sys.argv[2]
harness, told = {}, []
exec(open(sys.argv[1]).read(), harness)
end = harness["install"](${hooks})
gc.disable()
gc.collect(0)
gc.collect(0)
end()
print(*[line.split()[0].decode() + ",".join(part.decode() for part in line.split()[9:12]) for line in told])`;
  const marksOf = (abi: string) =>
    execFileSync((python as Runtime).command[0] as string, ['-I', '-c', code, join(import.meta.dirname, 'harness.py'), abi], {
      encoding: 'utf8',
    }).trim();
  assert.equal(marksOf('t'), 'S0,0,0 C0,0,1 C0,0,2 E0,0,2');
  assert.equal(marksOf(''), 'S0,0,0 E2,0,0');
});
