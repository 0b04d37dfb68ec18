/**
 * Runs one sample in Pyodide, in a worker of its own: starts Python, from a snapshot of its memory if there is one, runs the sample
 * under one condition, and reports marks and log while it runs. The page ends it; it never ends by itself.
 */
import { loadPyodide, type PyodideAPI } from 'pyodide';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import { drive, heapBytes, tickMs } from '../run/drive.ts';
import type { Boot, Order, Report, Run } from './messages.ts';

/** How often the page is told, and from how many bytes of log on. */
const [reportMs, reportBytes] = [40, 1 << 16];
/** The most of marks, in characters: a run of a minute writes a tenth of it. */
const maxMarkChars = 20e6;
const home = '/home/pyodide';

// Kept, as what a program could reach through JavaScript is given up before it runs.
const send = globalThis.postMessage.bind(globalThis) as (report: Report, transfer?: Transferable[]) => void;
const now = performance.now.bind(performance);
const grow = WebAssembly.Memory.prototype.grow;

let python: Promise<PyodideAPI> | undefined;

globalThis.onmessage = ({ data }: MessageEvent<Order>) => {
  obey(data).catch((error: unknown) => send({ failed: String(error) }));
};

async function obey(data: Order): Promise<void> {
  if ('boot' in data) {
    python = start(data.boot);
    const started = await python;
    if (data.boot.snapshot !== undefined) return send({ started: true });
    const snapshot = started.makeMemorySnapshot() as Uint8Array<ArrayBuffer>;
    return send({ snapshot }, [snapshot.buffer]);
  }
  send({ exit: run((await python) as PyodideAPI, data.run) });
}

/** Starts Python from what the page has loaded: nothing is fetched here. */
async function start({ wasm, stdlib, info, snapshot }: Boot): Promise<PyodideAPI> {
  const files: Readonly<Record<string, ArrayBuffer>> = { 'python_stdlib.zip': stdlib };
  globalThis.fetch = (async (url: string | URL) => new Response(files[String(url).split('/').at(-1) ?? ''] ?? new ArrayBuffer())) as never;
  WebAssembly.instantiateStreaming = async (_, imports) => ({ module: wasm, instance: await WebAssembly.instantiate(wasm, imports) });
  const started = await loadPyodide({
    indexURL: 'https://pyodide.invalid/',
    createPyodideModule,
    // No package is ever loaded by name.
    lockFileContents: { info, packages: {} },
    env: { HOME: home, PYTHONHASHSEED: '0' },
    jsglobals: {},
    ...(snapshot === undefined ? { _makeSnapshot: true } : { _loadSnapshot: snapshot }),
  } as Parameters<typeof loadPyodide>[0]);
  if (snapshot !== undefined) {
    forsake();
    started.runPython(partFromJavaScript);
    for (const name of ['js', 'pyodide_js']) started.unregisterJsModule(name);
  }
  return started;
}

/** Takes the ways from Python to JavaScript away: what is kept there has no limit but that of the whole tab. */
const partFromJavaScript = `
import sys, _pyodide_core, pyodide.code, pyodide.ffi
for _module in (_pyodide_core, pyodide.code, pyodide.ffi):
    for _name in ("to_js", "run_js", "create_proxy", "create_once_callable"):
        vars(_module).pop(_name, None)
for _name in ("js", "pyodide_js"):
    sys.modules.pop(_name, None)
del sys, _pyodide_core, pyodide, _module, _name
`;

/** Gives up what is not needed any more: the network, other workers, what the site has stored. The page's policy stands behind this. */
function forsake(): void {
  const names = ['fetch', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'EventSource', 'WebTransport', 'Worker', 'SharedWorker'];
  const more = ['BroadcastChannel', 'importScripts', 'indexedDB', 'caches', 'cookieStore', 'navigator', 'Notification', 'postMessage'];
  for (const name of [...names, ...more]) {
    for (let at: object | null = globalThis; at !== null; at = Object.getPrototypeOf(at)) Reflect.deleteProperty(at, name);
  }
}

/** A file of Emscripten's MEMFS, and the two functions by which it becomes larger. */
interface FileNode {
  readonly contents?: Uint8Array;
}
interface MemoryFiles {
  resizeFileStorage: (node: FileNode, bytes: number) => void;
  readonly ops_table: {
    readonly file: {
      readonly stream: {
        write: (to: { readonly node: FileNode }, buffer: Uint8Array, from: number, length: number, at: number, owns: boolean) => number;
      };
    };
  };
}

/** Runs a sample, and returns its exit status. */
function run(python: PyodideAPI, { files, wheels, code, title, driver, memoryBytes, outputBytes, ...given }: Run): number {
  const reporter = new Reporter(outputBytes);
  python.setStdout({ write: reporter.write, isatty: false });
  python.setStderr({ write: reporter.write, isatty: false });
  const place = (path: string, content: string) => {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    python.FS.writeFile(path, content);
  };
  for (const { name, text } of files) place(`${home}/${name}`, text);
  place(`${home}/${title}`, code);
  if (wheels.length > 0) python.FS.mkdirTree('/packages');
  for (const wheel of wheels) python.unpackArchive(wheel, 'wheel', { extractDir: '/packages' });
  // Refused before it is there: a worker that took too much would take the tab with it.
  const heap = () => heapBytes(python);
  let fileBytes = 0;
  const claim = (bytes: number) => {
    if (heap() + fileBytes + bytes > memoryBytes) reporter.stop('memory');
  };
  WebAssembly.Memory.prototype.grow = function (pages) {
    claim(pages * 65536);
    return grow.call(this, pages);
  };
  // Files are in memory, too, and beside the heap.
  const { MEMFS } = python.FS.filesystems as { readonly MEMFS: MemoryFiles };
  const counted = (node: FileNode, bytes: number, act: () => number | void) => {
    const before = node.contents?.length ?? 0;
    claim(bytes - before);
    const result = act();
    fileBytes += (node.contents?.length ?? 0) - before;
    return result;
  };
  const { resizeFileStorage: resize } = MEMFS;
  const { stream } = MEMFS.ops_table.file;
  const { write } = stream;
  MEMFS.resizeFileStorage = (node, bytes) => void counted(node, bytes, () => resize(node, bytes));
  stream.write = (to, buffer, from, length, at, owns) =>
    counted(to.node, at + length, () => write(to, buffer, from, length, at, owns)) as number;
  try {
    return drive(python, driver, {
      ...given,
      file: title,
      packages: wheels.length > 0,
      begin: 0,
      most: 0,
      first: 0,
      last: 0,
      mark: reporter.mark,
      clock: () => now() / 1000,
      cpu: () => now() / 1000,
      heap,
      offset: reporter.offset,
      arm: () => python.setInterruptBuffer(new Clock() as unknown as Uint8Array),
    });
  } finally {
    reporter.flush();
  }
}

/**
 * Pyodide looks at the first byte of its interrupt buffer every so many steps; 2 is SIGINT, which the harness takes as its clock. Nobody
 * else could set a byte without shared memory, which only isolated pages have: so it says by itself when the next tick is due.
 */
class Clock {
  #due = 0;
  #ticks = 0;

  get 0(): number {
    const at = now();
    if (at < this.#due) return 0;
    this.#ticks += 1;
    this.#due = at + (this.#ticks < tickMs.firstTicks ? tickMs.first : tickMs.later);
    return 2;
  }

  set 0(_: number) {}
}

/** Collects marks and log, and sends them from time to time. */
class Reporter {
  readonly #outputBytes: number;
  readonly #buffer = new Uint8Array(reportBytes);
  #used = 0;
  #flushed = 0;
  #marks = '';
  #markChars = 0;
  #sentAt = 0;

  constructor(outputBytes: number) {
    this.#outputBytes = outputBytes;
  }

  readonly write = (bytes: Uint8Array): number => {
    for (let at = 0; at < bytes.length;) {
      if (this.#used === this.#buffer.length) this.flush();
      const part = bytes.subarray(at, at + this.#buffer.length - this.#used);
      this.#buffer.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.offset() > this.#outputBytes) this.stop('output');
    }
    return bytes.length;
  };

  readonly mark = (line: string): void => {
    this.#marks += line;
    this.#markChars += line.length;
    // Only a program that makes up marks writes so many.
    if (this.#markChars > maxMarkChars) this.stop('output');
    if (now() - this.#sentAt >= reportMs) this.flush();
  };

  readonly offset = (): number => this.#flushed + this.#used;

  flush(): void {
    const log = this.#buffer.slice(0, this.#used);
    send({ ...(this.#marks !== '' && { marks: this.#marks }), ...(log.length > 0 && { log }) }, [log.buffer]);
    this.#flushed += this.#used;
    this.#used = 0;
    this.#marks = '';
    this.#sentAt = now();
  }

  /** Tells the page that a limit is reached, and waits to be ended. */
  stop(limit: 'memory' | 'output'): never {
    this.flush();
    send({ limit });
    for (;;);
  }
}
