import type { Lines, Work } from '../../experiment/sample.ts';
import { readProgram, type Loop } from './program-tree.ts';

/** Finds the work that `work=` names: by a line, a function, or `function.local`, a name that a loop binds; or says what is wrong. */
export function findWork(code: string, text: string): Work | { readonly reason: string; readonly hint: string } {
  const program = readProgram(code);
  const line = Number(/^(?:line\s*)?(\d+)$/.exec(text)?.[1] ?? NaN);
  const count = code.trimEnd().split('\n').length;
  const named = (kind: Work['kind'], ...lines: readonly Lines[]): Work => ({
    text,
    kind,
    lines: lines.map(({ from, to }) => ({ from, to })),
  });
  if (!Number.isNaN(line)) {
    if (line < 1 || line > count)
      return {
        reason: `work=${text} names a line that the sample does not have`,
        hint: `It has ${count} ${count === 1 ? 'line' : 'lines'}, counted from the first below the fence.`,
      };
    const [loop] = around(program.loops, line);
    const [owner] = around(program.functions, line);
    // A line of a function that is defined inside a loop is not a line of that loop.
    if (loop !== undefined && (owner === undefined || owner.from <= loop.from)) return named('loop', loop);
    const [statement = { from: line, to: line }] = around(program.statements, line);
    return { ...named('statement', statement), ...(owner && { owner: { from: owner.from, to: owner.to } }) };
  }
  const [name = '', local] = text.split('.');
  const functions = program.functions.filter((each) => each.name === name);
  if (functions.length === 0 && local === undefined)
    return chosen(text, name, outermost(program.loops.filter(({ owner, binds }) => owner === undefined && binds.has(name))), named);
  if (functions.length === 0)
    return {
      reason: `work=${text} names a function "${name}", which the sample does not define`,
      hint: `${listed(
        program.functions.map((each) => each.name),
        'It defines',
      )} Or name a line: work=12`,
    };
  const own = program.loops.filter(({ owner, binds }) => owner === name && (local === undefined || binds.has(local)));
  const [only] = functions;
  if (own.length === 0 && local === undefined && only !== undefined) return named('function', ...functions);
  return chosen(text, local ?? name, outermost(own), named);
}

/** The ranges that contain a line, the innermost first. */
function around<T extends Lines>(all: readonly T[], line: number): readonly T[] {
  return all.filter(({ from, to }) => line >= from && line <= to).toSorted((a, b) => a.to - a.from - (b.to - b.from));
}

function outermost(loops: readonly Loop[]): readonly Loop[] {
  return loops.filter((loop) => loops.every((other) => other === loop || other.from > loop.from || other.to < loop.to));
}

function chosen(
  text: string,
  name: string,
  loops: readonly Loop[],
  named: (kind: 'loop', ...lines: readonly Lines[]) => Work,
): ReturnType<typeof findWork> {
  if (loops.length > 0) return named('loop', ...loops);
  return {
    reason: `work=${text} names "${name}", which no loop there binds`,
    hint: 'Name a line of the loop, work=12, its function, or a name that the loop binds, as function.local.',
  };
}

function listed(names: readonly string[], before: string): string {
  return names.length === 0 ? 'It defines none.' : `${before} ${[...new Set(names)].join(', ')}.`;
}
