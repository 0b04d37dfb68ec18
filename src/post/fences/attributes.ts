import type { Position } from 'unist';

/** One `key=value` of a fence, with the place of the whole attribute. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly place: Position;
}

/** A stretch of the fence's first line that is no attribute, and how to make it one. */
export interface Stray {
  readonly text: string;
  readonly hint: string;
  readonly place: Position;
}

const attribute = /([A-Za-z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"'“”„‘’]+))(?=\s|$)/;
/** What comes near an attribute, and how it is meant. */
const near: readonly (readonly [pattern: RegExp, hint: (key: string, value: string) => string])[] = [
  [
    /([A-Za-z][\w-]*)(?:\s+=\s*|=\s+)(?=\S)("[^"]*"|'[^']*'|[^\s"'=]+)(?=\s|$)/,
    (key, value) => `Write ${key}=${value}, without blanks around the sign.`,
  ],
  [/([A-Za-z][\w-]*)=[“”„‘’]([^“”„‘’"']*)[“”„‘’"']?(?=\s|$)/, (key, value) => `Write straight quotes: ${key}="${value}"`],
  [/([A-Za-z][\w-]*)=["']([^"']*)$/, (key, value) => `The quote is not closed: ${key}="${value.trim()}"`],
  [/([A-Za-z][\w-]*):\s*("[^"]*"|'[^']*'|[^\s"']+)(?=\s|$)/, (key, value) => `Write an equals sign: ${key}=${value}`],
  [/--?([A-Za-z][\w-]*)[= ]([^\s"']+)(?=\s|$)/, (key, value) => `Write it without dashes: ${key}=${value}`],
];
const form = new RegExp([attribute, ...near.map(([pattern]) => pattern)].map(({ source }) => source).join('|') + '|\\S+', 'g');

/** Reads `key=value key="some words"` from a fence's info string; line, column and offset are those of its first character. */
export function parseAttributes(
  meta: string,
  at: { readonly line: number; readonly column: number; readonly offset: number },
): { attributes: readonly Attribute[]; strays: readonly Stray[] } {
  const attributes: Attribute[] = [];
  const strays: Stray[] = [];
  for (const match of meta.matchAll(form)) {
    const place = span(match.index, match[0].length, at);
    const [text, key, ...values] = match;
    const value = values.slice(0, 3).find((written) => written !== undefined);
    if (key !== undefined && value !== undefined) attributes.push({ key, value, place });
    else strays.push({ text, hint: hintFor(text), place });
  }
  return { attributes, strays };
}

function hintFor(text: string): string {
  for (const [pattern, hint] of near) {
    const [whole, key = '', value = ''] = pattern.exec(text) ?? [];
    if (whole === text) return hint(key, value);
  }
  return 'Write key=value, or key="several words".';
}

function span(start: number, length: number, at: { line: number; column: number; offset: number }): Position {
  const point = (index: number) => ({ line: at.line, column: at.column + index, offset: at.offset + index });
  return { start: point(start), end: point(start + length) };
}
