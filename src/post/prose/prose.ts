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

/** Patterns of text that was meant as markup but that Markdown reads as plain text. */
const slips: readonly Slip[] = [
  {
    rule: 'link-form',
    // With a name directly before the bracket, it is code that calls an indexed value.
    pattern: /(?<![\w\\\]])!?\[[^\][\n]+\]\((?=#|[^)\n]*(?:\.\w{2,5}\)|[a-z]+:\/\/|\{[{%]))[^)\n]*\)?/g,
    reason: (text) => `${text} is not a link: ${faultOfLink(text)}`,
    hint: (text) =>
      text.includes('{')
        ? 'Link to a post by its file name: [text](2023-09-22-memory-leak-python.md)'
        : text.endsWith(')')
          ? 'Write a space in an address as %20, and one in the name of a heading as a dash.'
          : 'Close it: [text](https://www.python.org)',
  },
  {
    rule: 'link-form',
    pattern: /(?<![\w\\])!?\[[^\][\n]+\]\s\((?:[a-z]+:\/\/|mailto:|\.{0,2}\/|www\.|[\w-]+\.(?:md|png|jpe?g|svg|gif|webp)\b)[^)\n]*\)/g,
    reason: (text) => `${text} is not a link: there is a space between its brackets`,
    hint: (text) => `Write ${text.replace(/\]\s\(/, '](')}`,
  },
  {
    rule: 'link-form',
    pattern: /\([^()\n]+\)\[(?:[a-z]+:\/\/|mailto:|\/|www\.)[^\]\n]*\]/g,
    reason: (text) => `${text} is not a link: its brackets are the wrong way round`,
    hint: (text) => `Write ${text.replace(/^\((.*)\)\[(.*)\]$/, '[$1]($2)')}`,
  },
  {
    rule: 'code-open',
    pattern: /(?<![`\\\w])`(?![`\s])[^`\n]*/g,
    reason: (text) => `${text.length > 40 ? `${text.slice(0, 40)}…` : text} starts with a backtick, and no second one ends the code`,
    hint: () => 'Write a backtick where the code ends; put a backslash before one that is meant literally.',
  },
  {
    rule: 'merge-conflict',
    pattern: /(?<=^ *)(?:<{7}|>{7}) .*/gm,
    reason: (text) => `"${text}" is what git leaves where two versions conflict`,
    hint: () => 'Keep one of the two versions, and delete the marker lines.',
    level: 'error',
  },
  {
    rule: 'heading-form',
    pattern: /(?<=^ *)#{2,6}[A-Za-z][^\n]*/gm,
    reason: (text) => `"${text}" is not a heading: a space is missing after the signs`,
    hint: (text) => `Write ${text.replace(/^(#+)/, '$1 ')}`,
  },
  {
    rule: 'attribute-list',
    pattern: /(?<=^ *)\{:[^}\n]*\}$/gm,
    reason: (text) => `${text} is kramdown’s, and is shown on the page as text`,
    hint: () => 'Delete it.',
  },
];

function faultOfLink(text: string): string {
  if (text.includes('{')) return 'Jekyll’s tags mean nothing here';
  return text.endsWith(')') ? 'there is a space in its address' : 'its bracket is not closed';
}

/** Reports what a reader would stumble over in the prose, and text that Markdown did not read as it was meant. */
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

/** Reports first-level headings: the page of a post has one already, its title. */
export function checkHeadings(file: VFile, tree: Root): void {
  // Without front matter the heading may be its title; what git leaves between two versions underlines the first.
  if (file.messages.some(({ ruleId }) => ruleId === 'front-matter-missing' || ruleId === 'merge-conflict')) return;
  visit(tree, 'heading', (node) => checkHeading(file, node));
}

function checkHeading(file: VFile, node: Heading): void {
  if (node.depth > 1) return;
  report(file, {
    rule: 'heading-title',
    reason: 'A first-level heading is the title of a page, and the title of a post is in its front matter',
    hint: 'Start the headings of a post with ##',
    place: node.position,
    level: 'warning',
  });
}

/** Reports text that is not a table because its first two rows differ in their columns. */
function checkTable(file: VFile, node: Paragraph): void {
  const [header = '', rule = ''] = sourceOf(file, node).split(/\r?\n/);
  if (!header.includes('|') || !/^[\s>]*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/.test(rule)) return;
  const start = node.position?.start;
  report(file, {
    rule: 'table-form',
    reason: 'This is not a table: its first two lines differ in their number of columns',
    hint: 'Write one group of dashes for each column: | --- | --- |',
    place: start && { line: start.line + 1, column: 1 },
    level: 'warning',
  });
}

/** Reports a comment in HTML that is not closed. */
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
