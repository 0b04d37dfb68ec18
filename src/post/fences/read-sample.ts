import type { Code } from 'mdast';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report } from '../../experiment/finding.ts';
import { parseDuration, parseSize, writeDuration } from '../../experiment/quantity.ts';
import {
  endNames,
  maxOutputBytes,
  readEnd,
  minStopMs,
  signalNames,
  verdictNames,
  type Sample,
  type Work,
} from '../../experiment/sample.ts';
import { sourceOf } from '../place.ts';
import { parseAttributes, type Attribute, type UnknownToken } from './attributes.ts';
import { isDeviceName } from './device-name.ts';
import { checkProgram, placeInCode } from './program.ts';
import { hintForRange, intersection, isRange, supportedWords } from './python-range.ts';
import { explainRequirement, hasExtras, requiredName } from './requirement.ts';
import { readScriptMetadata } from './script-metadata.ts';
import { findWork } from './work.ts';

type Written = { -readonly [K in keyof Sample]?: Sample[K] };

interface AttributeRule {
  /** What it says about the sample, for the manual. */
  readonly meaning: string;
  /** The default, as an author would write it. */
  readonly standard?: string;
  /** The default in words, if it depends on the rest of the sample. */
  readonly otherwise?: string;
  /** How to write it. */
  readonly hint: string;
  /** A better hint for some texts that cannot be read. */
  readonly hintFor?: (text: string) => string | undefined;
  /** What the written text means; undefined if it cannot be read. */
  readonly read: (text: string) => Written | undefined;
}

const as = <K extends keyof Sample>(key: K, value: Sample[K] | undefined): Written | undefined =>
  value === undefined ? undefined : { [key]: value };
/** No limit is longer than a day: a timer of more than some weeks would fire at once. */
const maxMs = 24 * 60 * 60_000;
/** No Python starts in less, and no machine has more. */
const [minMemoryBytes, maxMemoryBytes] = [16e6, 1e12];
const between = (value: number | undefined, min: number, max: number) =>
  value !== undefined && value >= min && value <= max ? value : undefined;

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

/** Every attribute of a fence: what it means, what it reads and, where it cannot, what to write instead. */
export const sampleAttributes: Readonly<Record<string, AttributeRule>> = {
  sample: {
    meaning: 'its name, unique in the post',
    otherwise: 'the fence is only shown',
    hint: 'A name is made of up to 64 letters, digits and dashes: sample=before',
    hintFor: (text) => {
      const name = text
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .replace(/[^a-z0-9]+/gi, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 64);
      return isDeviceName(text)
        ? 'Windows has a device of that name: give the sample another one.'
        : `A name is made of up to 64 letters, digits and dashes: sample=${name || 'before'}`;
    },
    read: (text) => as('name', isDeviceName(text) ? undefined : matching(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/i)(text)),
  },
  title: {
    meaning: 'the file name that is shown, and that it runs under',
    otherwise: 'its name and .py',
    hint: 'A title is a plain file name of up to 100 letters: title=test.py',
    hintFor: (text) =>
      isDeviceName(text)
        ? 'Windows has a device of that name: give the file another one, such as title=test.py'
        : /sitecustomize/.test(text)
          ? 'Python loads a file of that name by itself: give it another one, such as title=test.py'
          : undefined,
    read: (text) =>
      as('title', isDeviceName(text) || /^(?:site|user)customize\.py$/.test(text) ? undefined : matching(/^\w[\w. -]{0,96}\.py$/)(text)),
  },
  expect: {
    meaning: 'the verdict that the post claims; a check and a build fail where it does not hold, on any Python',
    otherwise: 'no claim',
    hint: `A verdict is one of ${verdictNames.join(', ')}: expect=no-leak`,
    read: (text) =>
      as(
        'expect',
        verdictNames.find((name) => name === text),
      ),
  },
  fix: {
    meaning: 'what mends it, in a sentence that stands beside its verdict',
    otherwise: 'none',
    hint: 'A sentence of up to 200 letters: fix="Give the cache a bound."',
    read: (text) => as('fix', text.trim() !== '' && text.length <= 200 ? text.trim() : undefined),
  },
  timeout: {
    meaning: 'the longest that one run may take',
    standard: '60s',
    hint: 'A time has a unit: timeout=60s, timeout=500ms, timeout=2m',
    hintFor: (text) =>
      parseDuration(text) !== undefined || /^[-0]/.test(text) ? 'A run may take more than 0s and at most a day: timeout=60s' : undefined,
    read: (text) => as('timeoutMs', between(parseDuration(text), 1, maxMs)),
  },
  memory: {
    meaning: 'the most memory that one run may take',
    standard: '2GB',
    hint: 'A size has a unit: memory=2GB, memory=512MB',
    hintFor: (text) =>
      parseSize(text) !== undefined || /^[-0]/.test(text)
        ? 'A run may take from 16MB, without which no Python starts, to 1000GB: memory=2GB'
        : undefined,
    read: (text) => as('memoryBytes', between(parseSize(text), minMemoryBytes, maxMemoryBytes)),
  },
  output: {
    meaning: 'the largest log that one run may write',
    standard: '256MB',
    hint: 'A size has a unit: output=256MB',
    hintFor: (text) =>
      parseSize(text) !== undefined || /^[-0]/.test(text) ? 'A log may have more than 0B and at most 2GB: output=256MB' : undefined,
    read: (text) => as('outputBytes', between(parseSize(text), 1, maxOutputBytes)),
  },
  args: {
    meaning: 'the arguments that it is run with',
    standard: '',
    hint: 'Arguments are separated by spaces: args="--size 10"',
    read: (text) => ({ args: text.split(/\s+/).filter(Boolean) }),
  },
  exit: {
    meaning: 'the end that is meant',
    standard: '0',
    hint: 'A status from 0 to 255, a signal, a limit (timeout, memory, output), or any: exit=1, exit=SIGSEGV, exit=memory, exit=any',
    hintFor: (text) => {
      const signal = signalNames.find((name) => name === `SIG${text.toUpperCase().replace(/^SIG/, '')}`);
      return signal && `Write exit=${signal}`;
    },
    read: (text) => as('exit', readEnd(text)),
  },
  stop: {
    meaning: 'after how long the program is ended, which is a right end then: for loops and servers that never end',
    otherwise: 'it ends by itself',
    hint: 'A time of 100ms or more, less than timeout: stop=5s',
    hintFor: (text) => (parseDuration(text) === undefined ? undefined : 'A program is stopped after 100ms or more: stop=5s'),
    read: (text) => as('stopMs', between(parseDuration(text), minStopMs, maxMs)),
  },
  live: {
    meaning: 'gives it a button by which readers run it in their browser',
    otherwise: 'as the option live says',
    hint: 'It is a word alone: live',
    read: (text) => as('live', text === '' ? true : undefined),
  },
  python: {
    meaning: 'which Pythons it is meant for',
    standard: '*',
    hint: 'A range of versions: python=">=3.8"',
    hintFor: hintForRange,
    read: (text) => as('python', isRange(text) ? text : undefined),
  },
  axis: {
    meaning: 'what the x axis of its chart counts',
    otherwise: 'the time',
    hint: 'An integer that counts the work, as function.local, or the name of a global: axis=test.i',
    read: (text) => as('axis', matching(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/)(text)),
  },
  packages: {
    meaning: 'versions of the packages that it asks for by PEP 723, as constraints of pip',
    otherwise: 'none but those in its code',
    hint: 'Requirements are separated by spaces: packages="httpx==0.27.0 anyio>=3,<5"',
    hintFor: (text) => {
      const parts = text.split(/\s+/).filter(Boolean);
      const extras = parts.find((part) => requiredName(part) !== undefined && hasExtras(part));
      if (extras !== undefined)
        return `A constraint has no extras: write ${extras.replace(/\[.*\]/, '')}, and ${/^.*\]/.exec(extras)} in the code.`;
      const wrong = parts.find((part) => requiredName(part) === undefined);
      return wrong === undefined ? undefined : `${explainRequirement(wrong)}, without spaces within it.`;
    },
    read: (text) => {
      const constraints = text.split(/\s+/).filter(Boolean);
      const fit = constraints.length > 0 && constraints.every((part) => requiredName(part) !== undefined && !/[;[]/.test(part));
      return as('constraints', fit ? constraints : undefined);
    },
  },
  same: {
    meaning: 'the sample whose code it runs, with other packages, args or python; its own fence is empty',
    otherwise: 'its code is in its fence',
    hint: 'Name another sample of the post: same=before',
    read: (text) => as('same', matching(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/i)(text)),
  },
  files: {
    meaning: 'fences with file="…" that are beside it when it runs',
    otherwise: 'none',
    hint: 'Names of files of the post, separated by spaces: files="helper.py data.csv"',
    read: (text) => (text.trim() === '' ? undefined : {}),
  },
  work: {
    meaning: 'what counts as the work: the verdict is about the loop there',
    otherwise: 'found by itself',
    hint: 'A line of the sample, a function, or function.local, a name that the loop binds: work=12, work=main, work=main.i',
    read: (text) => (/^(?:(?:line\s*)?\d{1,6}|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)$/.test(text) ? {} : undefined),
  },
};

/** Other keys under which an author may name a sample. */
const nameLike = new Set(['name', 'id', 'run', 'program']);

/** A sample as its own fence has it, before it takes anything from other fences of the post. */
export interface WrittenSample {
  readonly sample: Sample;
  /** The attributes that the fence itself has. */
  readonly written: Partial<Sample>;
  /** What it names as its work, and the names of the files that it asks for. */
  readonly work: Attribute | undefined;
  readonly files: Attribute | undefined;
}

/** Reads a fence; undefined if it has no name and is only shown. Problems are reported on the file. */
export function readSample(file: VFile, node: Code): WrittenSample | undefined {
  const { attributes, unknown } = fenceAttributes(file, node);
  if (!attributes.some(({ key }) => key === 'sample')) {
    checkShown(file, attributes, unknown);
    const [first = ''] = node.value.split('\n', 1);
    const start = node.position?.start;
    if (/^\s*sample=[a-z]/.test(first))
      report(file, {
        rule: 'attribute-form',
        reason: 'The attributes stand below the first line of the fence, where they are code',
        hint: `Write them behind the language: \`\`\`python ${first.trim()}`,
        place: start && { line: start.line + 1, column: start.column },
      });
    return undefined;
  }
  for (const { text, hint, place } of unknown)
    report(file, { rule: 'attribute-form', reason: `"${text}" is not of the form key=value`, hint, place });
  const written = readAttributes(file, attributes);
  if (written.name === undefined) return undefined;
  const find = (name: string) => attributes.find(({ key }) => key === name);
  return { sample: complete(written.name, written, node, attributes), written, work: find('work'), files: find('files') };
}

/** Completes a sample by what only its code tells, and checks it. */
export function readCode(file: VFile, sample: Sample, workAttribute: Attribute | undefined): Sample {
  const work = workAttribute && readWork(file, sample.code, workAttribute);
  const whole = { ...sample, ...(work && { work }), ...readNeeds(file, sample) };
  if (sample.same === undefined) checkProgram(file, whole);
  checkStop(file, whole);
  return whole;
}

/** What the code asks for by PEP 723: packages, and a Python. */
function readNeeds(file: VFile, sample: Sample): Partial<Sample> {
  const metadata = readScriptMetadata(sample.code);
  const place = placeInCode(sample, metadata?.line ?? 0, metadata !== undefined && 'column' in metadata ? metadata.column : 0);
  if (metadata !== undefined && 'reason' in metadata) {
    if (sample.same === undefined) report(file, { rule: 'sample-metadata', reason: metadata.reason, hint: metadata.hint, place });
    return {};
  }
  const requires = metadata?.dependencies ?? [];
  const [constraint] = sample.constraints;
  if (requires.length === 0 && constraint !== undefined)
    report(file, {
      rule: 'sample-packages',
      reason: 'packages= chooses versions of what the code asks for, and it asks for no package',
      hint: `Begin the code with three lines: # /// script, # dependencies = ["${requiredName(constraint)}"] and # ///`,
      place: sample.places['packages'],
    });
  if (metadata?.python === undefined) return { requires };
  const { range, written, line, column } = metadata.python;
  const at = placeInCode(sample, line, column);
  const odd = /(?:^|,)\s*(?:==|<=)\s*(3\.\d+)\s*(?:,|$)/.exec(written)?.[1];
  if (odd !== undefined && sample.same === undefined)
    report(file, {
      rule: 'sample-metadata',
      reason: `requires-python = "${written}" leaves out ${odd}.1 and all later ${odd}: a version without a patch is ${odd}.0 (PEP 440)`,
      hint: `Write ==${odd}.* for all of ${odd}, or <3.${Number(odd.slice(2)) + 1} for it and all before.`,
      place: at,
      level: 'warning',
    });
  const python = intersection(range, sample.python);
  if (isRange(python)) return { requires, python };
  const isOwn = sample.places['python'] === undefined;
  report(file, {
    rule: 'sample-metadata',
    reason: isOwn
      ? `No Python that samples run on is requires-python = "${written}"`
      : 'No Python that samples run on is both of requires-python in the code and of python= of the fence',
    hint: isOwn ? `Samples run on ${supportedWords}.` : 'Change one of them.',
    place: sample.places['python'] ?? at,
  });
  return { requires };
}

/** Reads what the author names as the work, for which the code is needed. */
function readWork(file: VFile, code: string, { value, place }: Attribute): Work | undefined {
  if (sampleAttributes['work']?.read(value) === undefined) return undefined;
  const found = findWork(code.replace(/\n$/, ''), value);
  if (!('reason' in found)) return found;
  report(file, { rule: 'sample-work', ...found, place });
  return undefined;
}

/** Reports a stop that the time limit would never let happen. */
function checkStop(file: VFile, { stopMs, timeoutMs, places }: Sample): void {
  if (stopMs === undefined || stopMs < timeoutMs) return;
  report(file, {
    rule: 'attribute-value',
    reason: `stop=${writeDuration(stopMs)} is not less than the time limit, timeout=${writeDuration(timeoutMs)}`,
    hint: `Stop it earlier, or give it more time: timeout=${writeDuration(Math.min(stopMs * 2, maxMs))}`,
    place: places['stop'],
  });
}

/** Reports a fence that seems meant to run, but has no name. */
function checkShown(file: VFile, attributes: readonly Attribute[], unknown: readonly UnknownToken[]): void {
  const token = unknown.find(({ text }) => /^[{(]*sample\b/i.test(text));
  const near = attributes.find(({ key }) => didYouMean(key, ['sample']) !== '' || nameLike.has(key.toLowerCase()));
  const [text, place] = token !== undefined ? [token.text, token.place] : [near && `${near.key}=${near.value}`, near?.place];
  if (text !== undefined) {
    const form =
      token !== undefined && /^sample\s*[=:]/i.test(text) && !/^sample=$/i.test(text)
        ? token.hint
        : `Write sample=${near?.value ?? 'before'}: in lower case, without braces, without spaces around the sign.`;
    report(file, { rule: 'attribute-form', reason: `"${text}" gives the sample no name, so it never runs`, hint: form, place });
    return;
  }
  // A fence that is only shown may have a title.
  const meant = attributes.find(({ key }) => key !== 'title' && Object.hasOwn(sampleAttributes, key));
  if (meant === undefined) return;
  const reason =
    meant.key === 'expect'
      ? 'The fence claims a verdict but has no name, so it never runs'
      : `The fence has ${meant.value === '' ? meant.key : `${meant.key}=${meant.value}`} but no name, so it never runs`;
  report(file, {
    rule: 'sample-name',
    reason,
    hint: `Name it, ${'```'}python sample=before, or remove ${meant.key} if it is only to be shown.`,
    place: meant.place,
  });
}

function readAttributes(file: VFile, attributes: readonly Attribute[]): Written {
  let written: Written = {};
  const seen = new Set<string>();
  for (const { key, value, place } of attributes) {
    const rule = Object.hasOwn(sampleAttributes, key) ? sampleAttributes[key] : undefined;
    const read = rule?.read(value);
    if (rule === undefined) {
      const known = Object.keys(sampleAttributes);
      report(file, {
        rule: 'attribute-unknown',
        reason: `A sample has no attribute "${key}".${didYouMean(key, known)}`,
        hint: `Known attributes: ${known.join(', ')}.`,
        place,
      });
    } else if (seen.has(key)) {
      report(file, { rule: 'attribute-twice', reason: `The attribute "${key}" is set twice`, hint: 'Remove one of them.', place });
    } else if (read === undefined) {
      const near = didYouMean(value, key === 'expect' ? verdictNames : key === 'exit' ? endNames : []);
      const comma = value.endsWith(',') ? 'Attributes are separated by spaces, not commas. ' : '';
      report(file, {
        rule: 'attribute-value',
        reason: `${key}="${value}" cannot be read.${near}`,
        hint: comma + (pointHint(key, value, rule.read) ?? rule.hintFor?.(value.replace(/,$/, '')) ?? rule.hint),
        place,
      });
    } else {
      written = { ...written, ...read };
    }
    seen.add(key);
  }
  return written;
}

/** For `1,5GB`, if it can be read with a point. */
function pointHint(key: string, value: string, read: (text: string) => unknown): string | undefined {
  const pointed = value.replace(/^(\d+),(\d+)/, '$1.$2');
  return pointed !== value && read(pointed) !== undefined ? `Decimals follow a point: ${key}=${pointed}` : undefined;
}

/** The defaults, read as if an author had written them. */
const standards = Object.assign(
  {},
  ...Object.values(sampleAttributes).map(({ standard, read }) => (standard === undefined ? {} : read(standard))),
) as Pick<Sample, 'timeoutMs' | 'memoryBytes' | 'outputBytes' | 'args' | 'exit' | 'python'>;

/** Makes a complete sample of what the author wrote: the only place where defaults are applied. */
function complete(name: string, written: Written, node: Code, attributes: readonly Attribute[]): Sample {
  return {
    title: `${name}.py`,
    expect: undefined,
    axis: undefined,
    stopMs: undefined,
    files: [],
    requires: [],
    constraints: [],
    ...standards,
    ...written,
    name,
    code: `${node.value}\n`,
    place: node.position,
    places: Object.fromEntries(attributes.map(({ key, place }) => [key, place])),
  };
}

/** The attributes of a fence, and what is none, with their places. */
export function fenceAttributes(file: VFile, node: Code) {
  const start = node.position?.start;
  const offset = start?.offset ?? 0;
  const [line = ''] = sourceOf(file, node).split(/\r\n|\n|\r/, 1);
  const meta = node.meta ?? '';
  const index = Math.max(0, meta === '' ? line.length : line.lastIndexOf(meta));
  return parseAttributes(meta, { line: start?.line ?? 1, column: (start?.column ?? 1) + index, offset: offset + index });
}
