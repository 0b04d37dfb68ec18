import type { Capture, RunRecord } from '../capture/capture.ts';
import type { Metric } from '../experiment/condition.ts';
import { endWords } from '../experiment/end.ts';
import type { Sample } from '../experiment/sample.ts';
import { total } from '../gclog/counts.ts';
import { evaluate, type Comparison, type Expression, type Kind } from '../post/figures/expression.ts';
import type { Measure, Value } from '../post/figures/value.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { judge } from './verdict.ts';

const numbers: Readonly<Record<Exclude<Metric, 'exit' | 'verdict' | 'python'>, (run: RunRecord) => number>> = {
  peak: (run) => run.peakRssBytes,
  end: (run) => run.endRssBytes,
  time: (run) => run.wallMs,
  lines: (run) => run.log.lines,
  'gc-lines': (run) => total(run.log.types),
  'run-gc-lines': (run) => total(run.log.runTypes),
  size: (run) => run.log.bytes,
  collections: ({ collections }) => collections.counts.reduce((sum, count) => sum + count, 0),
  collected: ({ collections }) => collections.collected,
  'gc-time': ({ collections }) => collections.elapsedMs,
  garbage: (run) => run.garbage,
};

/** Looks up a sample by name, with the record that is shown for it; undefined if it has none. */
export type FindSample = (sample: string) => { readonly sample: Sample; readonly capture: Capture } | undefined;

/**
 * Evaluates a value in a sentence: its text and, if it is a claim, whether it holds. Undefined if the record of a sample that
 * it names is missing.
 */
export function readValueText(
  { expression, measures }: Value,
  find: FindSample,
): { readonly text: string; readonly holds: boolean | undefined } | undefined {
  const found = Object.values(measures).map(({ sample }) => find(sample));
  if (found.includes(undefined)) return undefined;
  const read = (path: string) => readNumber(measures[path] as Measure, find);
  if (expression.type === 'path' && expression.kind === 'text')
    return { text: readText(measures[expression.path] as Measure, find), holds: undefined };
  const print = (part: Expression) => format(evaluate(part, read), part.kind, part.type === 'path');
  if (expression.type !== 'comparison') return { text: print(expression), holds: undefined };
  const holds = evaluate(expression, read) === 1;
  return {
    text: `${print(expression.left)} is ${holds ? '' : 'not '}${comparisonWords[expression.operator]} ${print(expression.right)}`,
    holds,
  };
}

const comparisonWords: Readonly<Record<Comparison, string>> = { '<': 'less than', '<=': 'at most', '>': 'more than', '>=': 'at least' };

function readNumber({ sample, condition, metric }: Measure, find: FindSample): number {
  const run = find(sample)?.capture.conditions[condition];
  return run === undefined ? NaN : numbers[metric as keyof typeof numbers](run);
}

function readText({ sample: name, condition, metric }: Measure, find: FindSample): string {
  const { sample, capture } = find(name) as NonNullable<ReturnType<FindSample>>;
  if (metric === 'python') return capture.python;
  if (metric === 'verdict') return judge(capture, sample).name;
  const run = capture.conditions[condition];
  return run.limit === 'stop' ? endWords(run) : (run.signal ?? String(run.exit));
}

function format(number: number, kind: Kind, isCount: boolean): string {
  if (kind === 'bytes') return formatBytes(number);
  if (kind === 'ms') return formatDuration(number);
  return isCount || Math.abs(number) >= 100 ? formatCount(number) : String(Number(number.toPrecision(3)));
}
