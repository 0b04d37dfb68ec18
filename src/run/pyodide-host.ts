/**
 * Runs one sample on the embedded Pyodide, in a process of its own that behaves like warden.py with `python3 -u FILE
 * ARGS…`: the log goes to descriptor 4, marks to 3, beginning and end are told on 1. The interpreter lives in a worker, so
 * that this thread can interrupt it, as a timer does, to look at its memory. `--snapshot` takes a snapshot for later runs.
 */
import { constants, existsSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { loadPyodide, version, type PyodideAPI } from 'pyodide';
import { drive, heapBytes, tickMs, type Drive } from './drive.ts';
import { harnessFiles } from './harness-files.ts';
import type { RunKind } from './run.ts';

/** SIGKILL. */
const killed = 9;
const home = '/home/pyodide';
const options = { env: { HOME: home, PYTHONHASHSEED: '0' } };

interface Plan extends Pick<Drive, 'file' | 'args' | 'condition' | 'axis' | 'stop' | 'begin' | 'most' | 'first' | 'last'> {
  /** The folder of its packages; empty if it has none. */
  readonly packages: string;
  readonly memoryBytes: number;
  /** What stands before every mark. */
  readonly seal: string;
  readonly interrupt: SharedArrayBuffer;
}

/** The bytes that both threads share: a signal that is due, and whether the heap is full. */
const [due, full] = [0, 1];

if (process.argv.includes('--snapshot')) await takeSnapshot();
else if (isMainThread) start();
else process.exit(await runSample(workerData as Plan));

function start(): void {
  const [file = '', ...args] = process.argv.slice(2);
  const [condition = '', axis = '', memory, stop, begin, most, first, last, seal = ''] = (process.env['LEAKLOG_RUN'] ?? '').split(' ');
  const interrupt = new SharedArrayBuffer(8);
  const plan: Plan = {
    file,
    args,
    packages: process.env['LEAKLOG_PACKAGES'] ?? '',
    condition,
    axis,
    stop: Number(stop ?? 0),
    begin: Number(begin ?? 0),
    most: Number(most ?? 0),
    first: Number(first ?? 0),
    last: Number(last ?? 0),
    memoryBytes: Number(memory ?? Infinity),
    seal,
    interrupt,
  };
  const tell = (line: string) => writeSync(1, `${process.env['LEAKLOG_TELLS']} ${line}`);
  const seconds = () => (Number(process.hrtime.bigint()) / 1e9).toFixed(6);
  // As waitpid tells it: the exit status in the second byte, or a signal in the first.
  const leave = (status: number) => {
    tell(`E ${seconds()} ${status}\n`);
    process.exit(0);
  };
  // Nobody waits any more.
  process.stdin.on('end', () => process.exit(1)).resume();
  tell(`B ${seconds()} ${process.pid}\n`);
  const worker = new Worker(new URL(import.meta.url), { workerData: plan, env: {}, stdout: true, stderr: true });
  // What a sample says through JavaScript is no part of its log.
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  const flags = new Int32Array(interrupt);
  const signal = new Uint8Array(interrupt);
  // Any byte but 0 is a signal that is due: 2 is SIGINT, which the harness takes as its clock.
  const tick = () => {
    if (Atomics.load(flags, full) === 1) leave(killed);
    Atomics.store(signal, due, 2);
  };
  let timer = setInterval(tick, tickMs.later);
  worker.once('message', () => {
    clearInterval(timer);
    let ticks = 0;
    timer = setInterval(() => {
      tick();
      ticks += 1;
      if (ticks !== tickMs.firstTicks) return;
      clearInterval(timer);
      timer = setInterval(tick, tickMs.later);
    }, tickMs.first);
  });
  worker.on('error', (error) => {
    writeSync(4, `${error.message}\n`);
    leave(70 << 8);
  });
  worker.on('exit', (code) => leave(code << 8));
}

/** Runs the file as `__main__` and returns its exit status. */
async function runSample({ packages, memoryBytes, seal, interrupt, ...given }: Plan): Promise<number> {
  const log = writer(4);
  // Pyodide asks for these, and Node lets nobody have them who may not read everything.
  Object.assign(process, { binding: () => ({ fs: constants }) });
  const python = await load();
  python.setStdout({ write: log.write, isatty: false });
  python.setStderr({ write: log.write, isatty: false });
  forsake();
  copyFolder(python, '.', home);
  if (packages !== '') copyFolder(python, packages, '/packages');
  const heap = () => heapBytes(python);
  try {
    return drive(python, readFileSync(new URL('drive.py', import.meta.url), 'utf8'), {
      ...given,
      packages: packages !== '',
      harness: harnessFiles(given.condition as RunKind)
        .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
        .join('\n'),
      mark: (line) => {
        // What the sample printed must be in the file before a mark tells how much that was.
        log.flush();
        writeSync(3, `${seal} ${line}`);
        if (heap() <= memoryBytes) return;
        const flags = new Int32Array(interrupt);
        Atomics.store(flags, full, 1);
        Atomics.wait(flags, full, 1);
      },
      clock: () => Number(process.hrtime.bigint()) / 1e9,
      cpu: () => {
        // Of this thread alone: the engine's others are compiling.
        const { user, system } = process.threadCpuUsage();
        return (user + system) / 1e6;
      },
      heap,
      offset: () => log.written(),
      arm: () => {
        python.setInterruptBuffer(new Uint8Array(interrupt));
        parentPort?.postMessage('armed');
      },
    });
  } finally {
    log.flush();
  }
}

/** Copies a folder into the interpreter's file system. */
function copyFolder(python: PyodideAPI, from: string, to: string): void {
  python.FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), `${to}/${entry.name}`];
    if (entry.isDirectory()) copyFolder(python, source, target);
    else python.FS.writeFile(target, readFileSync(source));
  }
}

/** Gives up what a program could reach through JavaScript: the network, other modules, other processes. */
function forsake(): void {
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'BroadcastChannel', 'Worker', 'navigator'])
    Reflect.deleteProperty(globalThis, name);
  for (const name of [
    'getBuiltinModule',
    'kill',
    '_kill',
    'dlopen',
    'binding',
    '_linkedBinding',
    '_debugProcess',
    '_rawDebug',
    'report',
    'send',
  ])
    Reflect.deleteProperty(process, name);
  registerHooks({
    resolve: (specifier) => {
      throw new Error(`${specifier} is not to be had here`);
    },
  });
}

/** Where the snapshot of this Pyodide on this Node lies. */
function snapshotPath(): string {
  const cache = join(dirname(fileURLToPath(import.meta.resolve('pyodide'))), '../.cache/leaklog');
  return join(cache, `pyodide-${version}-${process.version}.snapshot`);
}

/** Pyodide as it is after loading, from a snapshot of its memory: loading takes seconds, this a fraction of one. */
async function load(): Promise<PyodideAPI> {
  const snapshot = await readFile(snapshotPath()).catch(() => undefined);
  return loadPyodide(snapshot === undefined ? options : { ...options, _loadSnapshot: snapshot });
}

/** Takes the snapshot where there is none; none can be kept where nothing can be written, so that all runs there are alike. */
async function takeSnapshot(): Promise<void> {
  const path = snapshotPath();
  const fresh = `${path}.${process.pid}.tmp`;
  try {
    if (existsSync(path)) return;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(fresh, (await loadPyodide({ ...options, _makeSnapshot: true })).makeMemorySnapshot());
    await rename(fresh, path);
  } catch {
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}

/** Collects small writes, as a C library does, and counts them. */
function writer(descriptor: number) {
  const buffer = Buffer.alloc(1 << 16);
  let used = 0;
  let flushed = 0;
  const flush = () => {
    for (let at = 0; at < used;) at += writeSync(descriptor, buffer, at, used - at);
    flushed += used;
    used = 0;
  };
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      if (used === buffer.length) flush();
      const part = bytes.subarray(at, at + buffer.length - used);
      buffer.set(part, used);
      used += part.length;
      at += part.length;
    }
    return bytes.length;
  };
  return { write, flush, written: () => flushed + used };
}
