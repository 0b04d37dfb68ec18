import type { Block } from './blocks.ts';
import { type Reading, readPython } from './python.ts';
import { readSession, toProgram, works } from './session.ts';
import { readKinds } from './stale.ts';

type Kind = 'program' | 'snippet' | 'sample' | 'session' | 'shell' | 'log' | 'text' | 'other';

/** A block of code and what it is. */
export interface Item {
  readonly block: Block;
  readonly kind: Kind;
  readonly what: string;
  readonly reading: Reading;
  /** The code of a program that is not that of its block: of a session, or of several blocks. */
  readonly code?: string;
  /** What was done to its code, for the report. */
  readonly notes?: readonly string[];
  /** Output to show below it. */
  readonly output?: readonly string[];
  name?: string;
  title?: string | undefined;
  args?: string | undefined;
  /** The line of the output that shows that an error ends the program. */
  failsIn?: number;
}

/** Names that fences use for Python. */
export const pythonLanguage = /^(?:python|py|python3|py3|python2|py2|python[23]\.\d+|ipython[23]?)$/i;

const sessionLanguage = /^(?:pycon|pycon3|python-console|python-repl|pyrepl|doctest|ipython[23]?|ipythonconsole)$/i;

const shellLanguage = /^(?:bash|sh|shell|zsh|fish|console|shell-session|shellsession|shellscript|terminal|cmd|powershell|bat|ps1)$/i;

/** Names in a fence that do not say which language it holds. */
export const vagueLanguage = /^(?:|text|txt|plain|plaintext|none|nohighlight|raw|output|out|log|logs|console|terminal)$/i;

/** A shell's prompt before a command. */
export const prompt = /^\s*(?:\([\w.-]+\)\s*)?(?:\[?[\w.-]+@[\w.-]+[^$#%>]*\]?)?(?:[$%#❯➜]|PS [A-Z]:[^>]*>|[A-Z]:\\[^>]*>)\s+(?=\S)/u;

const programs = [
  'sudo|time|cd|ls|cat|git|export|source|npm|apt|apt-get|brew|docker',
  'valgrind|curl|wget|ps|grep|make|uv|conda|mkdir|chmod',
].join('|');
const pythonTool = /(?:\S*\/)?(?:python|pip|pyenv|pytest)[\d.]*\s/.source;
/** A command without a prompt. */
const bareCommand = new RegExp(`^(?:[A-Z_]+=\\S+ )*(?:(?:${programs})\\s|${pythonTool}|\\.\\/\\S)`);

/** An error of Python's, or IPython's, in some output. */
export const traceback = /^\s*(?:\w+(?:Error|Exception)\s+)?Traceback \(most recent call last\)/m;

/** Classifies a block of code; `prose` is the rest of the post, which may speak of its output. */
export function readItem(block: Block, prose: string): Item {
  const { code, language, lineAt } = block;
  const lines = code.split(/\r\n|\r|\n/);
  const item = (kind: Kind, what: string, reading: Reading = { kind: 'other' }): Item => ({ block, kind, what, reading });
  const isPython = pythonLanguage.test(language);
  if (isPython && /\bsample=/.test(block.meta)) return item('sample', 'already a sample, stays');
  if (code.trim() === '') return item('other', 'empty, stays');
  const session = isPython || vagueLanguage.test(language) || sessionLanguage.test(language) ? readSession(code) : undefined;
  if (session !== undefined) return readSessionItem(block, session, prose);
  const isShown = !isPython && (vagueLanguage.test(language) || shellLanguage.test(language));
  if (isShown && /^\s*>>>(?: |$)/m.test(code)) return item('session', 'interactive session, stays: it begins with other output');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (isPython || (vagueLanguage.test(language) && !/^\s*\$ /.test(first))) {
    const reading = readPython(code, { lineAt, isPython });
    if (/^(?:python|py)2/.test(language) && reading.kind !== 'other')
      return item('snippet', 'python', { kind: 'snippet', why: 'Python 2, as the fence says' });
    if (reading.kind !== 'other') return item(reading.kind, 'python', reading);
  }
  if (!shellLanguage.test(language) && !vagueLanguage.test(language)) return item('other', `${language}, stays`);
  if (prompt.test(first) || (shellLanguage.test(language) && !vagueLanguage.test(language)) || bareCommand.test(first.trim()))
    return item('shell', 'shell');
  if (readKinds(lines).some((kind) => kind !== undefined && kind.type !== 'text') || traceback.test(code)) return item('log', 'log');
  return shellLanguage.test(language) ? item('shell', 'shell') : item('text', 'text');
}

/** A session becomes a program if it is a whole one that does some work; else it stays, with the reason. */
function readSessionItem(block: Block, session: NonNullable<ReturnType<typeof readSession>>, prose: string): Item {
  const stays = (why: string): Item => ({ block, kind: 'session', what: `interactive session, stays: ${why}`, reading: { kind: 'other' } });
  const typed = session.flatMap(({ input, at }) => input.map((_, index) => at + index));
  const input = session.map((entry) => entry.input.join('\n')).join('\n');
  const lineAt = (index: number) => block.lineAt(typed[index] ?? 0);
  const reading = readPython(input, { lineAt, isPython: true });
  if (!works(input)) return stays('it only shows values');
  if (reading.kind !== 'program') return stays(reading.kind === 'snippet' ? reading.why : 'it is not Python');
  const failed = session.find(({ output }) => output.some((line) => line.startsWith('Traceback ')));
  if (failed !== undefined) return stays(`an error ends it in line ${block.lineAt(failed.at)}`);
  const code = toProgram(session);
  const output = session.flatMap((entry) => entry.output);
  const isSpokenOf = mentions(prose, output);
  const became = readPython(code, { lineAt: () => block.line, isPython: true });
  const lines = `${output.length} line${output.length === 1 ? '' : 's'}`;
  const notes = [
    ...(code === input ? [] : ['what the shell showed by itself is printed']),
    ...(output.length === 0 ? [] : [`its output, ${lines}, is ${isSpokenOf ? 'kept below it, as the text speaks of it' : 'dropped'}`]),
  ];
  const kept = isSpokenOf ? { output } : {};
  return {
    block,
    kind: 'program',
    what: 'interactive session',
    reading: became.kind === 'program' ? became : reading,
    code,
    notes,
    ...kept,
  };
}

/** Whether a text has a number of some length, or a quoted text, of an output. */
function mentions(prose: string, output: readonly string[]): boolean {
  return output.some((line) =>
    [...line.matchAll(/(?<![\w.])\d[\d.,]{2,}\d?(?![\w])|(?<=')[^']{4,}(?=')/g)].some(([text]) => prose.includes(text)),
  );
}
