import type { Item } from './items.ts';
import { readPython } from './python.ts';
import { boundAtTop, callsOf, isWithin, parsePython, statementsOf } from './syntax.ts';

/**
 * Makes programs of code that needs what earlier blocks define: their code is put before it, and they are only shown. A
 * program that prints or goes round a loop stays one of its own, and what goes on from it is told.
 */
export function joinPrograms(items: readonly Item[]): readonly Item[] {
  const joined = [...items];
  for (const [index, item] of items.entries()) {
    if (item.reading.kind !== 'snippet' || item.reading.missing === undefined) continue;
    const found = join(items, index, item.reading.missing);
    if (found === undefined) continue;
    if (typeof found === 'string') {
      joined[index] = { ...item, reading: { kind: 'snippet', why: found, sound: true } };
      continue;
    }
    joined[index] = found.item;
    const { line } = item.block;
    for (const part of found.parts) {
      const old = joined[part] as Item;
      if (old.code === undefined)
        joined[part] = { ...old, kind: 'snippet', reading: { kind: 'snippet', why: `it is part of the program in line ${line}` } };
    }
  }
  return joined;
}

/** The program of a block and those before it that it needs, or why there is none; undefined if nothing defines the name. */
function join(items: readonly Item[], index: number, name: string): { item: Item; parts: readonly number[] } | string | undefined {
  const own = items[index] as Item;
  const parts: number[] = [];
  let missing: string | undefined = name;
  for (;;) {
    const lacks = new RegExp(`\\b${missing}\\b`, 'u');
    const user = parts.find((at) => lacks.test((items[at] as Item).block.code)) ?? index;
    const part = findDefinition(items.slice(0, user), parts, missing);
    if (part === undefined) return parts.length === 0 ? undefined : `it does not define ${missing}`;
    const { block } = items[part] as Item;
    if (isOwnProgram(block.code)) return `it goes on from the program in line ${block.line}: to run them as one, put both into one fence`;
    parts.push(part);
    parts.sort((a, b) => a - b);
    const blocks = [...parts.map((at) => items[at] as Item), own];
    const lines = blocks.flatMap(({ block }) => [...block.code.split('\n').map((_, at) => block.lineAt(at)), block.line]);
    const code = blocks.map((each) => each.block.code).join('\n\n');
    const joined = readPython(code, { lineAt: (at) => lines[at] ?? own.block.line, isPython: true });
    if (joined.kind === 'program') {
      const from = parts.map((at) => (items[at] as Item).block.line);
      const notes = [`it begins with the code of ${from.length === 1 ? 'line' : 'lines'} ${from.join(' and ')}, which it needs`];
      return { item: { ...own, kind: 'program', reading: joined, code, notes }, parts };
    }
    missing = joined.kind === 'snippet' ? joined.missing : undefined;
    if (missing === undefined) return joined.kind === 'snippet' ? joined.why : undefined;
  }
}

/** The last of some blocks that defines a name at its top level, and is Python 3 without a fault. */
function findDefinition(items: readonly Item[], taken: readonly number[], name: string): number | undefined {
  const at = items.findLastIndex(
    ({ block, reading }, other) =>
      !taken.includes(other) &&
      (reading.kind === 'program' || (reading.kind === 'snippet' && reading.sound === true)) &&
      boundAtTop(parsePython(block.code)).has(name) &&
      !isSketch(block.code),
  );
  return at === -1 ? undefined : at;
}

/** Whether code has functions whose bodies are left out. */
function isSketch(code: string): boolean {
  return parsePython(code).nodes.some(
    (node) =>
      node.name === 'Body' &&
      node.parent?.name === 'FunctionDefinition' &&
      statementsOf(node).every(({ firstChild }) => firstChild?.name === 'Ellipsis'),
  );
}

/** Whether code has something to show of its own: it prints, or goes round a loop, and not only in a function. */
function isOwnProgram(code: string): boolean {
  const syntax = parsePython(code);
  const shown = [
    ...syntax.nodes.filter(({ name }) => name === 'ForStatement' || name === 'WhileStatement'),
    ...callsOf(syntax).flatMap(({ node, path }) => (path === 'print' ? [node] : [])),
  ];
  return shown.some((node) => !isWithin(node, /^(?:FunctionDefinition|LambdaExpression)$/));
}
