import { toString } from 'hast-util-to-string';
import type { Code, Heading, Yaml } from 'mdast';
import { visit } from 'unist-util-visit';
import { VFile } from 'vfile';
import { parsePost } from '../post/post.ts';
import { apply } from './edits.ts';

/** A block of code in the old post: a fence, indented code, or a Liquid `highlight` block. */
export interface Block {
  readonly form: 'fence' | 'indented' | 'liquid';
  readonly from: number;
  readonly to: number;
  /** Line numbers from 0: the block's first and last line, and the first line of its code. */
  readonly first: number;
  readonly last: number;
  readonly codeLine: number;
  readonly code: string;
  readonly language: string;
  /** What follows the language: the rest of the info string, and the attribute lines. */
  readonly meta: string;
  /** The numbers of the kramdown attribute lines that belong to the block. */
  readonly attributes: readonly number[];
}

/** The old post: its text, and its lines with their offsets. */
export interface Source {
  readonly text: string;
  readonly lines: readonly { readonly text: string; readonly from: number; readonly end: string }[];
  readonly eol: string;
}

/** Splits a text into lines with their offsets. */
export function splitSource(text: string): Source {
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)].map(({ 1: line = '', 2: end = '', index }) => ({
    text: line,
    from: index,
    end,
  }));
  if (lines.length > 1 && lines.at(-1)?.text === '') lines.pop();
  return { text, lines, eol: lines[0]?.end || '\n' };
}

/** Finds all blocks of code in a post, by line, its headings and its front matter. */
export function findBlocks(source: Source): {
  blocks: readonly Block[];
  headings: readonly { line: number; text: string }[];
  yaml: Yaml | undefined;
} {
  const liquid = findLiquid(source);
  // Liquid runs before Markdown: the Markdown parser must not see what is in its blocks.
  const masked = apply(
    source.text,
    liquid.map(({ from, to }) => ({ from, to, text: source.text.slice(from, to).replace(/[^\r\n]/g, ' ') })),
  );
  const { tree } = parsePost(new VFile({ path: 'post.md', value: masked }));
  const mark = source.text.startsWith('\uFEFF') ? 1 : 0;
  const blocks: Omit<Block, 'attributes'>[] = [...liquid];
  const headings: { line: number; text: string }[] = [];
  visit(
    tree,
    'heading',
    (node: Heading) => void headings.push({ line: (node.position?.start.line ?? 1) - 1, text: toString(node as never) }),
  );
  visit(tree, 'code', (node: Code) => {
    const from = (node.position?.start.offset ?? 0) + mark;
    const to = (node.position?.end.offset ?? 0) + mark;
    const first = (node.position?.start.line ?? 1) - 1;
    const [, fence] = /^ *(`{3,}|~{3,})/.exec(source.text.slice(from, to)) ?? [];
    const info = `${node.lang ?? ''} ${node.meta ?? ''}`.trim();
    const [, language = ''] = /^[{(]*\.?(?:language-|lang-)?([\w+#.-]*)/.exec(info) ?? [];
    const form = fence === undefined ? 'indented' : 'fence';
    blocks.push({
      form,
      from,
      to,
      first,
      last: (node.position?.end.line ?? 1) - 1,
      codeLine: first + (fence === undefined ? 0 : 1),
      code: node.value,
      language,
      meta: info.slice(info.indexOf(language) + language.length),
    });
  });
  const ordered = blocks.toSorted((a, b) => a.from - b.from);
  return { blocks: withAttributes(source, ordered), headings, yaml: tree.children.find((node): node is Yaml => node.type === 'yaml') };
}

/** Finds `{% highlight python %}` … `{% endhighlight %}`; the first tag begins its line, the last one ends its line. */
function findLiquid({ text, lines }: Source): readonly Omit<Block, 'attributes'>[] {
  const blocks: Omit<Block, 'attributes'>[] = [];
  let fence: string | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as Source['lines'][number];
    const [, marks] = /^[\s>]*(`{3,}|~{3,})/.exec(line.text) ?? [];
    if (marks !== undefined) fence = fence === undefined ? marks : marks.startsWith(fence) ? undefined : fence;
    const open = fence === undefined ? /^(\s*)\{%-?\s*highlight\s+([\w+#.-]+)\s*([^%]*?)-?%\}/.exec(line.text) : null;
    if (open === null) continue;
    const inner = line.from + open[0].length;
    const close = /\{%-?\s*endhighlight\s*-?%\}(?=[ \t]*(?:[\r\n]|$))/.exec(text.slice(inner));
    if (close === null) continue;
    const to = inner + close.index + close[0].length;
    const last = lines.findLastIndex(({ from }) => from < to);
    const opened = /^[ \t]*(?:\r\n|\r|\n)/.exec(text.slice(inner));
    const written = text.slice(inner + (opened?.[0].length ?? 0), inner + close.index).replace(/(?:\r\n|\r|\n)?[ \t]*$/, '');
    // In a list, the whole block is indented.
    const margin = open[1] ?? '';
    const code = written.split(/(?<=\n)/).every((row) => row.trim() === '' || row.startsWith(margin))
      ? written.replaceAll(new RegExp(`^${margin}`, 'gm'), '')
      : written;
    blocks.push({
      form: 'liquid',
      from: line.from + (open[1] ?? '').length,
      to,
      first: index,
      last,
      codeLine: index + (opened === null ? 0 : 1),
      code,
      language: open[2] ?? '',
      meta: open[3] ?? '',
    });
    index = last;
  }
  return blocks;
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

/** The last line of prose above a block, with its number from 0; -1 if there is none. */
export function linesAbove(lines: Source['lines'], block: Block): { line: number; text: string } {
  let line = block.first - 1;
  while (line >= 0 && (lines[line]?.text.trim() === '' || attributeLine.test(lines[line]?.text ?? ''))) line -= 1;
  return { line, text: lines[line]?.text ?? '' };
}

/** Code without the `raw` tags, each on its own line, that keep Liquid from reading it. */
export function plainCode(code: string): string {
  return code.replace(/^[ \t]*\{%-?\s*(?:end)?raw\s*-?%\}[ \t]*$/gm, '');
}
