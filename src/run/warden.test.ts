import { execa } from 'execa';
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { run } from './run.ts';
import { findPython, type Runtime } from './runtime.ts';

const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here' };
const folder = mkdtempSync(join(tmpdir(), 'warden-test-'));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true }));
const lines = (...all: readonly string[]) => all.join('\n');

/** Runs the warden with a step sabotaged in its Python; returns its reports, without seals and numbers, and its error output. */
async function runWarden(denial: string, command: readonly string[] = ['/bin/true']) {
  const code = lines(
    'import sys',
    'sys.argv[:] = sys.argv[1:]',
    'def deny(*_): raise PermissionError(13, "denied")',
    denial,
    'exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"))',
  );
  const { stdout, stderr, exitCode } = await execa(
    (python as Runtime).command[0] as string,
    ['-I', '-c', code, join(import.meta.dirname, 'warden.py'), 'CORE=0', ...command],
    {
      reject: false,
      env: { LEAKLOG_TELLS: 'seal', PATH: '/usr/bin:/bin' },
      extendEnv: false,
      stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'ignore'],
    },
  );
  return { reports: stdout.split('\n').map((line) => line.replace(/^seal /, '').replace(/[\d.]+ \d+$/, '…')), stderr, exitCode };
}

test('the beginning and the end of a program are reported', native, async () => {
  assert.deepEqual((await runWarden('')).reports, ['B …', 'E …']);
});

/** How each step of starting a program is made to fail, by the reason that is reported. */
const steps: Readonly<Record<string, readonly [denial: string, command?: readonly string[]]>> = {
  'making a group of its own: [Errno 13] denied': ['import os; os.setpgrp = deny'],
  'setting its limits: [Errno 13] denied': ['import resource; resource.setrlimit = deny'],
  'opening /dev/null: [Errno 13] denied': ['import os; os.open = deny'],
  'opening its log: [Errno 13] denied': ['import os; real = os.dup2\nos.dup2 = lambda a, b: deny() if a == 4 else real(a, b)'],
  'closing the files of others: [Errno 13] denied': ['import os; os.listdir = deny'],
  'resetting its signals: [Errno 13] denied': [
    'import _signal; real = _signal.signal\n_signal.signal = lambda a, b: deny() if a == _signal.SIGPIPE else real(a, b)',
  ],
  // As the first process of a sandbox whose kernel does not support seccomp.
  'refusing system calls: [Errno 38] Function not implemented': [
    lines(
      'import ctypes, os, types',
      'os.getpid = lambda: 1',
      'os.uname = lambda: ("Linux", "", "", "", "x86_64")',
      'ctypes.get_errno = lambda: 38',
      'ctypes.CDLL = lambda *_, **__: types.SimpleNamespace(prctl=lambda *_: 0, syscall=lambda *_: -1)',
    ),
  ],
  "starting /nonexistent/python: [Errno 2] No such file or directory: '/nonexistent/python'": ['', ['/nonexistent/python']],
  "starting /etc/passwd: [Errno 13] Permission denied: '/etc/passwd'": ['', ['/etc/passwd']],
};

for (const [reason, [denial, command]] of Object.entries(steps)) {
  test(`a step that fails is reported: ${reason}`, native, async () => {
    assert.deepEqual((await runWarden(denial, command)).reports, ['B …', `F ${reason}`]);
  });
}

test('if nothing can be started, nothing is reported, and the reason is in the error output', native, async () => {
  const { reports, stderr, exitCode } = await runWarden('import os; os.fork = deny');
  assert.deepEqual([reports, exitCode], [[''], 1]);
  assert.match(stderr, /PermissionError: \[Errno 13\] denied$/);
});

const sample = {
  name: 'a',
  code: 'print(1)\n',
  title: 'a.py',
  ...plainSample,
  timeoutMs: 20_000,
  memoryBytes: 1e9,
  outputBytes: 1e7,
} satisfies Sample;

/** An interpreter that is a script: it runs the warden as usual, and `script` in place of the sample. */
function interpreter(name: string, script: string): Runtime {
  const path = join(folder, name);
  const own = python as Runtime;
  writeFileSync(path, `#!/bin/sh\ncase "$*" in *warden*|*marshal*) exec ${own.command[0]} "$@";; esac\n${script}\n`);
  chmodSync(path, 0o755);
  return { ...own, command: [path, '-u'], reads: [...own.reads, path] };
}

test('an interpreter that fails before the first statement is the machine’s fault, and its message is shown', native, async () => {
  const request = { sample, condition: 'as-written' as const };
  await assert.rejects(
    run({ ...request, runtime: interpreter('breaks', 'echo "Fatal Python error: no codec" >&2; exit 1') }),
    (error: Error & { hint: string }) => {
      assert.equal(error.constructor.name, 'MachineError');
      assert.match(error.message, /^The sample "a" left no sign of its first statement on cpython-[\d.]+ \(exit 1\)$/);
      assert.match(error.hint, /^It printed: Fatal Python error: no codec\nDoes \S+breaks run at all\? Nothing of this run is recorded/);
      return true;
    },
  );
  await assert.rejects(run({ ...request, runtime: { ...(python as Runtime), command: ['/nonexistent/python', '-u'] } }), {
    message: /could not compile the harness/,
  });
  await assert.rejects(run({ ...request, runtime: interpreter('unloadable', 'exec /nonexistent/python') }), {
    message: /left no sign of its first statement/,
  });
});
