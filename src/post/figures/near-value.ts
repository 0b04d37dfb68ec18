import type { InlineCode } from 'mdast';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report, type Place } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { matchesIn, type Source } from '../place.ts';

/** Reports code that looks like a measured value of one of these samples but is not one. */
export function checkNearValue(file: VFile, node: InlineCode, samples: readonly Sample[], metrics: object): void {
  const names = samples.map(({ name }) => name);
  const near = readNear(node.value, names, metrics);
  if (near !== undefined) reportNear(file, near, node.position);
}

/** Reports a value in double braces, as in a template, and one without backticks. */
export function checkValueInText(file: VFile, prose: Source, samples: readonly Sample[], metrics: object): void {
  for (const {
    match: [text, path, name],
    place,
  } of matchesIn(prose, /\{\{\s*(([A-Za-z][\w-]*)\.[\w.-]+)\s*\}\}/g)) {
    if (samples.some((sample) => sample.name === name)) reportNear(file, { text, fault: 'it is in braces', meant: `= ${path}` }, place);
  }
  for (const {
    match: [text, path, name, last = ''],
    place,
  } of matchesIn(prose, /(?<![=<>!`] ?)= ?(([A-Za-z][\w-]*)(?:\.(?:as-written|debug-off|gc-disabled))?\.([a-z-]+))\b/g)) {
    if (!samples.some((sample) => sample.name === name) || !Object.hasOwn(metrics, last)) continue;
    reportNear(file, { text, fault: 'it is not between backticks', meant: `= ${path}` }, place);
  }
}

/** Reports a value of one of these samples in raw HTML, which shows it as it is written. */
export function checkValueInHtml(file: VFile, html: Source, samples: readonly Sample[]): void {
  for (const {
    match: [text, meant, name],
    place,
  } of matchesIn(html, /`(=\s*([A-Za-z][\w-]*)\.[\w.-]+)[^`\n]*`/g)) {
    if (!samples.some((sample) => sample.name === name)) continue;
    report(file, {
      rule: 'value-form',
      reason: `${text} is part of the HTML around it, and is shown as it is written`,
      hint: `Put an empty line between the HTML and the text with \`${meant}\`.`,
      place,
    });
  }
}

interface Near {
  /** Of what is told; a warning by default. */
  readonly level?: 'error' | 'warning';
  readonly text: string;
  readonly fault: string;
  readonly meant: string;
}

function readNear(text: string, names: readonly string[], metrics: object): Near | undefined {
  const known = (name: string | undefined) =>
    names.find((each) => each === name || (name !== undefined && each.toLowerCase() === name.toLowerCase()));
  const [, signs, dotted, owner, last = ''] =
    /^(=*|[:$]|\{\{?)\s*(([A-Za-z][\w-]*)(?:\.(?:as-written|debug-off|gc-disabled))?\.([\w-]+))\s*\}*$/.exec(text) ?? [];
  if (known(owner) !== undefined && Object.hasOwn(metrics, last)) {
    return {
      text,
      fault: signs === '' ? 'there is no equals sign before it' : 'a value starts with one equals sign',
      meant: `= ${dotted}`,
    };
  }
  const [, body] = /^=\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (body === undefined) return undefined;
  for (const name of names) {
    const rest = body.startsWith(name) ? body.slice(name.length) : undefined;
    // A sample that is named and nothing else can hardly be other code.
    if (rest === '.' || (rest === '' && name.length > 2))
      return { text, fault: 'it names a sample but no metric', meant: `= ${name}.peak`, level: 'error' };
    const [, dots, last = ''] = /^(\.{2,})([\w-]*)$/.exec(rest ?? '') ?? [];
    if (dots !== undefined)
      return {
        text,
        fault: 'one dot joins a sample and its metric',
        meant: `= ${name}.${Object.hasOwn(metrics, last) ? last : 'peak'}`,
        level: 'error',
      };
    const [, metric] = /^\s*(?:[\s:/_-]|->|::|\[["']?)\s*([\w-]+?)["']?\]?$/.exec(rest ?? '') ?? [];
    if (metric === undefined) continue;
    const found = Object.hasOwn(metrics, metric) ? metric : /"(.*)"/.exec(didYouMean(metric, Object.keys(metrics)))?.[1];
    if (found !== undefined) return { text, fault: 'a dot joins a sample and its metric', meant: `= ${name}.${found}` };
  }
  if (names.length > 0 && Object.hasOwn(metrics, body)) return { text, fault: 'it names no sample', meant: `= ${names[0]}.${body}` };
  return undefined;
}

function reportNear(file: VFile, { text, fault, meant, level = 'warning' }: Near, place: Place | undefined): void {
  report(file, {
    rule: 'value-form',
    reason: `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}" looks like a measured value but is not one: ${fault}`,
    hint: `Write \`${meant}\`; or, if only code is meant, other words.`,
    place,
    level,
  });
}
