import type { PyodideAPI } from 'pyodide';

/** What a run in Pyodide is given: `drive()` in drive.py. Times in seconds, sizes in bytes. */
export interface Drive {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether it may import what is in /packages. */
  readonly packages: boolean;
  readonly condition: string;
  readonly axis: string;
  /** After how many seconds it is stopped; 0 where it is not. */
  readonly stop: number;
  /** From which second of CPU time on the lines that allocate are traced, and until which. */
  readonly begin: number;
  readonly most: number;
  /** The lines of the loop in which it looks who holds what; 0 where the work is none. */
  readonly first: number;
  readonly last: number;
  /** The text of the harness (`harnessFiles`). */
  readonly harness: string;
  readonly mark: (line: string) => void;
  readonly clock: () => number;
  readonly cpu: () => number;
  readonly heap: () => number;
  /** How long the log is. */
  readonly offset: () => number;
  /** Has the interpreter interrupted from now on. */
  readonly arm: () => void;
}

/** How often a sample is interrupted, in milliseconds: closely for its first ticks, as it may be over soon. */
export const tickMs = { first: 1, later: 5, firstTicks: 500 } as const;

/** Runs the file as `__main__`, and returns its exit status. `driver` is the text of drive.py. */
export function drive(python: PyodideAPI, driver: string, given: Drive): number {
  try {
    return python.runPython(driver, { globals: python.toPy(given) }) as number;
  } catch (error) {
    // os._exit(): Emscripten throws it.
    if (error instanceof Error && error.name === 'Exit') return Number((error as { status?: unknown }).status ?? 70) & 255;
    throw error;
  }
}

/** The size of the WebAssembly heap. */
export function heapBytes(python: PyodideAPI): number {
  return (python as unknown as { _module: { HEAPU8: Uint8Array } })._module.HEAPU8.length;
}
