import type { Code } from 'mdast';
import type { Position } from 'unist';
import type { VFile } from 'vfile';
import { validRange } from 'semver';
import { parseAttributes, type Attribute } from './attributes.ts';
import { report } from './message.ts';
import { isDeviceName } from './device-name.ts';
import { parseDuration, parseSize } from './quantity.ts';
import { didYouMean } from './suggestion.ts';

/** The verdicts that a run can come to, and that a post can claim with `expect`. */
export const verdictNames = ['leak', 'native-leak', 'debug-artifact', 'cycles', 'no-leak', 'unclear'] as const;
export type VerdictName = (typeof verdictNames)[number];

/** A runnable fence: a program, what limits it, and what the post claims of it. */
export interface Sample {
  readonly name: string;
  readonly code: string;
  /** The file name that is shown and that the sample runs under. */
  readonly title: string;
  readonly expect: VerdictName | undefined;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  readonly args: readonly string[];
  /** The exit status that is right. */
  readonly exit: number;
  /** A range of Python versions, as npm writes them. */
  readonly python: string;
  /** `function.local`, or the name of a global: an integer that counts the work. */
  readonly axis: string | undefined;
  /** The fence. */
  readonly place: Position | undefined;
  /** Where the name, or a claim, stands. */
  readonly places: Readonly<Partial<Record<string, Position>>>;
}

type Written = { -readonly [K in keyof Sample]?: Sample[K] };

interface AttributeRule {
  /** What it says of the sample, for the manual. */
  readonly meaning: string;
  /** What holds where it is not written, as an author would write it. */
  readonly standard?: string;
  /** The same in words, where what holds depends on the rest of the sample. */
  readonly otherwise?: string;
  readonly hint: string;
  /** What the written text means; undefined where it means nothing. */
  readonly read: (text: string) => Written | undefined;
}

const as = <K extends keyof Sample>(key: K, value: Sample[K] | undefined): Written | undefined =>
  value === undefined ? undefined : { [key]: value };
const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);
const named = (pattern: RegExp) => (text: string) => (isDeviceName(text) ? undefined : matching(pattern)(text));

/** Every attribute of a fence: what it means, what it reads and, where it cannot, what to write instead. */
export const sampleAttributes: Readonly<Record<string, AttributeRule>> = {
  sample: {
    meaning: 'its name, unique in the post',
    otherwise: 'the fence is only shown',
    hint: 'A name is made of up to 64 letters, digits and dashes, and is none that Windows keeps for itself, such as con: sample=before',
    read: (text) => as('name', named(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/i)(text)),
  },
  title: {
    meaning: 'the file name that is shown, and that it runs under',
    otherwise: 'its name and .py',
    hint: 'A title is a plain file name of up to 100 letters, and none that Windows keeps for itself, such as con.py: title=test.py',
    read: (text) => as('title', named(/^\w[\w. -]{0,96}\.py$/)(text)),
  },
  expect: {
    meaning: 'the verdict that the post claims; a check and a build fail where it does not hold, on any Python',
    otherwise: 'no claim',
    hint: `A verdict is one of ${verdictNames.join(', ')}: expect=no-leak`,
    read: (text) => as('expect', verdictNames.find((name) => name === text)),
  },
  timeout: {
    meaning: 'the longest that one run may take',
    standard: '60s',
    hint: 'A time has a unit: timeout=60s, timeout=500ms, timeout=2m',
    read: (text) => as('timeoutMs', parseDuration(text)),
  },
  memory: {
    meaning: 'the most memory that one run may take',
    standard: '2GB',
    hint: 'A size has a unit: memory=2GB, memory=512MB',
    read: (text) => as('memoryBytes', parseSize(text)),
  },
  output: {
    meaning: 'the largest log that one run may write',
    standard: '256MB',
    hint: 'A size has a unit: output=256MB',
    read: (text) => as('outputBytes', parseSize(text)),
  },
  args: {
    meaning: 'the arguments that it is run with',
    standard: '',
    hint: 'Arguments are separated by blanks: args="--size 10"',
    read: (text) => ({ args: text.split(/\s+/).filter(Boolean) }),
  },
  exit: {
    meaning: 'the exit status that is right',
    standard: '0',
    hint: 'An exit status is a number from 0 to 255: exit=1',
    read: (text) => as('exit', /^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : undefined),
  },
  python: {
    meaning: 'which Pythons it is meant for',
    standard: '*',
    hint: 'A range of versions: python=">=3.8"',
    read: (text) => as('python', validRange(text) === null ? undefined : text),
  },
  axis: {
    meaning: 'what the x axis of its chart counts',
    otherwise: 'the time',
    hint: 'An integer that counts the work, as function.local, or the name of a global: axis=test.i',
    read: (text) => as('axis', matching(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/)(text)),
  },
};

/** Reads a fence; undefined where it has no name and is only shown. Everything wrong is reported on the file. */
export function readSample(file: VFile, node: Code): Sample | undefined {
  const { attributes, strays } = fenceAttributes(file, node);
  const named = attributes.some(({ key }) => key === 'sample');
  const ours = named || attributes.some(({ key }) => key === 'expect');
  if (!ours) {
    const stray = strays.find(({ text }) => /^[{(]*sample\b/i.test(text));
    const near = attributes.find(({ key }) => didYouMean(key, ['sample']) !== '');
    const [text, place] = stray !== undefined ? [stray.text, stray.place] : [near?.key, near?.place];
    if (text === undefined) return undefined;
    report(file, { rule: 'attribute-form', reason: `"${text}" gives the sample no name`, hint: 'Write sample=before: in lower case, without braces, without blanks around the sign.', place });
    return undefined;
  }
  for (const { text, place } of strays) {
    report(file, { rule: 'attribute-form', reason: `"${text}" is not of the form key=value`, hint: 'Write key=value, or key="several words".', place });
  }
  const written = readAttributes(file, attributes);
  if (!named) {
    report(file, { rule: 'sample-name', reason: 'The fence claims a verdict but has no name, so it never runs', hint: 'Add a name: sample=before', place: attributes[0]?.place });
  }
  return written.name === undefined ? undefined : complete(written.name, written, node, attributes);
}

function readAttributes(file: VFile, attributes: readonly Attribute[]): Written {
  let written: Written = {};
  const seen = new Set<string>();
  for (const { key, value, place } of attributes) {
    const rule = Object.hasOwn(sampleAttributes, key) ? sampleAttributes[key] : undefined;
    const read = rule?.read(value);
    if (rule === undefined) {
      const known = Object.keys(sampleAttributes);
      report(file, { rule: 'attribute-unknown', reason: `A sample has no attribute "${key}".${didYouMean(key, known)}`, hint: `Known attributes: ${known.join(', ')}.`, place });
    } else if (seen.has(key)) {
      report(file, { rule: 'attribute-twice', reason: `The attribute "${key}" stands twice`, hint: 'Remove one of them.', place });
    } else if (read === undefined) {
      const near = key === 'expect' ? didYouMean(value, verdictNames) : '';
      report(file, { rule: 'attribute-value', reason: `${key}="${value}" cannot be read.${near}`, hint: rule.hint, place });
    } else {
      written = { ...written, ...read };
    }
    seen.add(key);
  }
  return written;
}

/** The defaults, read as if an author had written them. */
const standards = Object.assign({}, ...Object.values(sampleAttributes).map(({ standard, read }) => (standard === undefined ? {} : read(standard)))) as Pick<
  Sample,
  'timeoutMs' | 'memoryBytes' | 'outputBytes' | 'args' | 'exit' | 'python'
>;

/** What the author wrote becomes a whole sample: the only place where defaults are applied. */
function complete(name: string, written: Written, node: Code, attributes: readonly Attribute[]): Sample {
  return {
    title: `${name}.py`,
    expect: undefined,
    axis: undefined,
    ...standards,
    ...written,
    name,
    code: `${node.value}\n`,
    place: node.position,
    places: Object.fromEntries(attributes.map(({ key, place }) => [key, place])),
  };
}

function fenceAttributes(file: VFile, node: Code) {
  const start = node.position?.start;
  const text = String(file);
  // The parser does not count a byte order mark.
  const offset = (start?.offset ?? 0) + (text.startsWith('\uFEFF') ? 1 : 0);
  const end = text.indexOf('\n', offset);
  const line = text.slice(offset, end === -1 ? undefined : end);
  const meta = node.meta ?? '';
  const index = Math.max(0, meta === '' ? line.length : line.lastIndexOf(meta));
  return parseAttributes(meta, { line: start?.line ?? 1, column: (start?.column ?? 1) + index, offset: offset + index });
}
