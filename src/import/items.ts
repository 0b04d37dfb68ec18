import { type Block, plainCode } from './blocks.ts';
import { type Reading, readPython } from './python.ts';
import { readKinds } from './stale.ts';

type Kind = 'program' | 'snippet' | 'sample' | 'shell' | 'log' | 'text' | 'other';

/** A block of code and what it is. */
export interface Item {
  readonly block: Block;
  readonly kind: Kind;
  readonly what: string;
  readonly reading: Reading;
  name?: string;
  title?: string | undefined;
  args?: string | undefined;
}

/** Names that fences use for Python. */
export const pythonLanguage = /^(?:python|py|python3|py3|python2|py2)$/i;

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

/** Classifies a block of code. */
export function readItem(block: Block): Item {
  const code = plainCode(block.code);
  const lines = code.split(/\r\n|\r|\n/);
  const item = (kind: Kind, what: string, reading: Reading = { kind: 'other' }): Item => ({ block, kind, what, reading });
  const { language } = block;
  const isPython = pythonLanguage.test(language);
  if (isPython && /\bsample=/.test(block.meta)) return item('sample', 'already a sample, stays');
  if (code.trim() === '') return item('other', 'empty, stays');
  if (/^\s*>>> /m.test(code) && (isPython || vagueLanguage.test(language))) return item('other', 'interactive session, stays');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (isPython || (vagueLanguage.test(language) && !/^\s*\$ /.test(first))) {
    const reading = readPython(code, block.codeLine + 1);
    if (language.endsWith('2') && reading.kind !== 'other')
      return item('snippet', 'python', { kind: 'snippet', why: 'Python 2, as the fence says' });
    if (reading.kind !== 'other') return item(reading.kind, 'python', reading);
    if (isPython) return item('snippet', 'python', { kind: 'snippet', why: reading.why ?? 'most of its lines are not Python' });
  }
  if (!shellLanguage.test(language) && !vagueLanguage.test(language)) return item('other', `${language}, stays`);
  if (prompt.test(first) || (shellLanguage.test(language) && !vagueLanguage.test(language)) || bareCommand.test(first.trim()))
    return item('shell', 'shell');
  if (readKinds(lines).some((kind) => kind !== undefined && kind.type !== 'text') || /^\s*Traceback \(most recent call last\)/m.test(code))
    return item('log', 'log');
  return shellLanguage.test(language) ? item('shell', 'shell') : item('text', 'text');
}
