import type { Code, Html, InlineCode } from 'mdast';
import type { VFile } from 'vfile';
import { report, type Place } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { blankComments } from '../links/html-tags.ts';
import { masked, matchesIn, stretchOf, type Source } from '../place.ts';
import { figureNames, type FigureName } from './figure.ts';

const names = figureNames.join('|');
const forms = [
  `(?<=^ *)[:：]{1,2} ?(?:${names})(?:[ \\t]*[{(\\[][^\\n]*|$)`,
  `(?<=^ *)::(?:${names})[ \\t][^\\n]*`,
  `(?<![\\w:\\\\])::?(?:${names})\\{[^}\\n]*\\}?`,
];
/** Text that may be meant as a figure: on a line of its own or, with braces, anywhere. */
const inText = new RegExp(forms.join('|'), 'gim');
const inBlock = new RegExp(`(?<=^[ \\t]*)::(?:${names})\\{[^\\n]*\\}(?=[ \\t]*$)`, 'gm');
const whole = new RegExp(`^::(?:${names})\\{[^}\\n]*\\}$`);

/** Reports text that was meant to be a figure. */
export function checkNearFigure(file: VFile, prose: Source, samples: readonly Sample[]): void {
  for (const { match, place } of matchesIn(prose, inText)) {
    const text = match[0].trimEnd();
    const isColon = /^[:：](?![:：])/.test(text);
    // One colon and a name alone is an emoji, or a list of words.
    if (isColon && !text.includes('{')) continue;
    reportNear(file, text, place, faultOf(text, prose, match.index), exampleFor(text, samples));
  }
}

function faultOf(text: string, { source }: Source, index: number): string {
  const quotes = text.match(/"/g)?.length ?? 0;
  if (text.startsWith('：')) return 'its colons are full-width ones';
  if (/^:(?!:)/.test(text)) return 'it starts with one colon';
  if (/^::? /.test(text)) return 'there is a space after its colons';
  if (/[“”„]/.test(text)) return 'its quotes are not straight';
  if (/^::\w+\s+[{[(]/.test(text)) return 'there is a space before its bracket';
  if (/^::\w+[([]/.test(text)) return 'what it shows belongs in braces';
  if (quotes % 2 === 1) return 'a quote in it is not closed';
  if (text.includes('{') && !text.includes('}')) return 'its brace is not closed';
  if (/\s=|=\s/.test(text)) return 'there are spaces around its sign';
  if (/=\s*\}/.test(text)) return 'it names no sample';
  const before = source.slice(source.lastIndexOf('\n', index - 1) + 1, index).trim();
  if (before !== '' || /\}\s*\S/.test(text)) return 'it shares its line with other text';
  if (!text.includes('{') && /^::\w+\s+\S/.test(text)) return 'what it shows belongs in braces';
  return 'it is not on a line of its own, at the left';
}

/** Reports a figure in HTML, or in code that is code only because it is indented. */
export function checkFigureInBlock(file: VFile, node: Code | Html, samples: readonly Sample[]): void {
  const block = stretchOf(file, node);
  const text = blankComments(block.source);
  if (node.type === 'code' && node.value.split('\n').some((line) => line.trim() !== '' && !whole.test(line.trim()))) return;
  const fault =
    node.type === 'code'
      ? 'it is indented by four spaces or a tab, so it is code'
      : 'it is part of the HTML around it; an empty line before and after it would separate them';
  for (const {
    match: [found],
    place,
  } of matchesIn({ ...block, source: text }, inBlock))
    reportNear(file, found, place, fault, exampleFor(found, samples));
}

/** Reports a fence that is part of the HTML before it, as no empty line is between them: a sample there would be lost. */
export function checkFenceInHtml(file: VFile, html: Source): void {
  if (/^\s*<pre\b/i.test(html.source)) return;
  for (const {
    match: [opening],
    place,
  } of matchesIn(html, /(?<=^[ \t]*)(?:`{3,}|~{3,})[ \t]*[a-z].*$/gim)) {
    const isSample = /\bsample=/.test(opening);
    report(file, {
      rule: 'fence-in-html',
      reason: `The code is part of the HTML before it, and is shown as it is written${isSample ? ': it would not run' : ''}`,
      hint: 'Put an empty line before and after the code.',
      place,
      level: isSample ? 'error' : 'warning',
    });
  }
}

/** Reports a figure of this post in inline code that is a paragraph by itself. */
export function checkFigureInCode(file: VFile, node: InlineCode, samples: readonly Sample[]): void {
  if (!whole.test(node.value) || !samples.some(({ name }) => node.value.includes(name))) return;
  reportNear(file, node.value, node.position, 'it is code', exampleFor(node.value, samples));
}

function exampleFor(text: string, samples: readonly Sample[]): string {
  const name = (new RegExp(names, 'i').exec(text)?.[0] ?? 'log').toLowerCase() as FigureName;
  const meant = samples.map((sample) => sample.name).filter((sample) => new RegExp(`(?<![\\w-])${sample}(?![\\w-])`).test(text));
  const of = meant.length > 0 ? meant : [samples[0]?.name ?? 'before'];
  return `::${name}{of=${of.length > 1 ? `"${of.join(' ')}"` : of[0]}}`;
}

function reportNear(file: VFile, text: string, place: Place | undefined, fault: string, example: string): void {
  const plain = text.replaceAll(masked, '').trimEnd();
  const shown = plain.length > 50 ? `${plain.slice(0, 50)}…` : plain;
  report(file, {
    rule: 'figure-form',
    reason: `"${shown}" is not a figure: ${fault}`,
    hint: `Write it on a line of its own: ${example}`,
    place,
  });
}
