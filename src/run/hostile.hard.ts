/*
 * Programs that do harm, on purpose or by accident: each must end within its limits, with what happened in its result, leave
 * no process behind, and change no file but its own.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { lineTexts } from '../gclog/log.ts';
import { run, type RawRun, type RunRequest } from './run.ts';
import { chooseRuntimes, findPython, type Runtime } from './runtime.ts';
import { mountPoint } from './sandbox-parts.ts';
import { findSandbox } from './sandbox.ts';

const python = await findPython('python3');
const sandbox = await findSandbox();
const native = { skip: (python === undefined && 'there is no python3 here') || (sandbox === 'none' && 'no sandbox is to be had here') };

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
const outside = join(folder, 'outside');
const secret = `secret-${process.pid}-that-nobody-may-read`;
const title = `hostile_${process.pid}.py`;
before(() => {
  mkdirSync(outside, { mode: 0o777 });
  writeFileSync(join(outside, 'kept.txt'), secret, { mode: 0o666 });
  process.env['LEAKLOG_TEST_SECRET'] = secret;
  process.env['TMPDIR'] = folder;
});
after(() => rmSync(folder, { recursive: true }));

const limits = { timeoutMs: 1500, memoryBytes: 150e6, outputBytes: 2e6 } as const;
type Changes = Partial<Sample & Pick<RunRequest, 'condition'>>;
const sampleOf = (code: string, changes: Changes = {}): Sample => ({
  name: 'a',
  code: `${code}\n`,
  title,
  ...plainSample,
  ...limits,
  ...changes,
});
const start = (code: string, changes: Changes = {}, runtime = python as Runtime) =>
  run({ sample: sampleOf(code, changes), condition: changes.condition ?? 'as-written', runtime });
const textOf = ({ log }: RawRun) => lineTexts(log, 0, Math.min(log.lines, 400)).join('\n');

/** The ids of processes of this test's samples that still exist. */
const survivors = () =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(title);
    } catch {
      return false;
    }
  });

const [time, memory, output, processes] = [{ limit: 'time' }, { limit: 'memory' }, { limit: 'output' }, { limit: 'processes' }] as const;
interface Case {
  readonly code: string;
  readonly changes?: Changes;
  /** How it must end; by default by itself with status 0. */
  readonly ends?: Partial<Pick<RawRun, 'exit' | 'signal' | 'limit'>>;
  readonly says?: RegExp;
}

/** A program of these lines, without a final newline. */
const lines = (...all: readonly string[]) => all.join('\n');
const spin = 'while True: pass';
const fork = 'import os\npid = os.fork()\n';
const cases: Readonly<Record<string, Case>> = {
  'an endless loop': { code: spin, ends: time },
  'an endless sleep': { code: 'import time\ntime.sleep(1e6)', ends: time },
  'a sleep in which no handler runs': {
    code: lines('import signal', 'signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))', 'signal.pause()'),
    ends: time,
  },
  'a wait for input': { code: 'print(repr(input()))', ends: { exit: 1, limit: null }, says: /EOFError/ },
  'a regular expression without an end': { code: 'import re\nre.match("(a+)+$", "a" * 40 + "b")', ends: time },
  'a number too large to count': { code: 'print(len(str(10 ** (10 ** 8))) if False else 9 ** 9 ** 9)', ends: time },
  'a lock that is never released': {
    code: lines('import threading', 'lock = threading.Lock()', 'lock.acquire()', 'lock.acquire()'),
    ends: time,
  },
  'a thread that never ends': {
    code: lines('import threading, time', 'threading.Thread(target=lambda: time.sleep(1e6)).start()', 'print("main is done")'),
    ends: time,
    says: /main is done/,
  },
  'an exit handler that never ends': {
    code: lines('import atexit', 'atexit.register(lambda: exec("while True: pass"))', 'print("bye")'),
    ends: time,
    says: /bye/,
  },
  'a finalizer that never ends': {
    code: lines('class A:', '    def __del__(self):', '        while True: pass', 'a = A()', 'print("bye")'),
    ends: time,
    says: /bye/,
  },
  'SIGTERM, SIGINT and SIGHUP caught': {
    code: lines(
      'import signal',
      'for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGALRM"): signal.signal(getattr(signal, name), lambda *_: None)',
      spin,
    ),
    ends: time,
  },
  'KeyboardInterrupt and SystemExit swallowed': {
    code: lines('while True:', '    try:', '        raise SystemExit', '    except BaseException: pass'),
    ends: time,
  },
  'an endless printer': { code: 'while True: print("x" * 1000)', ends: output },
  'an endless line': { code: 'import sys\nwhile True: sys.stdout.write("x" * 100000)', ends: output },
  'an endless printer to stderr': { code: 'import os\nwhile True: os.write(2, b"y" * 4096)', ends: output },
  'an endless printer in a child': { code: `${fork}import sys\nwhile True: os.write(1, b"z" * 4096)`, ends: output },
  'a file that never ends': {
    code: 'with open("big", "wb") as file:\n    while True: file.write(b"x" * 1000000)',
    ends: { limit: 'output' },
    says: /Errno 2[78]/,
  },
  'many files that never end': {
    code: lines('n = 0', 'while True:', '    n += 1', '    with open("f%d" % n, "wb") as file: file.write(b"x" * 500000)'),
    ends: { limit: 'output' },
    says: /Errno 28/,
  },
  'temporary files that never end': {
    code: lines(
      'import tempfile',
      'kept = []',
      'while True:',
      '    kept.append(tempfile.NamedTemporaryFile())',
      '    kept[-1].write(b"x" * 100000)',
    ),
    ends: { limit: 'output' },
    says: /Errno 28/,
  },
  'millions of empty files': {
    code: lines('n = 0', 'while True:', '    n += 1', '    open("f%d" % n, "w").close()'),
    ends: {},
    says: /Errno 28|^$/,
  },
  'shared memory that never ends': {
    code: 'with open("/dev/shm/x", "wb") as file:\n    while True: file.write(b"x" * 1000000)',
    ends: { limit: 'output' },
    says: /Errno 2[78]/,
  },
  'memory that only grows': { code: 'kept = []\nwhile True: kept.append(bytearray(1000000))', ends: memory },
  'more memory than there is, at once': { code: 'kept = bytearray(10 ** 12)', ends: { exit: 1, limit: 'memory' }, says: /MemoryError/ },
  'a list that doubles': { code: 'kept = [0]\nwhile True: kept += kept', ends: memory },
  'a string that doubles': { code: 'kept = "x"\nwhile True: kept += kept', ends: memory },
  'memory mapped and touched': {
    code: lines(
      'import mmap',
      'kept = []',
      'while True:',
      '    page = mmap.mmap(-1, 1 << 22)',
      '    page.write(b"x" * (1 << 22))',
      '    kept.append(page)',
    ),
    ends: memory,
  },
  'memory in many children': {
    code: lines(
      'import os',
      'for n in range(8):',
      '    if os.fork() == 0:',
      '        kept = bytearray(100000000)',
      '        for at in range(0, len(kept), 4096): kept[at] = 1',
      '        while True: pass',
      'while True: pass',
    ),
    ends: memory,
  },
  'a recursion without end': { code: 'def f(): f()\nf()', ends: { exit: 1, limit: null }, says: /RecursionError/ },
  'a recursion that breaks the stack': {
    code: lines(
      'import sys, threading',
      'sys.setrecursionlimit(10 ** 9)',
      'f = lambda n: repr(n)',
      'n = []',
      'for _ in range(10 ** 6): n = [n]',
      'try: repr(n)',
      'except RecursionError: print("refused")',
      'def g(): return g()',
      'threading.stack_size(1 << 16)',
      'g()',
    ),
    ends: {},
  },
  'a fork bomb': { code: 'import os\nwhile True: os.fork()', ends: processes },
  'a fork bomb that leaves its group': {
    code: lines('import os', 'while True:', '    try:', '        if os.fork() == 0: os.setsid()', '    except OSError: pass'),
    ends: processes,
  },
  'threads without end': {
    code: lines('import threading, time', 'while True: threading.Thread(target=time.sleep, args=(100,), daemon=True).start()'),
    ends: {},
  },
  'processor time of many': { code: lines('import os', 'for _ in range(7): os.fork() and None', 'while True: pass'), ends: {} },
  'a bomb of programs': {
    code: lines('import subprocess, sys', 'while True: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])'),
    ends: {},
  },
  'open files without end': {
    code: 'kept = []\nwhile True: kept.append(open("/dev/null"))',
    ends: { exit: 1, limit: 'files' },
    says: /Errno 24/,
  },
  'sockets without end': {
    code: lines('import socket', 'kept = []', 'while True: kept.append(socket.socket())'),
    ends: { exit: 1, limit: 'files' },
    says: /Errno 24/,
  },
  'a child that outlives it': {
    code: lines(`${fork}import time`, 'if pid == 0:', '    while True: time.sleep(0.01)', 'print("left one")'),
    says: /left one/,
  },
  'a daemon': {
    code: lines(
      `${fork}import time`,
      'if pid == 0:',
      '    os.setsid()',
      '    if os.fork(): os._exit(0)',
      '    os.chdir("/")',
      '    os.closerange(0, 1000)',
      '    while True: time.sleep(0.01)',
      'os.waitpid(pid, 0)',
      'print("daemon started")',
    ),
    says: /daemon started/,
  },
  'a daemon of a program that never ends': {
    code: lines(
      `${fork}import time`,
      'if pid == 0:',
      '    os.setsid()',
      '    if os.fork(): os._exit(0)',
      '    while True: time.sleep(0.01)',
      spin,
    ),
    ends: time,
  },
  'a program of its own that stays': {
    code: lines(
      'import subprocess',
      'subprocess.Popen(["/bin/sh", "-c", "nohup sleep 1000 >/dev/null 2>&1 &"], start_new_session=True).wait()',
      'print("started")',
    ),
    says: /started/,
  },
  'another program in its place': {
    code: 'import os\nos.execv("/bin/sh", ["sh", "-c", "echo replaced; exit 3"])',
    ends: { exit: 3, limit: null },
    says: /replaced/,
  },
  'another program in its place that never ends': {
    code: 'import os\nos.execv("/bin/sh", ["sh", "-c", "while :; do :; done"])',
    ends: time,
  },
  'a segmentation fault': {
    code: lines('print("before")', 'import ctypes', 'ctypes.string_at(0)'),
    ends: { exit: null, signal: 'SIGSEGV', limit: null },
    says: /before/,
  },
  'an abort': {
    code: lines('import os', 'print("before")', 'os.abort()'),
    ends: { exit: null, signal: 'SIGABRT', limit: null },
    says: /before/,
  },
  'a signal to itself': {
    code: 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)',
    ends: { exit: null, signal: 'SIGKILL', limit: null },
  },
  'a signal to its group': {
    code: 'import os, signal\nos.killpg(0, signal.SIGTERM)',
    ends: { exit: null, signal: 'SIGTERM', limit: null },
  },
  'a stop of itself': { code: 'import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)', ends: time },
  'signals to everyone': {
    code: lines('import os, signal', 'try: os.kill(-1, signal.SIGKILL)', 'except OSError as error: print(error)', 'print("still here")'),
    says: /still here/,
  },
  'a signal to its parent': {
    code: lines(
      'import os, signal',
      'for sign in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):',
      '    try: os.kill(os.getppid(), sign)',
      '    except OSError as error: print(error)',
      'import time',
      'time.sleep(0.1)',
      'print("done")',
    ),
    says: /done/,
  },
  'an exit without a word': {
    code: lines('import os', 'print("half", end="", flush=True)', 'os._exit(9)'),
    ends: { exit: 9, limit: null },
    says: /^half$/,
  },
  'an exit status of 139': { code: 'raise SystemExit(139)', ends: { exit: 139, signal: null, limit: null } },
  'an exit with words': { code: 'raise SystemExit("words")', ends: { exit: 1 }, says: /^words$/ },
  'a syntax error': { code: 'def', ends: { exit: 1, limit: null }, says: /SyntaxError/ },
  'code that is not Python': { code: '<?php echo 1 ?>', ends: { exit: 1 }, says: /SyntaxError/ },
  'stderr closed': {
    code: lines('import sys', 'sys.stderr.close()', 'print("on stdout")', 'raise ValueError'),
    ends: { exit: 1 },
    says: /on stdout/,
  },
  'stdout closed': {
    code: lines('import os', 'os.close(1)', 'import sys', 'sys.stderr.write("on stderr\\n")'),
    ends: {},
    says: /on stderr/,
  },
  'every descriptor closed': { code: 'import os\nos.closerange(0, 1000)', ends: {} },
  'stderr bound to something else': {
    code: lines(
      'import sys',
      'class Loud:',
      '    def write(self, text): raise OSError("no")',
      'sys.stderr = Loud()',
      'raise ValueError("x")',
    ),
    ends: { exit: 120, limit: null },
  },
  'streams led elsewhere': { code: lines('import os', 'os.dup2(os.open("own.txt", os.O_CREAT | os.O_WRONLY), 1)', 'print("into a file")') },
  'descriptors that it was not given': {
    code: lines(
      'import os',
      'for number in range(3, 1000):',
      '    try: os.write(number, b"garbage\\nE 1 2 3\\n" * 3)',
      '    except OSError: pass',
      'print("written")',
    ),
    says: /written/,
  },
  'marks and logs truncated': {
    code: lines(
      'import os',
      'for number in list(range(1, 8)) + list(range(238, 245)):',
      '    try: os.ftruncate(number, 0)',
      '    except OSError: pass',
      'print("cut")',
      'sum(range(10 ** 6))',
    ),
    says: /cut/,
  },
  'fake marks': {
    code: lines(
      'import os',
      'for number in range(3, 300):',
      '    try: os.write(number, b"E 1 1 9223372036854775807 1 1 1 1 -5 1 1 1 1 1 1 1 1 1\\nS 0 0 0 0 0 0 0 0 0 0 0 0 ' +
        '0 0 0 0 0\\nH 1 2 3\\nG {}\\n")',
      '    except OSError: pass',
      'print("forged")',
    ),
    says: /forged/,
  },
  'fake gc lines': { code: 'for n in range(1000): print("gc: collectable <tuple 0x%x>" % (n << 4))', says: /gc: collectable <tuple #1>/ },
  'torn lines of many threads': {
    code: lines(
      'import os, threading',
      'def go(n):',
      '    for _ in range(300): os.write(1, b"gc: colle"); os.write(2, b"ctable <dict 0x7f00>\\n")',
      'threads = [threading.Thread(target=go, args=(n,)) for n in range(8)]',
      '[t.start() for t in threads]',
      '[t.join() for t in threads]',
    ),
    says: /gc: /,
  },
  'bytes that are not text': { code: 'import os\nos.write(1, bytes(range(256)) * 20)', says: /\ufffd/ },
  'NUL bytes and escapes': { code: 'print("\\x00\\x1b[31mred\\x1b]0;title\\x07\\x9b")', says: /red/ },
  'a line of two million letters': { code: 'print("x" * 1900000)', says: /x{1000}/ },
  'HTML and scripts': { code: 'print("<script>alert(1)</script>\\n</pre><img src=x onerror=alert(1)>")', says: /<script>/ },
  'another folder, and its own removed': {
    code: lines('import os, shutil', 'here = os.getcwd()', 'os.chdir("/")', 'shutil.rmtree(here, ignore_errors=True)', 'print("gone")'),
    says: /gone/,
  },
  'its file rewritten': { code: lines('import sys', 'open(sys.argv[0], "w").write("broken")', 'print("rewritten")'), says: /rewritten/ },
  'modules that stand in for Python’s own': {
    code: lines(
      'open("signal.py", "w").write("raise SystemExit(7)")',
      'open("gc.py", "w").write("boom")',
      'import importlib, sys',
      'sys.modules.pop("signal", None)',
      'import gc',
      'print(gc.isenabled())',
    ),
    says: /True/,
  },
  'the harness looked for': {
    code: lines(
      'import gc, sys',
      'print([name for name in sys.modules if "leaklog" in name.lower()])',
      'gc.callbacks.clear()',
      'sum(range(10 ** 6))',
    ),
    says: /\[\]/,
  },
  'a tracer of its own': {
    code: lines('import sys', 'sys.settrace(lambda *_: None)', 'sys.setprofile(lambda *_: None)', 'sum(range(10 ** 5))'),
  },
  'the timer taken away': {
    code: lines(
      'import signal',
      'signal.setitimer(signal.ITIMER_REAL, 0)',
      'signal.signal(signal.SIGALRM, signal.SIG_IGN)',
      'sum(range(10 ** 6))',
    ),
  },
  'the clock bent': {
    code: lines('import time', 'time.monotonic = time.perf_counter = time.process_time = lambda: 0', 'sum(range(10 ** 6))'),
  },
  'built-ins bent': {
    code: lines(
      'import builtins',
      'for name in ("int", "type", "max", "Exception", "BaseException", "OSError"): setattr(builtins, name, None)',
      'sum(range(10 ** 6))',
    ),
  },
  'limits raised': {
    code: lines(
      'import resource',
      'for name in dir(resource):',
      '    if name.startswith("RLIMIT"):',
      '        try: resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))',
      '        except (ValueError, OSError): pass',
      'kept = []',
      'while True: kept.append(bytearray(1000000))',
    ),
    ends: memory,
  },
  'a nicer place in the queue': {
    code: lines('import os', 'try: os.nice(-20)', 'except OSError as error: print(error)'),
    says: /denied|permitted/,
  },
  'a core dump': {
    code: lines('import os, resource', 'print(resource.getrlimit(resource.RLIMIT_CORE))', 'os.abort()'),
    ends: { signal: 'SIGABRT' },
    says: /\(0, 0\)/,
  },
  'root asked for': {
    code: lines(
      'import os',
      'for name, args in (("setuid", (0,)), ("setgid", (0,)), ("chroot", ("/",))):',
      '    try: getattr(os, name)(*args); print(name, "done")',
      '    except OSError as error: print(name, error)',
    ),
    says: /chroot \[Errno 1\]/,
  },
  'the kernel asked': {
    code: lines(
      'for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches"):',
      '    try: open(path, "w").write("x"); print("written", path)',
      '    except OSError as error: print("refused", error.errno)',
    ),
    says: /^(?:refused \d+\n?)+$/,
  },
  'a device read': {
    code: lines(
      'import os',
      'for name in os.listdir("/dev"):',
      '    if name in ("sda", "vda", "mem", "kmsg", "kcore"): print("seen", name)',
      'print("looked")',
    ),
    says: /^looked$/,
  },
  'the debugger’s way into others': {
    code: lines(
      'import os',
      'for pid in range(1, 400):',
      '    try: print(pid, len(open("/proc/%d/mem" % pid, "rb").read(1)))',
      '    except OSError: pass',
      'print("done")',
    ),
    says: /done/,
  },
  'the warden’s descriptors taken': {
    code: lines(
      'import ctypes, os',
      'libc = ctypes.CDLL(None, use_errno=True)',
      'pid = libc.syscall(434, os.getppid(), 0)',
      'for number in range(12):',
      '    taken = libc.syscall(438, pid, number, 0)',
      '    if taken >= 0: os.write(taken, b"E 1.0 1792\\n"); print("TAKEN", number)',
      'for number in range(300):',
      '    try: os.write(os.open("/proc/1/fd/%d" % number, os.O_WRONLY), b"E 1.0 1792\\n"); print("TAKEN", number)',
      '    except OSError: pass',
      'print("done")',
    ),
    says: /^done$/,
  },
  'the warden traced': {
    code: lines(
      'import ctypes, os',
      'libc = ctypes.CDLL(None, use_errno=True)',
      'print(libc.ptrace(16, os.getppid(), 0, 0), libc.ptrace(0x4206, os.getppid(), 0, 0))',
    ),
    says: /^-1 -1$/,
  },
  'the warden’s memory': {
    code: lines(
      'import os',
      'for name in ("mem", "environ", "maps", "auxv", "root", "cwd"):',
      '    path = "/proc/%d/%s" % (os.getppid(), name)',
      '    try: os.listdir(path) if name in ("root", "cwd") else open(path, "rb").read(9); print("READ", path)',
      '    except OSError as error: print("refused")',
    ),
    says: /^(?:refused\n?){6}$/,
  },
  'every signal to its warden': {
    code: lines(
      'import os, time',
      'for number in range(1, 65):',
      '    try: os.kill(os.getppid(), number)',
      '    except OSError: pass',
      'time.sleep(0.1)',
      'print("still here")',
    ),
    says: /still here/,
  },
  'signals to its warden without end': {
    code: lines('import os, signal', 'for _ in range(20000): os.kill(os.getppid(), signal.SIGCHLD)', 'raise SystemExit(3)'),
    ends: { exit: 3, limit: null },
  },
  'what others do to files, and larger pipes': {
    code: lines(
      'import fcntl, os',
      'there, inside = os.open("/usr/bin", os.O_RDONLY), os.open("own", os.O_CREAT | os.O_RDWR)',
      'pipe = os.pipe()[1]',
      'for file, command, value in ((there, 1026, 1 << 31 | 1), (inside, 1024, 1), (pipe, 1031, 1 << 20)):',
      '    try: fcntl.fcntl(file, command, value); print("DONE", command)',
      '    except OSError as error: print(error.errno)',
      // Of all others it has the use: what flags a file has, and how large a pipe is.
      'print(fcntl.fcntl(inside, 3) & 2, fcntl.fcntl(pipe, 1032))',
    ),
    says: /^1\n1\n1\n2 \d+$/,
  },
  'timers without end': {
    code: lines(
      'import ctypes, os',
      'libc, timer, made = ctypes.CDLL(None, use_errno=True), ctypes.c_int(), 0',
      'number = 222 if os.uname()[4] == "x86_64" else 107',
      'while made < 5000 and libc.syscall(number, 1, None, ctypes.byref(timer)) == 0: made += 1',
      'print(made <= 256)',
    ),
    says: /^True$/,
  },
  'limits of its warden': {
    code: lines(
      'import os, resource',
      'try: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0)); print("SET")',
      'except OSError: print("refused")',
    ),
    says: /^refused$/,
  },
  'namespaces of its own': {
    code: lines(
      'import ctypes, os',
      'libc = ctypes.CDLL(None, use_errno=True)',
      'for flag in (0x10000000, 0x10020000, 0x50000000): print(libc.unshare(flag), ' +
        'libc.syscall(56, flag | 17, 0, 0, 0, 0) if os.uname()[4] == "x86_64" else -1)',
    ),
    says: /^(?:-1 -1\n?){3}$/,
  },
  'memory that belongs to no process': {
    code: lines(
      'import os',
      'kept = []',
      'while len(kept) < 200:',
      '    kept.append(os.memfd_create("x"))',
      '    os.write(kept[-1], bytes(10 ** 6))',
    ),
    ends: { exit: 1, limit: null },
    says: /PermissionError/,
  },
  'System V memory that belongs to no process': {
    code: lines(
      'import ctypes, os',
      'libc = ctypes.CDLL(None, use_errno=True)',
      'print(libc.shmget(0, 1 << 30, 0o1666), libc.msgget(0, 0o1666), libc.semget(0, 30000, 0o1666))',
    ),
    says: /^-1 -1 -1$/,
  },
  'attributes of files without end': {
    code: lines(
      'import os',
      'open("f", "w")',
      'n = 0',
      'try:',
      '    while True: os.setxattr("f", "user.%d" % n, b"x" * 60000); n += 1',
      'except OSError: print(n)',
    ),
    says: /^0$/,
  },
  'memory that children share': {
    code: lines(
      'import mmap, os, time',
      'for n in range(8):',
      '    if os.fork() == 0:',
      '        page = mmap.mmap(-1, 100000000)',
      '        for at in range(0, 100000000, 4096): page[at] = 1',
      '        time.sleep(9)',
      'time.sleep(9)',
    ),
    ends: memory,
  },
  'shared memory that no process shows': {
    code: lines(
      'import ctypes, time',
      'libc = ctypes.CDLL(None)',
      'libc.mmap.restype = ctypes.c_void_p',
      'libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]',
      'libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]',
      'libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]',
      'for _ in range(60):',
      '    at = libc.mmap(None, 32 << 20, 3, 0x21, -1, 0)',
      '    for offset in range(0, 32 << 20, 4 << 20):',
      '        libc.memset(at + offset, 1, 4 << 20)',
      '        libc.madvise(at + offset, 4 << 20, 4)',
      'time.sleep(9)',
    ),
    changes: { timeoutMs: 8000 },
    ends: memory,
  },
  'page tables that no process shows': {
    code: lines(
      'import ctypes, time',
      'libc = ctypes.CDLL(None)',
      'libc.mmap.restype = ctypes.c_void_p',
      'libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]',
      'size = 1 << 40',
      'at = libc.mmap(None, size, 1, 0x4022, -1, 0)',
      'for offset in range(0, size, 2 << 20): ctypes.c_ubyte.from_address(at + offset).value',
      'time.sleep(9)',
    ),
    changes: { timeoutMs: 20_000 },
    ends: memory,
  },
  'the modes of devices and of its own folder': {
    code: lines(
      'import os',
      'for path in ("/dev/null", "/dev/full", "/dev/zero", "/dev/urandom"):',
      '    try: os.chmod(path, 0o600); print("CHANGED", path)',
      '    except OSError: pass',
      'os.chmod(".", 0o700)',
      'os.utime(".", (1, 1))',
      'print(os.getuid() != 0, os.geteuid() != 0, os.getgid() != 0, os.stat(".").st_uid == os.getuid(), os.listdir("."))',
    ),
    says: /^True True True True \['hostile_\d+\.py'\]$/,
  },
  'its warden starved': {
    code: lines(
      'import os',
      'for call in (lambda: os.sched_setaffinity(1, {0}), lambda: os.setpriority(os.PRIO_PROCESS, 1, 19), ' +
        'lambda: os.setpriority(os.PRIO_USER, 0, 19), lambda: os.sched_setscheduler(1, os.SCHED_IDLE, ' +
        'os.sched_param(0))):',
      '    try: call(); print("DONE")',
      '    except OSError: print("refused")',
      'os.nice(1)',
      'os.sched_setaffinity(0, os.sched_getaffinity(0))',
    ),
    says: /^(?:refused\n?){4}$/,
  },
  'space allocated beyond the end of a file': {
    code: lines('import ctypes', 'libc = ctypes.CDLL(None)', 'print(libc.fallocate(1, 1, ctypes.c_long(0), ctypes.c_long(10 ** 9)))'),
    says: /^-1$/,
  },
  'the times of devices': {
    code: lines(
      'import os',
      'for path in ("/dev/null", "/dev/zero"):',
      '    try: os.utime(path, (1, 1)); print("CHANGED")',
      '    except OSError: print("refused")',
    ),
    says: /^(?:refused\n?){2}$/,
  },
  'memory of a program whose first thread has ended': {
    code: lines(
      'import ctypes, mmap, os, threading, time',
      'def work():',
      '    kept = []',
      '    for _ in range(12):',
      '        kept.append(mmap.mmap(-1, 100 << 20))',
      '        for at in range(0, 100 << 20, 4096): kept[-1][at] = 1',
      '    time.sleep(9)',
      'threading.Thread(target=work).start()',
      'ctypes.CDLL(None).syscall(60 if os.uname()[4] == "x86_64" else 93, 0)',
    ),
    changes: { timeoutMs: 8000 },
    ends: memory,
  },
  'shared memory that many show and one hides': {
    code: lines(
      'import ctypes, mmap, os, time',
      'libc = ctypes.CDLL(None)',
      'libc.mmap.restype = ctypes.c_void_p',
      'libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]',
      'libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]',
      'libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]',
      'page = mmap.mmap(-1, 2 << 20)',
      'for at in range(0, 2 << 20, 4096): page[at] = 1',
      'for _ in range(30):',
      '    if os.fork() == 0:',
      '        sum(page[at] for at in range(0, 2 << 20, 4096))',
      '        time.sleep(9)',
      '        os._exit(0)',
      'for _ in range(60):',
      '    at = libc.mmap(None, 32 << 20, 3, 0x21, -1, 0)',
      '    for offset in range(0, 32 << 20, 4 << 20):',
      '        libc.memset(at + offset, 1, 4 << 20)',
      '        libc.madvise(at + offset, 4 << 20, 4)',
      'time.sleep(9)',
    ),
    changes: { timeoutMs: 8000 },
    ends: memory,
  },
  'the report of its start truncated at once': {
    code: lines('import os', 'os.ftruncate(240, 0)', 'while True: pass'),
    changes: { timeoutMs: 1000 },
    ends: time,
  },
  'root again': {
    code: lines(
      'import os',
      'for call in (os.setuid, os.seteuid, os.setgid):',
      '    try: call(0); print("ROOT")',
      '    except OSError: print("refused")',
    ),
    says: /^(?:refused\n?){3}$/,
  },
  'memory of children that hide': {
    code: lines(
      'import ctypes, mmap, os, time',
      'ctypes.CDLL(None).prctl(4, 0)',
      'for n in range(8):',
      '    if os.fork() == 0:',
      '        page = mmap.mmap(-1, 100000000)',
      '        for at in range(0, 100000000, 4096): page[at] = 1',
      '        time.sleep(9)',
      'time.sleep(9)',
    ),
    ends: memory,
  },
  'keys that stay': {
    code: lines(
      'import ctypes, os',
      'libc = ctypes.CDLL(None, use_errno=True)',
      'print(libc.syscall(248, b"user", b"leaklog", b"x", 1, -4) if os.uname()[4] == "x86_64" else -1)',
    ),
    says: /^-1$/,
  },
  'the host of a virtual machine': {
    code: lines('import socket', 'try: socket.socket(40, socket.SOCK_STREAM); print("OPEN")', 'except OSError as error: print("refused")'),
    says: /^refused$/,
  },
  'packets of its own making': {
    code: lines(
      'import socket',
      'for family, kind, number in ((17, 3, 0x300), (2, 3, 1), (31, 3, 0), (38, 5, 0)):',
      '    try: socket.socket(family, kind, number); print("OPEN", family)',
      '    except OSError: pass',
      'print("done")',
    ),
    says: /^done$/,
  },
  'ways around the kernel’s checks': {
    code: lines(
      'import ctypes, os',
      'libc = ctypes.CDLL(None, use_errno=True)',
      'space = ctypes.create_string_buffer(200)',
      'for number in (425, 321, 323, 298, 310): print(libc.syscall(number, 8, space, 0, 0, 0, 0) if os.uname()[4] == ' +
        '"x86_64" else -1)',
    ),
    says: /^(?:-1\n?){5}$/,
  },
  'descriptors switched to reading past the cache': {
    code: lines(
      'import fcntl, os, time',
      'os.write(1, b"a" * 700000 + b"\\n")',
      'for number in (1, 240, 241):',
      '    try: fcntl.fcntl(number, fcntl.F_SETFL, os.O_DIRECT | os.O_APPEND)',
      '    except OSError: pass',
      'time.sleep(0.2)',
    ),
    says: /^aaaa/,
  },
  'its log closed to everyone': {
    code: lines('import os', 'for number in (1, 240):', '    try: os.fchmod(number, 0)', '    except OSError: pass', 'print("done")'),
    says: /done/,
  },
  'its log and marks read': {
    code: lines(
      'import os',
      'for number in (1, 240, 241):',
      '    try: os.pread(number, 10, 0); print("READ")',
      '    except OSError: print("refused")',
    ),
    says: /^(?:refused\n?){3}$/,
  },
  'a log with holes': { code: lines('import os', 'os.ftruncate(1, 1500000)', 'print("after")') },
  'a log with holes that is too long': { code: lines('import os, time', 'os.ftruncate(1, 9000000)', 'time.sleep(9)'), ends: output },
  'a log truncated over and over': {
    code: lines('import os', 'for n in range(300):', '    os.write(1, b"x" * 5000)', '    os.ftruncate(1, 0)'),
  },
  'twenty million bytes at once': { code: 'import os\nos.write(1, b"z" * 20000000)', ends: output },
  'marks in masses': {
    code: lines('import os', 'try:', '    while True: os.write(240, b"\\n" * 1000000)', 'except OSError as error: print(error)'),
    says: /Errno 27/,
  },
  'marks that bear the seal': {
    code: lines(
      'import os, time',
      'seal = open("/proc/self/environ").read().split("LEAKLOG_RUN=")[1].split("\\0")[0].split(" ")[-1]',
      'for kind in "S.CFEX":',
      '    for number in ("-5", "0", "9007199254740991", "9" * 40):',
      '        os.write(240, ("%s %s %d%s\\n" % (seal, kind, time.monotonic() * 1e6, (" " + number) * 16)).encode())',
      'print("forged")',
    ),
    says: /forged/,
  },
  'marks into a pipe that nobody reads': { code: lines('import os', 'os.dup2(os.pipe()[1], 240)', 'while True: pass'), ends: time },
  'marks into a full device': { code: lines('import os', 'os.dup2(os.open("/dev/full", os.O_WRONLY), 240)', 'sum(range(10 ** 6))') },
  'another answer in the harness’s files': {
    code: lines('import os', 'open("g", "w").write("1 -999999 1 1")', 'os.dup2(os.open("g", os.O_RDONLY), 242)', 'sum(range(10 ** 6))'),
  },
  'a bomb of short lives': { code: lines('import os', 'while True:', '    if os.fork() == 0: os._exit(0)', '    os.wait()'), ends: {} },
  'zombies without end': { code: lines('import os', 'while True:', '    if os.fork() == 0: os._exit(0)'), ends: processes },
  'daemons without end': {
    code: lines(
      'import os',
      'while True:',
      '    try:',
      '        if os.fork() == 0:',
      '            os.setsid()',
      '            if os.fork(): os._exit(0)',
      '    except OSError: pass',
    ),
    ends: processes,
  },
  'a child that it stops and waits for': {
    code: lines(
      'import os, signal',
      'pid = os.fork()',
      'if pid == 0:',
      '    while True: pass',
      'os.kill(pid, signal.SIGSTOP)',
      'os.waitpid(pid, 0)',
    ),
    ends: time,
  },
  'a name that looks like figures': {
    code: lines('import ctypes, os', 'ctypes.CDLL(None).prctl(15, b") R 1 1 1 1 1")', 'os.fork()', 'while True: pass'),
    ends: time,
  },
  'an exit in an exit handler': { code: 'import atexit, os\natexit.register(lambda: os._exit(5))', ends: { exit: 5, limit: null } },
  'an exit in a hook for exceptions': {
    code: lines('import os, sys', 'sys.excepthook = lambda *_: os._exit(9)', 'raise ValueError'),
    ends: { exit: 9, limit: null },
  },
  'an exit status below zero': { code: 'raise SystemExit(-1)', ends: { exit: 255, limit: null } },
  'an exit status of forty digits': { code: 'raise SystemExit(10 ** 40)', ends: { exit: 255, limit: null } },
  'a signal without a name': { code: 'import os\nos.kill(os.getpid(), 40)', ends: { exit: null, signal: 'signal 40', limit: null } },
  'a bus error': {
    code: lines(
      'import mmap, os',
      'file = os.open("f", os.O_CREAT | os.O_RDWR)',
      'os.ftruncate(file, 8192)',
      'page = mmap.mmap(file, 8192)',
      'os.ftruncate(file, 0)',
      'page[5000]',
    ),
    ends: { exit: null, signal: 'SIGBUS', limit: null },
  },
  'an interpreter taken apart': {
    code: lines('import ctypes', 'print("before", flush=True)', 'ctypes.memset(id(int), 0, 400)', 'x = 1 + 1'),
    ends: { limit: null },
    says: /before/,
  },
  'modules emptied': {
    code: lines(
      'import gc, os, signal, sys, time',
      'for module in (gc, signal, time, os, sys):',
      '    for name in list(vars(module)):',
      '        if not name.startswith("__"): delattr(module, name)',
      'sum(range(10 ** 6))',
    ),
    ends: { signal: null, limit: null },
  },
  'callbacks that raise and collect': {
    code: lines(
      'import gc',
      'def call(*_):',
      '    gc.collect()',
      '    raise ValueError',
      'gc.callbacks.insert(0, call)',
      'gc.collect()',
      'print("done")',
    ),
    says: /done/,
  },
  'folders twenty thousand deep': {
    code: lines('import os', 'for n in range(20000):', '    os.mkdir("d")', '    os.chdir("d")'),
    ends: { signal: null },
  },
  'links, pipes, sockets and devices': {
    code: lines(
      'import os, socket, stat',
      'os.mkfifo("pipe")',
      'os.symlink("/", "root")',
      'os.symlink("loop", "loop")',
      'socket.socket(socket.AF_UNIX).bind("sock")',
      'for kind in (stat.S_IFBLK, stat.S_IFCHR):',
      '    try: os.mknod("device", kind | 0o666, os.makedev(1, 1)); print("MADE")',
      '    except OSError: print("refused")',
    ),
    says: /^(?:refused\n?){2}$/,
  },
  'harmless pools of processes of every kind': {
    code: lines(
      'import multiprocessing',
      'if __name__ == "__main__":',
      '    for kind in ("fork", "spawn", "forkserver"):',
      '        with multiprocessing.get_context(kind).Pool(2) as pool: print(sum(pool.map(abs, range(-3, 4))))',
    ),
    changes: { timeoutMs: 8000, memoryBytes: 5e8 },
    says: /^(?:12\n?){3}$/,
  },
};

for (const [name, { code, changes, ends = { exit: 0, signal: null, limit: null }, says }] of Object.entries(cases)) {
  // If a limit does not end its run, this test fails instead of the whole suite.
  test(`is survived: ${name}`, { ...native, timeout: 60_000 }, async () => {
    const result = await start(code, changes);
    assert.deepEqual(
      { exit: result.exit, signal: result.signal, limit: result.limit },
      { exit: result.exit, signal: result.signal, limit: result.limit, ...ends },
      textOf(result).slice(-600),
    );
    if (says !== undefined) assert.match(textOf(result), says);
    assert.deepEqual(survivors(), []);
    assert.deepEqual(readdirSync(folder), ['outside']);
    assert.equal(readFileSync(join(outside, 'kept.txt'), 'utf8'), secret);
    assert.deepEqual(readdirSync(outside), ['kept.txt']);
  });
}

test('a sample that uses up its threads takes none from another one', native, async () => {
  const greedy = lines(
    'import threading, time',
    'threading.stack_size(65536)',
    'count = 0',
    'try:',
    '    while True:',
    '        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()',
    '        count += 1',
    'except RuntimeError: print(count > 200)',
    'time.sleep(3)',
  );
  const meek = lines(
    'import threading, time',
    'time.sleep(1)',
    'threads = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(40)]',
    'for thread in threads: thread.start()',
    'print("all")',
  );
  const [first, second] = await Promise.all([
    start(greedy, { timeoutMs: 20_000, memoryBytes: 5e8 }),
    start(meek, { timeoutMs: 20_000, memoryBytes: 5e8 }),
  ]);
  assert.deepEqual([textOf(first), textOf(second), second.exit], ['True', 'all', 0]);
});

test('nothing outside is written, and no secret is read', native, async () => {
  const home = mkdtempSync(join(homedir(), '.leaklog-test-'));
  writeFileSync(join(home, 'key'), secret, { mode: 0o666 });
  try {
    const places = [outside, home, homedir(), process.cwd(), '/etc', '/var/tmp', '/usr/lib', '/root', '/proc/1', '/proc/self/cwd/../..'];
    const files = [
      '["/proc/%d/environ" % pid for pid in range(1, 500)]',
      'glob.glob("/proc/*/cwd/*")',
      '[place + name for place in places for name in ("/key", "/kept.txt")]',
    ].join(' + ');
    const skipped = '("/proc", "/sys", "/dev", "/usr", "/lib")';
    const code = `
import os, glob
places = ${JSON.stringify(places)}
for place in places:
    try:
        open(os.path.join(place, "planted"), "w").write("x")
        if not os.path.realpath(place).startswith(("/tmp", "${mountPoint}")): print("WRITTEN", place)
    except OSError as error: pass
# Cut in two, or its own text would be found.
needle = ${JSON.stringify(secret.slice(0, 9))} + ${JSON.stringify(secret.slice(9))}
seen = found = 0

def look(path):
    global seen, found
    try: text = open(path, errors="replace").read(100000)
    except OSError: return
    seen += 1
    found += needle in text

for path in ${files}: look(path)
for root, folders, files in os.walk("/"):
    folders[:] = [each for each in folders if os.path.join(root, each) not in ${skipped} and not each.startswith("python3")]
    for file in files: look(os.path.join(root, file))
print("FOUND" if found or needle in repr(dict(os.environ)) else "nothing", seen > 5)
`;
    const result = await start(code, { timeoutMs: 20_000, memoryBytes: 5e8 });
    assert.equal(textOf(result), 'nothing True');
    assert.ok(
      !readdirSync(home).includes('planted') &&
        !readdirSync(process.cwd()).includes('planted') &&
        !readdirSync(outside).includes('planted'),
    );
  } finally {
    rmSync(home, { recursive: true });
  }
});

/** Sends data wherever it can, and to itself. */
const calls = `
import socket
for kind, where in ((socket.SOCK_DGRAM, ("10.9.9.77", 9)), (socket.SOCK_STREAM, ("10.9.9.77", 80)), (socket.SOCK_DGRAM, ("10.9.9.255", 9))):
    try:
        with socket.socket(socket.AF_INET, kind) as call:
            call.settimeout(0.2)
            call.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            call.connect(where)
            call.send(b"hello")
    except OSError as error: print(error)
with socket.socket() as server:
    server.bind(("127.0.0.1", 0))
    server.listen(1)
    with socket.create_connection(server.getsockname()) as call: print("itself is reached")
`;
const canUnshare = spawnSync('unshare', ['--net', 'ip', 'link', 'add', 'd0', 'type', 'veth', 'peer', 'name', 'd1']).status === 0;

test(
  'no packet leaves a sandbox, and a program reaches itself',
  { skip: native.skip || (!canUnshare && 'no network can be made here') },
  () => {
    const program = join(folder, 'calls.mjs');
    const count = `() => Number(/d0:(?:\\s+\\d+){9}\\s+(\\d+)/.exec(readFileSync('/proc/self/net/dev', 'utf8'))[1])`;
    writeFileSync(
      program,
      `import { readFileSync } from 'node:fs';
import { run } from ${JSON.stringify(join(import.meta.dirname, 'run.ts'))};
import { findPython } from ${JSON.stringify(join(import.meta.dirname, 'runtime.ts'))};
import { lineTexts } from ${JSON.stringify(join(import.meta.dirname, '../gclog/log.ts'))};
const sent = ${count};
const sample = ${JSON.stringify(sampleOf(calls, { timeoutMs: 5000 }))};
const request = { sample, condition: 'as-written', runtime: await findPython('python3') };
const results = [];
for (const sandbox of [undefined, 'none']) {
  const before = sent();
  const { log } = await run({ ...request, sandbox });
  results.push({ sent: sent() - before, text: lineTexts(log, 0, log.lines).join() });
}
console.log(JSON.stringify(results));
`,
    );
    // Without IPv6, as the kernel itself would send neighbour discovery packets.
    const setUp = [
      'for part in all default; do echo 1 >/proc/sys/net/ipv6/conf/$part/disable_ipv6; done 2>/dev/null',
      'ip link add d0 type veth peer name d1 && ip addr add 10.9.9.1/24 dev d0 && ' +
        'ip link set d1 up && ip link set d0 up && ip link set lo up && sleep 1 && exec "$@"',
    ].join('; ');
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['--net', '/bin/sh', '-c', setUp, 'sh', process.execPath, '--disable-warning=ExperimentalWarning', program],
      { encoding: 'utf8' },
    );
    rmSync(program);
    const [shut, open] = JSON.parse(stdout || `[{"sent":${JSON.stringify(stderr)}}]`);
    assert.equal(shut.sent, 0);
    assert.match(shut.text, /Network is unreachable.*itself is reached/);
    // Without a sandbox the same program is seen sending, so the counter works.
    assert.ok(open.sent > 0, JSON.stringify(open));
  },
);

test('if Leaklog is killed, the sample ends with it', native, async () => {
  const program = join(folder, 'run.mjs');
  const forever = lines('import os, time', 'if os.fork() == 0: os.setsid()', 'while True: time.sleep(0.01)');
  writeFileSync(
    program,
    `import { run } from ${JSON.stringify(join(import.meta.dirname, 'run.ts'))};
import { findPython } from ${JSON.stringify(join(import.meta.dirname, 'runtime.ts'))};
const sample = ${JSON.stringify(sampleOf(forever, { timeoutMs: 60_000 }))};
run({ sample, condition: 'as-written', runtime: await findPython('python3') });
`,
  );
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // Meanwhile the processes that set up the sandbox come and go.
  let were = 0;
  for (let turn = 0; turn < 100 && were < 3; turn += 1) {
    await setTimeout(50);
    were = Math.max(were, survivors().length);
  }
  child.kill('SIGKILL');
  await ended;
  for (let turn = 0; turn < 40 && survivors().length > 0; turn += 1) await setTimeout(50);
  rmSync(program);
  for (const name of readdirSync(folder)) if (name !== 'outside') rmSync(join(folder, name), { recursive: true });
  assert.ok(were >= 3, `${were} processes`);
  assert.deepEqual(survivors(), []);
});

test('Pyodide ends within the same limits', async () => {
  const [pyodide] = (await chooseRuntimes('pyodide')) as [Runtime];
  const tries: Readonly<Record<string, readonly [code: string, ends: Case['ends'], says?: RegExp]>> = {
    loop: [spin, time],
    printer: ['while True: print("x" * 1000)', output],
    memory: ['kept = []\nwhile True: kept.append(bytearray(1000000))', memory],
    network: ['from pyodide.code import run_js\nrun_js("fetch(1)")', { exit: 1 }, /fetch is not defined/],
    files: [
      lines(
        'from pyodide.code import run_js',
        'try: run_js("process.getBuiltinModule(1)")',
        'except Exception as error: print(error)',
        'print(open("/etc/passwd").read())',
      ),
      { exit: 1 },
      /not a function[^]*FileNotFoundError/,
    ],
    exit: ['import sys\nsys.exit(5)', { exit: 5, limit: null }],
    'exit without a word': ['import os\nos._exit(7)', { exit: 7, limit: null }],
    'no streams': ['import sys\nsys.stdout = sys.stderr = None', { exit: 0, limit: null }],
    'forged end': [
      lines(
        'import js, pyodide_js',
        'from pyodide.ffi import to_js',
        'js.console.log("E 1.0 1792")',
        'stream = js.Object.new()',
        'stream.nfd = 1',
        'text = bytearray(b"E 1.0 1792\\n")',
        'pyodide_js.FS.filesystems.NODEFS.stream_ops.write(stream, to_js(text), 0, len(text), None)',
      ),
      { exit: 0, limit: null },
    ],
    signals: ['import js\nprint(hasattr(js.process, "_kill"), hasattr(js.process, "kill"))', { exit: 0 }, /False False/],
    'memory of JavaScript': [
      lines('from pyodide.code import run_js', 'run_js("globalThis.kept = []; for (;;) kept.push(new Uint8Array(1e7).fill(1))")'),
      memory,
    ],
  };
  for (const [name, [code, ends, says]] of Object.entries(tries)) {
    const result = await start(code, {}, pyodide);
    assert.deepEqual(
      { exit: result.exit, limit: result.limit },
      { exit: result.exit, limit: result.limit, ...ends },
      `${name}: ${textOf(result).slice(-600)}`,
    );
    if (says !== undefined) assert.match(textOf(result), says);
    assert.deepEqual(survivors(), []);
  }
});
