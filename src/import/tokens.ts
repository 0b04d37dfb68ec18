import { words } from './names.ts';

/** A token of Python. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'sign';
  readonly text: string;
}

/** The tokens of a logical line, with its first line and its indentation in columns. */
export interface Statement {
  readonly line: number;
  readonly indent: number;
  readonly tokens: readonly Token[];
}

/** The keywords of Python 2 and 3. */
export const keywords: ReadonlySet<string> = words(`
  False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield match case type print exec
`);

const sign = /\*\*=|\/\/=|>>=|<<=|->|:=|==|!=|<=|>=|<>|[-+*/%@&|^]=|\*\*|\/\/|<<|>>|[-+*/%@&|^~<>()[\]{},:.;=`!?]/u;

/** Matches one token, comment or stretch of space at a time; a string only up to its first quote. */
const scanner = new RegExp(
  [
    /[^\S\n]+|#[^\n]*|\\\r?\n/u,
    /(?<string>[rRbBuUfFtT]{0,2}(?:"""|'''|"|'))/u,
    /(?<name>[\p{L}_][\p{L}\p{N}_]*)/u,
    /(?<number>\.?\d[\w.]*)/u,
    new RegExp(`(?<sign>${sign.source})`, 'u'),
    /(?<newline>\n)|./u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'uy',
);

/** Splits code into statements; `fault` says why it is not Python, undefined if it may be. */
export function tokenize(code: string, firstLine: number): { statements: readonly Statement[]; fault: string | undefined } {
  const text = code.replace(/\r\n?/g, '\n');
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  let line = firstLine;
  let start = firstLine;
  let indent = 0;
  let depth = 0;
  let fault: string | undefined;
  const end = () => {
    if (tokens.length > 0) statements.push({ line: start, indent, tokens });
    tokens = [];
  };
  for (let at = 0; at < text.length;) {
    scanner.lastIndex = at;
    const match = scanner.exec(text);
    const groups = match?.groups ?? {};
    let piece = match?.[0] ?? text[at] ?? ' ';
    let kind: Token['kind'] | undefined;
    if (groups['string'] !== undefined) {
      const quote = piece.replace(/^\w*/, '');
      const close = closeString(text, at + piece.length, quote);
      if (close === undefined) fault ??= `the string in line ${line} does not end`;
      piece = text.slice(at, close ?? lineEnd(text, at));
      kind = 'string';
    } else if (groups['name'] !== undefined) kind = 'name';
    else if (groups['number'] !== undefined) kind = 'number';
    else if (groups['sign'] !== undefined) kind = 'sign';
    else if (groups['newline'] === undefined && !/^[\s#\\]/.test(piece)) {
      fault ??= `line ${line} is not Python`;
      kind = 'sign';
    }
    if (kind !== undefined) {
      if (tokens.length === 0) {
        start = line;
        indent = (/^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '').replaceAll('\t', '        ').length;
      }
      if (/^[([{]$/.test(piece)) depth += 1;
      if (/^[)\]}]$/.test(piece)) depth -= 1;
      if (depth < 0) fault ??= `a bracket in line ${line} was never opened`;
      depth = Math.max(0, depth);
      tokens.push({ kind, text: piece });
    } else if (piece === '\n' && depth === 0) end();
    line += piece.split('\n').length - 1;
    at += piece.length;
  }
  end();
  if (depth > 0) fault ??= 'a bracket is never closed';
  return { statements, fault };
}

function closeString(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (text[at] === '\n' && quote.length === 1) return undefined;
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
