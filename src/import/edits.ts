import type { Source } from './source.ts';

/** What was done at one place of the old post. */
export interface ImportStep {
  /** In the old file, from 1. */
  readonly line: number;
  readonly what: string;
  readonly details: readonly string[];
}

/** A range of a text, by offsets, and what replaces it. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
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
