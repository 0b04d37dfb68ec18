/*
 * Programs that mean harm, or do it without meaning to: each must end within its limits, say what happened, leave no
 * process behind, and change no file but its own.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Sample } from '../experiment/sample.ts';
import { lineTexts } from '../gclog/log.ts';
import { run, type RawRun, type RunRequest } from './run.ts';
import { chooseRuntimes, findPython, type Runtime } from './runtime.ts';
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
  expect: undefined,
  ...limits,
  args: [],
  exit: 0,
  stopMs: undefined,
  python: '*',
  axis: undefined,
  place: undefined,
  places: {},
  ...changes,
});
const start = (code: string, changes: Changes = {}, runtime = python as Runtime) =>
  run({ sample: sampleOf(code, changes), condition: changes.condition ?? 'as-written', runtime });
const textOf = ({ log }: RawRun) => lineTexts(log, 0, Math.min(log.lines, 400)).join('\n');

/** Processes of the samples of this test that are still there. */
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
  /** What must be so of how it ended: by default it ends by itself with status 0. */
  readonly ends?: Partial<Pick<RawRun, 'exit' | 'signal' | 'limit'>>;
  readonly says?: RegExp;
}

const spin = 'while True: pass';
const fork = 'import os\npid = os.fork()\n';
const cases: Readonly<Record<string, Case>> = {
  'an endless loop': { code: spin, ends: time },
  'an endless sleep': { code: 'import time\ntime.sleep(1e6)', ends: time },
  'a sleep in which no handler runs': {
    code: 'import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nsignal.pause()',
    ends: time,
  },
  'a wait for input': { code: 'print(repr(input()))', ends: { exit: 1, limit: null }, says: /EOFError/ },
  'a regular expression without an end': { code: 'import re\nre.match("(a+)+$", "a" * 40 + "b")', ends: time },
  'a number too large to count': { code: 'print(len(str(10 ** (10 ** 8))) if False else 9 ** 9 ** 9)', ends: time },
  'a lock that is never let go': { code: 'import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()', ends: time },
  'a thread that never ends': {
    code: 'import threading, time\nthreading.Thread(target=lambda: time.sleep(1e6)).start()\nprint("main is done")',
    ends: time,
    says: /main is done/,
  },
  'an exit handler that never ends': {
    code: 'import atexit\natexit.register(lambda: exec("while True: pass"))\nprint("bye")',
    ends: time,
    says: /bye/,
  },
  'a finalizer that never ends': {
    code: 'class A:\n    def __del__(self):\n        while True: pass\na = A()\nprint("bye")',
    ends: time,
    says: /bye/,
  },
  'SIGTERM, SIGINT and SIGHUP caught': {
    code: `import signal\nfor name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGALRM"): signal.signal(getattr(signal, name), lambda *_: None)\n${spin}`,
    ends: time,
  },
  'KeyboardInterrupt and SystemExit swallowed': {
    code: 'while True:\n    try:\n        raise SystemExit\n    except BaseException: pass',
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
    code: 'n = 0\nwhile True:\n    n += 1\n    with open("f%d" % n, "wb") as file: file.write(b"x" * 500000)',
    ends: { limit: 'output' },
    says: /Errno 28/,
  },
  'temporary files that never end': {
    code: 'import tempfile\nkept = []\nwhile True:\n    kept.append(tempfile.NamedTemporaryFile())\n    kept[-1].write(b"x" * 100000)',
    ends: { limit: 'output' },
    says: /Errno 28/,
  },
  'millions of empty files': { code: 'n = 0\nwhile True:\n    n += 1\n    open("f%d" % n, "w").close()', ends: {}, says: /Errno 28|^$/ },
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
    code: 'import mmap\nkept = []\nwhile True:\n    page = mmap.mmap(-1, 1 << 22)\n    page.write(b"x" * (1 << 22))\n    kept.append(page)',
    ends: memory,
  },
  'memory in many children': {
    code: 'import os\nfor n in range(8):\n    if os.fork() == 0:\n        kept = bytearray(100000000)\n        for at in range(0, len(kept), 4096): kept[at] = 1\n        while True: pass\nwhile True: pass',
    ends: memory,
  },
  'a recursion without end': { code: 'def f(): f()\nf()', ends: { exit: 1, limit: null }, says: /RecursionError/ },
  'a recursion that breaks the stack': {
    code: 'import sys, threading\nsys.setrecursionlimit(10 ** 9)\nf = lambda n: repr(n)\nn = []\nfor _ in range(10 ** 6): n = [n]\ntry: repr(n)\nexcept RecursionError: print("refused")\ndef g(): return g()\nthreading.stack_size(1 << 16)\ng()',
    ends: {},
  },
  'a fork bomb': { code: 'import os\nwhile True: os.fork()', ends: processes },
  'a fork bomb that leaves its group': {
    code: 'import os\nwhile True:\n    try:\n        if os.fork() == 0: os.setsid()\n    except OSError: pass',
    ends: processes,
  },
  'threads without end': {
    code: 'import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(100,), daemon=True).start()',
    ends: {},
  },
  'processor time of many': { code: 'import os\nfor _ in range(7): os.fork() and None\nwhile True: pass', ends: {} },
  'a bomb of programs': {
    code: 'import subprocess, sys\nwhile True: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])',
    ends: {},
  },
  'open files without end': {
    code: 'kept = []\nwhile True: kept.append(open("/dev/null"))',
    ends: { exit: 1, limit: 'files' },
    says: /Errno 24/,
  },
  'sockets without end': {
    code: 'import socket\nkept = []\nwhile True: kept.append(socket.socket())',
    ends: { exit: 1, limit: 'files' },
    says: /Errno 24/,
  },
  'a child that outlives it': {
    code: `${fork}import time\nif pid == 0:\n    while True: time.sleep(0.01)\nprint("left one")`,
    says: /left one/,
  },
  'a daemon': {
    code: `${fork}import time\nif pid == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    os.chdir("/")\n    os.closerange(0, 1000)\n    while True: time.sleep(0.01)\nos.waitpid(pid, 0)\nprint("daemon started")`,
    says: /daemon started/,
  },
  'a daemon of a program that never ends': {
    code: `${fork}import time\nif pid == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    while True: time.sleep(0.01)\n${spin}`,
    ends: time,
  },
  'a program of its own that stays': {
    code: 'import subprocess\nsubprocess.Popen(["/bin/sh", "-c", "nohup sleep 1000 >/dev/null 2>&1 &"], start_new_session=True).wait()\nprint("started")',
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
    code: 'print("before")\nimport ctypes\nctypes.string_at(0)',
    ends: { exit: null, signal: 'SIGSEGV', limit: null },
    says: /before/,
  },
  'an abort': { code: 'import os\nprint("before")\nos.abort()', ends: { exit: null, signal: 'SIGABRT', limit: null }, says: /before/ },
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
    code: 'import os, signal\ntry: os.kill(-1, signal.SIGKILL)\nexcept OSError as error: print(error)\nprint("still here")',
    says: /still here/,
  },
  'a signal to its parent': {
    code: 'import os, signal\nfor sign in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):\n    try: os.kill(os.getppid(), sign)\n    except OSError as error: print(error)\nimport time\ntime.sleep(0.1)\nprint("done")',
    says: /done/,
  },
  'an exit without a word': {
    code: 'import os\nprint("half", end="", flush=True)\nos._exit(9)',
    ends: { exit: 9, limit: null },
    says: /^half$/,
  },
  'an exit status of 139': { code: 'raise SystemExit(139)', ends: { exit: 139, signal: null, limit: null } },
  'an exit with words': { code: 'raise SystemExit("words")', ends: { exit: 1 }, says: /^words$/ },
  'a syntax error': { code: 'def', ends: { exit: 1, limit: null }, says: /SyntaxError/ },
  'code that is no Python': { code: '<?php echo 1 ?>', ends: { exit: 1 }, says: /SyntaxError/ },
  'stderr closed': { code: 'import sys\nsys.stderr.close()\nprint("on stdout")\nraise ValueError', ends: { exit: 1 }, says: /on stdout/ },
  'stdout closed': { code: 'import os\nos.close(1)\nimport sys\nsys.stderr.write("on stderr\\n")', ends: {}, says: /on stderr/ },
  'every descriptor closed': { code: 'import os\nos.closerange(0, 1000)', ends: {} },
  'stderr bound to something else': {
    code: 'import sys\nclass Loud:\n    def write(self, text): raise OSError("no")\nsys.stderr = Loud()\nraise ValueError("x")',
    ends: { exit: 120, limit: null },
  },
  'streams led elsewhere': { code: 'import os\nos.dup2(os.open("own.txt", os.O_CREAT | os.O_WRONLY), 1)\nprint("into a file")' },
  'descriptors that it was not given': {
    code: 'import os\nfor number in range(3, 1000):\n    try: os.write(number, b"garbage\\nE 1 2 3\\n" * 3)\n    except OSError: pass\nprint("written")',
    says: /written/,
  },
  'marks and logs cut off': {
    code: 'import os\nfor number in list(range(1, 8)) + list(range(238, 245)):\n    try: os.ftruncate(number, 0)\n    except OSError: pass\nprint("cut")\nsum(range(10 ** 6))',
    says: /cut/,
  },
  'fake marks': {
    code: 'import os\nfor number in range(3, 300):\n    try: os.write(number, b"E 1 1 9223372036854775807 1 1 1 1 -5 1 1 1 1 1 1 1 1 1\\nS 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\\nH 1 2 3\\nG {}\\n")\n    except OSError: pass\nprint("forged")',
    says: /forged/,
  },
  'fake gc lines': { code: 'for n in range(1000): print("gc: collectable <tuple 0x%x>" % (n << 4))', says: /gc: collectable <tuple #1>/ },
  'torn lines of many threads': {
    code: 'import os, threading\ndef go(n):\n    for _ in range(300): os.write(1, b"gc: colle"); os.write(2, b"ctable <dict 0x7f00>\\n")\nthreads = [threading.Thread(target=go, args=(n,)) for n in range(8)]\n[t.start() for t in threads]\n[t.join() for t in threads]',
    says: /gc: /,
  },
  'bytes that are no text': { code: 'import os\nos.write(1, bytes(range(256)) * 20)', says: /\ufffd/ },
  'NUL bytes and escapes': { code: 'print("\\x00\\x1b[31mred\\x1b]0;title\\x07\\x9b")', says: /red/ },
  'a line of two million letters': { code: 'print("x" * 1900000)', says: /x{1000}/ },
  'HTML and scripts': { code: 'print("<script>alert(1)</script>\\n</pre><img src=x onerror=alert(1)>")', says: /<script>/ },
  'another folder, and its own removed': {
    code: 'import os, shutil\nhere = os.getcwd()\nos.chdir("/")\nshutil.rmtree(here, ignore_errors=True)\nprint("gone")',
    says: /gone/,
  },
  'its file rewritten': { code: 'import sys\nopen(sys.argv[0], "w").write("broken")\nprint("rewritten")', says: /rewritten/ },
  'modules that stand in for Python’s own': {
    code: 'open("signal.py", "w").write("raise SystemExit(7)")\nopen("gc.py", "w").write("boom")\nimport importlib, sys\nsys.modules.pop("signal", None)\nimport gc\nprint(gc.isenabled())',
    says: /True/,
  },
  'the harness looked for': {
    code: 'import gc, sys\nprint([name for name in sys.modules if "leaklog" in name.lower()])\ngc.callbacks.clear()\nsum(range(10 ** 6))',
    says: /\[\]/,
  },
  'a tracer of its own': { code: 'import sys\nsys.settrace(lambda *_: None)\nsys.setprofile(lambda *_: None)\nsum(range(10 ** 5))' },
  'the timer taken away': {
    code: 'import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsum(range(10 ** 6))',
  },
  'the clock bent': { code: 'import time\ntime.monotonic = time.perf_counter = time.process_time = lambda: 0\nsum(range(10 ** 6))' },
  'built-ins bent': {
    code: 'import builtins\nfor name in ("int", "type", "max", "Exception", "BaseException", "OSError"): setattr(builtins, name, None)\nsum(range(10 ** 6))',
  },
  'limits raised': {
    code: 'import resource\nfor name in dir(resource):\n    if name.startswith("RLIMIT"):\n        try: resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n        except (ValueError, OSError): pass\nkept = []\nwhile True: kept.append(bytearray(1000000))',
    ends: memory,
  },
  'a nicer place in the queue': { code: 'import os\ntry: os.nice(-20)\nexcept OSError as error: print(error)', says: /denied|permitted/ },
  'a core dump': {
    code: 'import os, resource\nprint(resource.getrlimit(resource.RLIMIT_CORE))\nos.abort()',
    ends: { signal: 'SIGABRT' },
    says: /\(0, 0\)/,
  },
  'root asked for': {
    code: 'import os\nfor name, args in (("setuid", (0,)), ("setgid", (0,)), ("chroot", ("/",))):\n    try: getattr(os, name)(*args); print(name, "done")\n    except OSError as error: print(name, error)',
    says: /chroot \[Errno 1\]/,
  },
  'the kernel asked': {
    code: 'for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches"):\n    try: open(path, "w").write("x"); print("written", path)\n    except OSError as error: print("refused", error.errno)',
    says: /^(?:refused \d+\n?)+$/,
  },
  'a device read': {
    code: 'import os\nfor name in os.listdir("/dev"):\n    if name in ("sda", "vda", "mem", "kmsg", "kcore"): print("seen", name)\nprint("looked")',
    says: /^looked$/,
  },
  'the debugger’s way into others': {
    code: 'import os\nfor pid in range(1, 400):\n    try: print(pid, len(open("/proc/%d/mem" % pid, "rb").read(1)))\n    except OSError: pass\nprint("done")',
    says: /done/,
  },
  'the warden’s descriptors taken': {
    code: 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\npid = libc.syscall(434, os.getppid(), 0)\nfor number in range(12):\n    taken = libc.syscall(438, pid, number, 0)\n    if taken >= 0: os.write(taken, b"E 1.0 1792\\n"); print("TAKEN", number)\nfor number in range(300):\n    try: os.write(os.open("/proc/1/fd/%d" % number, os.O_WRONLY), b"E 1.0 1792\\n"); print("TAKEN", number)\n    except OSError: pass\nprint("done")',
    says: /^done$/,
  },
  'the warden traced': {
    code: 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint(libc.ptrace(16, os.getppid(), 0, 0), libc.ptrace(0x4206, os.getppid(), 0, 0))',
    says: /^-1 -1$/,
  },
  'the warden’s memory': {
    code: 'import os\nfor name in ("mem", "environ", "maps", "auxv", "root", "cwd"):\n    path = "/proc/%d/%s" % (os.getppid(), name)\n    try: os.listdir(path) if name in ("root", "cwd") else open(path, "rb").read(9); print("READ", path)\n    except OSError as error: print("refused")',
    says: /^(?:refused\n?){6}$/,
  },
  'every signal to its warden': {
    code: 'import os, time\nfor number in range(1, 65):\n    try: os.kill(os.getppid(), number)\n    except OSError: pass\ntime.sleep(0.1)\nprint("still here")',
    says: /still here/,
  },
  'signals to its warden without end': {
    code: 'import os, signal\nfor _ in range(20000): os.kill(os.getppid(), signal.SIGCHLD)\nraise SystemExit(3)',
    ends: { exit: 3, limit: null },
  },
  'limits of its warden': {
    code: 'import os, resource\ntry: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0)); print("SET")\nexcept OSError: print("refused")',
    says: /^refused$/,
  },
  'namespaces of its own': {
    code: 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor flag in (0x10000000, 0x10020000, 0x50000000): print(libc.unshare(flag), libc.syscall(56, flag | 17, 0, 0, 0, 0) if os.uname()[4] == "x86_64" else -1)',
    says: /^(?:-1 -1\n?){3}$/,
  },
  'memory of nobody’s': {
    code: 'import os\nkept = []\nwhile len(kept) < 200:\n    kept.append(os.memfd_create("x"))\n    os.write(kept[-1], bytes(10 ** 6))',
    ends: { exit: 1, limit: null },
    says: /PermissionError/,
  },
  'memory of nobody’s, as System V has it': {
    code: 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint(libc.shmget(0, 1 << 30, 0o1666), libc.msgget(0, 0o1666), libc.semget(0, 30000, 0o1666))',
    says: /^-1 -1 -1$/,
  },
  'attributes of files without end': {
    code: 'import os\nopen("f", "w")\nn = 0\ntry:\n    while True: os.setxattr("f", "user.%d" % n, b"x" * 60000); n += 1\nexcept OSError: print(n)',
    says: /^0$/,
  },
  'memory that children share': {
    code: 'import mmap, os, time\nfor n in range(8):\n    if os.fork() == 0:\n        page = mmap.mmap(-1, 100000000)\n        for at in range(0, 100000000, 4096): page[at] = 1\n        time.sleep(9)\ntime.sleep(9)',
    ends: memory,
  },
  'shared memory that no process shows': {
    code: 'import ctypes, time\nlibc = ctypes.CDLL(None)\nlibc.mmap.restype = ctypes.c_void_p\nlibc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]\nlibc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]\nlibc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]\nfor _ in range(60):\n    at = libc.mmap(None, 32 << 20, 3, 0x21, -1, 0)\n    for offset in range(0, 32 << 20, 4 << 20):\n        libc.memset(at + offset, 1, 4 << 20)\n        libc.madvise(at + offset, 4 << 20, 4)\ntime.sleep(9)',
    changes: { timeoutMs: 8000 },
    ends: memory,
  },
  'page tables that no process shows': {
    code: 'import ctypes, time\nlibc = ctypes.CDLL(None)\nlibc.mmap.restype = ctypes.c_void_p\nlibc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]\nsize = 1 << 40\nat = libc.mmap(None, size, 1, 0x4022, -1, 0)\nfor offset in range(0, size, 2 << 20): ctypes.c_ubyte.from_address(at + offset).value\ntime.sleep(9)',
    changes: { timeoutMs: 20_000 },
    ends: memory,
  },
  'the modes of devices and of its own folder': {
    code: 'import os\nfor path in ("/dev/null", "/dev/full", "/dev/zero", "/dev/urandom"):\n    try: os.chmod(path, 0o600); print("CHANGED", path)\n    except OSError: pass\nos.chmod(".", 0o700)\nos.utime(".", (1, 1))\nprint(os.getuid() != 0, os.geteuid() != 0, os.getgid() != 0, os.stat(".").st_uid == os.getuid(), os.listdir("."))',
    says: /^True True True True \['hostile_\d+\.py'\]$/,
  },
  'its warden starved': {
    code: 'import os\nfor call in (lambda: os.sched_setaffinity(1, {0}), lambda: os.setpriority(os.PRIO_PROCESS, 1, 19), lambda: os.setpriority(os.PRIO_USER, 0, 19), lambda: os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))):\n    try: call(); print("DONE")\n    except OSError: print("refused")\nos.nice(1)\nos.sched_setaffinity(0, os.sched_getaffinity(0))',
    says: /^(?:refused\n?){4}$/,
  },
  'room beyond the end of a file': {
    code: 'import ctypes\nlibc = ctypes.CDLL(None)\nprint(libc.fallocate(1, 1, ctypes.c_long(0), ctypes.c_long(10 ** 9)))',
    says: /^-1$/,
  },
  'the times of devices': {
    code: 'import os\nfor path in ("/dev/null", "/dev/zero"):\n    try: os.utime(path, (1, 1)); print("CHANGED")\n    except OSError: print("refused")',
    says: /^(?:refused\n?){2}$/,
  },
  'memory of a program whose first thread has ended': {
    code: 'import ctypes, mmap, os, threading, time\ndef work():\n    kept = []\n    for _ in range(12):\n        kept.append(mmap.mmap(-1, 100 << 20))\n        for at in range(0, 100 << 20, 4096): kept[-1][at] = 1\n    time.sleep(9)\nthreading.Thread(target=work).start()\nctypes.CDLL(None).syscall(60 if os.uname()[4] == "x86_64" else 93, 0)',
    changes: { timeoutMs: 8000 },
    ends: memory,
  },
  'shared memory that many show and one hides': {
    code: 'import ctypes, mmap, os, time\nlibc = ctypes.CDLL(None)\nlibc.mmap.restype = ctypes.c_void_p\nlibc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]\nlibc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]\nlibc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]\npage = mmap.mmap(-1, 2 << 20)\nfor at in range(0, 2 << 20, 4096): page[at] = 1\nfor _ in range(30):\n    if os.fork() == 0:\n        sum(page[at] for at in range(0, 2 << 20, 4096))\n        time.sleep(9)\n        os._exit(0)\nfor _ in range(60):\n    at = libc.mmap(None, 32 << 20, 3, 0x21, -1, 0)\n    for offset in range(0, 32 << 20, 4 << 20):\n        libc.memset(at + offset, 1, 4 << 20)\n        libc.madvise(at + offset, 4 << 20, 4)\ntime.sleep(9)',
    changes: { timeoutMs: 8000 },
    ends: memory,
  },
  'what was told of its start cut off at once': {
    code: 'import os\nos.ftruncate(240, 0)\nwhile True: pass',
    changes: { timeoutMs: 1000 },
    ends: time,
  },
  'root again': {
    code: 'import os\nfor call in (os.setuid, os.seteuid, os.setgid):\n    try: call(0); print("ROOT")\n    except OSError: print("refused")',
    says: /^(?:refused\n?){3}$/,
  },
  'memory of children that hide': {
    code: 'import ctypes, mmap, os, time\nctypes.CDLL(None).prctl(4, 0)\nfor n in range(8):\n    if os.fork() == 0:\n        page = mmap.mmap(-1, 100000000)\n        for at in range(0, 100000000, 4096): page[at] = 1\n        time.sleep(9)\ntime.sleep(9)',
    ends: memory,
  },
  'keys that stay': {
    code: 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint(libc.syscall(248, b"user", b"leaklog", b"x", 1, -4) if os.uname()[4] == "x86_64" else -1)',
    says: /^-1$/,
  },
  'the host of a virtual machine': {
    code: 'import socket\ntry: socket.socket(40, socket.SOCK_STREAM); print("OPEN")\nexcept OSError as error: print("refused")',
    says: /^refused$/,
  },
  'packets of its own making': {
    code: 'import socket\nfor family, kind, number in ((17, 3, 0x300), (2, 3, 1), (31, 3, 0), (38, 5, 0)):\n    try: socket.socket(family, kind, number); print("OPEN", family)\n    except OSError: pass\nprint("done")',
    says: /^done$/,
  },
  'ways around the kernel’s checks': {
    code: 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nspace = ctypes.create_string_buffer(200)\nfor number in (425, 321, 323, 298, 310): print(libc.syscall(number, 8, space, 0, 0, 0, 0) if os.uname()[4] == "x86_64" else -1)',
    says: /^(?:-1\n?){5}$/,
  },
  'descriptors switched to reading past the cache': {
    code: 'import fcntl, os, time\nos.write(1, b"a" * 700000 + b"\\n")\nfor number in (1, 240, 241):\n    try: fcntl.fcntl(number, fcntl.F_SETFL, os.O_DIRECT | os.O_APPEND)\n    except OSError: pass\ntime.sleep(0.2)',
    says: /^aaaa/,
  },
  'its log closed to everyone': {
    code: 'import os\nfor number in (1, 240):\n    try: os.fchmod(number, 0)\n    except OSError: pass\nprint("done")',
    says: /done/,
  },
  'its log and marks read': {
    code: 'import os\nfor number in (1, 240, 241):\n    try: os.pread(number, 10, 0); print("READ")\n    except OSError: print("refused")',
    says: /^(?:refused\n?){3}$/,
  },
  'a log with holes': { code: 'import os\nos.ftruncate(1, 1500000)\nprint("after")' },
  'a log with holes that is too long': { code: 'import os, time\nos.ftruncate(1, 9000000)\ntime.sleep(9)', ends: output },
  'a log cut off over and over': { code: 'import os\nfor n in range(300):\n    os.write(1, b"x" * 5000)\n    os.ftruncate(1, 0)' },
  'twenty million bytes at once': { code: 'import os\nos.write(1, b"z" * 20000000)', ends: output },
  'marks in masses': {
    code: 'import os\ntry:\n    while True: os.write(240, b"\\n" * 1000000)\nexcept OSError as error: print(error)',
    says: /Errno 27/,
  },
  'marks that bear the seal': {
    code: 'import os, time\nseal = open("/proc/self/environ").read().split("LEAKLOG_RUN=")[1].split("\\0")[0].split(" ")[-1]\nfor kind in "S.CFEX":\n    for number in ("-5", "0", "9007199254740991", "9" * 40):\n        os.write(240, ("%s %s %d%s\\n" % (seal, kind, time.monotonic() * 1e6, (" " + number) * 16)).encode())\nprint("forged")',
    says: /forged/,
  },
  'marks into a pipe that nobody reads': { code: 'import os\nos.dup2(os.pipe()[1], 240)\nwhile True: pass', ends: time },
  'marks into a full device': { code: 'import os\nos.dup2(os.open("/dev/full", os.O_WRONLY), 240)\nsum(range(10 ** 6))' },
  'another answer in the harness’s files': {
    code: 'import os\nopen("g", "w").write("1 -999999 1 1")\nos.dup2(os.open("g", os.O_RDONLY), 242)\nsum(range(10 ** 6))',
  },
  'a bomb of short lives': { code: 'import os\nwhile True:\n    if os.fork() == 0: os._exit(0)\n    os.wait()', ends: {} },
  'zombies without end': { code: 'import os\nwhile True:\n    if os.fork() == 0: os._exit(0)', ends: processes },
  'daemons without end': {
    code: 'import os\nwhile True:\n    try:\n        if os.fork() == 0:\n            os.setsid()\n            if os.fork(): os._exit(0)\n    except OSError: pass',
    ends: processes,
  },
  'a child that it stops and waits for': {
    code: 'import os, signal\npid = os.fork()\nif pid == 0:\n    while True: pass\nos.kill(pid, signal.SIGSTOP)\nos.waitpid(pid, 0)',
    ends: time,
  },
  'a name that looks like figures': {
    code: 'import ctypes, os\nctypes.CDLL(None).prctl(15, b") R 1 1 1 1 1")\nos.fork()\nwhile True: pass',
    ends: time,
  },
  'an exit in an exit handler': { code: 'import atexit, os\natexit.register(lambda: os._exit(5))', ends: { exit: 5, limit: null } },
  'an exit in a hook for exceptions': {
    code: 'import os, sys\nsys.excepthook = lambda *_: os._exit(9)\nraise ValueError',
    ends: { exit: 9, limit: null },
  },
  'an exit status below zero': { code: 'raise SystemExit(-1)', ends: { exit: 255, limit: null } },
  'an exit status of forty digits': { code: 'raise SystemExit(10 ** 40)', ends: { exit: 255, limit: null } },
  'a signal without a name': { code: 'import os\nos.kill(os.getpid(), 40)', ends: { exit: null, signal: 'signal 40', limit: null } },
  'a bus error': {
    code: 'import mmap, os\nfile = os.open("f", os.O_CREAT | os.O_RDWR)\nos.ftruncate(file, 8192)\npage = mmap.mmap(file, 8192)\nos.ftruncate(file, 0)\npage[5000]',
    ends: { exit: null, signal: 'SIGBUS', limit: null },
  },
  'an interpreter taken apart': {
    code: 'import ctypes\nprint("before", flush=True)\nctypes.memset(id(int), 0, 400)\nx = 1 + 1',
    ends: { limit: null },
    says: /before/,
  },
  'modules emptied': {
    code: 'import gc, os, signal, sys, time\nfor module in (gc, signal, time, os, sys):\n    for name in list(vars(module)):\n        if not name.startswith("__"): delattr(module, name)\nsum(range(10 ** 6))',
    ends: { signal: null, limit: null },
  },
  'callbacks that raise and collect': {
    code: 'import gc\ndef call(*_):\n    gc.collect()\n    raise ValueError\ngc.callbacks.insert(0, call)\ngc.collect()\nprint("done")',
    says: /done/,
  },
  'folders twenty thousand deep': {
    code: 'import os\nfor n in range(20000):\n    os.mkdir("d")\n    os.chdir("d")',
    ends: { signal: null },
  },
  'links, pipes, sockets and devices': {
    code: 'import os, socket, stat\nos.mkfifo("pipe")\nos.symlink("/", "root")\nos.symlink("loop", "loop")\nsocket.socket(socket.AF_UNIX).bind("sock")\nfor kind in (stat.S_IFBLK, stat.S_IFCHR):\n    try: os.mknod("device", kind | 0o666, os.makedev(1, 1)); print("MADE")\n    except OSError: print("refused")',
    says: /^(?:refused\n?){2}$/,
  },
  'pools of processes of every kind, for which there is no harm in it': {
    code: 'import multiprocessing\nif __name__ == "__main__":\n    for kind in ("fork", "spawn", "forkserver"):\n        with multiprocessing.get_context(kind).Pool(2) as pool: print(sum(pool.map(abs, range(-3, 4))))',
    changes: { timeoutMs: 8000, memoryBytes: 5e8 },
    says: /^(?:12\n?){3}$/,
  },
};

for (const [name, { code, changes, ends = { exit: 0, signal: null, limit: null }, says }] of Object.entries(cases)) {
  // A limit that does not end its run fails here, not at the end of the whole suite.
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

test('a sample with as many threads as it may have takes none from another one', native, async () => {
  const greedy =
    'import threading, time\nthreading.stack_size(65536)\ncount = 0\ntry:\n    while True:\n        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()\n        count += 1\nexcept RuntimeError: print(count > 200)\ntime.sleep(3)';
  const meek =
    'import threading, time\ntime.sleep(1)\nthreads = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(40)]\nfor thread in threads: thread.start()\nprint("all")';
  const [first, second] = await Promise.all([
    start(greedy, { timeoutMs: 20_000, memoryBytes: 5e8 }),
    start(meek, { timeoutMs: 20_000, memoryBytes: 5e8 }),
  ]);
  assert.deepEqual([textOf(first), textOf(second), second.exit], ['True', 'all', 0]);
});

test('nothing outside is written, and no secret read', native, async () => {
  const home = mkdtempSync(join(homedir(), '.leaklog-test-'));
  writeFileSync(join(home, 'key'), secret, { mode: 0o666 });
  try {
    const places = [outside, home, homedir(), process.cwd(), '/etc', '/var/tmp', '/usr/lib', '/root', '/proc/1', '/proc/self/cwd/../..'];
    const code = `
import os, glob
places = ${JSON.stringify(places)}
for place in places:
    try:
        open(os.path.join(place, "planted"), "w").write("x")
        if not os.path.realpath(place).startswith(("/tmp", "/leaklog")): print("WRITTEN", place)
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

for path in ["/proc/%d/environ" % pid for pid in range(1, 500)] + glob.glob("/proc/*/cwd/*") + [place + name for place in places for name in ("/key", "/kept.txt")]: look(path)
for root, folders, files in os.walk("/"):
    folders[:] = [each for each in folders if os.path.join(root, each) not in ("/proc", "/sys", "/dev", "/usr", "/lib") and not each.startswith("python3")]
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

/** Sends what it can, wherever it can. */
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
const request = { sample: ${JSON.stringify(sampleOf(calls, { timeoutMs: 5000 }))}, condition: 'as-written', runtime: await findPython('python3') };
const told = [];
for (const sandbox of [undefined, 'none']) {
  const before = sent();
  const { log } = await run({ ...request, sandbox });
  told.push({ sent: sent() - before, text: lineTexts(log, 0, log.lines).join() });
}
console.log(JSON.stringify(told));
`,
    );
    // The kernel itself would greet its neighbours over IPv6.
    const setUp =
      'for part in all default; do echo 1 >/proc/sys/net/ipv6/conf/$part/disable_ipv6; done 2>/dev/null; ip link add d0 type veth peer name d1 && ip addr add 10.9.9.1/24 dev d0 && ip link set d1 up && ip link set d0 up && ip link set lo up && sleep 1 && exec "$@"';
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['--net', '/bin/sh', '-c', setUp, 'sh', process.execPath, '--disable-warning=ExperimentalWarning', program],
      { encoding: 'utf8' },
    );
    rmSync(program);
    const [shut, open] = JSON.parse(stdout || `[{"sent":${JSON.stringify(stderr)}}]`);
    assert.equal(shut.sent, 0);
    assert.match(shut.text, /Network is unreachable.*itself is reached/);
    // The same program without a sandbox is seen to send: the counter works.
    assert.ok(open.sent > 0, JSON.stringify(open));
  },
);

test('whoever runs Leaklog is killed, and the sample ends with it', native, async () => {
  const program = join(folder, 'run.mjs');
  writeFileSync(
    program,
    `import { run } from ${JSON.stringify(join(import.meta.dirname, 'run.ts'))};\nimport { findPython } from ${JSON.stringify(join(import.meta.dirname, 'runtime.ts'))};\nconst sample = ${JSON.stringify(sampleOf('import os, time\nif os.fork() == 0: os.setsid()\nwhile True: time.sleep(0.01)', { timeoutMs: 60_000 }))};\nrun({ sample, condition: 'as-written', runtime: await findPython('python3') });\n`,
  );
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // Those that make the sandbox come and go meanwhile.
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
      'from pyodide.code import run_js\ntry: run_js("process.getBuiltinModule(1)")\nexcept Exception as error: print(error)\nprint(open("/etc/passwd").read())',
      { exit: 1 },
      /not a function[^]*FileNotFoundError/,
    ],
    exit: ['import sys\nsys.exit(5)', { exit: 5, limit: null }],
    'exit without a word': ['import os\nos._exit(7)', { exit: 7, limit: null }],
    'no streams': ['import sys\nsys.stdout = sys.stderr = None', { exit: 0, limit: null }],
    'forged end': [
      'import js, pyodide_js\nfrom pyodide.ffi import to_js\njs.console.log("E 1.0 1792")\nstream = js.Object.new()\nstream.nfd = 1\ntext = bytearray(b"E 1.0 1792\\n")\npyodide_js.FS.filesystems.NODEFS.stream_ops.write(stream, to_js(text), 0, len(text), None)',
      { exit: 0, limit: null },
    ],
    signals: ['import js\nprint(hasattr(js.process, "_kill"), hasattr(js.process, "kill"))', { exit: 0 }, /False False/],
    'memory of JavaScript': [
      'from pyodide.code import run_js\nrun_js("globalThis.kept = []; for (;;) kept.push(new Uint8Array(1e7).fill(1))")',
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
