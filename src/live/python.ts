import { python, stdlib, wasm, worker } from 'virtual:leaklog/python';
import type { Boot, Order, Report } from './messages.ts';

/** Python as the page has loaded it, from which any number of workers start. */
export interface Python {
  readonly boot: Boot;
  /** The address of the program of a worker. */
  readonly program: string;
}

let loaded: Promise<Python> | undefined;

/**
 * Loads Python, once in a page: its files, and a snapshot of its memory after it has started. `onLoad` is told how many bytes have
 * come. What fails is tried again by the next call. Errors: an Error if a file cannot be had, or Python does not start here.
 */
export function loadPython(onLoad: (bytes: number) => void, onStart: () => void): Promise<Python> {
  loaded ??= load(onLoad, onStart).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(onLoad: (bytes: number) => void, onStart: () => void): Promise<Python> {
  let sum = 0;
  const add = (bytes: number) => onLoad((sum += bytes));
  const [module, library, program] = await Promise.all([compile(wasm, add), bytesOf(stdlib, add), programOf(worker, add)]);
  onStart();
  const bare = { program, boot: { wasm: module, stdlib: library, info: python.info, snapshot: undefined } };
  const first = startWorker(bare);
  try {
    const { snapshot } = await first.next(({ snapshot }) => snapshot !== undefined);
    return { program, boot: { ...bare.boot, snapshot } };
  } finally {
    first.end();
  }
}

/**
 * The bytes of a file of the site. Its name never stays while its contents change: what the browser has is good, even without a
 * network. Errors: an Error that names the file if it cannot be had.
 */
export async function bytesOf(url: string, onLoad: (bytes: number) => void = () => undefined): Promise<ArrayBuffer> {
  const response = await fetch(url, { cache: 'force-cache' });
  if (!response.ok || response.body === null) throw new Error(`${new URL(url, location.href).pathname} could not be loaded`);
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      onLoad(chunk.length);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counted)).arrayBuffer();
}

/** Compiles WebAssembly that is packed with gzip, unless the host has unpacked it. */
async function compile(url: string, onLoad: (bytes: number) => void): Promise<WebAssembly.Module> {
  const packed = await bytesOf(url, onLoad);
  const [first, second] = new Uint8Array(packed);
  const isPacked = first === 0x1f && second === 0x8b;
  const plain = isPacked ? new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))) : new Response(packed);
  return WebAssembly.compile(await plain.arrayBuffer());
}

/**
 * The address of a worker's program. On a published page it is of the page's own making: then the page's policy holds in the worker,
 * too, and no code of a reader's can reach another host.
 */
async function programOf(url: string, onLoad: (bytes: number) => void): Promise<string> {
  if (!import.meta.env.PROD) return url;
  return URL.createObjectURL(new Blob([await bytesOf(url, onLoad)], { type: 'text/javascript' }));
}

/** A worker in which Python starts. */
export interface PythonWorker {
  send(order: Order): void;
  /** Calls `read` with each report until it returns true, and returns that report. Errors: an Error if the worker fails. */
  next(read: (report: Report) => boolean): Promise<Report>;
  end(): void;
}

/** Starts Python in a worker of its own. */
export function startWorker({ program, boot }: Python): PythonWorker {
  const worker = new Worker(program, { type: 'module' });
  const send = (order: Order) => worker.postMessage(order);
  send({ boot });
  return {
    send,
    next: (read) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<Report>) => {
          if (data.failed !== undefined) reject(new Error(data.failed));
          else if (read(data)) resolve(data);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(event.message || 'Python did not start in this browser'));
        };
      }),
    end: () => worker.terminate(),
  };
}
