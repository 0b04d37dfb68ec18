import { satisfies } from 'semver';

/**
 * The ways in which CPython finds garbage: by generations; 3.14.0 to 3.14.4 a little at a time; free-threaded builds always in
 * the whole heap. A record says which, for the same program may do otherwise with another.
 */
export const collectors = ['generational', 'incremental', 'free-threaded'] as const;
export type Collector = (typeof collectors)[number];

/** How an interpreter of this version collects (gh-148726: 3.14.5 went back to generations); `abi` are its `sys.abiflags`. */
export function collectorOf(version: string, abi: string): Collector {
  if (abi.includes('t')) return 'free-threaded';
  return satisfies(version, '>=3.14.0 <3.14.5') ? 'incremental' : 'generational';
}
