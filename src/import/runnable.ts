import { standardModules } from '../post/fences/standard-modules.ts';
import { boundNames, findUnbound, hasCall, importsOf } from './bindings.ts';
import { sketch } from './statements.ts';
import type { Statement } from './tokens.ts';

const python2Names = new Set('xrange raw_input unicode basestring unichr execfile'.split(' '));

const python2Modules = new Set('urllib2 StringIO cStringIO cPickle Queue ConfigParser commands thread __builtin__'.split(' '));

/** What shows that the code is Python 2, with its line; undefined if nothing does. */
export function findPython2(statements: readonly Statement[]): string | undefined {
  const bound = boundNames(statements);
  for (const { line, tokens } of statements) {
    const found = tokens.find(({ kind, text }, index) => {
      const [before, next] = [tokens[index - 1], tokens[index + 1]];
      const starts = index === 0 || before?.text === ':' || before?.text === ';';
      if (kind === 'name' && /^(?:print|exec)$/.test(text) && starts && next !== undefined && (next.kind !== 'sign' || next.text === '>>'))
        return true;
      if (kind === 'number') return /^0\d*[1-9]\d*$|^\d+[lL]$/.test(text);
      if (kind === 'name' && python2Names.has(text)) return before?.text !== '.' && !bound.has(text);
      if (kind === 'name' && /^(?:iteritems|itervalues|iterkeys|has_key)$/.test(text)) return before?.text === '.' && !bound.has(text);
      return text === '<>' || text === '`';
    });
    if (found !== undefined) return `${found.text} in line ${line}`;
    const text = sketch(tokens);
    if (/^except [\w .]+ , \w+ :/u.test(text) || /^raise [\w .]+ , /u.test(text)) return `${tokens[0]?.text} with a comma in line ${line}`;
    const old = importsOf([{ line, indent: 0, tokens }]).find((name) => python2Modules.has(name));
    if (old !== undefined) return `import ${old} in line ${line}`;
  }
  return undefined;
}

/** Why the code does not run on its own; undefined if no reason is found. */
export function whyNotAlone(statements: readonly Statement[], forms: readonly string[]): string | undefined {
  const bad = statements[forms.indexOf('bad')];
  if (bad !== undefined) return `line ${bad.line} is not Python`;
  if (statements.length < 3) return `${statements.length === 1 ? 'one line' : 'two lines'}`;
  const elided = statements.find(({ indent, tokens }) => indent === 0 && sketch(tokens) === '. . .');
  if (elided !== undefined) return `line ${elided.line} leaves something out`;
  if ((statements[0] as Statement).indent > 0) return 'it starts indented';
  for (const [index, { line, indent, tokens }] of statements.entries()) {
    const next = statements[index + 1];
    const opens = tokens.at(-1)?.text === ':';
    if (opens && (next === undefined || next.indent <= indent)) return `the block in line ${line} has no body`;
    if (!opens && next !== undefined && next.indent > indent) return `line ${next.line} is indented without a block`;
    if (indent === 0 && /^(?:return|yield|await|nonlocal)$/.test(tokens[0]?.text ?? ''))
      return `${tokens[0]?.text} in line ${line} is outside a function`;
  }
  const foreign = importsOf(statements).find((name) => !standardModules.has(name));
  if (foreign !== undefined)
    return foreign === '' ? 'it imports from its own package' : `it imports ${foreign}, which does not come with Python`;
  const unbound = findUnbound(statements);
  if (unbound !== undefined) return `it does not define ${unbound}`;
  if (hasCall(statements, 'input')) return 'it waits for input';
  if (!statements.some(acts)) return 'it only defines things and runs nothing';
  return undefined;
}

function acts({ indent, tokens }: Statement): boolean {
  const text = sketch(tokens);
  if (indent > 0 || /^(?:import|from|@|def|async def|class|pass|S$|global|else|elif|except|finally)/.test(text)) return false;
  return !/^[\w., ]+ (?:: .+ )?= [^(]*$/u.test(text);
}

/** What an author should know about a program before it runs. */
export function findNotes(statements: readonly Statement[]): readonly string[] {
  const notes: string[] = [];
  for (const [index, { line, indent, tokens }] of statements.entries()) {
    if (!/^while (?:True|1) :/.test(tokens.map(({ text }) => text).join(' '))) continue;
    const after = statements.slice(index + 1).findIndex((statement) => statement.indent <= indent);
    const body = statements.slice(index, after === -1 ? undefined : index + 1 + after);
    if (!body.some(({ tokens }) => tokens.some(({ text }) => /^(?:break|return|raise|exit|_exit)$/.test(text))))
      notes.push(`the loop in line ${line} never ends: say when to stop it, stop=5s`);
  }
  return notes;
}
