import type { Position } from 'unist';

/** One `key=value` of a fence, with the place of the whole attribute; the value of one that is only a word is empty. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly place: Position;
}

/** A part of the fence's first line that is not an attribute, and how to make it one. */
export interface UnknownToken {
  readonly text: string;
  readonly hint: string;
  readonly place: Position;
}

/** Attributes that are only a word. */
const words = new Set(['live']);

const attribute = /([A-Za-z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"'“”„‘’]+))(?=\s|$)/;
/** Near misses of an attribute, and how to write each. */
const near: readonly (readonly [pattern: RegExp, hint: (key: string, value: string) => string])[] = [
  [
    /([A-Za-z][\w-]*)(?:\s+=\s*|=\s+)(?=\S)("[^"]*"|'[^']*'|[^\s"'=]+)(?=\s|$)/,
    (key, value) => `Write ${key}=${value}, without spaces around the sign.`,
  ],
  [/([A-Za-z][\w-]*)=[“”„‘’]([^“”„‘’"']*)[“”„‘’"']?(?=\s|$)/, (key, value) => `Write straight quotes: ${key}="${value}"`],
  [/([A-Za-z][\w-]*)=["']([^"']*)$/, (key, value) => `The quote is not closed: ${key}="${value.trim()}"`],
  [/([A-Za-z][\w-]*):\s*("[^"]*"|'[^']*'|[^\s"']+)(?=\s|$)/, (key, value) => `Write an equals sign: ${key}=${value}`],
  [/--?([A-Za-z][\w-]*)[= ]([^\s"']+)(?=\s|$)/, (key, value) => `Write it without dashes: ${key}=${value}`],
];
const form = new RegExp([attribute, ...near.map(([pattern]) => pattern)].map(({ source }) => source).join('|') + '|\\S+', 'g');

/** Reads `key=value key="some words"` from a fence's info string, whose first character is `at` that place. */
export function parseAttributes(
  meta: string,
  at: { readonly line: number; readonly column: number; readonly offset: number },
): { attributes: readonly Attribute[]; unknown: readonly UnknownToken[] } {
  const attributes: Attribute[] = [];
  const unknown: UnknownToken[] = [];
  for (const match of meta.matchAll(form)) {
    const place = span(match.index, match[0].length, at);
    const [text, key, ...values] = match;
    const value = values.slice(0, 3).find((written) => written !== undefined);
    if (key !== undefined && value !== undefined) attributes.push({ key, value, place });
    else if (words.has(text)) attributes.push({ key: text, value: '', place });
    else unknown.push({ text, hint: hintBehind(attributes.at(-1), text, place) ?? hintFor(text), place });
  }
  return { attributes, unknown };
}

/** What to write if a word most likely belongs to the value of the attribute before it. */
function hintBehind(before: Attribute | undefined, text: string, place: Position): string | undefined {
  const isBehind = before !== undefined && before.place.end.column === place.start.column - 1;
  return isBehind && /^(?:args|title)$/.test(before.key) && !/["'=]/.test(text)
    ? `Quote a value of several words: ${before.key}="${before.value} ${text}"`
    : undefined;
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
