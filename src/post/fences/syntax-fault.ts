import { parser } from '@lezer/python';

/** A fault for which no Python 3 compiles a program; line and column count from 1. */
export interface SyntaxFault {
  readonly reason: string;
  readonly hint: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The first fault of the kinds that copying and pasting bring: quotes, spaces and signs of word processors, HTML in place of signs,
 * numbers of lines, tabs mixed with spaces, and Python 2's print. Any other is left to Python, which alone knows its own grammar.
 */
export function findSyntaxFault(code: string): SyntaxFault | undefined {
  const bare = blankText(code);
  const at = (offset: number) => {
    const before = code.slice(0, offset).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  };
  const faults = [findLineNumbers(bare), findCharacter(bare), findHtml(bare), findPrint(bare, code), findTabs(code, bare)];
  const [first] = faults.filter((fault) => fault !== undefined).toSorted((a, b) => a.offset - b.offset);
  return first && { reason: first.reason, hint: first.hint, ...at(first.offset) };
}

interface Fault {
  readonly reason: string;
  readonly hint: string;
  readonly offset: number;
}

/** Replaces strings and comments by spaces, keeping the lines. */
function blankText(code: string): string {
  const parts: string[] = [];
  let end = 0;
  parser.parse(code).iterate({
    enter: ({ name, from, to }) => {
      if (!/^(?:String|FormatString|Comment)$/.test(name) || from < end) return;
      parts.push(code.slice(end, from), code.slice(from, to).replace(/[^\n]/g, ' '));
      end = to;
    },
  });
  return parts.join('') + code.slice(end);
}

/** A character that is neither part of a name nor a sign of Python's. */
function findCharacter(bare: string): Fault | undefined {
  // What is unassigned here may be a letter in a later version of Unicode.
  const found = /[^\u0000-\u007f\p{ID_Continue}\p{Cn}]/u.exec(bare.startsWith('\ufeff') ? ` ${bare.slice(1)}` : bare);
  if (found === null) return undefined;
  const [character] = found;
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const offset = found.index;
  if (/[“”„«»]/.test(character))
    return { reason: `The quote ${character} is not one of Python’s`, hint: 'Write a straight one: "', offset };
  if (/[‘’‚]/.test(character)) return { reason: `The quote ${character} is not one of Python’s`, hint: "Write a straight one: '", offset };
  if (/\p{Zs}/u.test(character))
    return { reason: `The space here is not one that Python reads (${number})`, hint: 'Type it anew.', offset };
  if (/[\p{Cf}\p{Zl}\p{Zp}\p{Cc}]/u.test(character))
    return { reason: `There is an invisible character here (${number})`, hint: 'Delete it.', offset };
  const meant = /[\u2010-\u2015\u2212]/.test(character) ? 'Write a hyphen: -' : 'Write a sign of Python’s, or put it into a string.';
  return { reason: `The sign ${character} is not one of Python’s`, hint: meant, offset };
}

const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** `&lt;` for `<`, unless something has that name. */
function findHtml(bare: string): Fault | undefined {
  for (const { 0: text, 1: name = '', index: offset } of bare.matchAll(/&(lt|gt|amp|quot);/g)) {
    if (new RegExp(`(?<![&\\w])${name}\\b`).test(bare)) continue;
    return { reason: `${text} is HTML, and no sign of Python’s`, hint: `Write the sign itself: ${signs[name]}`, offset };
  }
  return undefined;
}

/** Numbers before all lines, as some pages show code. */
function findLineNumbers(bare: string): Fault | undefined {
  const lines = bare.split('\n').filter((line) => line.trim() !== '');
  const numbers = lines.map((line) => Number(/^\s*(\d+)(?:[.:|]?\s|$)/.exec(line)?.[1] ?? NaN));
  const counts = lines.length > 1 && numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number));
  // A name after a number is no expression.
  const isFault = lines.some((line) => /^\s*\d+[.:|]?\s+(?!(?:and|or|in|is|if|not)\b)[A-Za-z_@]/.test(line));
  return counts && isFault
    ? { reason: 'The code has line numbers', hint: 'Delete the number at the start of each line.', offset: bare.search(/\d/) }
    : undefined;
}

/** Python 2's print; what comes after the name may be in strings. */
function findPrint(bare: string, code: string): Fault | undefined {
  for (const { index } of bare.matchAll(/(?<=^[ \t]*|[;:][ \t]*)print[ \t]+/gm)) {
    const [, rest = ''] = /^print[ \t]+(.*)/.exec(code.slice(index)) ?? [];
    if (!/^(?:["']|(?!(?:and|or|in|is|if|not|else|for)\b)[A-Za-z_0-9])/.test(rest)) continue;
    return { reason: 'print is a function in Python 3', hint: `Write print(${rest.replace(/\s*(?:#.*)?$/, '')})`, offset: index };
  }
  return undefined;
}

/** Indentation whose depth depends on the width of a tab: CPython compares it with a width of eight and of one. */
function findTabs(code: string, bare: string): Fault | undefined {
  if (!code.includes('\t')) return undefined;
  const starts = new Set<number>();
  parser.parse(code).iterate({
    enter: ({ name, from }) => {
      if (/(?:Statement|Definition)$/.test(name) && /^[ \t]*$/.test(lineBefore(code, from)) && !isContinued(bare, from)) starts.add(from);
    },
  });
  const levels: (readonly [wide: number, narrow: number])[] = [[0, 0]];
  for (const offset of [...starts].toSorted((a, b) => a - b)) {
    const [wide, narrow] = widthOf(lineBefore(code, offset));
    while ((levels.at(-1)?.[0] ?? 0) > wide) levels.pop();
    const [topWide, topNarrow] = levels.at(-1) ?? [0, 0];
    if (wide === topWide ? narrow !== topNarrow : narrow <= topNarrow)
      return {
        reason: 'The line is indented with tabs where others have spaces, so that Python cannot tell how deep it is',
        hint: 'Indent all lines with spaces.',
        offset,
      };
    if (wide > topWide) levels.push([wide, narrow]);
  }
  return undefined;
}

/** Whether a line goes on from the one above: within brackets, or after a backslash. */
function isContinued(bare: string, offset: number): boolean {
  const before = bare.slice(0, bare.lastIndexOf('\n', offset - 1) + 1);
  const [opened, closed] = [/[([{]/g, /[)\]}]/g].map((bracket) => before.match(bracket)?.length ?? 0);
  return opened !== closed || before.endsWith('\\\n');
}

function lineBefore(code: string, offset: number): string {
  return code.slice(code.lastIndexOf('\n', offset - 1) + 1, offset);
}

function widthOf(indentation: string): readonly [wide: number, narrow: number] {
  let wide = 0;
  for (const character of indentation) wide = character === '\t' ? (Math.floor(wide / 8) + 1) * 8 : wide + 1;
  return [wide, indentation.length];
}
