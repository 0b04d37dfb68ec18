import type { Capture } from '../capture/capture.ts';

/** The Python of a record, with its kind of collector unless that is the generational one: `CPython 3.11.7 on linux-x64`. */
export function runtimeName({
  runtime,
  python,
  platform,
  collector,
}: Pick<Capture, 'runtime' | 'python' | 'platform' | 'collector'>): string {
  const name = runtime.startsWith('pyodide') ? `Pyodide ${python} (WebAssembly)` : `CPython ${python} on ${platform}`;
  return `${name}${collectorWords[collector]}`;
}

const collectorWords: Readonly<Record<Capture['collector'], string>> = {
  generational: '',
  incremental: ', with the incremental collector',
  'free-threaded': ', free-threaded',
};
