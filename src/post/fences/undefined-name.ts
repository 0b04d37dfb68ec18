import { parser } from '@lezer/python';
import { pointsWithin } from '../place.ts';
import { builtinNames } from './builtin-names.ts';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** A name that nothing binds. */
export interface UndefinedName {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** All names that the code does bind. */
  readonly bound: ReadonlySet<string>;
}

/**
 * The first name in a program that nothing in it binds, in whatever scope, and that is not built in; undefined if there is none,
 * or if names may be bound in ways that the code does not show.
 */
export function findUndefinedName(code: string): UndefinedName | undefined {
  if (/\bimport[ \t]*\*|\b(?:exec|eval|globals|locals|vars|setattr|__import__)\b|NameError|__getattr__|builtins/.test(code))
    return undefined;
  const bound = new Set<string>();
  const used: SyntaxNode[] = [];
  const tree = parser.parse(code);
  let isClean = true;
  tree.iterate({
    enter: ({ node, name, type }) => {
      isClean &&= !type.isError;
      if (name !== 'VariableName' || isKeyword(node)) return;
      if (binds(node)) bound.add(code.slice(node.from, node.to));
      else used.push(node);
    },
  });
  // What cannot be read may bind names.
  if (!isClean) return undefined;
  const node = used.find((each) => {
    const name = code.slice(each.from, each.to);
    return !bound.has(name) && !builtinNames.has(name);
  });
  if (node === undefined) return undefined;
  const { line, column } = pointsWithin(code, { line: 1, column: 1 })(node.from);
  return { name: code.slice(node.from, node.to), line, column, bound };
}

/** Whether a name is that of an argument of a call: neither bound nor used. */
function isKeyword({ parent, nextSibling }: SyntaxNode): boolean {
  return parent?.name === 'ArgList' && nextSibling?.name === 'AssignOp';
}

/** Statements and expressions all of whose names may be bound by them. */
const binding = new Set(
  `ParamList ImportStatement ScopeStatement TypeDefinition TypeParamList TypeParam MatchClause PatternArgList
  CapturePattern AsPattern StarPattern KeywordPattern MappingPattern SequencePattern OrPattern`.split(/\s+/),
);

/** Whether a name is bound where it stands; too often rather than too seldom. */
function binds(node: SyntaxNode): boolean {
  // An attribute in a decorator, and a name that is only annotated.
  if (node.prevSibling?.name === '.' || node.nextSibling?.name === 'TypeDef') return true;
  for (let [child, parent] = [node, node.parent]; parent !== null; [child, parent] = [parent, parent.parent]) {
    // What is set is a part of the object, and a pattern's class is looked up.
    if (parent.name === 'MemberExpression' || (parent.name === 'ClassPattern' && child.prevSibling === null)) return false;
    if (binding.has(parent.name) && !(parent.name === 'ParamList' && child.prevSibling?.name === 'AssignOp')) return true;
    const isBefore = (sign: string) => {
      for (let next = child.nextSibling; next !== null; next = next.nextSibling) if (next.name === sign) return true;
      return false;
    };
    if (parent.name === 'FunctionDefinition' || parent.name === 'ClassDefinition') return child === node || same(child, node);
    if (
      (parent.name === 'AssignStatement' || parent.name === 'NamedExpression' || parent.name === 'UpdateStatement') &&
      isBefore('AssignOp')
    )
      return true;
    if (parent.name === 'NamedExpression' && same(child, node) && child.prevSibling === null) return true;
    if (parent.name === 'UpdateStatement' && isBefore('UpdateOp')) return true;
    if (child.prevSibling?.name === 'as') return true;
    if (/^(?:ForStatement|ArgList|.*Comprehension.*)$/.test(parent.name)) {
      for (let previous = child.prevSibling; previous !== null && previous.name !== 'in'; previous = previous.prevSibling)
        if (previous.name === 'for') return true;
    }
    if (parent.name === 'DeleteStatement' || parent.name === 'TryStatement') return child.prevSibling?.name === 'as';
  }
  return false;
}

function same(one: SyntaxNode, other: SyntaxNode): boolean {
  return one.from === other.from && one.to === other.to && one.name === other.name;
}
