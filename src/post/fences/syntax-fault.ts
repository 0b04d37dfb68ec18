import { parser } from '@lezer/python';
import { describeCharacter, explainInvisible } from '../invisible.ts';
import { pointsWithin } from '../place.ts';

/** A fault for which no Python 3 compiles a program; line and column count from 1. */
export interface SyntaxFault {
  readonly reason: string;
  readonly hint: string;
  readonly line: number;
  readonly column: number;
}

interface Fault {
  readonly reason: string;
  readonly hint: string;
  readonly offset: number;
}

/**
 * The first fault of the kinds that typing, copying and pasting bring, each of which is one in every version of Python 3. All
 * others are left to Python, which alone knows its own grammar.
 */
export function findSyntaxFault(code: string): SyntaxFault | undefined {
  const bare = blankText(code);
  const lines = readLogicalLines(bare);
  const found = [
    findLineNumbers(bare),
    findForeignLine(lines),
    findCharacter(bare),
    findHtml(bare),
    findOpen(bare),
    findPrint(lines, code),
    findIndentation(lines),
    findStatement(lines, code),
  ];
  const [first] = found.filter((fault) => fault !== undefined).toSorted((a, b) => a.offset - b.offset);
  if (first === undefined) return undefined;
  const { line, column } = pointsWithin(code, { line: 1, column: 1 })(first.offset);
  return { reason: first.reason, hint: first.hint, line, column };
}

/** Stands for each character of a string, its line breaks included. */
const blank = '\u0001';

/** Replaces comments by spaces and strings by blanks, but for the quote of a string that is not closed. */
function blankText(code: string): string {
  const parts: string[] = [];
  let end = 0;
  parser.parse(code).iterate({
    enter: ({ name, from, to }) => {
      if (!/^(?:String|FormatString|Comment)$/.test(name) || from < end) return;
      const text = code.slice(from, to);
      const [start = '', quote = ''] = name === 'Comment' ? [] : (/^[a-z]*("""|'''|"|')/i.exec(text) ?? []);
      const isOpen = quote !== '' && !(text.endsWith(quote) && text.length >= start.length + quote.length);
      const shown = isOpen ? start : '';
      parts.push(code.slice(end, from), shown + (name === 'Comment' ? ' ' : blank).repeat(text.length - shown.length));
      end = to;
    },
  });
  return parts.join('') + code.slice(end);
}

/** A statement, or the head of one, with all lines that it spans. */
interface LogicalLine {
  readonly text: string;
  /** Where its text starts, after the indentation. */
  readonly offset: number;
  readonly indentation: string;
}

/** The logical lines of code without strings; a line goes on within brackets, after a backslash, and within a string. */
function readLogicalLines(bare: string): readonly LogicalLine[] {
  const found: LogicalLine[] = [];
  let depth = 0;
  let open: { text: string; offset: number; indentation: string } | undefined;
  let start = 0;
  for (const line of bare.split('\n')) {
    const indentation = /^[ \t\f]*/.exec(line)?.[0] ?? '';
    if (open !== undefined) open.text += `\n${line}`;
    else if (line.length > indentation.length)
      found.push((open = { text: line.slice(indentation.length), offset: start + indentation.length, indentation }));
    for (const sign of line) depth = Math.max(0, depth + ('([{'.includes(sign) ? 1 : ')]}'.includes(sign) ? -1 : 0));
    if (depth === 0 && !line.endsWith('\\')) open = undefined;
    start += line.length + 1;
  }
  return found;
}

/** A character that is neither part of a name nor a sign of Python's. */
function findCharacter(bare: string): Fault | undefined {
  // What is unassigned here may be a letter in a later version of Unicode.
  const found = /[^\u0000-\u007f\p{ID_Continue}\p{Cn}]/u.exec(bare.startsWith('\ufeff') ? ` ${bare.slice(1)}` : bare);
  if (found === null) return undefined;
  const [character] = found;
  const offset = found.index;
  if (/[“”„«»]/.test(character))
    return { reason: `The quote ${character} is not one of Python’s`, hint: 'Write a straight one: "', offset };
  if (/[‘’‚]/.test(character)) return { reason: `The quote ${character} is not one of Python’s`, hint: "Write a straight one: '", offset };
  if (/\p{Zs}/u.test(character))
    return { reason: `The space here is not one that Python reads (${describeCharacter(character)})`, hint: 'Type it anew.', offset };
  if (/[\p{Cf}\p{Zl}\p{Zp}\p{Cc}]/u.test(character)) return { reason: explainInvisible(character).reason, hint: 'Delete it.', offset };
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

/** A command and a word after it; in Python two names in a row are an error, unless one is a keyword. */
const shellCommand =
  /^(?:pip3?|conda|python3?|apt|git|npm|cd)[ \t]+(?!(?:is|in|or|and|if|not|else|for)\b)(?:-[a-z]+[ \t]+)?[a-z][\w./-]*(?:[ \t]|$)(?!=)/i;

/** Lines that start like a command of a shell or a notebook, or like what a program prints. */
function findForeignLine(lines: readonly LogicalLine[]): Fault | undefined {
  for (const { text, offset } of lines) {
    if (text.startsWith('Traceback (most recent call last)'))
      return { reason: 'This is what a program printed, not a program', hint: 'Show it in a fence ```text, without sample=.', offset };
    if (shellCommand.test(text.split('\n', 1)[0] ?? ''))
      return { reason: 'This is a command of a shell, not Python', hint: 'Delete it.', offset };
    if (/^[!%$?]/.test(text))
      return { reason: `This is a command of ${text.startsWith('$') ? 'a shell' : 'a notebook'}, not Python`, hint: 'Delete it.', offset };
  }
  return undefined;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** A bracket or a string that is not closed, or a bracket too many. */
function findOpen(bare: string): Fault | undefined {
  const open: { readonly sign: string; readonly offset: number }[] = [];
  for (const { 0: sign, index: offset } of bare.matchAll(/[()[\]{}"']/g)) {
    if (/["']/.test(sign)) {
      const quote = bare.startsWith(sign.repeat(3), offset) ? sign.repeat(3) : sign;
      return { reason: 'The string is not closed', hint: `Close it with ${quote}`, offset };
    }
    if (sign in closing) open.push({ sign, offset });
    else if (closing[open.pop()?.sign ?? ''] !== sign)
      return { reason: `The bracket ${sign} closes none`, hint: 'Delete it, or open it before.', offset };
  }
  const last = open.at(-1);
  return last && { reason: `The bracket ${last.sign} is not closed`, hint: `Close it: ${closing[last.sign]}`, offset: last.offset };
}

/** Python 2's print. */
function findPrint(lines: readonly LogicalLine[], code: string): Fault | undefined {
  for (const { text, offset } of lines) {
    for (const { index } of text.matchAll(/(?<=^|[;:][ \t]*)print[ \t]+/g)) {
      const [, rest = ''] = /^print[ \t]+(.*)/.exec(code.slice(offset + index)) ?? [];
      if (!/^(?:["']|(?!(?:and|or|in|is|if|not|else|for)\b)[A-Za-z_0-9])/.test(rest)) continue;
      const hint = `Write print(${rest.replace(/\s*(?:#.*)?$/, '')})`;
      return { reason: 'print is a function in Python 3', hint, offset: offset + index };
    }
  }
  return undefined;
}

/** The keywords that start a statement with a body; they are nothing else in any version of Python 3 since 3.7. */
const head = /^(?:(?:for|while|if|elif|else|def|class|try|with|except|finally)\b|async[ \t]+(?:def|for|with)\b)/;

/** Heads without a colon, an assignment for a comparison, `i++`, and a return outside of functions. */
function findStatement(lines: readonly LogicalLine[], code: string): Fault | undefined {
  for (const { text, offset, indentation } of lines) {
    const flat = withoutBrackets(text);
    if (head.test(text)) {
      if (!flat.includes(':')) {
        const end = offset + code.slice(offset).split('\n', 1)[0]!.length;
        return {
          reason: 'A colon is missing at the end of the line',
          hint: 'Write it after the last word.',
          offset: text.includes('\n') ? offset : end,
        };
      }
      const equals = /^(?:if|elif|while)\b(?!.*\blambda\b)[^:]*?[^:=<>!+\-*/%&|^@]=(?!=)/s.exec(flat);
      if (equals !== null)
        return { reason: 'A condition compares with ==; = assigns', hint: 'Write == to compare.', offset: offset + equals[0].length - 1 };
    }
    const foreign = foreignForms.find(({ pattern }) => pattern.test(text));
    const at = foreign && foreign.pattern.exec(text);
    if (foreign !== undefined && at) return { reason: foreign.reason, hint: foreign.hint, offset: offset + at.index };
    if (indentation === '' && /^(?:break|continue)\b/.test(text))
      return { reason: `This ${/^\w+/.exec(text)?.[0]} is in no loop`, hint: 'Indent it with its loop, or delete it.', offset };
    const step = /^[\w.]+[ \t]*(\+\+|--)[ \t]*$/.exec(text);
    if (step !== null)
      return {
        reason: `Python has no ${step[1]}`,
        hint: `Write ${/^[\w.]+/.exec(text)?.[0]} ${step[1]?.[0]}= 1`,
        offset: offset + text.indexOf(step[1] as string),
      };
    if (indentation === '' && /^return\b/.test(text))
      return { reason: 'This return is in no function', hint: 'Indent it with its function, or end the program with sys.exit().', offset };
  }
  return undefined;
}

/** Forms of other languages and of Python 2, which no Python 3 reads. */
const foreignForms: readonly { readonly pattern: RegExp; readonly reason: string; readonly hint: string }[] = [
  { pattern: /^else[ \t]+if\b/, reason: 'Python has no else if', hint: 'Write elif' },
  { pattern: /&&/, reason: 'Python has no &&', hint: 'Write and' },
  { pattern: /\|\|/, reason: 'Python has no ||', hint: 'Write or to connect them.' },
  { pattern: /`/, reason: 'Backticks mean nothing in Python 3', hint: 'Write repr(…), or delete them.' },
  { pattern: /^raise[ \t]+[\w.]+[ \t]*,/, reason: 'Python 3 raises one object', hint: 'Write raise ValueError("…")' },
  { pattern: /^exec[ \t]+[\u0001"']/, reason: 'exec is a function in Python 3', hint: 'Write exec("…")' },
  {
    pattern: /(?<![\w.]|[eE][-+])0\d*[1-9]\d*(?![\w.])/,
    reason: 'A number does not start with a zero in Python 3',
    hint: 'Write an octal number as 0o777',
  },
];

/** Blanks out what is within brackets. */
function withoutBrackets(text: string): string {
  let depth = 0;
  return [...text]
    .map((sign) => {
      if (')]}'.includes(sign)) depth -= 1;
      const shown = depth > 0 ? ' ' : sign;
      if ('([{'.includes(sign)) depth += 1;
      return shown;
    })
    .join('');
}

/** Indentation that begins or ends no body, or whose depth depends on the width of a tab, which CPython takes as eight and as one. */
function findIndentation(lines: readonly LogicalLine[]): Fault | undefined {
  const levels: (readonly [wide: number, narrow: number])[] = [[0, 0]];
  let opens = false;
  for (const { text, offset, indentation } of lines) {
    const [wide, narrow] = widthOf(indentation);
    const [topWide, topNarrow] = levels.at(-1) ?? [0, 0];
    const isDeeper = wide > topWide;
    const mixed = {
      reason: 'The line is indented with tabs where others have spaces, so that Python cannot tell how deep it is',
      hint: 'Indent all lines with spaces.',
      offset,
    };
    if (isDeeper && narrow <= topNarrow) return mixed;
    if (isDeeper && !opens)
      return {
        reason: 'The line is indented, and begins no body',
        hint: `${levels.length === 1 ? 'Start it at the left' : 'Indent it like the line above'}.`,
        offset,
      };
    if (!isDeeper && opens)
      return { reason: 'The line above has no body', hint: 'Indent the lines that belong to it; write pass if there are none.', offset };
    if (isDeeper) levels.push([wide, narrow]);
    while ((levels.at(-1)?.[0] ?? 0) > wide) levels.pop();
    if (levels.at(-1)?.[0] !== wide)
      return {
        reason: 'The line is indented less than the one above, and more than all before',
        hint: 'Indent it like one of them.',
        offset,
      };
    if (levels.at(-1)?.[1] !== narrow) return mixed;
    opens = /:\s*$/.test(text) && (head.test(text) || /^(?:match|case)\b/.test(text));
  }
  return undefined;
}

function widthOf(indentation: string): readonly [wide: number, narrow: number] {
  let [wide, narrow] = [0, 0];
  for (const character of indentation) {
    if (character === '\f') [wide, narrow] = [0, 0];
    else [wide, narrow] = [character === '\t' ? (Math.floor(wide / 8) + 1) * 8 : wide + 1, narrow + 1];
  }
  return [wide, narrow];
}
