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
