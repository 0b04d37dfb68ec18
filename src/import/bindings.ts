import { builtinNames } from './names.ts';
import { sketch } from './statements.ts';
import { keywords, type Statement } from './tokens.ts';

/** The modules that the statements import; an empty name for a relative import. */
export function importsOf(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap(({ tokens }) => {
    const text = sketch(tokens);
    const [, from] = /^from ((?:\. )*\w*)/u.exec(text) ?? [];
    if (from !== undefined) return [from.startsWith('.') ? '' : from];
    return text.startsWith('import ')
      ? text
          .slice(7)
          .split(' , ')
          .map((part) => part.split(' ')[0] ?? '')
      : [];
  });
}

/** Every name that the statements bind. */
export function boundNames(statements: readonly Statement[]): ReadonlySet<string> {
  const bound = new Set<string>();
  for (const { tokens } of statements) {
    const first = tokens[0]?.text ?? '';
    const assign = tokens.findLastIndex(({ text }) => text === '=');
    let until: string | undefined;
    for (const [index, { kind, text }] of tokens.entries()) {
      const [before, next] = [tokens[index - 1]?.text ?? '', tokens[index + 1]?.text ?? ''];
      if (text === until) until = undefined;
      if (text === 'for') until = 'in';
      if (text === 'lambda') until = ':';
      if (kind !== 'name' || before === '.') continue;
      const made =
        /^(?:import|from|def|class|global|nonlocal|case)$/.test(first) ||
        first === 'async' ||
        before === 'as' ||
        (before === '(' && tokens[index - 2]?.text === 'as');
      const set =
        /^(?:=|:=|[-+*/%@&|^]=|\*\*=|\/\/=|>>=|<<=)$/.test(next) ||
        (index < assign && /^[,)\]]$/.test(next)) ||
        (index === 0 && next === ':');
      const given = made && first !== 'class' && first !== 'async' && first !== 'def';
      const parameter = /^(?:def|async)$/.test(first) && /^(?:[(,*]|\*\*|def)$/.test(before);
      if (given || set || parameter || until !== undefined || before === 'class' || before === 'def' || before === 'as') bound.add(text);
    }
  }
  return bound;
}

/** The first name that is used but never bound; undefined if there is none. */
export function findUnbound(statements: readonly Statement[]): string | undefined {
  if (statements.some(({ tokens }) => tokens[0]?.text === 'from' && tokens.at(-1)?.text === '*')) return undefined;
  const bound = boundNames(statements);
  for (const { tokens } of statements) {
    const unbound = tokens.find(
      ({ kind, text }, index) =>
        kind === 'name' && tokens[index - 1]?.text !== '.' && !keywords.has(text) && !builtinNames.has(text) && !bound.has(text),
    );
    if (unbound !== undefined) return unbound.text;
  }
  return undefined;
}

/** Whether the statements call a function of this name. */
export function hasCall(statements: readonly Statement[], name: string): boolean {
  return statements.some(({ tokens }) =>
    tokens.some(
      ({ text }, index) => text === name && tokens[index + 1]?.text === '(' && !/^(?:\.|def)$/.test(tokens[index - 1]?.text ?? ''),
    ),
  );
}
