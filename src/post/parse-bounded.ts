import type { Code, Html, InlineCode, Nodes, Root, Table, Yaml } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { report, type Place, type Problem } from '../experiment/finding.ts';
import { bounds } from './bounds.ts';
import { sourceOf } from './place.ts';

/**
 * Parses a text within `bounds`. If a text exceeds one, that is reported on its file, and the tree is empty. `outline`
 * parses only blocks, not their text.
 */
export function parseBounded(file: VFile, parse: (file: VFile) => Root, outline: (file: VFile) => Root): Root {
  const text = String(file);
  const dense = findParts(text) ?? (countPieces(text) ** 2 > bounds.pairs ? findDense(file, outline(file)) : undefined);
  const tree: Root = dense === undefined ? parse(file) : { type: 'root', children: [] };
  const excess = dense ?? findDeep(tree) ?? findLong(tree);
  if (excess === undefined) return tree;
  report(file, excess);
  return { type: 'root', children: [] };
}

const counted = (count: number) => count.toLocaleString('en');

/** The signs that open quotations, lists and footnotes at the start of a line. */
const opening = /^(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)|\[\^[^\]\s]+\]:))+/;
/** A line between paragraphs, or under a heading. */
const rule = /^[ \t]*(?:--+|(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const emphasis = new RegExp(`\\*{${bounds.run}}|_{${bounds.run}}`);

/** The first line with too many levels or signs of emphasis in a row, or with which the text has too many parts. */
function findParts(text: string): Problem | undefined {
  let parts = 0;
  // How many colons opened each block; a line counts once more for each block and each list that it is in.
  const blocks: number[] = [];
  const open = new OpenParts();
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const isRule = rule.test(line);
    const signs = isRule ? '' : (opening.exec(line)?.[0] ?? '');
    const levels = signs.match(/[>+*[-]|\d+/g)?.length ?? 0;
    const run = levels >= bounds.run ? 0 : isRule ? -1 : line.search(emphasis);
    if (run !== -1) return tooDeep({ line: index + 1, column: run + 1 });
    const [, colons = '', name] = /^[ \t>*+\-\d.)]*(:{3,})(\w?)/.exec(line) ?? [];
    const ended = name === '' ? blocks.findIndex((length) => length <= colons.length) : -1;
    if (ended !== -1) blocks.length = ended;
    if (name !== undefined && name !== '') blocks.push(colons.length);
    parts += 1 + blocks.length + levels + open.add(line, signs) + line.split('|').length - 1;
    if (parts > bounds.parts) {
      return {
        rule: 'text-long',
        reason: `The text has more than ${counted(bounds.parts)} lines, list items and table cells, the most that a page can hold`,
        hint: 'Split it into several posts; put data into a file below public/ and link to it.',
        place: { line: index + 1, column: 1 },
      };
    }
  }
  return undefined;
}

/** The lists and quotations that are open at a line: never fewer than the Markdown parser has. */
class OpenParts {
  /** The column from which on a line belongs to each item. */
  readonly #columns: number[] = [];
  #quotations = 0;
  #afterText = false;

  /** Adds a line, whose signs of quotations and lists are `signs`; returns how many it is in without a sign of its own. */
  add(line: string, signs: string): number {
    const indentation = /^[ \t>]*/.exec(line)?.[0] ?? '';
    if (indentation.length === line.length) {
      [this.#afterText, this.#quotations] = [false, 0];
      return this.#columns.length;
    }
    const quotations = signs.split('>').length - 1;
    const column = columnAfter(indentation);
    const around = this.#columns.findIndex((each) => each > column);
    const inner = this.#columns[around - 1] ?? 0;
    // Text goes on with the paragraph above, however it is indented; so does a sign that is indented like code.
    const continues = this.#afterText && (!/[-+*\d]/.test(signs) || (around !== -1 && column - inner >= 4));
    this.#quotations = continues ? Math.max(this.#quotations, quotations) : quotations;
    if (continues) return this.#columns.length + this.#quotations - quotations;
    if (around !== -1) this.#columns.length = around;
    const { length } = this.#columns;
    let [from, to] = [0, 0];
    for (const { 0: sign, index } of signs.matchAll(/[-+*]|\d+[.)]/g)) {
      to = columnAfter(line.slice(from, index), to) + sign.length;
      from = index + sign.length;
      this.#columns.push(to + 1);
    }
    this.#afterText = true;
    return length;
  }
}

/** The column behind a text that starts at a column; a tab leads to the next fourth. */
function columnAfter(text: string, start = 0): number {
  let column = start;
  for (const character of text) column += character === '\t' ? 4 - (column % 4) : 1;
  return column;
}

/** Counts words and signs. A long word counts as several, since a search for a sign has to pass it. */
function countPieces(text: string): number {
  return text.match(/[\p{L}\p{N}]{1,8}|\s{2,8}|[^\s\p{L}\p{N}]/gu)?.length ?? 0;
}

/** The block of text that is too dense to be read, found before any signs are paired. */
function findDense(file: VFile, tree: Root): Problem | undefined {
  const deep = findDeep(tree);
  if (deep !== undefined) return deep;
  let [pairs, signs, most] = [0, 0, 0];
  let densest: Nodes = tree;
  visit(tree, (node) => {
    if (node.type !== 'paragraph' && node.type !== 'heading' && node.type !== 'tableCell' && node.type !== 'leafDirective') return;
    const source = sourceOf(file, node);
    const pieces = countPieces(source);
    pairs += pieces ** 2;
    signs += source.match(/[*_~`[\]<&@!:\\]|www/gi)?.length ?? 0;
    if (pieces <= most) return;
    [most, densest] = [pieces, node];
  });
  if (pairs <= bounds.pairs && signs <= bounds.signs) return undefined;
  return {
    rule: 'text-dense',
    reason:
      signs > bounds.signs
        ? `The text has ${counted(signs)} signs that may be markup; at most ${counted(bounds.signs)} can be read`
        : `A paragraph of ${counted(most)} words and signs is too much to be read at once`,
    hint: 'Split it with empty lines, or into several posts; put code or a log that is only shown into a fence.',
    place: densest.position?.start,
  };
}

function findDeep(tree: Root): Problem | undefined {
  let level: readonly Nodes[] = [tree];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > bounds.levels) return tooDeep(level[0]?.position);
    level = level.flatMap((node) => ('children' in node ? (node.children as readonly Nodes[]) : []));
  }
  return undefined;
}

function tooDeep(place: Place | undefined): Problem {
  return {
    rule: 'nested-deep',
    reason: 'The text is nested too deeply to be read',
    hint: 'Remove some levels of quotation, list or emphasis; put text that is only shown into a fence.',
    place,
  };
}

/** Text that is too long for the parsers after the Markdown parser, or for the page. */
function findLong(tree: Root): Problem | undefined {
  let [found, cells, figures, footnotes]: [Problem | undefined, number, number, number] = [undefined, 0, 0, 0];
  const open = new Map<string, number>();
  const tooLong = ({ position }: Nodes, reason: string, hint: string) => {
    found ??= { rule: 'text-long', reason, hint, place: position };
  };
  visit(tree, (node) => {
    if (node.type === 'table') cells += cellsOf(node);
    if (node.type === 'table' && cells > bounds.parts)
      tooLong(
        node,
        `With this table the post has ${counted(cells)} cells; a page has room for ${counted(bounds.parts)}`,
        'Show the rows that matter; put the data into a file below public/ and link to it.',
      );
    if (node.type === 'leafDirective') figures += 1;
    if (node.type === 'leafDirective' && figures > bounds.figures)
      tooLong(
        node,
        `This is figure ${counted(figures)} of the post; a page has room for ${counted(bounds.figures)}`,
        'Show each once, and link to it; or split the post into several.',
      );
    if (node.type === 'footnoteReference') footnotes += 1;
    if (node.type === 'footnoteReference' && footnotes > bounds.footnotes)
      tooLong(
        node,
        `This is reference ${counted(footnotes)} to a footnote; a page has room for ${counted(bounds.footnotes)}`,
        'Say it in the text, or refer to it once; or split the post into several.',
      );
    if (node.type === 'html') found ??= faultOfHtml(node, open);
    if (node.type === 'yaml') found ??= faultOfYaml(node);
    if (node.type === 'code') found ??= faultOfInfo(node) ?? faultOfCode(node);
    if (node.type === 'inlineCode') found ??= faultOfValue(node);
  });
  return found;
}

/** The cells of a table on the page, where short rows are filled up. */
function cellsOf({ align, children }: Table): number {
  return (align?.length ?? 0) * children.length;
}

/** Elements that are empty, and those that end where the next one begins. */
const closed = /^(?:br|col|colgroup|dd|dt|hr|img|input|li|p|rp|rt|source|tbody|td|tfoot|th|thead|tr|track|wbr)$/;

/** Counts in `open`, by name, the elements that a piece of HTML leaves open. */
function faultOfHtml({ value, position }: Html, open: Map<string, number>): Problem | undefined {
  for (const [, slash, written = ''] of value.matchAll(/<(\/?)([a-z][^\s/>]*)/gi)) {
    const name = written.toLowerCase();
    if (closed.test(name)) continue;
    const count = (open.get(name) ?? 0) + (slash === '' ? 1 : -1);
    if (count > 0) open.set(name, count);
    else open.delete(name);
    const levels = [...open.values()].reduce((sum, count) => sum + count, 0);
    if (levels > bounds.elements) {
      return {
        rule: 'nested-deep',
        reason: `${counted(levels)} HTML elements are open inside one another here; at most ${bounds.elements} can be read`,
        hint: 'Close each after its text, as in <b>text</b>; put a tag that is only shown between backticks.',
        place: position?.start,
      };
    }
  }
  return undefined;
}

function faultOfYaml({ value, position }: Yaml): Problem | undefined {
  const place = position?.start;
  if (value.length > bounds.frontMatter) {
    return {
      rule: 'text-long',
      reason: `The front matter has ${counted(value.length)} characters; it has room for ${counted(bounds.frontMatter)}`,
      hint: 'Keep the keys that are used, and a description of one sentence; the text goes below the second line of dashes.',
      place,
    };
  }
  const max = bounds.frontMatterLevels;
  if ((value.match(/[[{]/g)?.length ?? 0) <= max && !new RegExp(`(?:[-?:][ \\t]+){${max}}`).test(value)) return undefined;
  return {
    rule: 'nested-deep',
    reason: 'The front matter is nested too deeply to be read',
    hint: `Write words or a list of words, tags: [python, gc]; it has room for ${max} brackets.`,
    place,
  };
}

function faultOfInfo({ meta, position }: Code): Problem | undefined {
  if ((meta?.length ?? 0) <= bounds.attributes) return undefined;
  return {
    rule: 'text-long',
    reason: `The fence has ${counted(meta?.length ?? 0)} characters of attributes; it has room for ${counted(bounds.attributes)}`,
    hint: 'Put code into the lines below it, and what a program reads into its code.',
    place: position?.start,
  };
}

/** A program that Python itself would refuse; brackets in its strings count, too. */
function faultOfCode({ value, meta, position }: Code): Problem | undefined {
  if (!/(?:^|\s)sample=/.test(meta ?? '') || position === undefined) return undefined;
  let depth = 0;
  for (const { 0: sign, index } of value.matchAll(/[()[\]{}]/g)) {
    depth = /[([{]/.test(sign) ? depth + 1 : Math.max(0, depth - 1);
    if (depth <= bounds.brackets) continue;
    const line = position.start.line + value.slice(0, index).split('\n').length;
    return {
      rule: 'nested-deep',
      reason: `More than ${bounds.brackets} brackets of the program are open inside one another; Python reads at most 200`,
      hint: 'Close them, or build the value in a loop.',
      place: { line, column: position.start.column },
    };
  }
  return undefined;
}

function faultOfValue({ value, position }: InlineCode): Problem | undefined {
  if (!value.startsWith('=') || value.length <= bounds.value) return undefined;
  return {
    rule: 'text-long',
    reason: `A measured value of ${counted(value.length)} characters is too long to be read; there is room for ${counted(bounds.value)}`,
    hint: 'Split it into several values; if it is code, put it into a fence.',
    place: position?.start,
  };
}
