import { parser } from '@lezer/python';
import { pointsWithin } from '../place.ts';

/** Where a program gives something a name: an assignment, a parameter with a default, a function or a class. */
export interface Definition {
  /** As it is written: `cache`, `self.sessions`. */
  readonly name: string;
  readonly line: number;
  /** The innermost function and class around it; undefined at the top level of the module. */
  readonly inFunction: string | undefined;
  readonly inClass: string | undefined;
  readonly kind: 'assignment' | 'parameter' | 'function' | 'class';
}

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** All definitions of a program, in order; a decorated function or class is where its decorators begin. Never throws. */
export function findDefinitions(code: string): readonly Definition[] {
  const found: Definition[] = [];
  const textOf = (node: SyntaxNode) => code.slice(node.from, node.to);
  const pointAt = pointsWithin(code, { line: 1, column: 1 });
  const lineOf = (node: SyntaxNode) => pointAt(node.from).line;
  const nameOf = (node: SyntaxNode) => {
    const name = node.getChild('VariableName');
    return name === null ? undefined : textOf(name);
  };
  const around = (node: SyntaxNode) => {
    let [inFunction, inClass]: (string | undefined)[] = [];
    for (let parent = node.parent; parent !== null; parent = parent.parent) {
      if (parent.name === 'FunctionDefinition' && inClass === undefined) inFunction ??= nameOf(parent);
      if (parent.name === 'ClassDefinition') inClass ??= nameOf(parent);
    }
    return { inFunction, inClass };
  };
  const addTarget = (target: SyntaxNode, statement: SyntaxNode) => {
    if (target.name === 'VariableName' || target.name === 'MemberExpression')
      found.push({ name: textOf(target), line: lineOf(target), kind: 'assignment', ...around(statement) });
    else if (/^(?:TupleExpression|ArrayExpression|ParenthesizedExpression)$/.test(target.name))
      for (let child = target.firstChild; child !== null; child = child.nextSibling) addTarget(child, statement);
  };
  parser.parse(code).iterate({
    enter: ({ node, name }) => {
      if (name === 'AssignStatement') {
        const parts: SyntaxNode[] = [];
        for (let child = node.firstChild; child !== null; child = child.nextSibling) parts.push(child);
        const last = parts.findLastIndex((part) => part.name === 'AssignOp');
        for (const part of parts.slice(0, Math.max(0, last))) addTarget(part, node);
      }
      if (name === 'FunctionDefinition' || name === 'ClassDefinition') {
        const own = nameOf(node);
        const start = node.parent?.name === 'DecoratedStatement' ? node.parent : node;
        const kind = name === 'ClassDefinition' ? 'class' : 'function';
        if (own !== undefined) found.push({ name: own, line: lineOf(start), kind, ...around(node) });
      }
      if (name === 'ParamList') {
        const owner = node.parent?.name === 'FunctionDefinition' ? nameOf(node.parent) : undefined;
        const outside = node.parent === null ? {} : around(node.parent);
        for (const parameter of node.getChildren('VariableName'))
          if (parameter.nextSibling?.name === 'AssignOp')
            found.push({
              name: textOf(parameter),
              line: lineOf(parameter),
              kind: 'parameter',
              inClass: undefined,
              ...outside,
              inFunction: owner,
            });
      }
      return undefined;
    },
  });
  return found;
}
