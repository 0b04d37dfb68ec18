import { words as wordsOf } from './names.ts';
import type { Printed } from './python.ts';
import type { Token } from './tokens.ts';

/** Names by which a program can write other than by `print`. */
const writers = wordsOf(`
  write writelines stdout stderr system popen spawnl spawnv execv execl fork input breakpoint help exit quit SystemExit
  dump_traceback displayhook excepthook __stdout__ __stderr__ warn showwarning interact license credits copyright chr
  linesep Thread Timer CDLL cdll pythonapi LoadLibrary open read __doc__
`);

/** A literal text, or undefined for a gap that a value fills. */
type Part = string | undefined;

/** The lines that a program's `print` calls may write; undefined if that cannot be known. */
export function findPrinted(tokens: readonly Token[], names: ReadonlySet<string>): readonly Printed[] | undefined {
  if ([...writers].some((name) => names.has(name))) return undefined;
  const printed: Printed[] = [];
  const literals = new Set<Token>();
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'name' || text !== 'print') continue;
    if (tokens[index + 1]?.text !== '(' || tokens[index - 1]?.text === '.') return undefined;
    const args = splitArguments(tokens, index + 2);
    const words = args.filter((arg) => arg[1]?.text !== '=');
    const named = args.filter((arg) => arg[1]?.text === '=').map((arg) => arg[0]?.text);
    if (named.some((name) => name !== 'flush') || words.some((arg) => arg[0]?.text.startsWith('*') === true)) return undefined;
    for (const token of words.flatMap(literalsOf)) literals.add(token);
    const parts = words.flatMap((arg, at): Part[] => [...(at === 0 ? [] : [' ']), ...readPart(arg)]);
    printed.push(...splitLines(parts));
  }
  // A string value with a newline in it may print lines of any form.
  return tokens.some((token) => token.kind === 'string' && !literals.has(token) && /\\n|\n/.test(token.text)) ? undefined : printed;
}

/** The string literals at the start of an argument, if it prints their text. */
function literalsOf(arg: readonly Token[]): readonly Token[] {
  const end = arg.findIndex(({ kind }) => kind !== 'string');
  return readPart(arg).every((part) => part === undefined) ? [] : arg.slice(0, end === -1 ? undefined : end);
}

/** The arguments of a call; `from` is the index of the first token after its bracket. */
export function splitArguments(tokens: readonly Token[], from: number): readonly (readonly Token[])[] {
  const args: Token[][] = [[]];
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (depth === 0 && token.text === ')') break;
    if (/^[([{]$/.test(token.text)) depth += 1;
    if (/^[)\]}]$/.test(token.text)) depth -= 1;
    if (depth === 0 && token.text === ',') args.push([]);
    else args.at(-1)?.push(token);
  }
  return args.filter((arg) => arg.length > 0);
}

/** What an argument of `print` writes, as far as the source shows. */
function readPart(arg: readonly Token[]): readonly Part[] {
  const strings = arg.findIndex(({ kind }) => kind !== 'string');
  const count = strings === -1 ? arg.length : strings;
  const rest = arg.slice(count);
  const text = rest.map(({ text }) => text);
  const loose = depthZero(rest).some((sign) => /^(?:\+|\*|if|or|and|==|!=|<|>|in|not)$/.test(sign));
  if (count === 0)
    return text[0] === 'type' && text[1] === '(' && findClosing(rest, 2) === rest.length - 1 ? ["<class '", undefined, "'>"] : [undefined];
  if (arg.slice(0, count).some(({ text }) => /^\w*[bB]\w*["']/.test(text)) || loose) return [undefined];
  const literal = (field?: RegExp) => arg.slice(0, count).flatMap(({ text }) => readLiteral(text, field));
  if (rest.length === 0) return literal();
  if (text[0] === '%') return literal(/%(?:\([^)]*\))?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z]|%%/g);
  if (text[0] === '.' && text[1] === 'format' && depthZero(rest).join(' ') === '. format')
    return literal(/\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})*\}/g);
  return [undefined];
}

/** The index of the bracket that closes the one opened before `from`. */
function findClosing(tokens: readonly Token[], from: number): number {
  let depth = 1;
  return tokens.findIndex(({ text }, index) => {
    if (index >= from && /^[([{]$/.test(text)) depth += 1;
    if (index >= from && /^[)\]}]$/.test(text)) depth -= 1;
    return index >= from && depth === 0;
  });
}

/** The texts of the tokens outside brackets. */
function depthZero(tokens: readonly Token[]): readonly string[] {
  let depth = 0;
  return tokens.flatMap(({ text }) => {
    if (/^[)\]}]$/.test(text)) depth -= 1;
    const outside = depth === 0 && !/^[()[\]{}]$/.test(text);
    if (/^[([{]$/.test(text)) depth += 1;
    return outside ? [text] : [];
  });
}

function readLiteral(token: string, field?: RegExp): readonly Part[] {
  const [, prefix = '', quote = ''] = /^(\w*)("""|'''|"|')/.exec(token) ?? [];
  const body = token.slice(prefix.length + quote.length, token.length - quote.length);
  const fields = /f|t/i.test(prefix) ? /\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})*\}/g : field;
  const decode = (text: string): readonly Part[] => (/r/i.test(prefix) ? [text] : decodeEscapes(text));
  if (fields === undefined) return decode(body);
  const parts: Part[] = [];
  let at = 0;
  for (const match of body.matchAll(fields)) {
    parts.push(...decode(body.slice(at, match.index)), /^(?:\{\{|\}\}|%%)$/.test(match[0]) ? match[0][0] : undefined);
    at = match.index + match[0].length;
  }
  return [...parts, ...decode(body.slice(at))];
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};

function decodeEscapes(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { 0: whole, 1: code = '', index } of text.matchAll(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[^])/g,
  )) {
    parts.push(
      text.slice(at, index),
      /^[xuU]./.test(code)
        ? String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code.slice(1), 16)))
        : /^[N0-7]/.test(code)
          ? undefined
          : (escapes[code] ?? whole),
    );
    at = index + whole.length;
  }
  return [...parts, text.slice(at)];
}

function splitLines(parts: readonly Part[]): readonly Printed[] {
  const lines: string[][] = [['']];
  for (const part of parts) {
    if (part === undefined) lines.at(-1)?.push('');
    else {
      for (const [index, piece] of part.split('\n').entries()) {
        if (index > 0) lines.push(['']);
        const line = lines.at(-1) as string[];
        line[line.length - 1] += piece;
      }
    }
  }
  return lines.map((texts) => ({ texts, shown: texts.join('…') }));
}
