import { toString } from 'hast-util-to-string';
import type { Code, Heading, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import { VFile } from 'vfile';
import { parseMarkdown } from '../post/post.ts';
import { type Edit, removal } from './edits.ts';
import { indexAt, oldLine, type Source } from './source.ts';

/** A block of code in the post: a fence, or indented code. */
export interface Block {
  readonly form: 'fence' | 'indented';
  readonly from: number;
  readonly to: number;
  /** Indices of lines: the block's first and last, and the first of its code. */
  readonly first: number;
  readonly last: number;
  readonly codeLine: number;
  readonly code: string;
  readonly language: string;
  /** What follows the language: the rest of the info string, and the attribute lines. */
  readonly meta: string;
  /** The indices of the kramdown attribute lines that belong to the block. */
  readonly attributes: readonly number[];
  /** The line of the old file, from 1, that it starts at. */
  readonly line: number;
  /** The line of the old file, from 1, for the index of a line of its code. */
  readonly lineAt: (index: number) => number;
}

/** A post as Markdown, with all blocks of code, by line, and its headings. */
export interface Outline {
  readonly tree: Root;
  readonly blocks: readonly Block[];
  readonly headings: readonly { readonly line: number; readonly text: string }[];
}

/** Parses a post whose code is in fences or indented. */
export function readOutline(source: Source): Outline {
  const mark = source.text.startsWith('\uFEFF') ? 1 : 0;
  const tree = parseMarkdown(new VFile({ path: 'post.md', value: source.text.slice(mark) }));
  const blocks: Omit<Block, 'attributes'>[] = [];
  const headings: { line: number; text: string }[] = [];
  visit(
    tree,
    'heading',
    (node: Heading) => void headings.push({ line: (node.position?.start.line ?? 1) - 1, text: toString(node as never) }),
  );
  visit(tree, 'code', (node: Code) => void blocks.push(readBlock(source, node, mark)));
  const ordered = blocks.toSorted((a, b) => a.from - b.from);
  return { tree, blocks: withAttributes(source, ordered), headings };
}

function readBlock(source: Source, node: Code, mark: number): Omit<Block, 'attributes'> {
  const from = (node.position?.start.offset ?? 0) + mark;
  const to = (node.position?.end.offset ?? 0) + mark;
  const first = indexAt(source, from);
  const [, fence] = /^ *(`{3,}|~{3,})/.exec(source.text.slice(from, to)) ?? [];
  const info = `${node.lang ?? ''} ${node.meta ?? ''}`.trim();
  const lines = node.value.split(/\r\n|\r|\n/);
  // MyST names the language behind a directive, and Pelican in the first line of indented code.
  const [directive, argument] = /^\{(?:code-block|code-cell|code|sourcecode)\}\s*([\w+#.-]*)/.exec(info) ?? [];
  const [hilite, hilited] = fence === undefined ? (/^(?::::|#!)([\w+#.-]+)[ \t]*(?:hl_lines=\S+)?[ \t]*$/.exec(lines[0] ?? '') ?? []) : [];
  const [, written = ''] = /^[{(]*\.?(?:language-|lang-)?([\w+#.-]*)/.exec(info) ?? [];
  const skipped = hilite !== undefined ? 1 : directive !== undefined ? countOptions(lines) : 0;
  const codeLine = first + (fence === undefined ? 0 : 1) + skipped;
  const language = (directive === undefined ? (hilited ?? written) : (argument ?? '')).toLowerCase();
  return {
    form: fence === undefined ? 'indented' : 'fence',
    from,
    to,
    first,
    last: indexAt(source, Math.max(from, to - 1)),
    codeLine,
    code: lines.slice(skipped).join('\n'),
    language,
    meta: info.slice(info.indexOf(written) + written.length),
    line: oldLine(source, first),
    lineAt: (index) => oldLine(source, codeLine + index),
  };
}

/** The number of lines at the start of a directive that are its options. */
function countOptions(lines: readonly string[]): number {
  if (lines[0] === '---') return lines.indexOf('---', 1) + 1;
  const end = lines.findIndex((line) => !/^:[\w-]+:/.test(line));
  return end === -1 ? lines.length : end;
}

const classNames = ['python\\w*|py|bash|sh|shell|console|text|txt|plaintext|log', 'ruby|c|cpp|js|javascript|json|yaml|html|diff'].join('|');
/** The language in a kramdown attribute line: `{: .language-python}`. */
const classLanguage = new RegExp(`\\{:[^}]*\\.(?:language-|lang-)?(${classNames})\\b`, 'i');
const attributeLine = /^\s*\{:\s?[^}]*\}\s*$/;

function withAttributes({ lines }: Source, blocks: readonly Omit<Block, 'attributes'>[]): readonly Block[] {
  const taken = new Set<number>();
  return blocks.map((block) => {
    const before = block.first - 1;
    const near = [block.last + 1, ...(before > 0 && lines[before - 1]?.text.trim() === '' ? [before] : [])];
    const attributes = near.filter((line) => attributeLine.test(lines[line]?.text ?? '') && !taken.has(line));
    for (const line of attributes) taken.add(line);
    const meta = [block.meta, ...attributes.map((line) => lines[line]?.text ?? '')].join(' ');
    const [, given = ''] = classLanguage.exec(meta) ?? [];
    return { ...block, meta, language: block.language || given, attributes };
  });
}

/** The index and the text of the last line of prose above a block; -1 if there is none. */
export function linesAbove(lines: Source['lines'], block: Block): { line: number; text: string } {
  let line = block.first - 1;
  while (line >= 0 && (lines[line]?.text.trim() === '' || attributeLine.test(lines[line]?.text ?? ''))) line -= 1;
  return { line, text: lines[line]?.text ?? '' };
}

/** The edits that write a block as a fence of this info string and code; none of both leaves it as it is. */
export function rewriteBlock(source: Source, block: Block, info: string | undefined, code = block.code): readonly Edit[] {
  const dropped = block.attributes.map((line) => removal(source, line));
  const hasTags = block.codeLine > block.first + (block.form === 'fence' ? 1 : 0);
  const given = info ?? (block.attributes.length > 0 || hasTags ? block.language : undefined);
  if (given === undefined) return dropped;
  if (block.form === 'fence' && code === block.code && !hasTags) {
    const [, marks = ''] = /^( *(?:`{3,}|~{3,}))/.exec(source.text.slice(block.from)) ?? [];
    const line = /^[^\r\n]*/.exec(source.text.slice(block.from))?.[0] ?? '';
    return [{ from: block.from, to: block.from + line.length, text: marks + given }, ...dropped];
  }
  const lineFrom = source.lines[block.first]?.from ?? 0;
  const prefix = source.text.slice(lineFrom, block.from).replace(/[^>\s]/g, ' ');
  const lines = code.split(/\r\n|\r|\n/);
  const longest = Math.max(2, ...lines.map((line) => /^\s*(`*)/.exec(line)?.[1]?.length ?? 0));
  const marks = '`'.repeat(longest + 1);
  const rows = [marks + given, ...lines, marks].map((line, index) => (index === 0 ? line : line === '' ? prefix.trimEnd() : prefix + line));
  return [{ from: block.from, to: block.to, text: rows.join(source.lines[block.first]?.end || source.eol) }, ...dropped];
}
