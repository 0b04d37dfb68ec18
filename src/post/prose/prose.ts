import type { Heading, Html, Paragraph, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { report } from '../../experiment/finding.ts';
import { matchesIn, proseOf, sourceOf, type Source } from '../place.ts';
import { lintProse } from './lint.ts';

interface Slip {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly reason: (text: string) => string;
  readonly hint: (text: string) => string;
  readonly level?: 'error';
}

/** What Markdown left as text though it was meant as more, by what its source looks like. */
const slips: readonly Slip[] = [
  {
    rule: 'link-form',
    // A name directly before the bracket is an index that is called.
    pattern: /(?<![\w\\\]])!?\[[^\][\n]+\]\((?=#|[^)\n]*(?:\.\w{2,5}\)|[a-z]+:\/\/|\{[{%]))[^)\n]*\)?/g,
    reason: (text) =>
      `${text} is no link: ${text.includes('{') ? 'Jekyll’s tags mean nothing here' : text.endsWith(')') ? 'there is a blank in its address' : 'its bracket is not closed'}`,
    hint: (text) =>
      text.includes('{')
        ? 'Link to a post by its file name: [text](2023-09-22-memory-leak-python.md)'
        : text.endsWith(')')
          ? 'Write a blank in an address as %20, and one in the name of a heading as a dash.'
          : 'Close it: [text](https://www.python.org)',
  },
  {
    rule: 'link-form',
    pattern: /(?<![\w\\])!?\[[^\][\n]+\]\s\((?:[a-z]+:\/\/|mailto:|\.{0,2}\/|www\.|[\w-]+\.(?:md|png|jpe?g|svg|gif|webp)\b)[^)\n]*\)/g,
    reason: (text) => `${text} is no link: a blank stands between its brackets`,
    hint: (text) => `Write ${text.replace(/\]\s\(/, '](')}`,
  },
  {
    rule: 'link-form',
    pattern: /\([^()\n]+\)\[(?:[a-z]+:\/\/|mailto:|\/|www\.)[^\]\n]*\]/g,
    reason: (text) => `${text} is no link: its brackets are the wrong way round`,
    hint: (text) => `Write ${text.replace(/^\((.*)\)\[(.*)\]$/, '[$1]($2)')}`,
  },
  {
    rule: 'code-open',
    pattern: /(?<![`\\\w])`(?![`\s])[^`\n]*/g,
    reason: (text) => `${text.length > 40 ? `${text.slice(0, 40)}…` : text} starts with a backtick, and no second one ends the code`,
    hint: () => 'Write a backtick where the code ends; one that is meant as it is stands after a backslash.',
  },
  {
    rule: 'merge-conflict',
    pattern: /(?<=^ *)(?:<{7}|>{7}) .*/gm,
    reason: (text) => `"${text}" is what git leaves where two versions conflict`,
    hint: () => 'Keep one of the two versions, and delete the lines with the signs.',
    level: 'error',
  },
  {
    rule: 'heading-form',
    pattern: /(?<=^ *)#{2,6}[A-Za-z][^\n]*/gm,
    reason: (text) => `"${text}" is no heading: a blank is missing after the signs`,
    hint: (text) => `Write ${text.replace(/^(#+)/, '$1 ')}`,
  },
  {
    rule: 'attribute-list',
    pattern: /(?<=^ *)\{:[^}\n]*\}$/gm,
    reason: (text) => `${text} is kramdown’s, and stands on the page as it is`,
    hint: () => 'Delete it.',
  },
];

/** Reports what a reader would stumble over in the prose, and what Markdown did not read as it was meant. */
export function checkProse(file: VFile, tree: Root): void {
  lintProse(file, tree);
  visit(tree, (node) => {
    if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') checkText(file, proseOf(file, node));
    if (node.type === 'paragraph') checkTable(file, node);
    if (node.type === 'html') checkHtml(file, node);
  });
}

function checkText(file: VFile, prose: Source): void {
  for (const { rule, pattern, reason, hint, level } of slips) {
    for (const {
      match: [text],
      place,
    } of matchesIn(prose, pattern)) {
      report(file, { rule, reason: reason(text), hint: hint(text), place, level: level ?? 'warning' });
    }
  }
}

/** Reports headings of the first level, one of which a post's page has already: its title. */
export function checkHeadings(file: VFile, tree: Root): void {
  visit(tree, 'heading', (node) => checkHeading(file, node));
}

function checkHeading(file: VFile, node: Heading): void {
  if (node.depth > 1) return;
  report(file, {
    rule: 'heading-title',
    reason: 'A heading of the first level is the title of a page, and the title of a post stands in its front matter',
    hint: 'Start the headings of a post with two signs: ##',
    place: node.position,
    level: 'warning',
  });
}

/** A table whose rows do not agree, and so is none. */
function checkTable(file: VFile, node: Paragraph): void {
  const [header = '', rule = ''] = sourceOf(file, node).split(/\r?\n/);
  if (!header.includes('|') || !/^[\s>]*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/.test(rule)) return;
  const start = node.position?.start;
  report(file, {
    rule: 'table-form',
    reason: 'The table is none: its second line has not as many columns as its first',
    hint: 'Write one group of dashes for each column: | --- | --- |',
    place: start && { line: start.line + 1, column: 1 },
    level: 'warning',
  });
}

/** HTML that is not closed. */
function checkHtml(file: VFile, node: Html): void {
  if (!node.value.startsWith('<!--') || node.value.includes('-->')) return;
  report(file, {
    rule: 'html-open',
    reason: 'The comment is not closed, and hides all that follows',
    hint: 'Write --> where it ends.',
    place: node.position,
    level: 'warning',
  });
}
