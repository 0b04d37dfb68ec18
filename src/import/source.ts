import { apply, type Edit } from './edits.ts';

/** A post between two steps of its import. */
export interface Source {
  readonly text: string;
  /** Its lines, with their offsets, their line ends, and the lines of the old file that they come from, from 1. */
  readonly lines: readonly { readonly text: string; readonly from: number; readonly end: string; readonly old: number }[];
  /** The line end that it uses. */
  readonly eol: string;
}

/** The old file. */
export function readSource(text: string): Source {
  return split(text, (index) => index + 1);
}

/** The post after some edits, which must not overlap; its lines still know where they come from. */
export function rewrite(source: Source, edits: readonly Edit[]): Source {
  if (edits.length === 0) return source;
  const ordered = edits.toSorted((a, b) => a.from - b.from);
  const old = [1];
  let startsLine = true;
  const add = (text: string, first: number, last: number) => {
    if (text === '') return;
    // What was deleted before it does not count.
    if (startsLine) old[old.length - 1] = oldLine(source, first);
    const { length } = text.match(/\r\n|\r|\n/g) ?? [];
    for (let index = 1; index <= length; index += 1) old.push(oldLine(source, Math.min(first + index, last)));
    startsLine = /[\r\n]$/.test(text);
  };
  let at = 0;
  for (const { from, to, text } of [...ordered, { from: source.text.length, to: source.text.length, text: '' }]) {
    const [start, first, last] = [indexAt(source, at), indexAt(source, from), indexAt(source, to)];
    add(source.text.slice(at, from), start, first);
    add(text, first, last);
    at = to;
  }
  return split(apply(source.text, edits), (index) => old[index] ?? old.at(-1) ?? 1);
}

/** The index of the line that an offset is in. */
export function indexAt({ lines }: Source, offset: number): number {
  let [low, high] = [0, lines.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.from ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** The line of the old file, from 1, that a line comes from, given by its index. */
export function oldLine({ lines }: Source, index: number): number {
  return (lines[index] ?? lines.at(-1))?.old ?? 1;
}

function split(text: string, old: (index: number) => number): Source {
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)].map(({ 1: line = '', 2: end = '', index: from }, index) => ({
    text: line,
    from,
    end,
    old: old(index),
  }));
  if (lines.length > 1 && lines.at(-1)?.text === '') lines.pop();
  return { text, lines, eol: lines[0]?.end || '\n' };
}
