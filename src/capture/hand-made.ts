import type { Sample } from '../experiment/sample.ts';
import { LogReader } from '../gclog/reader.ts';
import { deflate } from '../run/deflate.ts';
import { method } from '../run/method.ts';
import { schemaVersion, type Capture, type GarbageRecord, type Point, type RunRecord } from './capture.ts';
import { keyOf, sourceOf } from './key.ts';
import { encodeLog } from './log-codec.ts';

/** How a hand-made record differs from a plain one. */
export interface HandMade {
  readonly log?: Uint8Array | string;
  readonly garbage?: GarbageRecord;
}

/** A fresh record of a sample that was never run, for tests: each run is short and flat, and has this log. */
export function handMade(sample: Sample, runtime = 'cpython-3.11', { log = '', garbage }: HandMade = {}): Capture {
  const reader = new LogReader({ codec: deflate });
  reader.write(Buffer.from(log as string));
  const points = Array.from({ length: 40 }, (_, at): Point => [
    at * 10,
    at * 10,
    9_000_000,
    1000,
    0,
    -1,
    0,
    at === 0 ? 'S' : at === 39 ? 'E' : '.',
    0,
    null,
    null,
  ]);
  const run: RunRecord = {
    exit: typeof sample.exit === 'number' ? sample.exit : 0,
    signal: null,
    limit: null,
    wallMs: 400,
    peakRssBytes: 9_000_000,
    endRssBytes: 9_000_000,
    held: { start: 1000, end: 1000, left: 1000 },
    garbage: 0,
    flags: 0,
    collections: { counts: [3, 1, 1], collected: 7, uncollectable: 0, elapsedMs: 0.4, full: [[31, -1, 0.2]] },
    points,
    places: [],
    log: encodeLog(reader.end()),
  };
  return {
    schema: schemaVersion,
    key: keyOf(sample),
    method,
    collector: 'generational',
    runtime,
    python: `${runtime.replace(/^\w+-|t$/g, '')}.1`,
    platform: 'linux-x64',
    capturedAt: '2024-01-01',
    command: `python3 -u ${[sample.title, ...sample.args].join(' ')}`,
    sandbox: 'namespaces',
    memory: runtime.startsWith('cpython') ? 'resident set size' : 'WebAssembly heap',
    held: runtime.startsWith('cpython') ? 'allocated blocks' : 'traced bytes',
    source: sourceOf(sample),
    program: { loops: [], last: [], tables: [], functions: [], runners: [] },
    conditions: { 'as-written': run, 'debug-off': run, 'gc-disabled': run },
    ...(garbage && { garbage }),
  };
}
