import type { Code, Heading, Html, InlineCode, Paragraph, Root, Strong, Table } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report, type Place } from '../../experiment/finding.ts';
import { explainConflict } from '../conflict.ts';
import { figureNames } from '../figures/figure.ts';
import { explainInvisible, invisible } from '../invisible.ts';
import { masked, matchesIn, proseOf, sourceOf, stretchOf, type Source } from '../place.ts';
import { lintProse } from './lint.ts';

interface Slip {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Whether a match is a fault, where the pattern alone cannot tell. */
  readonly isFault?: (text: string) => boolean;
  readonly reason: (text: string) => string;
  readonly hint: (text: string) => string;
  readonly level?: 'error';
}

/** Tags of Jekyll's that posts had, and those that may be meant for figures. */
const jekyllTags = ['(?:end)?highlight', 'include', 'link', 'post_url', 'gist', 'youtube', ...figureNames];

/** What to write in place of some of them. */
const jekyllHints: readonly (readonly [tag: RegExp, hint: string])[] = [
  [/post_url|\blink\b/, 'Link to a post by its file name: [text](2024-05-06-two-lists.md)'],
  [/highlight/, 'Write a fence: three backticks and the language before the code, three after it.'],
];

/** The character references that prose most often has. */
const entities = ['nbsp', 'amp', 'quot', 'mdash', 'ndash', 'hellip', 'rarr', 'larr', 'copy', 'times'];

/** Patterns of text that was meant as markup but that Markdown reads as plain text. */
const slips: readonly Slip[] = [
  {
    rule: 'fence-form',
    pattern: /(?<=^ *)(?:'{3}|´{3}|"{3})[ \t]*python\b[^\n]*/gm,
    reason: (text) => `${text.slice(0, 3)} opens no fence`,
    hint: (text) => `Write three backticks, here and at its end: \`\`\`${text.slice(3).trim()}`,
    level: 'error',
  },
  {
    rule: 'link-form',
    // With a name directly before the bracket, it is code that calls an indexed value.
    pattern: /(?<![\w\\\]])!?\[[^\][\n]+\]\((?=#|[^)\n]*(?:\.\w{2,5}\)|[a-z]+:\/\/|\{[{%]))[^)\n]*\)?/g,
    reason: (text) => `${text} is not a link: ${faultOfLink(text)}`,
    hint: (text) =>
      text.includes('{')
        ? 'Link to a post by its file name: [text](2024-05-06-two-lists.md)'
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
    reason: (text) => `${shorten(text)} starts with a backtick, and no second one ends the code`,
    hint: () => 'Write a backtick where the code ends; put a backslash before one that is meant literally.',
  },
  {
    rule: 'merge-conflict',
    pattern: /(?<=^ *)(?:<{7}|>{7}) .*/gm,
    reason: (text) => explainConflict(text).reason,
    hint: (text) => explainConflict(text).hint,
    level: 'error',
  },
  {
    rule: 'heading-form',
    pattern: /(?<=^ *)#{2,6}[A-Za-z][^\n]*/gm,
    reason: (text) => `"${text}" is not a heading: a space is missing after the signs`,
    hint: (text) => `Write ${text.replace(/^(#+)/, '$1 ')}`,
  },
  {
    rule: 'heading-form',
    pattern: /(?<=^ *)#{7,}[ \t][^\n]*/gm,
    reason: (text) => `"${text}" is not a heading: there are six levels at most`,
    hint: (text) => `Write ${text.replace(/^#+/, '######')}`,
  },
  {
    rule: 'link-form',
    // Obsidian's. Lists of lists have neither a file's ending nor a date in them.
    pattern: /!?\[\[(?=[^\][\n]{0,200}(?:\.[a-z]{2,4}\b|\d{4}-\d\d-\d\d))[^\][\n]+\]\]/g,
    reason: (text) => `${text} is not ${text.startsWith('!') ? 'an image' : 'a link'}: brackets are not doubled`,
    hint: (text) =>
      text.startsWith('!')
        ? `Write ![What it shows](/${text.slice(3, -2)})`
        : `Write [some words](${text.slice(2, -2).replace(/(?<!\.md)$/, '.md')})`,
  },
  {
    rule: 'image-form',
    pattern: /!\[[^\][\n]+\]\([^()\s]+ =\d*x\d*\)/g,
    reason: (text) => `${text} is not an image: Markdown has no sizes`,
    hint: (text) => `Write ${text.replace(/ =\d*x\d*\)$/, ')')}, or an <img> with width and height.`,
  },
  {
    rule: 'liquid',
    pattern: new RegExp(`\\{%(?<!\\]\\([^)\\n]{0,200}\\{%)-? *(?:${jekyllTags.join('|')})\\b[^%\\n]*%\\}`, 'g'),
    reason: (text) => `${text} is Jekyll’s, and is shown on the page as text`,
    hint: (text) => jekyllHints.find(([tag]) => tag.test(text))?.[1] ?? 'Delete it; a figure is one line such as ::log{of=before}',
  },
  {
    rule: 'liquid',
    pattern: /\{\{[<%][^\n]*?[>%]\}\}|(?<!\{% *raw *%\}[^{}]{0,400})\{\{-? *(?:page|site|post|layout|content|include)\b[^{}\n]*\}\}/g,
    reason: (text) => `${text} is ${/^\{\{[<%]/.test(text) ? 'Hugo’s' : 'Jekyll’s'}, and is shown on the page as text`,
    hint: (text) => (/\b(?:figure|img|image)\b/.test(text) ? 'Write ![What it shows](/name.png)' : 'Delete it, or write it in Markdown.'),
  },
  {
    rule: 'text-encoding',
    // What UTF-8 has for quotes, dashes and accents, read as Windows-1252.
    pattern: /â€[™œ˜¦“”\u009d\u0093\u0094]|Ã[©¨¼¶¤Ÿ¡³±§]|Â[«»°©·]/g,
    reason: (text) => `${text} is one character of UTF-8 that was read in another encoding`,
    hint: () => 'Write the character that was meant, and save the file as UTF-8.',
  },
  {
    rule: 'text-encoding',
    pattern: /\ufffd/g,
    reason: () => 'This sign (U+FFFD) stands for one that was lost when the text was read in another encoding',
    hint: () => 'Write the sign that was meant.',
  },
  {
    rule: 'other-markup',
    pattern: /(?<=^ *)\.\. [a-z][a-z-]*::[^\n]*|:(?:py:)?(?:func|class|meth|mod|ref|doc|attr|data|exc|term|option):(?=\ufffc)/gm,
    reason: (text) => `${text} is reStructuredText, and is shown on the page as text`,
    hint: (text) =>
      text.startsWith('.')
        ? 'Write it in Markdown: code stands in a fence of three backticks.'
        : 'Delete it; code stands between backticks.',
  },
  {
    rule: 'other-markup',
    pattern: /(?<=^ *)\[\[?_?TOC_?\]?\](?=[ \t]*$)/gim,
    reason: (text) => `${text} is shown on the page as text: a post has its contents beside it`,
    hint: () => 'Delete it.',
  },
  {
    rule: 'other-markup',
    pattern: /(?<![\w=!<>+*/-])==[^\s=][^=\n]*[^\s=]==(?![\w=])/g,
    reason: (text) => `${text} is shown on the page as text: two equals signs mark nothing here`,
    hint: (text) => `Write **${text.slice(2, -2)}**, or <mark>${text.slice(2, -2)}</mark>.`,
  },
  {
    rule: 'other-markup',
    pattern: /\$\$[^$\n]*[\^_\\][^$\n]*\$\$|(?<![\w$])\$[A-Za-z\\][^$\n]*[\^_\\][^$\n]*\$(?![\d$])/g,
    reason: (text) => `${text} is shown on the page as text: posts have no formulas`,
    hint: () => 'Write it with HTML, O(n<sup>2</sup>), or between backticks.',
  },
  {
    rule: 'other-markup',
    pattern: /(?<![\w:]):(?:tada|rocket|warning|bulb|smile|fire|bug|memo|snake|heart|thumbsup|\+1|white_check_mark|x):(?![\w:])/g,
    reason: (text) => `${text} is shown on the page as text`,
    hint: () => 'Type the sign itself.',
  },
  {
    rule: 'text-control',
    pattern: /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\u2060\ufeff]/g,
    reason: (text) => explainInvisible(text).reason,
    hint: () => 'Delete it: word processors leave some in copied text.',
  },
  {
    rule: 'list-form',
    pattern: /(?<=^ *)[•·▪‣◦●]\s[^\n]*/gm,
    reason: (text) => `This is not an item of a list: ${text.slice(0, 1)} is only a sign`,
    hint: () => 'Start the item with a dash and a space.',
  },
  {
    rule: 'list-form',
    pattern: /^-[A-Za-z][^\n]*\n *-[A-Za-z][^\n]*|^1[.)][A-Za-z][^\n]*\n *2[.)][A-Za-z][^\n]*/g,
    reason: (text) => `"${shorten(text.split('\n')[0] ?? '')}" is not an item of a list: a space is missing`,
    hint: (text) =>
      `Write ${text.replace(/^(-|1[.)])([\s\S]*)/, (_, sign: string, rest: string) => `${sign} ${shorten(rest.split('\n')[0] ?? '')}`)}`,
  },
  {
    rule: 'callout',
    pattern: /(?<=^ *)(?:\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]|!!! ?[a-z]+\b)/gm,
    reason: (text) => `${text} is shown on the page as text: posts have no callouts`,
    hint: () => 'Write a quote that starts with a bold word: > **Note.** Mind this.',
  },
  {
    rule: 'attribute-list',
    pattern: /\{(?:[#.][A-Za-z][\w-]*|(?:width|height|style|class|id|target|loading)=[^{}\n]*)\}(?=[ \t]*$)/gm,
    reason: (text) => `${text} is shown on the page as text`,
    hint: (text) =>
      text.startsWith('{#') ? 'Delete it: a heading has an anchor made of its words.' : 'Delete it; an <img> may have width and height.',
  },
  {
    rule: 'attribute-list',
    pattern: /(?<=^ *)\{:[^}\n]*\}$/gm,
    reason: (text) => `${text} is kramdown’s, and is shown on the page as text`,
    hint: () => 'Delete it.',
  },
  {
    rule: 'list-form',
    // Only a list that starts with 1 may follow a line of text.
    pattern: /(?<=:[ \t]*\n *)(?:[2-9]|\d\d)[.)] [^\n]+/g,
    reason: (text) => `"${text}" is read as part of the text above it, not as a list`,
    hint: () => 'Put an empty line before the list.',
  },
  {
    rule: 'bold-open',
    // In Python, two stars before a name are code.
    pattern: /(?<=^ *|[.!?:] )\*\*(?=[A-Z][\p{L}\p{N}’']* )[^*\n]*(?![\s\S]*\*\*)/gmu,
    reason: (text) => `${shorten(text)} starts with two stars, and no others end the bold text`,
    hint: () => 'Write two stars where the bold text ends; put a backslash before those that are meant literally.',
  },
  {
    rule: 'bold-open',
    pattern: /(?<=^ *|[.!?:] )\*\* [^*\n]+\*\*|(?<=^ *|[.!?:] )\*\*\p{L}[^*\n]* \*\*(?=[ .,;:!?]|$)/gmu,
    reason: (text) => `${shorten(text)} is not bold: there is a space inside its stars`,
    hint: (text) => `Write **${text.replace(/^\*\*\s*|\s*\*\*$/g, '')}**`,
  },
  {
    rule: 'character-reference',
    pattern: new RegExp(`&(?:(?!(?:${entities.join('|')});)[a-z]{3,6};|(?:${entities.join('|')})\\b(?![;=]))`, 'g'),
    isFault: (text) => didYouMean(nameOfEntity(text), entities) !== '',
    reason: (text) => `${text} is shown on the page as text.${text.endsWith(';') ? didYouMean(nameOfEntity(text), entities) : ''}`,
    hint: (text) => (text.endsWith(';') ? 'Write the character itself, or correct the name.' : `Write ${text};`),
  },
  {
    rule: 'html-open',
    pattern: /<(?:a|audio|img|video|div|span|table|td|th|details)\s+[a-z]+=[^\n]*/g,
    reason: (text) => `${shorten(text)} is shown on the page as text: the tag is not closed`,
    hint: () => 'Close every quote in it, and end it with >',
  },
];

/** The beginning of a text, as far as it is prose. */
function shorten(prose: string): string {
  const [text = ''] = prose.split(masked);
  if (text !== prose && text.length <= 40) return `${text}…`;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function nameOfEntity(text: string): string {
  return text.replace(/[&;]/g, '');
}

function faultOfLink(text: string): string {
  if (text.includes('{')) return 'Jekyll’s tags mean nothing here';
  return text.endsWith(')') ? 'there is a space in its address' : 'its bracket is not closed';
}

/** Reports what a reader would stumble over in the prose, and text that Markdown did not read as it was meant. */
export function checkProse(file: VFile, tree: Root): void {
  lintProse(file, tree);
  visit(tree, (node) => {
    if (node.type === 'paragraph' || node.type === 'heading') checkText(file, proseOf(file, node));
    if (node.type === 'tableCell') checkText(file, proseOf(file, node), true);
    if (node.type === 'paragraph') checkTable(file, node);
    if (node.type === 'html') checkHtml(file, node);
    if (node.type === 'heading') checkUnderlined(file, node);
    if (node.type === 'code') checkIndented(file, node);
    if (node.type === 'strong') checkName(file, node);
    if (node.type === 'table') checkCells(file, node);
    if (node.type === 'inlineCode') checkTextLink(file, node);
    if (node.type === 'code') checkCharacters(file, firstLineOf(file, node));
  });
  checkDetails(file, tree);
}

/** Reports rows of a table that have more cells than its first one: readers do not see them. */
function checkCells(file: VFile, { children: [head, ...rows] }: Table): void {
  for (const row of rows) {
    const lost = row.children[head?.children.length ?? 0];
    // A pipe in code is told where the code starts.
    if (lost === undefined || row.children.some((cell) => proseOf(file, cell).source.includes('`'))) continue;
    report(file, {
      rule: 'table-form',
      reason: 'The row has more cells than the first one, and readers do not see the rest',
      hint: 'Add a column to the first two lines; write a pipe that is part of a text as \\|',
      place: lost.position,
      level: 'warning',
    });
  }
}

/** Reports a link as reStructuredText writes it, which Markdown reads as code. */
function checkTextLink(file: VFile, node: InlineCode): void {
  const [, text, url] = /^([^<>]+) <(https?:[^<>\s]+)>$/.exec(node.value) ?? [];
  if (url === undefined) return;
  report(file, {
    rule: 'link-form',
    reason: `\`${node.value}\` is code, not a link`,
    hint: `Write [${text}](${url})`,
    place: node.position,
    level: 'warning',
  });
}

function firstLineOf(file: VFile, node: Code): Source {
  const { source, start } = stretchOf(file, node);
  return { source: /^[`~]/.test(source) ? (source.split('\n', 1)[0] ?? '') : '', start };
}

/** Reports invisible characters in the first line of a fence. */
function checkCharacters(file: VFile, source: Source): void {
  for (const {
    match: [character],
    place,
  } of matchesIn(source, new RegExp(invisible, 'g')))
    report(file, { rule: 'text-control', ...explainInvisible(character), place, level: 'warning' });
}

/** Reports a heading, or a list, that is code because it is indented. */
function checkIndented(file: VFile, node: Code): void {
  const isList = node.value.split('\n').every((line) => /^\s*(?:[-*+] |\d{1,2}[.)] )[A-Z`]/.test(line));
  if (!(isList || /^#{2,6} \S.*$/.test(node.value)) || /^[`~]/.test(sourceOf(file, node))) return;
  report(file, {
    rule: isList ? 'list-form' : 'heading-form',
    reason: `"${shorten(node.value.split('\n')[0] ?? '')}" is read as code, as it is indented`,
    hint: 'Start it at the left.',
    place: node.position,
    level: 'warning',
  });
}

/** Names of Python's that are bold without code marks. */
const pythonNames = new Set(
  `init new del call enter exit repr str len iter next hash eq getattr setattr getitem setitem dict slots class
    name main doc module mro bases weakref closure code globals defaults file all add cause context traceback
    wrapped init_subclass set_name sizeof import builtins future`.split(/\s+/),
);

/** Reports a name of Python's that is read as bold text. */
function checkName(file: VFile, node: Strong): void {
  const source = sourceOf(file, node);
  if (!/^__\w+__$/.test(source) || !pythonNames.has(source.slice(2, -2))) return;
  report(file, {
    rule: 'name-bold',
    reason: `${source} is read as bold text: readers see ${source.slice(2, -2)}`,
    hint: `Write it as code, between backticks: \`${source}\``,
    place: node.position,
    level: 'warning',
  });
}

/** Reports headings without words, and sentences that are headings only because of the dashes below them. */
function checkUnderlined(file: VFile, node: Heading): void {
  const source = sourceOf(file, node);
  const isSentence = !/^\s*#/.test(source) && /[.:;]\s*\n[ >]*-+\s*$/.test(source);
  if (node.children.length > 0 && !isSentence) return;
  report(file, {
    rule: 'heading-form',
    reason: isSentence ? 'The text above the dashes is read as a heading' : 'The heading is empty',
    hint: isSentence ? 'Put an empty line before the dashes.' : 'Write its words, or delete it.',
    place: node.position,
    level: 'warning',
  });
}

/** Reports a <details> that is not closed: all that follows is in it. */
function checkDetails(file: VFile, tree: Root): void {
  const open: Place[] = [];
  visit(tree, 'html', (node) => {
    for (const { match, place } of matchesIn(stretchOf(file, node), /<!--[\s\S]*?(?:-->|$)|<details\b|<\/details\s*>/gi)) {
      if (/^<details/i.test(match[0])) open.push(place);
      else if (match[0].startsWith('</')) open.pop();
    }
  });
  for (const place of open)
    report(file, {
      rule: 'html-open',
      reason: 'The <details> is not closed, and contains all that follows',
      hint: 'Write </details> where it ends, after an empty line.',
      place,
      level: 'warning',
    });
}

function checkText(file: VFile, prose: Source, isCell = false): void {
  for (const { rule, pattern, isFault, reason, hint, level } of slips) {
    for (const {
      match: [text],
      place,
    } of matchesIn(prose, pattern)) {
      if (isFault?.(text) === false) continue;
      const isCut = isCell && rule === 'code-open';
      report(file, {
        rule,
        reason: reason(text),
        hint: isCut ? 'A pipe ends the cell, in code too: write a backslash before it, `a \\| b`.' : hint(text),
        place,
        level: level ?? 'warning',
      });
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
  const rows = sourceOf(file, node).split(/\r?\n/);
  const [header = '', rule = ''] = rows;
  if (rows.length > 1 && rows.every((row) => /^[\s>]*\|.*\|\s*$/.test(row)) && !/^[\s>]*\|[\s:|-]+\|\s*$/.test(rule)) {
    report(file, {
      rule: 'table-form',
      reason: 'This is not a table: a line of dashes is missing below its first one',
      hint: `Write ${header
        .replace(/^[\s>]*/, '')
        .replace(/[^|]+/g, ' --- ')
        .trim()}`,
      place: node.position,
      level: 'warning',
    });
    return;
  }
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
