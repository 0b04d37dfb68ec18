import { importsOf } from './bindings.ts';
import { quietModules } from './names.ts';
import { findPrinted, splitArguments } from './printed.ts';
import { findNotes, findPython2, whyNotAlone } from './runnable.ts';
import { readForm } from './statements.ts';
import { type Statement, type Token, tokenize } from './tokens.ts';

/** A line that a program prints: its literal texts; between two of them, a value is filled in. */
export interface Printed {
  readonly texts: readonly string[];
  /** The line with `…` for each value: `obj="…"`. */
  readonly shown: string;
}

/** What is known about a Python program without running it. */
export interface Program {
  /** Every name in it, and every word in its strings. */
  readonly words: ReadonlySet<string>;
  /** Its classes by their qualified names: `Blah.something.<locals>.Issue`. */
  readonly classes: readonly string[];
  /** Its lines, trimmed. */
  readonly source: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Every line that its `print` calls write; undefined if it may write in another way, too. */
  readonly printed: readonly Printed[] | undefined;
  /** Whether it may create classes or run code that its source does not show. */
  readonly dynamic: boolean;
  /** Whether it imports only `quietModules`. */
  readonly quiet: boolean;
  /** Which lines it asks the garbage collector for; undefined if that is not clear. */
  readonly debug: { readonly objects: boolean; readonly statistics: boolean } | undefined;
}

/** What a text is: a program that runs on its own, Python that does not (and why), or something else. */
export type Reading =
  | { readonly kind: 'program'; readonly program: Program; readonly notes: readonly string[] }
  | { readonly kind: 'snippet'; readonly why: string }
  | { readonly kind: 'other'; readonly why?: string };

/** Classifies a text by its statements; `firstLine` is its line in the post. Runs nothing and never throws. */
export function readPython(code: string, firstLine = 1): Reading {
  const { statements, fault } = tokenize(code, firstLine);
  const forms = statements.map(readForm);
  const bad = forms.filter((form) => form === 'bad').length;
  const old = findPython2(statements);
  const python = forms.includes('strong') || (bad === 0 && forms.includes('call')) || (old !== undefined && statements.length > 1);
  if (!python || bad > (fault === undefined ? statements.length / 10 : statements.length / 4))
    return { kind: 'other', ...(fault !== undefined && { why: fault }) };
  if (old !== undefined) return { kind: 'snippet', why: `Python 2: ${old}` };
  const why = fault ?? whyNotAlone(statements, forms);
  return why === undefined
    ? { kind: 'program', program: readProgram(code, statements), notes: findNotes(statements) }
    : { kind: 'snippet', why };
}

function readProgram(code: string, statements: readonly Statement[]): Program {
  // The program does not work with its docstrings.
  const tokens = statements.flatMap(({ tokens }) => (tokens.every(({ kind }) => kind === 'string') ? [] : tokens));
  const names = new Set(tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text));
  const strings = tokens.filter(({ kind }) => kind === 'string').flatMap(({ text }) => text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  const quiet = importsOf(statements).every((name) => quietModules.has(name));
  const dynamic =
    ['exec', 'eval', '__import__', 'import_module', 'new_class', 'make_dataclass', '__name__', '__qualname__', 'globals', 'setattr'].some(
      (name) => (name === '__name__' ? /__name__\s*=[^=]/.test(code) : names.has(name)),
    ) || /\b(?:type|namedtuple|NamedTuple|TypedDict|NewType|Enum|IntEnum|Flag)\s*\(\s*(?!["'][^"']*["']\s*,)[^()]*,/.test(code);
  return {
    words: new Set([...names, ...strings]),
    ...findScopes(statements),
    source: new Set(code.split(/\r\n?|\n/).map((line) => line.trim())),
    printed: quiet && !dynamic && !strings.some((word) => word === 'chr' || word === 'linesep') ? findPrinted(tokens, names) : undefined,
    dynamic,
    quiet,
    debug: quiet && !dynamic ? findDebug(tokens, names) : undefined,
  };
}

function findScopes(statements: readonly Statement[]): { classes: readonly string[]; functions: ReadonlySet<string> } {
  const classes: string[] = [];
  const functions = new Set<string>();
  const scopes: { indent: number; path: string }[] = [];
  for (const { indent, tokens } of statements) {
    while ((scopes.at(-1)?.indent ?? -1) >= indent) scopes.pop();
    const at = tokens[0]?.text === 'async' ? 1 : 0;
    const [word, name] = [tokens[at]?.text, tokens[at + 1]?.text ?? ''];
    if (word !== 'class' && word !== 'def') continue;
    const path = `${scopes.at(-1)?.path ?? ''}${name}`;
    if (word === 'class') classes.push(path);
    else functions.add(name);
    scopes.push({ indent, path: word === 'class' ? `${path}.` : `${path}.<locals>.` });
  }
  return { classes, functions };
}

function findDebug(tokens: readonly Token[], names: ReadonlySet<string>): Program['debug'] {
  if (!names.has('set_debug')) return { objects: false, statistics: false };
  const flags = new Set<string>();
  for (const [index, { text }] of tokens.entries()) {
    if (text !== 'set_debug') continue;
    const args = tokens[index + 1]?.text === '(' ? (splitArguments(tokens, index + 2)[0] ?? []) : undefined;
    if (args === undefined || !args.every(({ text }) => /^(?:gc|\.|\||DEBUG_\w+)$/.test(text))) return undefined;
    for (const { text } of args) flags.add(text);
  }
  return {
    objects: flags.has('DEBUG_LEAK') || flags.has('DEBUG_COLLECTABLE') || flags.has('DEBUG_UNCOLLECTABLE'),
    statistics: flags.has('DEBUG_STATS'),
  };
}
