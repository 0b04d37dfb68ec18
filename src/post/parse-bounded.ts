import type { Code, Html, InlineCode, Nodes, Root, Table, Yaml } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { report, type Place, type Problem } from '../experiment/finding.ts';
import { bounds } from './bounds.ts';
import { sourceOf } from './place.ts';

/**
 * Parses a text that keeps within `bounds`. One that does not has the reason on its file, and an empty tree. `outline`
 * parses blocks alone.
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

/** What opens quotations, lists and footnotes at the start of a line. */
const opening = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])|\[\^[^\]\s]+\]:))+/;
const emphasis = new RegExp(`\\*{${bounds.run}}|_{${bounds.run}}`);

/** A line with more levels, or signs of emphasis in a row, than can be read; or the one with which there are too many parts. */
function findParts(text: string): Problem | undefined {
  let parts = 0;
  // Lengths of the colons that opened blocks; a line counts once for each block that it stands in.
  const blocks: number[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const isRule = /^[-*_\s]*$/.test(line);
    const levels = isRule ? 0 : (opening.exec(line)?.[0].match(/[>+*[-]|\d+/g)?.length ?? 0);
    const run = levels >= bounds.run ? 0 : isRule ? -1 : line.search(emphasis);
    if (run !== -1) return tooDeep({ line: index + 1, column: run + 1 });
    const [, colons = '', name] = /^[ \t>*+\-\d.)]*(:{3,})(\w?)/.exec(line) ?? [];
    const ended = name === '' ? blocks.findIndex((length) => length <= colons.length) : -1;
    if (ended !== -1) blocks.length = ended;
    if (name !== undefined && name !== '') blocks.push(colons.length);
    parts += 1 + blocks.length + levels + outerLists(line) + line.split('|').length - 1;
    if (parts > bounds.parts) {
      return {
        rule: 'text-long',
        reason: `The text has more than ${counted(bounds.parts)} lines, items and cells of tables, and a page has no room for more`,
        hint: 'Part it into several posts; a file of data lies below public/, with a link to it.',
        place: { line: index + 1, column: 1 },
      };
    }
  }
  return undefined;
}

/** In how many lists a list item stands at most, by its indentation. */
function outerLists(line: string): number {
  const [, indentation = ''] = /^([ \t]*)(?:[-+*]|\d{1,9}[.)])[ \t]/.exec(line) ?? [];
  return Math.floor(indentation.replaceAll('\t', '    ').length / 4);
}

/** Words, and signs that are none. A word of many letters counts as several, for whoever looks for a sign behind it. */
function countPieces(text: string): number {
  return text.match(/[\p{L}\p{N}]{1,8}|\s{2,8}|[^\s\p{L}\p{N}]/gu)?.length ?? 0;
}

/** The blocks of text that cannot be read because they hold too much, known before their signs are paired. */
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
        ? `The text has ${counted(signs)} signs that may be markup, and can be read with ${counted(bounds.signs)}`
        : `A paragraph of ${counted(most)} words and signs is more than can be read at once`,
    hint: 'Part it by empty lines, or into several posts; what is only to be shown, code or a log, stands in a fence.',
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
    reason: 'The text is nested too deep to be read',
    hint: 'Take some levels of quotation, list or emphasis away; what is only to be shown stands in a fence.',
    place,
  };
}

/** What is read by other parsers than that of Markdown, or by none, and is too long for them. */
function findLong(tree: Root): Problem | undefined {
  let [found, cells]: [Problem | undefined, number] = [undefined, 0];
  const open = new Map<string, number>();
  visit(tree, (node) => {
    if (node.type === 'table') cells += cellsOf(node);
    if (node.type === 'table' && cells > bounds.parts)
      found ??= {
        rule: 'text-long',
        reason: `With this table the post has ${counted(cells)} cells, and a page has room for ${counted(bounds.parts)}`,
        hint: 'Show the rows that matter; a file of data lies below public/, with a link to it.',
        place: node.position,
      };
    if (node.type === 'html') found ??= faultOfHtml(node, open);
    if (node.type === 'yaml') found ??= faultOfYaml(node);
    if (node.type === 'code') found ??= faultOfInfo(node) ?? faultOfCode(node);
    if (node.type === 'inlineCode') found ??= faultOfValue(node);
  });
  return found;
}

/** Cells as the page has them: a row that is short is filled up. */
function cellsOf({ align, children }: Table): number {
  return (align?.length ?? 0) * children.length;
}

/** Elements that hold nothing, and those that end where the next one begins. */
const closed = /^(?:br|col|colgroup|dd|dt|hr|img|input|li|p|rp|rt|source|tbody|td|tfoot|th|thead|tr|track|wbr)$/;

/** Counts in `open` the elements that some HTML leaves open, by their names. */
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
        reason: `Here ${counted(levels)} HTML elements are open within one another, and can be read with ${bounds.elements}`,
        hint: 'Close each after its text, as in <b>text</b>; a tag that is only to be shown stands between backticks.',
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
      reason: `The front matter has ${counted(value.length)} letters, and room for ${counted(bounds.frontMatter)}`,
      hint: 'Keep the keys that are used, and a description of a sentence; the text stands below the second line of dashes.',
      place,
    };
  }
  const most = bounds.frontMatterLevels;
  if ((value.match(/[[{]/g)?.length ?? 0) <= most && !new RegExp(`(?:[-?:][ \\t]+){${most}}`).test(value)) return undefined;
  return {
    rule: 'nested-deep',
    reason: 'The front matter is nested too deep to be read',
    hint: `Write words or a list of words, tags: [python, gc]; it has room for ${most} brackets.`,
    place,
  };
}

function faultOfInfo({ meta, position }: Code): Problem | undefined {
  if ((meta?.length ?? 0) <= bounds.attributes) return undefined;
  return {
    rule: 'text-long',
    reason: `The fence has ${counted(meta?.length ?? 0)} letters of attributes, and room for ${counted(bounds.attributes)}`,
    hint: 'Code stands in the lines below it; what a program is to read stands in its code.',
    place: position?.start,
  };
}

/** A program that Python itself would refuse; brackets in its texts count, too. */
function faultOfCode({ value, meta, position }: Code): Problem | undefined {
  if (!/(?:^|\s)sample=/.test(meta ?? '') || position === undefined) return undefined;
  let depth = 0;
  for (const { 0: sign, index } of value.matchAll(/[()[\]{}]/g)) {
    depth = /[([{]/.test(sign) ? depth + 1 : Math.max(0, depth - 1);
    if (depth <= bounds.brackets) continue;
    const line = position.start.line + value.slice(0, index).split('\n').length;
    return {
      rule: 'nested-deep',
      reason: `More than ${bounds.brackets} brackets of the program are open within one another, and Python can read 200`,
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
    reason: `A measured value of ${counted(value.length)} letters is more than can be read; there is room for ${counted(bounds.value)}`,
    hint: 'Make several values of it; where code is meant, it stands in a fence.',
    place: position?.start,
  };
}
