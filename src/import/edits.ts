import { type Block, plainCode, type Source } from './blocks.ts';

/** What was done at one place of the old post. */
export interface ImportStep {
  /** In the old file, from 1. */
  readonly line: number;
  readonly what: string;
  readonly details: readonly string[];
}

/** A range of the old text, by offsets, and the text that replaces it. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The edits that give a block a new info string and turn it into a fence if it is not one. */
export function rewriteBlock(source: Source, block: Block, info: string | undefined): readonly Edit[] {
  if (block.form === 'fence') {
    const given = info ?? (block.attributes.length > 0 ? block.language : undefined);
    const [, marks = ''] = /^( *(?:`{3,}|~{3,}))/.exec(source.text.slice(block.from)) ?? [];
    const line = /^[^\r\n]*/.exec(source.text.slice(block.from))?.[0] ?? '';
    const raw = info === undefined ? [] : rawLines(source, block);
    return given === undefined ? [] : [{ from: block.from, to: block.from + line.length, text: marks + given }, ...raw];
  }
  if (block.form === 'indented' && info === undefined) return [];
  const lineFrom = source.lines[block.first]?.from ?? 0;
  const prefix = source.text.slice(lineFrom, block.from).replace(/[^>\s]/g, ' ');
  const lines = plainCode(block.code).split(/\r\n|\r|\n/);
  const longest = Math.max(2, ...lines.map((line) => /^\s*(`*)/.exec(line)?.[1]?.length ?? 0));
  const marks = '`'.repeat(longest + 1);
  const [open, ...rest] = [marks + (info ?? block.language), ...lines, marks];
  const end = source.lines[block.first]?.end || source.eol;
  return [
    { from: block.from, to: block.to, text: [open, ...rest.map((line) => (line === '' ? prefix.trimEnd() : prefix + line))].join(end) },
  ];
}

/** The edits that remove the `raw` tags from a fence. */
function rawLines(source: Source, { codeLine, last }: Block): readonly Edit[] {
  const found: Edit[] = [];
  for (let line = codeLine; line < last; line += 1) {
    if (/^[ \t]*\{%-?\s*(?:end)?raw\s*-?%\}[ \t]*$/.test(source.lines[line]?.text ?? '')) found.push(removal(source, line));
  }
  return found;
}

/** The edit that deletes a line. */
export function removal({ lines }: Source, index: number): Edit {
  const { from, text, end } = lines[index] as Source['lines'][number];
  return { from, to: from + text.length + end.length, text: '' };
}

/** Applies edits to a text; they must not overlap. */
export function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    result += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return result + text.slice(at);
}
