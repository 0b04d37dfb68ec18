import type { Capture, RunRecord } from '../capture/capture.ts';
import { total } from '../gclog/counts.ts';
import type { Sample } from '../post/sample.ts';
import type { Metric, Value } from '../post/value.ts';
import { formatBytes, formatCount, formatDuration } from '../verdict/format.ts';
import { judge } from '../verdict/verdict.ts';

type Reader = (run: RunRecord, capture: Capture, sample: Sample) => string;

const readers: Readonly<Record<Metric, Reader>> = {
  peak: (run) => formatBytes(run.peakRssBytes),
  end: (run) => formatBytes(run.endRssBytes),
  time: (run) => formatDuration(run.wallMs),
  lines: (run) => formatCount(run.log.lines),
  'gc-lines': (run) => formatCount(total(run.log.types)),
  'run-gc-lines': (run) => formatCount(total(run.log.runTypes)),
  size: (run) => formatBytes(run.log.bytes),
  exit: (run) => run.signal ?? String(run.exit),
  collections: ({ collections }) => formatCount(collections.counts.reduce((sum, count) => sum + count, 0)),
  collected: ({ collections }) => formatCount(collections.collected),
  'gc-time': ({ collections }) => formatDuration(collections.elapsedMs),
  garbage: (run) => formatCount(run.garbage),
  verdict: (_, capture, sample) => judge(capture, sample.exit).name,
  python: (_, { python }) => python,
};

/** A measured value as the text of a sentence. */
export function valueText({ condition, metric }: Value, capture: Capture, sample: Sample): string {
  return readers[metric](capture.conditions[condition], capture, sample);
}
