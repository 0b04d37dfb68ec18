import type { InlineCode } from 'mdast';
import type { VFile } from 'vfile';
import { conditions, metrics, type Condition, type Metric } from '../../experiment/condition.ts';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { ExpressionError, parseExpression, type Expression, type Kind } from './expression.ts';
import { checkNearValue } from './near-value.ts';

const kinds: Readonly<Partial<Record<Metric, Kind>>> = {
  peak: 'bytes',
  end: 'bytes',
  size: 'bytes',
  time: 'ms',
  'gc-time': 'ms',
  exit: 'text',
  verdict: 'text',
  python: 'text',
};

/** One metric of one run of a sample: `before.peak`, or `before.debug-off.peak`. */
export interface Measure {
  readonly sample: string;
  readonly condition: Condition;
  readonly metric: Metric;
}

/** A measured value in a sentence, `` `= before.peak` ``, or a claim about some, `` `= before.peak > 10 * after.peak` ``. */
export interface Value {
  readonly expression: Expression;
  /** What each of its paths names. */
  readonly measures: Readonly<Record<string, Measure>>;
  readonly node: InlineCode;
}

/** Reads inline code that starts with `=` and names a metric; undefined for other code. Problems are reported on the file. */
export function readValue(file: VFile, node: InlineCode, samples: readonly Sample[]): Value | undefined {
  const [, text] = /^=\s*(\S.*?)\s*$/.exec(node.value) ?? [];
  if (text === undefined || !isMeant(text, samples)) {
    checkNearValue(file, node, samples, metrics);
    return undefined;
  }
  const measures: Record<string, Measure> = {};
  try {
    const expression = parseExpression(text, (path) => {
      const measure = readMeasure(path, samples);
      measures[path] = measure;
      return kinds[measure.metric] ?? 'count';
    });
    return { expression, measures, node };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report(file, { rule: 'value-unknown', reason: error.message, hint: error.hint, place: node.position });
    return undefined;
  }
}

/** Whether code that starts with `=` is meant as a value. */
function isMeant(text: string, samples: readonly Sample[]): boolean {
  const [, head = '', tail = ''] = /^([A-Za-z][\w-]*)(?:\.[\w-]+)*\.([\w-]+)$/.exec(text) ?? [];
  // Python code has dots, too: a value ends with a metric, or starts with a sample.
  if (
    head !== '' &&
    !/^(?:self|cls|sys|os)$/.test(head) &&
    (Object.hasOwn(metrics, tail) ||
      didYouMean(
        head,
        samples.map(({ name }) => name),
      ) !== '')
  )
    return true;
  return [...text.matchAll(/([A-Za-z][\w-]*)\.[\w-]+/g)].some(([, name]) => samples.some((sample) => sample.name === name));
}

function readMeasure(path: string, samples: readonly Sample[]): Measure {
  const parts = path.split('.');
  const sample = samples.find(({ name }) => name === parts[0])?.name;
  const condition = parts.length === 3 ? conditions.find((name) => name === parts[1]) : 'as-written';
  const metric = parts.length <= 3 ? (Object.keys(metrics) as Metric[]).find((name) => name === parts.at(-1)) : undefined;
  if (sample !== undefined && condition !== undefined && metric !== undefined) return { sample, condition, metric };
  const names = samples.map(({ name }) => name);
  if (sample === undefined) {
    throw new ExpressionError(
      `There is no sample "${parts[0]}" in this post.${didYouMean(parts[0] ?? '', names)}`,
      names.length === 0
        ? 'Name a fence: ```python sample=before. Write code that only looks like a value without the leading sign.'
        : `Samples of this post: ${names.join(', ')}. Write code that only looks like a value without the leading sign.`,
    );
  }
  if (condition === undefined && parts.length === 3 && !Object.hasOwn(metrics, parts[1] ?? ''))
    throw new ExpressionError(
      `There is no condition "${parts[1]}".${didYouMean(parts[1] ?? '', conditions)}`,
      `Conditions: ${conditions.join(', ')}.`,
    );
  if (parts.length === 3 && Object.hasOwn(metrics, parts[1] ?? '') && conditions.some((name) => name === parts[2]))
    throw new ExpressionError(`The condition comes after the metric in "${path}"`, `Write = ${sample}.${parts[2]}.${parts[1]}`);
  throw new ExpressionError(
    `A run has no value "${parts.slice(1).join('.')}".${didYouMean(parts.at(-1) ?? '', Object.keys(metrics))}`,
    `Values: ${Object.keys(metrics).join(', ')}.`,
  );
}
