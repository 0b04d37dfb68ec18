import { intersects, validRange } from 'semver';

/** The minor version of the newest CPython 3 that samples run on. */
export const newestPython = 15;
/** The versions of CPython that samples run on. */
export const supportedPythons = `>=3.6.0 <3.${newestPython + 1}.0`;
/** The same in words. */
export const supportedWords = `CPython 3.6 to 3.${newestPython}`;

/** Whether a text is a range of versions that includes a supported Python. */
export function isRange(text: string): boolean {
  // To pip, `~=3.8` is any 3.x from 3.8 on; to npm, only 3.8.
  return !text.includes('~=') && validRange(text) !== null && intersects(text, supportedPythons);
}

/** The range of the supported Pythons that are in two ranges; one that holds none if there are none. */
export function intersection(one: string, other: string): string {
  const parts = (range: string) => range.split('||').map((part) => part.trim());
  const both = parts(one).flatMap((part) =>
    parts(other).map((second) => (second === '*' ? part : part === '*' ? second : `${part} ${second}`)),
  );
  const some = both.filter((range) => isRange(range));
  return some.length === 0 ? '<0.0.0' : some.join(' || ');
}

/**
 * A range in Python's notation (PEP 440) in npm's; undefined if it cannot be read. A version without a patch is that of patch 0, so
 * `<=3.11` leaves out 3.11.7, and `>3.8` takes in 3.8.1. What samples run on are no pre-releases: 3.14.0 is after each of its own.
 */
export function fromSpecifiers(text: string): string | undefined {
  if (text.length > 200) return undefined;
  let range = '*';
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const found = fromSpecifier(part.trim());
    if (found === undefined) return undefined;
    range = intersection(found, range);
  }
  return range;
}

const specifier = /^(~=|===?|!=|<=?|>=?)\s*v?(\d+(?:\.\d+){0,2})([-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*)?(\.\*)?$/i;

function fromSpecifier(text: string): string | undefined {
  const [, sign = '', release = '', early, wild] = specifier.exec(text) ?? [];
  const numbers = release.split('.').map(Number);
  const version = [...numbers, 0, 0].slice(0, 3).join('.');
  /** The first version that does not start with so many of its numbers. */
  const after = (length: number) => [...numbers.slice(0, length - 1), (numbers[length - 1] ?? 0) + 1, 0, 0].slice(0, 3).join('.');
  if (wild !== undefined && early !== undefined) return undefined;
  switch (sign) {
    case '==':
    case '===':
      if (wild !== undefined) return sign === '===' ? undefined : `>=${version} <${after(numbers.length)}`;
      return early === undefined ? version : '<0.0.0';
    case '!=':
      if (wild !== undefined) return `<${version} || >=${after(numbers.length)}`;
      return early === undefined ? `<${version} || >${version}` : '*';
    case '~=':
      return numbers.length < 2 || wild !== undefined ? undefined : `>=${version} <${after(numbers.length - 1)}`;
    case '':
      return undefined;
    default: {
      if (wild !== undefined) return undefined;
      const isAbove = sign.startsWith('>');
      return `${early === undefined ? sign : isAbove ? '>=' : '<'}${version}`;
    }
  }
}

/** A hint on how to write a range that `isRange` refuses. */
export function hintForRange(text: string): string {
  const plain = text
    .replace(/\s*,\s*/g, ' ')
    .replace(/~=\s*(3\.\d+)\S*/g, '>=$1')
    .replace(/===?\s*/g, '')
    .replace(/^py(?:thon)?\s*-?(3)\.?(\d+)$/i, '$1.$2')
    .replace(/^(3\.\d+)\s*(?:\+|or\s.*|and\s.*)$/i, '>=$1');
  if (plain !== text && isRange(plain)) return `Write python="${plain}"`;
  if (validRange(text) === null) return 'A range of versions, separated by spaces: python=">=3.8", python=">=3.8 <3.12"';
  return `No Python fits it: samples run on ${supportedWords}. An example: python=">=3.8"`;
}
