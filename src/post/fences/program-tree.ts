import { parser } from '@lezer/python';
import type { Lines } from '../../experiment/sample.ts';
import { pointsWithin } from '../place.ts';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** A `for` or `while` statement, not a comprehension. */
export interface Loop extends Lines {
  /** The name of the function around it; undefined at the top level. */
  readonly owner: string | undefined;
  /** The names that it binds. */
  readonly binds: ReadonlySet<string>;
  /** Whether it is inside another loop of the same function. */
  readonly within: boolean;
}

/** What a program's source says about how it runs. */
export interface ProgramTree {
  readonly loops: readonly Loop[];
  readonly functions: readonly (Lines & { readonly name: string })[];
  readonly imports: readonly Lines[];
  /** Simple statements: those without a body. */
  readonly statements: readonly Lines[];
  /** Lines of statements with a comprehension or a container made from a call: they build a whole table at once. */
  readonly tables: readonly number[];
  /**
   * Whether a call in this line is the last thing that its function, or the program, does: what the called function holds
   * is freed only because the program ends. Of a loop that comes last, only the first line counts.
   */
  readonly isLast: (line: number) => boolean;
}

/** Parses a program; where it has errors, what cannot be read is skipped. Never throws. */
export function readProgram(code: string): ProgramTree {
  const pointAt = pointsWithin(code, { line: 1, column: 1 });
  const lineAt = (offset: number) => pointAt(offset).line;
  const textOf = (node: SyntaxNode) => code.slice(node.from, node.to);
  // A node may end after the line break.
  const linesOf = (node: SyntaxNode): Lines => ({ from: lineAt(node.from), to: lineAt(node.from + textOf(node).trimEnd().length) });
  const loops: Loop[] = [];
  const functions: (Lines & { name: string })[] = [];
  const imports: Lines[] = [];
  const statements: Lines[] = [];
  const [last, tables] = [new Set<number>(), new Set<number>()];
  const tree = parser.parse(code);
  tree.iterate({
    enter: ({ node, name }) => {
      if (name === 'ImportStatement') imports.push(linesOf(node));
      if (name === 'FunctionDefinition') functions.push({ ...linesOf(node), name: nameOf(node, textOf) });
      if (name === 'ForStatement' || name === 'WhileStatement') {
        const owner = ownerOf(node);
        if (endsItsFunction(node, textOf)) last.add(lineAt(node.from));
        const isLoop = ({ name: other }: SyntaxNode) => other === 'ForStatement' || other === 'WhileStatement';
        loops.push({
          ...linesOf(node),
          owner: owner && nameOf(owner, textOf),
          binds: bindsOf(node, textOf),
          within: ancestors(node).some((each) => isLoop(each) && ownerOf(each)?.from === owner?.from),
        });
      }
      // A statement with a body is not a simple one.
      if (
        !name.endsWith('Statement') ||
        name === 'DecoratedStatement' ||
        node.getChild('Body') !== null ||
        node.getChild('MatchBody') !== null
      )
        return;
      const lines = linesOf(node);
      statements.push(lines);
      if (buildsTable(node, code)) for (let line = lines.from; line <= lines.to; line += 1) tables.add(line);
      if (endsItsFunction(node, textOf)) for (let line = lines.from; line <= lines.to; line += 1) last.add(line);
    },
  });
  return { loops, functions, imports, statements, tables: [...tables], isLast: (line) => last.has(line) };
}

/** The names of the functions that a variable occurs in; undefined for the top level, and wherever it is declared global. */
export function functionsWith(code: string, variable: string): ReadonlySet<string | undefined> {
  const textOf = (node: SyntaxNode) => code.slice(node.from, node.to);
  const found = new Set<string | undefined>();
  parser.parse(code).iterate({
    enter: ({ node, name }) => {
      if (name !== 'VariableName' || textOf(node) !== variable) return;
      const owner = node.parent?.name === 'ScopeStatement' ? undefined : ownerOf(node);
      found.add(owner && nameOf(owner, textOf));
    },
  });
  return found;
}

/** A call that makes a container of everything that another call returns. */
const builds = /^(?:list|tuple|set|frozenset|dict|sorted|deque|Counter|OrderedDict)\s*\(\s*[\w.]+\s*\(/;

function buildsTable(node: SyntaxNode, code: string): boolean {
  let found = false;
  node.cursor().iterate((child) => {
    const { name, from, to } = child;
    found ||=
      name.includes('Comprehension') ||
      (name === 'ArgList' && child.node.getChild('for') !== null) ||
      (name === 'CallExpression' && builds.test(code.slice(from, to)));
    return !found && name !== 'LambdaExpression';
  });
  return found;
}

function ancestors(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let each = node.parent; each !== null; each = each.parent) found.push(each);
  return found;
}

/** The function around a node. */
function ownerOf(node: SyntaxNode): SyntaxNode | undefined {
  return ancestors(node).find(({ name }) => name === 'FunctionDefinition' || name === 'LambdaExpression');
}

function nameOf(definition: SyntaxNode, textOf: (node: SyntaxNode) => string): string {
  const name = definition.getChild('VariableName');
  return name === null ? '<lambda>' : textOf(name);
}

/** The names that a loop binds: its targets, and what its body assigns. */
function bindsOf(loop: SyntaxNode, textOf: (node: SyntaxNode) => string): ReadonlySet<string> {
  const names = new Set<string>();
  const owner = ownerOf(loop)?.from;
  loop.cursor().iterate((cursor) => {
    const node = cursor.node;
    if (ownerOf(node)?.from !== owner) return;
    if (node.name === 'ForStatement') addNames(childrenUntil(node, 'in'), names, textOf);
    if (node.name === 'AssignStatement') addNames(targetsOf(node), names, textOf);
    if (node.name === 'UpdateStatement') addNames(childrenUntil(node, 'UpdateOp'), names, textOf);
    if (node.name === 'NamedExpression') addNames(childrenUntil(node, 'AssignOp'), names, textOf);
    if (node.name === 'WithStatement') addNames(afterAs(node), names, textOf);
  });
  return names;
}

function addNames(nodes: readonly SyntaxNode[], names: Set<string>, textOf: (node: SyntaxNode) => string): void {
  for (const node of nodes) {
    if (node.name === 'VariableName') names.add(textOf(node));
    else if (/^(?:TupleExpression|ArrayExpression|ParenthesizedExpression)$/.test(node.name))
      addNames(childrenUntil(node, ''), names, textOf);
  }
}

/** The targets of an assignment: everything before its last `=`. */
function targetsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) parts.push(child);
  return parts.slice(
    0,
    parts.findLastIndex(({ name }) => name === 'AssignOp'),
  );
}

function afterAs(node: SyntaxNode): readonly SyntaxNode[] {
  return childrenUntil(node, 'Body').filter(({ prevSibling }) => prevSibling?.name === 'as');
}

function childrenUntil(node: SyntaxNode, end: string): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null && child.name !== end; child = child.nextSibling) found.push(child);
  return found;
}

/** Whether nothing that does any work follows a statement in its function, or in the program. */
function endsItsFunction(node: SyntaxNode, textOf: (node: SyntaxNode) => string): boolean {
  if (node.name === 'ReturnStatement') return true;
  let at = node;
  while (at.parent !== null) {
    const { parent } = at;
    if (parent.name === 'Script') return isLastChild(at, textOf);
    if (parent.name === 'FunctionDefinition' || parent.name === 'LambdaExpression') return true;
    if (parent.name === 'ForStatement' || parent.name === 'WhileStatement') return false;
    // The body of a class runs while the class is created.
    if (parent.name === 'ClassDefinition') return false;
    // The bodies of `except`, `else` and `finally` may follow, but do not count as other work.
    if ((parent.name === 'Body' || parent.name === 'StatementGroup') && !isLastChild(at, textOf)) return false;
    at = parent;
  }
  return true;
}

function isLastChild(node: SyntaxNode, textOf: (node: SyntaxNode) => string): boolean {
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) {
    const isNothing =
      next.name === 'Comment' ||
      next.name === 'PassStatement' ||
      next.name === ';' ||
      (next.name === 'ReturnStatement' && !textOf(next).includes('(')) ||
      /^(?:FunctionDefinition|ClassDefinition)$/.test(next.name);
    if (!isNothing) return false;
  }
  return true;
}
