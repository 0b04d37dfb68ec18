import { builtinNames, quietModules, standardModules } from './import-names.ts';

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'sign';
  readonly text: string;
}

interface Statement {
  readonly line: number;
  readonly indent: number;
  readonly tokens: readonly Token[];
}

/** A line that a program prints: what it says, with a gap between two texts wherever a value is filled in. */
export interface Printed {
  readonly texts: readonly string[];
  /** As the code has it: `obj="%s"`. */
  readonly shown: string;
}

/** What can be said of Python code without running it. */
export interface Program {
  /** Every name in it, and every word of its strings. */
  readonly words: ReadonlySet<string>;
  /** Its classes, as Python would name them: `Blah.something.<locals>.Issue`. */
  readonly classes: readonly string[];
  /** Its lines, without blanks around them. */
  readonly source: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Every line that its `print` calls write; undefined where it may write in another way too. */
  readonly printed: readonly Printed[] | undefined;
  /** Whether it makes classes, or runs code, that it does not spell out. */
  readonly dynamic: boolean;
  /** Whether it imports nothing but modules that are known to be quiet. */
  readonly quiet: boolean;
  /** Which of the collector's lines it asks for; undefined where that is not clear. */
  readonly debug: { readonly objects: boolean; readonly statistics: boolean } | undefined;
}

/** What some text is: a program that runs on its own, Python that does not (and why), or no Python. */
export type Reading =
  | { readonly kind: 'program'; readonly program: Program; readonly notes: readonly string[] }
  | { readonly kind: 'snippet'; readonly why: string }
  | { readonly kind: 'other'; readonly why?: string };

/** Tells programs from snippets and from other text, by their statements; `firstLine` is where the code starts. Runs nothing and never throws. */
export function readPython(code: string, firstLine = 1): Reading {
  const { statements, fault } = tokenize(code, firstLine);
  const forms = statements.map(readForm);
  const bad = forms.filter((form) => form === 'bad').length;
  const old = findPython2(statements);
  const python = forms.includes('strong') || (bad === 0 && forms.includes('call')) || (old !== undefined && statements.length > 1);
  if (!python || bad > (fault === undefined ? statements.length / 10 : statements.length / 4)) return { kind: 'other', ...(fault !== undefined && { why: fault }) };
  if (old !== undefined) return { kind: 'snippet', why: `Python 2: ${old}` };
  const why = fault ?? whyNotAlone(statements, forms);
  return why === undefined ? { kind: 'program', program: readProgram(code, statements), notes: findNotes(statements) } : { kind: 'snippet', why };
}

const keywords = new Set('False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case type print exec'.split(' '));
const scanner = /[^\S\n]+|#[^\n]*|\\\r?\n|(?<string>[rRbBuUfFtT]{0,2}(?:"""|'''|"|'))|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\.?\d[\w.]*)|(?<sign>\*\*=|\/\/=|>>=|<<=|->|:=|==|!=|<=|>=|<>|[-+*/%@&|^]=|\*\*|\/\/|<<|>>|[-+*/%@&|^~<>()[\]{},:.;=`!?])|(?<newline>\n)|./uy;

function tokenize(code: string, firstLine: number): { statements: readonly Statement[]; fault: string | undefined } {
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
  for (let at = 0; at < text.length; ) {
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
      fault ??= `line ${line} is no Python`;
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

const sketch = (tokens: readonly Token[]) => tokens.map(({ kind, text }) => (kind === 'string' ? 'S' : kind === 'number' ? '0' : text)).join(' ');
const strong = [
  /^import [\w .]+(?: as \w+)?(?: , [\w .]+(?: as \w+)?)*$/u,
  /^from [\w .]+ import (?:\*|[\w ,]+|\( [\w ,]+ \))$/u,
  /^@ \w/u,
  /^(?:async )?def \w+ \(.*\) (?:-> .+ )?:/u,
  /^class \w+ (?:\(.*\) )?:/u,
  /^(?:async )?(?:for .+ in .+|with .+|while .+|if .+) :/u,
  /^(?:try|except.*|match .+) :/u,
  /^print \(.*\)/u,
];
const calls = [/^\w+(?: \. \w+)+ \(.*\)$/u, /^[\w.]+(?: , \w+)* = (?:.* )?\w+ \(.*\)/u];
const plain = [
  /^(?:return|raise|yield|await|del|global|nonlocal|assert|pass|break|continue|elif .*:|case .*:|else :|finally :)(?:$| |(?<=:))/u,
  /^[*([]? ?\w[^=!<>]* (?:=|[-+*/%@&|^]=|\*\*=|\/\/=|>>=|<<=|:=) \S/u,
  /^\w+ : [\w .[\],|]+$/u,
  /^(?:S ?)+$/u,
  /^\. \. \.$/u,
  /^\w+ (?:\.|\(|\[).*\)$/u,
  /^S(?: \. \w+ .*)$/u,
];

/** How Python-like one statement is. */
function readForm({ tokens }: Statement): 'strong' | 'call' | 'plain' | 'bad' {
  // A table of values, not worth a look.
  if (tokens.length > 2000) return 'plain';
  const text = sketch(tokens);
  const clash = tokens.some((token, index) => {
    const next = tokens[index + 1];
    if (next === undefined || token.kind === 'sign' || next.kind === 'sign') return false;
    if (token.kind === 'string' && next.kind === 'string') return false;
    return !keywords.has(token.text) && !keywords.has(next.text);
  });
  if (clash || /[;{?]$|^[<>?]/.test(text)) return 'bad';
  if (strong.some((form) => form.test(text))) return 'strong';
  if (calls.some((form) => form.test(text))) return 'call';
  return plain.some((form) => form.test(text)) || /^(?:print|exec) S?/.test(text) ? 'plain' : 'bad';
}

const names2 = new Set('xrange raw_input unicode basestring unichr execfile'.split(' '));
const modules2 = new Set('urllib2 StringIO cStringIO cPickle Queue ConfigParser commands thread __builtin__'.split(' '));

function findPython2(statements: readonly Statement[]): string | undefined {
  const bound = boundNames(statements);
  for (const { line, tokens } of statements) {
    const found = tokens.find(({ kind, text }, index) => {
      const [before, next] = [tokens[index - 1], tokens[index + 1]];
      const starts = index === 0 || before?.text === ':' || before?.text === ';';
      if (kind === 'name' && /^(?:print|exec)$/.test(text) && starts && next !== undefined && (next.kind !== 'sign' || next.text === '>>')) return true;
      if (kind === 'number') return /^0\d*[1-9]\d*$|^\d+[lL]$/.test(text);
      if (kind === 'name' && names2.has(text)) return before?.text !== '.' && !bound.has(text);
      if (kind === 'name' && /^(?:iteritems|itervalues|iterkeys|has_key)$/.test(text)) return before?.text === '.' && !bound.has(text);
      return text === '<>' || text === '`';
    });
    if (found !== undefined) return `${found.text} in line ${line}`;
    const text = sketch(tokens);
    if (/^except [\w .]+ , \w+ :/u.test(text) || /^raise [\w .]+ , /u.test(text)) return `${tokens[0]?.text} with a comma in line ${line}`;
    const old = importsOf([{ line, indent: 0, tokens }]).find((name) => modules2.has(name));
    if (old !== undefined) return `import ${old} in line ${line}`;
  }
  return undefined;
}

/** Why the code does not run on its own; undefined where nothing speaks against it. */
function whyNotAlone(statements: readonly Statement[], forms: readonly string[]): string | undefined {
  const bad = statements[forms.indexOf('bad')];
  if (bad !== undefined) return `line ${bad.line} is no Python`;
  if (statements.length < 3) return `${statements.length === 1 ? 'one line' : 'two lines'}`;
  const elided = statements.find(({ indent, tokens }) => indent === 0 && sketch(tokens) === '. . .');
  if (elided !== undefined) return `line ${elided.line} leaves something out`;
  if ((statements[0] as Statement).indent > 0) return 'it starts indented';
  for (const [index, { line, indent, tokens }] of statements.entries()) {
    const next = statements[index + 1];
    const opens = tokens.at(-1)?.text === ':';
    if (opens && (next === undefined || next.indent <= indent)) return `the block in line ${line} has no body`;
    if (!opens && next !== undefined && next.indent > indent) return `line ${next.line} is indented without a block`;
    if (indent === 0 && /^(?:return|yield|await|nonlocal)$/.test(tokens[0]?.text ?? '')) return `${tokens[0]?.text} in line ${line} stands outside a function`;
  }
  const foreign = importsOf(statements).find((name) => !standardModules.has(name));
  if (foreign !== undefined) return foreign === '' ? 'it imports from a package around it' : `it imports ${foreign}, which is no part of Python`;
  const unbound = findUnbound(statements);
  if (unbound !== undefined) return `it does not define ${unbound}`;
  if (hasCall(statements, 'input')) return 'it waits for input';
  if (!statements.some(acts)) return 'it defines things and runs nothing';
  return undefined;
}

function acts({ indent, tokens }: Statement): boolean {
  const text = sketch(tokens);
  if (indent > 0 || /^(?:import|from|@|def|async def|class|pass|S$|global|else|elif|except|finally)/.test(text)) return false;
  return !/^[\w., ]+ (?:: .+ )?= [^(]*$/u.test(text);
}

function findNotes(statements: readonly Statement[]): readonly string[] {
  const notes: string[] = [];
  for (const [index, { line, indent, tokens }] of statements.entries()) {
    if (!/^while (?:True|1) :/.test(tokens.map(({ text }) => text).join(' '))) continue;
    const after = statements.slice(index + 1).findIndex((statement) => statement.indent <= indent);
    const body = statements.slice(index, after === -1 ? undefined : index + 1 + after);
    if (!body.some(({ tokens }) => tokens.some(({ text }) => /^(?:break|return|raise|exit|_exit)$/.test(text)))) notes.push(`the loop in line ${line} does not end: the run is cut after 60s, or after timeout=…`);
  }
  return notes;
}

function importsOf(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap(({ tokens }) => {
    const text = sketch(tokens);
    const [, from] = /^from ((?:\. )*\w*)/u.exec(text) ?? [];
    if (from !== undefined) return [from.startsWith('.') ? '' : from];
    return text.startsWith('import ') ? text.slice(7).split(' , ').map((part) => part.split(' ')[0] ?? '') : [];
  });
}

function boundNames(statements: readonly Statement[]): ReadonlySet<string> {
  const bound = new Set<string>();
  for (const { tokens } of statements) {
    const first = tokens[0]?.text ?? '';
    const assign = tokens.findLastIndex(({ text }) => text === '=');
    let until: string | undefined;
    for (const [index, { kind, text }] of tokens.entries()) {
      const [before, next] = [tokens[index - 1]?.text ?? '', tokens[index + 1]?.text ?? ''];
      if (text === until) until = undefined;
      if (text === 'for') until = 'in';
      if (text === 'lambda') until = ':';
      if (kind !== 'name' || before === '.') continue;
      const made = /^(?:import|from|def|class|global|nonlocal|case)$/.test(first) || first === 'async' || before === 'as' || (before === '(' && tokens[index - 2]?.text === 'as');
      const set = /^(?:=|:=|[-+*/%@&|^]=|\*\*=|\/\/=|>>=|<<=)$/.test(next) || (index < assign && /^[,)\]]$/.test(next)) || (index === 0 && next === ':');
      const given = made && first !== 'class' && first !== 'async' && first !== 'def';
      const parameter = /^(?:def|async)$/.test(first) && /^(?:[(,*]|\*\*|def)$/.test(before);
      if (given || set || parameter || until !== undefined || before === 'class' || before === 'def' || before === 'as') bound.add(text);
    }
  }
  return bound;
}

function findUnbound(statements: readonly Statement[]): string | undefined {
  if (statements.some(({ tokens }) => tokens[0]?.text === 'from' && tokens.at(-1)?.text === '*')) return undefined;
  const bound = boundNames(statements);
  for (const { tokens } of statements) {
    const unbound = tokens.find(({ kind, text }, index) => kind === 'name' && tokens[index - 1]?.text !== '.' && !keywords.has(text) && !builtinNames.has(text) && !bound.has(text));
    if (unbound !== undefined) return unbound.text;
  }
  return undefined;
}

function hasCall(statements: readonly Statement[], name: string): boolean {
  return statements.some(({ tokens }) => tokens.some(({ text }, index) => text === name && tokens[index + 1]?.text === '(' && !/^(?:\.|def)$/.test(tokens[index - 1]?.text ?? '')));
}

function readProgram(code: string, statements: readonly Statement[]): Program {
  // A docstring is nothing that the program works with.
  const tokens = statements.flatMap(({ tokens }) => (tokens.every(({ kind }) => kind === 'string') ? [] : tokens));
  const names = new Set(tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text));
  const strings = tokens.filter(({ kind }) => kind === 'string').flatMap(({ text }) => text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  const quiet = importsOf(statements).every((name) => quietModules.has(name));
  const dynamic = ['exec', 'eval', '__import__', 'import_module', 'new_class', 'make_dataclass', '__name__', '__qualname__', 'globals', 'setattr'].some((name) => (name === '__name__' ? /__name__\s*=[^=]/.test(code) : names.has(name))) || /\b(?:type|namedtuple|NamedTuple|TypedDict|NewType|Enum|IntEnum|Flag)\s*\(\s*(?!["'][^"']*["']\s*,)[^()]*,/.test(code);
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
  return { objects: flags.has('DEBUG_LEAK') || flags.has('DEBUG_COLLECTABLE') || flags.has('DEBUG_UNCOLLECTABLE'), statistics: flags.has('DEBUG_STATS') };
}

/** Names that write, or have something written, other than by `print`. */
const writers = 'write writelines stdout stderr system popen spawnl spawnv execv execl fork input breakpoint help exit quit SystemExit dump_traceback displayhook excepthook __stdout__ __stderr__ warn showwarning interact license credits copyright chr linesep Thread Timer CDLL cdll pythonapi LoadLibrary open read __doc__'.split(' ');

/** A text, or a gap that a value fills. */
type Part = string | undefined;

function findPrinted(tokens: readonly Token[], names: ReadonlySet<string>): readonly Printed[] | undefined {
  if (writers.some((name) => names.has(name))) return undefined;
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
  // A value with a newline in it makes lines of any form.
  return tokens.some((token) => token.kind === 'string' && !literals.has(token) && /\\n|\n/.test(token.text)) ? undefined : printed;
}

/** The strings that an argument starts with, where they are what it writes. */
function literalsOf(arg: readonly Token[]): readonly Token[] {
  const end = arg.findIndex(({ kind }) => kind !== 'string');
  return readPart(arg).every((part) => part === undefined) ? [] : arg.slice(0, end === -1 ? undefined : end);
}

function splitArguments(tokens: readonly Token[], from: number): readonly (readonly Token[])[] {
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

/** What an argument of `print` writes, as far as its spelling tells. */
function readPart(arg: readonly Token[]): readonly Part[] {
  const strings = arg.findIndex(({ kind }) => kind !== 'string');
  const count = strings === -1 ? arg.length : strings;
  const rest = arg.slice(count);
  const text = rest.map(({ text }) => text);
  const loose = depthZero(rest).some((sign) => /^(?:\+|\*|if|or|and|==|!=|<|>|in|not)$/.test(sign));
  if (count === 0) return text[0] === 'type' && text[1] === '(' && splitEnd(rest, 2) === rest.length - 1 ? ['<class \'', undefined, '\'>'] : [undefined];
  if (arg.slice(0, count).some(({ text }) => /^\w*[bB]\w*["']/.test(text)) || loose) return [undefined];
  const literal = (field?: RegExp) => arg.slice(0, count).flatMap(({ text }) => readLiteral(text, field));
  if (rest.length === 0) return literal();
  if (text[0] === '%') return literal(/%(?:\([^)]*\))?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z]|%%/g);
  if (text[0] === '.' && text[1] === 'format' && depthZero(rest).join(' ') === '. format') return literal(/\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})*\}/g);
  return [undefined];
}

/** Where the bracket closes that is open at `from`. */
function splitEnd(tokens: readonly Token[], from: number): number {
  let depth = 1;
  return tokens.findIndex(({ text }, index) => {
    if (index >= from && /^[([{]$/.test(text)) depth += 1;
    if (index >= from && /^[)\]}]$/.test(text)) depth -= 1;
    return index >= from && depth === 0;
  });
}

/** The texts outside brackets. */
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

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '\'': '\'', '"': '"', a: '\u0007', b: '\b', f: '\f', v: '\v', '\n': '' };

function decodeEscapes(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { 0: whole, 1: code = '', index } of text.matchAll(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[^])/g)) {
    parts.push(text.slice(at, index), /^[xuU]./.test(code) ? String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code.slice(1), 16))) : /^[N0-7]/.test(code) ? undefined : (escapes[code] ?? whole));
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
