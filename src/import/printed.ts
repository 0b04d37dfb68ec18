import { words as wordsOf } from './names.ts';
import type { Printed } from './python.ts';
import { argumentsOf, callsOf, childrenOf, isDocstring, type Syntax, type SyntaxNode } from './syntax.ts';

/** Names by which a program can write other than by `print`. */
const writers = wordsOf(`
  write writelines stdout stderr system popen spawnl spawnv execv execl fork input breakpoint help exit quit SystemExit
  dump_traceback displayhook excepthook __stdout__ __stderr__ warn showwarning interact license credits copyright chr
  linesep Thread Timer CDLL cdll pythonapi LoadLibrary open read __doc__
`);

/** A literal text, or undefined for a gap that a value fills. */
type Part = string | undefined;

const isString = ({ name }: SyntaxNode) => name === 'String' || name === 'FormatString';

/** The lines that a program's `print` calls may write; undefined if that cannot be known. */
export function findPrinted(syntax: Syntax, names: ReadonlySet<string>): readonly Printed[] | undefined {
  const { nodes, textOf } = syntax;
  if ([...writers].some((name) => names.has(name))) return undefined;
  const calls = callsOf(syntax).filter(({ path }) => path === 'print');
  if (nodes.filter((node) => node.name === 'VariableName' && textOf(node) === 'print').length > calls.length) return undefined;
  const printed: Printed[] = [];
  const literals = new Set<number>();
  for (const { node } of calls) {
    const args = argumentsOf(node);
    const named = args.filter((arg) => arg[1]?.name === 'AssignOp');
    if (named.some(([key]) => key !== undefined && textOf(key) !== 'flush') || args.some((arg) => arg[0]?.name.startsWith('*') === true))
      return undefined;
    const values = args.flatMap((arg) => (named.includes(arg) ? [] : arg.slice(0, 1)));
    for (const value of values) for (const { from } of literalsOf(value)) literals.add(from);
    printed.push(...splitLines(values.flatMap((value, at): Part[] => [...(at === 0 ? [] : [' ']), ...readPart(value, textOf)])));
  }
  // A string value with a newline in it may print lines of any form.
  const hasOther = nodes.some((node) => isString(node) && !literals.has(node.from) && !isDocstring(node) && /\\n|\n/.test(textOf(node)));
  return hasOther ? undefined : printed;
}

/** The string literals of a value whose text is printed: alone, before `%`, or before `.format`. */
function literalsOf(value: SyntaxNode): readonly SyntaxNode[] {
  if (isString(value)) return [value];
  if (value.name === 'ContinuedString') return childrenOf(value).filter(isString);
  const [first, second] = childrenOf(value);
  if (first === undefined) return [];
  if (value.name === 'BinaryExpression') return second?.name === 'ArithOp' ? literalsOf(first) : [];
  if (value.name === 'CallExpression' && first.name === 'MemberExpression')
    return first.firstChild === null ? [] : literalsOf(first.firstChild);
  return [];
}

/** What an argument of `print` writes, as far as the source shows. */
function readPart(value: SyntaxNode, textOf: Syntax['textOf']): readonly Part[] {
  const literals = literalsOf(value);
  if (value.name === 'CallExpression' && textOf(value.firstChild ?? value) === 'type') return ["<class '", undefined, "'>"];
  if (literals.length === 0 || literals.some((node) => /^\w*[bB]\w*["']/.test(textOf(node)))) return [undefined];
  const read = (field?: RegExp) => literals.flatMap((node) => readLiteral(textOf(node), field));
  if (isString(value) || value.name === 'ContinuedString') return read();
  const [left, operator] = childrenOf(value);
  if (value.name === 'BinaryExpression')
    return operator !== undefined && textOf(operator) === '%' && left !== undefined && left.name !== 'BinaryExpression'
      ? read(/%(?:\([^)]*\))?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z]|%%/g)
      : [undefined];
  const isFormat = left !== undefined && /\.\s*format$/.test(textOf(left)) && left.firstChild?.name !== 'CallExpression';
  return isFormat ? read(/\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})*\}/g) : [undefined];
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
