import type { Position } from 'unist';

/** One `key=value` of a fence, with the place of the whole attribute. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly place: Position;
}

/** A stretch of the fence's first line that is no attribute. */
export interface Stray {
  readonly text: string;
  readonly place: Position;
}

const attribute = /([A-Za-z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"']+))(?=\s|$)|\S+/g;

/** Reads `key=value key="some words"` from a fence's info string; line, column and offset are those of its first character. */
export function parseAttributes(
  meta: string,
  at: { readonly line: number; readonly column: number; readonly offset: number },
): { attributes: readonly Attribute[]; strays: readonly Stray[] } {
  const attributes: Attribute[] = [];
  const strays: Stray[] = [];
  for (const match of meta.matchAll(attribute)) {
    const place = span(match.index, match[0].length, at);
    const value = match[2] ?? match[3] ?? match[4];
    if (match[1] !== undefined && value !== undefined) attributes.push({ key: match[1], value, place });
    else strays.push({ text: match[0], place });
  }
  return { attributes, strays };
}

function span(start: number, length: number, at: { line: number; column: number; offset: number }): Position {
  const point = (index: number) => ({ line: at.line, column: at.column + index, offset: at.offset + index });
  return { start: point(start), end: point(start + length) };
}
