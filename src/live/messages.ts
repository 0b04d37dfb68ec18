import type { Condition } from '../experiment/condition.ts';
import type { SampleFile } from '../experiment/sample.ts';

/** What a worker needs to start Python. */
export interface Boot {
  readonly wasm: WebAssembly.Module;
  readonly stdlib: ArrayBuffer;
  /** What Pyodide says of itself (run/pyodide-info.ts). */
  readonly info: object;
  /** Python's memory after starting; without it the worker takes it, and sends it. */
  readonly snapshot: Uint8Array<ArrayBuffer> | undefined;
}

/** One run. Times in seconds, sizes in bytes. */
export interface Run {
  readonly condition: Condition;
  readonly title: string;
  readonly code: string;
  readonly args: readonly string[];
  readonly axis: string;
  readonly files: readonly SampleFile[];
  /** The wheels that it may import from. */
  readonly wheels: readonly ArrayBuffer[];
  readonly stop: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  /** The texts of drive.py, and of the harness of this condition. */
  readonly driver: string;
  readonly harness: string;
}

/** What the page sends to a worker. */
export type Order = { readonly boot: Boot } | { readonly run: Run };

/** What a worker sends to the page. */
export interface Report {
  readonly snapshot?: Uint8Array<ArrayBuffer>;
  /** Python has started. */
  readonly started?: true;
  /** What was written since the last report: marks, a line each, and the log. */
  readonly marks?: string;
  readonly log?: Uint8Array<ArrayBuffer>;
  /** The limit that ended the run, as the worker saw it. */
  readonly limit?: 'memory' | 'output';
  /** Python could not be started, or it broke down. */
  readonly failed?: string;
  /** The program has ended with this status. */
  readonly exit?: number;
}
