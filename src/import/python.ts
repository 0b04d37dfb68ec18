import { findSyntaxFault } from '../post/fences/syntax-fault.ts';
import { findUndefinedName } from '../post/fences/undefined-name.ts';
import { quietModules } from './names.ts';
import { findNeed } from './needs.ts';
import { findPrinted } from './printed.ts';
import { findPython2 } from './python2.ts';
import {
  argumentsOf,
  callsOf,
  childrenOf,
  findEarlyName,
  hasFault,
  importsOf,
  isDocstring,
  isWithin,
  parsePython,
  readable,
  statementsOf,
  type Syntax,
  type SyntaxNode,
} from './syntax.ts';

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
  /** Every line that its `print` calls write; undefined if it may write in another way, too. */
  readonly printed: readonly Printed[] | undefined;
  /** Whether it may create classes or run code that its source does not show. */
  readonly dynamic: boolean;
  /** Whether it imports only `quietModules`. */
  readonly quiet: boolean;
  /** Which lines it asks the garbage collector for; undefined if that is not clear. */
  readonly debug: { readonly objects: boolean; readonly statistics: boolean } | undefined;
  /** The versions of Python that read it, where its syntax says more than that it is Python 3. */
  readonly versions: string | undefined;
  /** Whether nothing in it ends one of its loops, so that it has to be stopped. */
  readonly endless: boolean;
}

/** What a text is: a program that runs on its own, Python that does not (and why), or something else. */
export type Reading =
  | { readonly kind: 'program'; readonly program: Program }
  | {
      readonly kind: 'snippet';
      readonly why: string;
      /** The name that it lacks; undefined if something else is wrong with it. */
      readonly missing?: string;
      /** Whether other code may need it: it is Python 3 without a fault. */
      readonly sound?: boolean;
    }
  | { readonly kind: 'other' };

/** How to read a text. */
interface Manner {
  /** The line of the post, from 1, for each index of a line of the text. */
  readonly lineAt: (index: number) => number;
  /** Whether the post says that it is Python. */
  readonly isPython: boolean;
}

/** Classifies a text by its syntax tree. Runs nothing and never throws. */
export function readPython(code: string, { lineAt, isPython }: Manner): Reading {
  const text = code.replace(/\r\n?/g, '\n');
  const syntax = parsePython(text);
  const old = findPython2(syntax);
  if (!isPython && !looksLikePython(syntax, /^(?:print|exec|except|raise)/.test(old?.what ?? ''))) return { kind: 'other' };
  if (old !== undefined) return { kind: 'snippet', why: `Python 2: ${old.what} in line ${lineAt(old.line)}` };
  const fault = findFault(syntax, lineAt);
  if (fault !== undefined) return { kind: 'snippet', why: fault };
  const statements = statementsOf(syntax.top);
  const [only] = statements;
  if (only === undefined) return { kind: 'snippet', why: 'it contains no code' };
  const elided = statements.find((node) => node.name === 'ExpressionStatement' && node.firstChild?.name === 'Ellipsis');
  if (elided !== undefined) return { kind: 'snippet', why: `line ${lineAt(syntax.lineOf(elided))} leaves something out` };
  const need = findNeed(syntax, lineAt);
  const missing = findUndefinedName(readable(text))?.name ?? findEarlyName(syntax);
  if (need !== undefined) return { kind: 'snippet', why: need, sound: true };
  if (missing !== undefined) return { kind: 'snippet', why: `it does not define ${missing}`, missing, sound: true };
  if (!statements.some((node) => acts(node))) return { kind: 'snippet', why: 'it only defines things and runs nothing', sound: true };
  if (statements.length === 1 && only.getChild('Body') === null && only.getChild('MatchBody') === null)
    return { kind: 'snippet', why: 'one line', sound: true };
  return { kind: 'program', program: readProgram(syntax) };
}

/** Whether most of a text that may be anything is Python: prose, logs and other languages are not. */
function looksLikePython(syntax: Syntax, isOld: boolean): boolean {
  const statements = statementsOf(syntax.top);
  if (statements.length === 0) return false;
  const faulty = childrenOf(syntax.top).filter((node) => node.type.isError || hasFault(node)).length;
  if (isOld && statements.length > 1) return true;
  if (faulty > statements.length / 10) return false;
  return (
    statements.some(isTelling) ||
    (faulty === 0 && statements.some((node) => node.name === 'AssignStatement' && node.lastChild?.name === 'CallExpression'))
  );
}

/** Whether a statement is hardly anything but Python. */
function isTelling(node: SyntaxNode): boolean {
  if (hasFault(node)) return false;
  if (node.getChild('Body') !== null || /^(?:ImportStatement|DecoratedStatement|MatchStatement|TryStatement)$/.test(node.name)) return true;
  const call = node.name === 'ExpressionStatement' ? node.firstChild : null;
  return call?.name === 'CallExpression' && /^(?:MemberExpression|VariableName)$/.test(call.firstChild?.name ?? '');
}

function findFault(syntax: Syntax, lineAt: (index: number) => number): string | undefined {
  const first = syntax.code.split('\n').find((line) => line.trim() !== '');
  if (/^[ \t]/.test(first ?? '')) return 'it starts indented';
  const fault = findSyntaxFault(syntax.code);
  const error = syntax.nodes.find((node) => node.type.isError && !isSound(node, syntax));
  const gap = syntax.code.split('\n').findIndex((line) => /^\s*(?:#+\s*)?(?:\.{3,}|…)/.test(line));
  if ((fault ?? error) !== undefined && gap !== -1) return `line ${lineAt(gap)} leaves something out`;
  if (fault !== undefined) return `syntax error in line ${lineAt(fault.line - 1)}: ${lowerFirst(fault.reason)}`;
  if (error !== undefined) return `line ${lineAt(syntax.lineOf(error))} cannot be read as Python`;
  const outside = syntax.nodes.find(
    (node) =>
      /^(?:ReturnStatement|YieldStatement|YieldExpression|AwaitExpression)$/.test(node.name) && !isWithin(node, /^(?:Function|Lambda)/),
  );
  if (outside === undefined) return undefined;
  return `${/^\w+/.exec(syntax.textOf(outside))?.[0]} in line ${lineAt(syntax.lineOf(outside))} is outside a function`;
}

/** Whether Python reads what the parser takes for an error: a `yield` of nothing, and managers of contexts in brackets. */
function isSound(error: SyntaxNode, { textOf }: Syntax): boolean {
  for (let parent = error.parent; parent !== null; parent = parent.parent) {
    if (/^Yield(?:Expression|Statement)$/.test(parent.name)) return true;
    if (parent.name === 'WithStatement') return /^(?:async\s+)?with\s*\(/.test(textOf(parent));
  }
  return false;
}

/** A sentence as the part of another one; names keep their capitals. */
function lowerFirst(text: string): string {
  return /^(?:A|This|The|An)\b/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** Whether a statement does something when the program runs, rather than only define or name something. */
function acts(node: SyntaxNode): boolean {
  if (
    /^(?:ImportStatement|FunctionDefinition|ClassDefinition|DecoratedStatement|PassStatement|ScopeStatement|TypeDefinition)$/.test(
      node.name,
    )
  )
    return false;
  if (node.name === 'ExpressionStatement') return !/^(?:String|ContinuedString|FormatString|Ellipsis)$/.test(node.firstChild?.name ?? '');
  if (node.name !== 'AssignStatement') return true;
  let found = false;
  node.cursor().iterate(({ name }) => {
    found ||= /^(?:CallExpression|BinaryExpression|.*Comprehension.*)$/.test(name);
    return !found && name !== 'LambdaExpression';
  });
  return found;
}

/** Names with which a program may create classes, or run code, that its source does not show. */
const dynamicNames = `exec eval __import__ import_module new_class make_dataclass __qualname__ globals setattr`.split(' ');

function readProgram(syntax: Syntax): Program {
  const { nodes, textOf, code } = syntax;
  const names = new Set(nodes.filter(({ name }) => /^(?:VariableName|PropertyName)$/.test(name)).map(textOf));
  const strings = nodes
    .filter((node) => /^(?:String|FormatString)$/.test(node.name) && !isDocstring(node))
    .flatMap((node) => textOf(node).match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  const quiet = importsOf(syntax).every(({ name }) => quietModules.has(name));
  const dynamic =
    dynamicNames.some((name) => names.has(name)) ||
    /__name__\s*=[^=]/.test(code) ||
    /\b(?:type|namedtuple|NamedTuple|TypedDict|NewType|Enum|IntEnum|Flag)\s*\(\s*(?!["'][^"']*["']\s*,)[^()]*,/.test(code);
  return {
    words: new Set([...names, ...strings]),
    classes: nodes.filter(({ name }) => name === 'ClassDefinition').map((node) => pathOf(node, textOf)),
    source: new Set(code.split('\n').map((line) => line.trim())),
    printed: quiet && !dynamic && !strings.some((word) => word === 'chr' || word === 'linesep') ? findPrinted(syntax, names) : undefined,
    dynamic,
    quiet,
    debug: quiet && !dynamic ? findDebug(syntax, names) : undefined,
    versions: findVersions(syntax),
    endless: nodes.some((node) => isEndless(node, textOf)),
  };
}

/** The qualified name of a class: `Blah.something.<locals>.Issue`. */
function pathOf(node: SyntaxNode, textOf: Syntax['textOf']): string {
  const own = textOf(node.getChild('VariableName') ?? node);
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (parent.name === 'ClassDefinition') return `${pathOf(parent, textOf)}.${own}`;
    if (parent.name === 'FunctionDefinition') return `${pathOf(parent, textOf)}.<locals>.${own}`;
  }
  return own;
}

function findDebug(syntax: Syntax, names: ReadonlySet<string>): Program['debug'] {
  if (!names.has('set_debug')) return { objects: false, statistics: false };
  const flags = new Set<string>();
  const calls = callsOf(syntax).filter(({ name }) => name === 'set_debug');
  if (calls.length === 0) return undefined;
  for (const { node } of calls) {
    const text = argumentsOf(node)[0]?.map(syntax.textOf).join('') ?? '';
    if (!/^(?:\s|gc\b|\.|\||DEBUG_\w+)+$/.test(text)) return undefined;
    for (const [flag] of text.matchAll(/DEBUG_\w+/g)) flags.add(flag);
  }
  return {
    objects: flags.has('DEBUG_LEAK') || flags.has('DEBUG_COLLECTABLE') || flags.has('DEBUG_UNCOLLECTABLE'),
    statistics: flags.has('DEBUG_STATS'),
  };
}

function findVersions({ nodes, textOf }: Syntax): string | undefined {
  const has = (test: (node: SyntaxNode) => boolean) => nodes.some(test);
  const quoteOf = (node: SyntaxNode) => /^\w*("""|'''|"|')/.exec(textOf(node))?.[1];
  const isNested = (node: SyntaxNode): boolean => {
    let outer = node.parent;
    while (outer !== null && outer.name !== 'FormatString') outer = outer.parent;
    return /^(?:Format)?String$/.test(node.name) && outer !== null && quoteOf(node) === quoteOf(outer);
  };
  const isBroken = (node: SyntaxNode) => node.name === 'FormatString' && quoteOf(node)?.length === 1 && /(?<!\\)\n/.test(textOf(node));
  if (has((node) => node.name === 'TypeDefinition' || node.name === 'TypeParamList' || isNested(node) || isBroken(node))) return '>=3.12';
  if (has((node) => node.name === 'TryStatement' && /^except\s*\*/m.test(textOf(node).replace(/^[ \t]+/gm, '')))) return '>=3.11';
  return has(({ name }) => name === 'MatchStatement') ? '>=3.10' : undefined;
}

/** Whether nothing in a `while True` ends it, or it waits for ever for connections or events. */
function isEndless(node: SyntaxNode, textOf: Syntax['textOf']): boolean {
  if (node.name === 'CallExpression') return /\.(?:serve_forever|run_forever)$/.test(textOf(node.firstChild ?? node));
  if (node.name !== 'WhileStatement' || !/^while\s*\(?\s*(?:True|1)\s*\)?\s*:/.test(textOf(node))) return false;
  let ends = false;
  node.cursor().iterate((child) => {
    const text = textOf(child.node);
    ends ||= /^(?:ReturnStatement|RaiseStatement|Yield\w+|AwaitExpression)$/.test(child.name);
    ends ||= child.name === 'BreakStatement' && loopAround(child.node)?.from === node.from;
    ends ||= child.name === 'CallExpression' && /^(?:[\w.]*\b(?:exit|_exit|quit|kill|abort|throw)\(|next\([^,]*\)$)/.test(text);
    return !ends && child.name !== 'FunctionDefinition';
  });
  return !ends;
}

function loopAround(node: SyntaxNode): SyntaxNode | undefined {
  for (let parent = node.parent; parent !== null; parent = parent.parent) if (/^(?:For|While)Statement$/.test(parent.name)) return parent;
  return undefined;
}
