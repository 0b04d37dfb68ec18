/**
 * How CPython's collector works: by generations; incrementally in 3.14.0 to 3.14.4; on the whole heap every time in
 * free-threaded builds. A record states which, as the same program may behave differently with another.
 */
export const collectors = ['generational', 'incremental', 'free-threaded'] as const;
/** One of the kinds of collector. */
export type Collector = (typeof collectors)[number];

/** The collector of an interpreter, by its version and its `sys.abiflags` (gh-148726: 3.14.5 went back to generations). */
export function collectorOf(version: string, abi: string): Collector {
  if (abi.includes('t')) return 'free-threaded';
  const [, minor, patch = 0] = version.split('.').map(Number);
  return minor === 14 && patch < 5 ? 'incremental' : 'generational';
}
