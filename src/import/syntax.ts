import { parser } from '@lezer/python';
import { builtinNames } from '../post/fences/builtin-names.ts';

/** A node of Python's syntax tree. */
export type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** Python code and its syntax tree. */
export interface Syntax {
  readonly code: string;
  readonly top: SyntaxNode;
  /** All nodes, each before those in it. */
  readonly nodes: readonly SyntaxNode[];
  readonly textOf: (node: SyntaxNode) => string;
  /** The index of a node's first line, from 0. */
  readonly lineOf: (node: SyntaxNode) => number;
}

/** Parses Python. Never throws: where there is a fault, the tree has error nodes. */
export function parsePython(code: string): Syntax {
  const top = parser.parse(readable(code)).topNode;
  const nodes: SyntaxNode[] = [];
  top.cursor().iterate(({ node }) => void nodes.push(node));
  return {
    code,
    top,
    nodes,
    textOf: ({ from, to }) => code.slice(from, to),
    lineOf: ({ from }) => code.slice(0, from).split('\n').length - 1,
  };
}

/** Code of the same length in which there is nothing that Python reads and the parser does not: `1.` and `case []`. */
export function readable(code: string): string {
  return code.replace(/(?<![\w.])(\d[\d_]*)\.(?![\w.])/g, (_, digits: string) => `${digits}0`).replace(/\bcase \[\]/g, 'case _ ');
}

/** The children of a node, in order. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** The statements of a body or a program; those that share a line are counted one by one. */
export function statementsOf(body: SyntaxNode): readonly SyntaxNode[] {
  return childrenOf(body).flatMap((child) => {
    if (child.name === 'StatementGroup') return statementsOf(child);
    return /(?:Statement|Definition)$/.test(child.name) ? [child] : [];
  });
}

/** Whether a node is in another one of this name. */
export function isWithin(node: SyntaxNode, names: RegExp): boolean {
  for (let parent = node.parent; parent !== null; parent = parent.parent) if (names.test(parent.name)) return true;
  return false;
}

/** Whether the parser could not read some of a node. */
export function hasFault(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate(({ type }) => {
    found ||= type.isError;
    return !found;
  });
  return found;
}

/** The top-level names of the modules that the code imports, each with its statement; empty for a relative import. */
export function importsOf({ nodes, textOf }: Syntax): readonly { readonly name: string; readonly node: SyntaxNode }[] {
  return nodes
    .filter(({ name }) => name === 'ImportStatement')
    .flatMap((node) => {
      const words = textOf(node).replaceAll('\\\n', ' ');
      const [, from] = /^from\s*(\.|\w+)/u.exec(words) ?? [];
      if (from !== undefined) return [{ name: from === '.' ? '' : from, node }];
      return [...words.replace(/^import/, '').matchAll(/(?:^|,)\s*(\w+)/gu)].map(([, name = '']) => ({ name, node }));
    });
}

/** Whether an error of this kind, or any, is caught around a node. */
export function isCaught(node: SyntaxNode, error: string, textOf: Syntax['textOf']): boolean {
  for (let parent = node.parent; parent !== null; parent = parent.parent)
    if (
      parent.name === 'TryStatement' &&
      new RegExp(`\\bexcept\\b(?:\\s*:|[^:]*\\b(?:Exception|BaseException|${error})\\b)`).test(textOf(parent))
    )
      return true;
  return false;
}

/** Scopes of their own, in which names are bound for them alone. */
const scopes = /^(?:FunctionDefinition|ClassDefinition|LambdaExpression|.*Comprehension.*)$/;

/** The names that the code binds outside of functions and classes. */
export function boundAtTop(syntax: Syntax): ReadonlySet<string> {
  return new Set(syntax.nodes.filter(isBoundAtTop).map(syntax.textOf));
}

function isBoundAtTop(node: SyntaxNode): boolean {
  const { parent, nextSibling, prevSibling } = node;
  if (node.name !== 'VariableName' || parent === null) return false;
  if (parent.name === 'FunctionDefinition' || parent.name === 'ClassDefinition') return !isWithin(parent, scopes);
  if (isWithin(node, scopes)) return false;
  if (parent.name === 'ImportStatement') return nextSibling?.name !== 'as' && prevSibling?.name !== '.' && prevSibling?.name !== 'from';
  if (prevSibling?.name === 'as') return true;
  if (parent.name === 'ForStatement') return childrenOf(parent).findIndex(({ name }) => name === 'in') > indexIn(parent, node);
  return isTarget(node);
}

/** A name that the code uses before it binds it, outside of functions and of branches; undefined if there is none. */
export function findEarlyName(syntax: Syntax): string | undefined {
  const { nodes, textOf } = syntax;
  const from = new Map<string, number>();
  for (const node of nodes.filter(isBoundAtTop)) from.set(textOf(node), Math.min(from.get(textOf(node)) ?? Infinity, boundFrom(node)));
  const branches = /^(?:If|Try|For|While|With|Match)Statement$|^(?:FunctionDefinition|LambdaExpression|.*Comprehension.*|ParamList)$/;
  const early = nodes.find((node) => {
    const name = node.name === 'VariableName' ? textOf(node) : '';
    if (node.to > (from.get(name) ?? 0) || builtinNames.has(name) || isBoundAtTop(node) || isWithin(node, branches)) return false;
    const isKeyword = node.parent?.name === 'ArgList' && node.nextSibling?.name === 'AssignOp';
    return !isKeyword && !/^(?:ImportStatement|ScopeStatement)$/.test(node.parent?.name ?? '') && !isOfClass(node, textOf);
  });
  return early === undefined ? undefined : textOf(early);
}

/** Whether a name in the body of a class may be one that the class itself has. */
function isOfClass(node: SyntaxNode, textOf: Syntax['textOf']): boolean {
  for (let parent = node.parent; parent !== null; parent = parent.parent)
    if (parent.name === 'ClassDefinition')
      return new RegExp(`\\b${textOf(node)}\\s*[:=]|\\bdef ${textOf(node)}\\b`, 'u').test(textOf(parent));
  return false;
}

/** The offset from which a name is bound: an assignment binds it once its value is there. */
function boundFrom(node: SyntaxNode): number {
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (/^(?:AssignStatement|FunctionDefinition|ClassDefinition|ImportStatement|NamedExpression)$/.test(parent.name)) return parent.to;
    if (/^(?:ForStatement|WithStatement|Script)$/.test(parent.name)) return node.from;
  }
  return node.from;
}

/** Whether a value is assigned to a name, alone or in a tuple. */
function isTarget(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (/^(?:TupleExpression|ArrayExpression|ParenthesizedExpression)$/.test(parent.name)) return isTarget(parent);
  if (parent.name !== 'AssignStatement' && parent.name !== 'NamedExpression') return false;
  return childrenOf(parent).findLastIndex(({ name }) => name === 'AssignOp') > indexIn(parent, node);
}

function indexIn(parent: SyntaxNode, { from }: SyntaxNode): number {
  return childrenOf(parent).findIndex((child) => child.from === from);
}

/** The arguments of a call, each as its nodes: one for a plain argument, more for `key=value` and `*rest`. */
export function argumentsOf(call: SyntaxNode): readonly (readonly SyntaxNode[])[] {
  const list = call.getChild('ArgList');
  const args: SyntaxNode[][] = [[]];
  for (const child of list === null ? [] : childrenOf(list).slice(1)) {
    if (child.name === ')') break;
    if (child.name === ',') args.push([]);
    else if (child.name !== 'Comment') args.at(-1)?.push(child);
  }
  return args.filter((arg) => arg.length > 0);
}

/** The calls in the code, each with the last name of what it calls: `urlopen` for `urllib.request.urlopen(…)`. */
export function callsOf({ nodes, textOf }: Syntax): readonly { readonly node: SyntaxNode; readonly name: string; readonly path: string }[] {
  return nodes
    .filter(({ name }) => name === 'CallExpression')
    .map((node) => {
      const path = node.firstChild === null ? '' : textOf(node.firstChild);
      return { node, path, name: /[\p{L}_][\p{L}\p{N}_]*$/u.exec(path)?.[0] ?? '' };
    });
}

/** A string that stands alone, as documentation. */
export function isDocstring(node: SyntaxNode): boolean {
  const outer = node.parent?.name === 'ContinuedString' ? node.parent : node;
  return outer.parent?.name === 'ExpressionStatement';
}
