import { keywords, type Statement, type Token } from './tokens.ts';

/** The shape of a statement: names and punctuation as they are, `S` for a string, `0` for a number. */
export const sketch = (tokens: readonly Token[]) =>
  tokens.map(({ kind, text }) => (kind === 'string' ? 'S' : kind === 'number' ? '0' : text)).join(' ');

const strong = [
  /^import [\w .]+(?: as \w+)?(?: , [\w .]+(?: as \w+)?)*$/u,
  /^from [\w .]+ import (?:\*|[\w ,]+|\( [\w ,]+ \))$/u,
  /^@ \w/u,
  /^(?:async )?def \w+ \(.*\) (?:-> .+ )?:/u,
  /^class \w+ (?:\(.*\) )?:/u,
  /^(?:async )?(?:for .+ in .+|with .+|while .+|if .+) :/u,
  /^(?:try|except.*|match .+) :/u,
  /^print \(.*\)/u,
];

const calls = [/^\w+(?: \. \w+)+ \(.*\)$/u, /^[\w.]+(?: , \w+)* = (?:.* )?\w+ \(.*\)/u];

/** Shapes of statements that prose may have, too. */
export const plain = [
  /^(?:return|raise|yield|await|del|global|nonlocal|assert|pass|break|continue|elif .*:|case .*:|else :|finally :)(?:$| |(?<=:))/u,
  /^[*([]? ?\w[^=!<>]* (?:=|[-+*/%@&|^]=|\*\*=|\/\/=|>>=|<<=|:=) \S/u,
  /^\w+ : [\w .[\],|]+$/u,
  /^(?:S ?)+$/u,
  /^\. \. \.$/u,
  /^\w+ (?:\.|\(|\[).*\)$/u,
  /^S(?: \. \w+ .*)$/u,
];

/** How much a statement looks like Python. */
export function readForm({ tokens }: Statement): 'strong' | 'call' | 'plain' | 'bad' {
  // A table of values, too long to match.
  if (tokens.length > 2000) return 'plain';
  const text = sketch(tokens);
  const clash = tokens.some((token, index) => {
    const next = tokens[index + 1];
    if (next === undefined || token.kind === 'sign' || next.kind === 'sign') return false;
    if (token.kind === 'string' && next.kind === 'string') return false;
    return !keywords.has(token.text) && !keywords.has(next.text);
  });
  if (clash || /[;{?]$|^[<>?]/.test(text)) return 'bad';
  if (strong.some((form) => form.test(text))) return 'strong';
  if (calls.some((form) => form.test(text))) return 'call';
  return plain.some((form) => form.test(text)) || /^(?:print|exec) S?/.test(text) ? 'plain' : 'bad';
}
