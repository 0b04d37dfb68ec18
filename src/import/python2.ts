import { boundAtTop, childrenOf, hasFault, importsOf, type Syntax, type SyntaxNode } from './syntax.ts';

const oldNames = new Set('xrange raw_input unicode basestring unichr execfile'.split(' '));
const oldMethods = new Set(
  'iteritems itervalues iterkeys has_key izip izip_longest imap ifilter maxint setdefaultencoding getcwdu'.split(' '),
);
const oldModules = new Set('urllib2 urlparse StringIO cStringIO cPickle Queue ConfigParser commands thread __builtin__ httplib'.split(' '));

/** What shows that the code is Python 2, and the index of its line; undefined if nothing does. */
export function findPython2(syntax: Syntax): { readonly what: string; readonly line: number } | undefined {
  const { nodes, textOf, lineOf, code } = syntax;
  const bound = boundAtTop(syntax);
  const modules = new Map(importsOf(syntax).map(({ name, node }) => [node.from, name]));
  for (const node of nodes) {
    const what = readNode(node, textOf, bound) ?? (oldModules.has(modules.get(node.from) ?? '') ? textOf(node).split('\n')[0] : undefined);
    if (what !== undefined && !isTried(node) && (what === 'exec' || telling.test(node.name) || !isFaulty(node)))
      return { what, line: lineOf(node) };
    // The parser takes the backticks of Python 2 for an error.
    if (node.type.isError && code[node.from] === '`') return { what: '`', line: lineOf(node) };
  }
  return undefined;
}

/** Nodes that no text but Python 2 has, even where the parser cannot read all of it. */
const telling = /^(?:PrintStatement|TryStatement|RaiseStatement|ParamList|Number)$/;

/** Whether the statement around a node, or what follows it, cannot be read: the text may be no Python at all. */
function isFaulty(node: SyntaxNode): boolean {
  let statement = node;
  while (statement.parent !== null && !statement.name.endsWith('Statement')) statement = statement.parent;
  return hasFault(statement) || statement.nextSibling?.type.isError === true || statement.prevSibling?.type.isError === true;
}

function readNode(node: SyntaxNode, textOf: (node: SyntaxNode) => string, bound: ReadonlySet<string>): string | undefined {
  const text = textOf(node);
  switch (node.name) {
    case 'PrintStatement':
      return 'print';
    case 'VariableName': {
      const next = node.parent?.nextSibling;
      if (text === 'exec' && node.parent?.name === 'ExpressionStatement' && next?.type.isError === true) return 'exec';
      if (node.parent?.name === 'ImportStatement') return oldMethods.has(text) ? text : undefined;
      return oldNames.has(text) && !bound.has(text) ? text : undefined;
    }
    case 'PropertyName':
      return oldMethods.has(text) && !bound.has(text) ? text : undefined;
    case 'Number':
      return /^0\d*[1-9]\d*$/.test(text) || (node.parent?.nextSibling?.type.isError === true && /^[lL]/.test(after(node, textOf)))
        ? text
        : undefined;
    case 'ParamList':
      return /[(,]\s*\(/.test(text) && hasFault(node) ? 'a tuple as a parameter' : undefined;
    case 'CompareOp':
      return text === '<>' ? text : undefined;
    case 'TryStatement': {
      const parts = childrenOf(node);
      const old = parts.some(({ name }, index) => {
        const [type, comma, word] = parts.slice(index + 1);
        return name === 'except' && type !== undefined && comma?.name === ',' && word?.name === 'VariableName';
      });
      return old ? 'except with a comma' : undefined;
    }
    case 'RaiseStatement':
      return node.getChild(',') === null ? undefined : 'raise with a comma';
    default:
      return undefined;
  }
}

function after(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string {
  const next = node.parent?.nextSibling?.nextSibling;
  return next == null || next.from > node.to ? '' : textOf(next);
}

/** Whether a `try` catches that an old name is not there. */
function isTried(node: SyntaxNode): boolean {
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (parent.name !== 'TryStatement') continue;
    const caught = childrenOf(parent).filter(({ prevSibling }) => prevSibling?.name === 'except');
    if (caught.length > 0 && /^(?:ImportStatement|VariableName)$/.test(node.name)) return true;
  }
  return false;
}
