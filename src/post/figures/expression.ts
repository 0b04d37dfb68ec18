import { parseDuration, parseSize } from '../../experiment/quantity.ts';

/*
 * The grammar of a measured value, after its `=`:
 *
 *   claim   = sum [ ( "<" | "<=" | ">" | ">=" ) sum ]
 *   sum     = product { ( "+" | "-" ) product }
 *   product = atom { ( "*" | "/" ) atom }
 *   atom    = number [ unit ] | path | "(" sum ")"
 *   path    = sample [ "." condition ] "." metric
 */

/** The unit of a number; `text` is not a number. */
export type Kind = 'bytes' | 'ms' | 'count' | 'text';

export type Operator = '+' | '-' | '*' | '/';
export type Comparison = '<' | '<=' | '>' | '>=';

export type Expression =
  | { readonly type: 'number'; readonly value: number; readonly kind: Kind }
  | { readonly type: 'path'; readonly path: string; readonly kind: Kind }
  | { readonly type: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression; readonly kind: Kind }
  | {
      readonly type: 'comparison';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
      readonly kind: 'text';
    };

/** What is wrong with an expression, and how to fix it. */
export class ExpressionError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const form = 'A value is a sample’s metric, or sums and products of them, and may be compared once: = before.peak > 10 * after.peak';
const token =
  /\s*(?:(\d+(?:\.\d+)?(?:\s?(?:ms|s|m|min|B|kB|KB|MB|GB|KiB|MiB|GiB)\b)?)|([A-Za-z][\w-]*(?:\.[\w-]+)+)|(<=|>=|[<>+\-*/()])|(\S+))/gy;

/** Parses an expression; `kindOf` gives the kind of a path, and throws if it names nothing. Throws an ExpressionError. */
export function parseExpression(text: string, kindOf: (path: string) => Kind): Expression {
  const tokens = [...text.trim().matchAll(token)];
  let at = 0;
  const next = () => tokens[at]?.[3];
  const atom = (): Expression => {
    const found = tokens[at];
    at += 1;
    if (found === undefined) throw new ExpressionError('Something is missing at the end of the value', form);
    const [whole, number, path, sign, other] = found;
    if (number !== undefined) return readNumber(number);
    if (path !== undefined) return { type: 'path', path, kind: kindOf(path) };
    if (sign === '(') {
      const inner = sum();
      if (next() !== ')') throw new ExpressionError('A bracket of the value is not closed', form);
      at += 1;
      return inner;
    }
    throw misplaced(other ?? whole);
  };
  const chain = (part: () => Expression, operators: readonly string[]): Expression => {
    let left = part();
    for (let operator = next(); operator !== undefined && operators.includes(operator); operator = next()) {
      at += 1;
      left = combine(operator as Operator, left, part());
    }
    return left;
  };
  const product = () => chain(atom, ['*', '/']);
  const sum = (): Expression => chain(product, ['+', '-']);
  const left = sum();
  const operator = next();
  if (operator === undefined || !['<', '<=', '>', '>='].includes(operator)) {
    if (at < tokens.length) throw misplaced(tokens[at]?.[0] ?? '');
    return left;
  }
  at += 1;
  const right = sum();
  if (at < tokens.length) throw misplaced(tokens[at]?.[0] ?? '', true);
  if (left.kind !== right.kind || left.kind === 'text')
    throw new ExpressionError(
      `${nameOf(left.kind)} cannot be compared with ${nameOf(right.kind).toLowerCase()}`,
      'Give the number its unit, as in = before.peak < 20 MB, or compare things of the same kind.',
    );
  return { type: 'comparison', operator: operator as Comparison, left, right, kind: 'text' };
}

/** Evaluates an expression; `read` gives the number of a path. A comparison is 1 or 0. */
export function evaluate(expression: Expression, read: (path: string) => number): number {
  if (expression.type === 'number') return expression.value;
  if (expression.type === 'path') return read(expression.path);
  const [left, right] = [evaluate(expression.left, read), evaluate(expression.right, read)];
  switch (expression.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '<':
      return Number(left < right);
    case '<=':
      return Number(left <= right);
    case '>':
      return Number(left > right);
    case '>=':
      return Number(left >= right);
  }
}

/** Signs from other notations, and what to write instead. */
const foreign: readonly (readonly [sign: RegExp, hint: string])[] = [
  [/^[≥⩾]|^=>/, 'Write >= instead.'],
  [/^[≤⩽]|^=</, 'Write <= instead.'],
  [/^(?:==?|!=|≠|<>)/, 'Measurements are hardly ever equal to the byte: compare with <, <=, > or >=.'],
  [/^(?:[×·]|x$)/, 'Write * instead.'],
  [/^[÷:]/, 'Write / instead.'],
  [/^[−–—]/, 'Write the minus of the keyboard instead: -'],
  [/^[,’']\d/, 'Write numbers without commas, with a point before decimals: 1.5 MB, 1000'],
  [/^%/, 'There are no percentages: write = before.peak > 1.1 * after.peak'],
  [/^(?:and|or|not|&&|\|\|)$/, 'Make one claim, and write a second one as a value of its own.'],
  [/^["'“”{}[\]]/, 'Write it without quotes or braces: = before.peak'],
  [
    /^(?:[kmgt]i?b?s?|[kmg]b\/s|[kmg]i?bytes?|(?:kilo|mega|giga)?bytes?)$/i,
    'Units stand after numbers, 10 MB, and are B, kB, MB and GB; a measured value brings its own.',
  ],
  [/^(?:secs?|seconds?|mins?|minutes?|h|hours?|msecs?|milliseconds?)$/i, 'The units of times are ms, s and m: 1.5 s'],
];

function misplaced(sign: string, isSecond = false): ExpressionError {
  const text = sign.trim();
  if (isSecond && /^[<>]/.test(text))
    return new ExpressionError('A claim compares two things, not three', 'Write a second claim as a value of its own.');
  return new ExpressionError(`"${text}" is not allowed there in a value`, foreign.find(([pattern]) => pattern.test(text))?.[1] ?? form);
}

function readNumber(text: string): Expression {
  if (/^[\d.]+$/.test(text)) return { type: 'number', value: Number(text), kind: 'count' };
  const bytes = parseSize(text);
  return bytes === undefined
    ? { type: 'number', value: parseDuration(text) ?? 0, kind: 'ms' }
    : { type: 'number', value: bytes, kind: 'bytes' };
}

function combine(operator: Operator, left: Expression, right: Expression): Expression {
  if (operator === '/' && right.type === 'number' && right.value === 0)
    throw new ExpressionError('Nothing can be divided by zero', 'Divide by something else.');
  const kind = kindOfResult(operator, left.kind, right.kind);
  if (kind !== undefined) return { type: 'operation', operator, left, right, kind };
  const verbs = { '+': 'added to', '-': 'reduced by', '*': 'multiplied by', '/': 'divided by' } as const;
  throw new ExpressionError(
    `${nameOf(left.kind)} cannot be ${verbs[operator]} ${nameOf(right.kind).toLowerCase()}`,
    'Sums are of one kind; only plain numbers multiply; things of one kind divide to a plain number.',
  );
}

function kindOfResult(operator: Operator, left: Kind, right: Kind): Kind | undefined {
  if (left === 'text' || right === 'text') return undefined;
  if (operator === '+' || operator === '-') return left === right ? left : undefined;
  if (operator === '*') return left === 'count' ? right : right === 'count' ? left : undefined;
  return right === 'count' ? left : left === right ? 'count' : undefined;
}

function nameOf(kind: Kind): string {
  return { bytes: 'A size', ms: 'A time', count: 'A plain number', text: 'A word' }[kind];
}
