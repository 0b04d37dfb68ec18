import { standardModules } from '../post/fences/standard-modules.ts';
import { argumentsOf, callsOf, importsOf, isCaught, isWithin, type Syntax } from './syntax.ts';

/** Calls that connect to another machine. */
const networkCalls = new Set(
  `urlopen urlretrieve HTTPConnection HTTPSConnection create_connection open_connection SMTP SMTP_SSL FTP FTP_TLS IMAP4 IMAP4_SSL POP3
  gethostbyname getaddrinfo ServerProxy`.split(/\s+/),
);

/** Modules of Python's that are not on every system, and where they are. */
const elsewhere: Readonly<Record<string, string>> = {
  msvcrt: 'Windows',
  winreg: 'Windows',
  winsound: 'Windows',
  _winreg: 'Windows',
};

/** The way out for a program that needs a package. */
const declarePackages = 'declare it with PEP 723, see the manual';

/** The way out for a program that needs a file beside it. */
function giveFile(name: string): string {
  return /^[\w-][\w./-]*$/.test(name)
    ? `give that a fence of its own with file="${name}", and this one files="${name}"`
    : 'samples do not have it';
}

/** The way out for a program that imports what another fence of the post, in some line, has. */
export function useModule(name: string, line: number): string {
  return `it imports ${name}, which line ${line} has: give that fence file="${name}.py", and this one files="${name}.py"`;
}

/** The package that a reason names; undefined if it is another reason. */
export function packageIn(why: string): string | undefined {
  return why.endsWith(declarePackages) ? /^it needs (\w+):/.exec(why)?.[1] : undefined;
}

/** What a program needs that a run does not have; undefined if nothing. Lines are told by `lineAt`, from an index. */
export function findNeed(syntax: Syntax, lineAt: (index: number) => number): string | undefined {
  return findModule(syntax) ?? findCall(syntax, lineAt);
}

function findModule(syntax: Syntax): string | undefined {
  const imported = importsOf(syntax).filter(({ node }) => !isWithin(node, /^TryStatement$/));
  // No package is called like a module of the interpreter's own, with an underscore.
  const isForeign = (name: string) => (!standardModules.has(name) && !/^_\w/.test(name)) || Object.hasOwn(elsewhere, name);
  const foreign = imported.find(({ name }) => isForeign(name))?.name;
  if (foreign === '') return 'it imports from its own package';
  if (foreign === undefined)
    return imported.some(({ name }) => name === 'tkinter' || name === 'turtle')
      ? 'it opens a window, and samples have no display'
      : undefined;
  // A script that declares its packages says more than its imports do.
  if (/^# \/\/\/ script\s*$/m.test(syntax.code)) return undefined;
  if (Object.hasOwn(elsewhere, foreign)) return `it imports ${foreign}, which only ${elsewhere[foreign]} has`;
  return `it needs ${foreign}: ${declarePackages}`;
}

function findCall(syntax: Syntax, lineAt: (index: number) => number): string | undefined {
  const { lineOf, textOf, code } = syntax;
  const calls = callsOf(syntax);
  const ownNames = new Set(
    syntax.nodes.filter(({ name }) => name.endsWith('Definition')).map((node) => textOf(node.getChild('VariableName') ?? node)),
  );
  for (const { node, name, path } of calls) {
    if (ownNames.has(name)) continue;
    const line = lineAt(lineOf(node));
    if (path === 'input' && !isCaught(node, 'EOFError', textOf)) return `it waits for input in line ${line}, and samples get none`;
    if (path === 'breakpoint' || path === 'pdb.set_trace') return `it stops in the debugger in line ${line}, and samples get no input`;
    if (networkCalls.has(name) && !/\blocalhost\b|\b127\.0\.0\.1\b/.test(code))
      return `it needs the network (${name} in line ${line}), and samples have none`;
    const file = readFile(syntax, node, name, path);
    if (file !== undefined && !isCaught(node, 'OSError|IOError|FileNotFoundError', textOf) && !isMade(syntax, file))
      return `it reads the file ${file} in line ${line}: ${giveFile(file)}`;
  }
  return undefined;
}

/** The name of the file that a call reads; undefined if it reads none, or one that is named elsewhere. */
function readFile({ textOf }: Syntax, node: Parameters<typeof argumentsOf>[0], name: string, path: string): string | undefined {
  const isOpen = path === 'open' || path === 'io.open' || path === 'gzip.open' || path === 'codecs.open';
  const isPath = name === 'read_text' || name === 'read_bytes';
  if (!isOpen && !isPath) return undefined;
  const [, inPath] = isPath ? (/\bPath\(\s*["']([^"'{}]+)["']\s*\)/.exec(path) ?? []) : [];
  const [file, ...rest] = argumentsOf(node).map((arg) => arg.map(textOf).join(''));
  const mode = rest.find((arg) => /^(?:mode=)?["'][rwaxbt+U]+["']$/.test(arg)) ?? '"r"';
  const [, literal] = isOpen && /r|U/.test(mode) && !/[wax+]/.test(mode) ? (/^["']([^"'{}]+)["']$/.exec(file ?? '') ?? []) : [];
  const found = inPath ?? literal;
  return found === undefined || /^\/(?:proc|dev|sys|etc)\b/.test(found) ? undefined : found;
}

/** Whether the program may itself make a file of this name: it writes it, or names it elsewhere, too. */
function isMade({ nodes, textOf }: Syntax, file: string): boolean {
  return nodes.filter((node) => node.name === 'String' && textOf(node).slice(1, -1) === file).length > 1;
}
