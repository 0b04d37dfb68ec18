import type { YAMLError } from 'yaml';

interface Explained {
  readonly reason: string;
  readonly hint: string;
  /** Offsets in the YAML. */
  readonly at: readonly [number, number];
}

/** A YAML error in plain words, a hint, and where the fault begins. */
export function explainYaml(error: YAMLError, text: string): Explained {
  const [start] = error.pos;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const line = (text.slice(lineStart).split('\n', 1)[0] ?? '').trimEnd();
  const next = /^[^\n]*\n([ \t]+)\S/.exec(text.slice(lineStart));
  const key = /^\s*([\w-]+)\s*:/.exec(line)?.[1] ?? 'title';
  const whole = (reason: string, hint: string, at = start): Explained => ({ reason, hint, at: [at, Math.max(at + 1, error.pos[1])] });
  const quoted = `${key}: '${line
    .replace(/^[^:]*:\s*/, '')
    .replace(/^["']|["']$/g, '')
    .replaceAll("'", "''")}'`;
  const items = /^(\s*[\w-]+:\s+)- (.+)$/.exec(line);
  if (items !== null)
    return whole(
      'A list with dashes does not start on the line of its key',
      `Write it in brackets: ${key}: [${(items[2] ?? '').split(/\s+- /).join(', ')}]`,
      lineStart + (items[1] ?? '').length,
    );
  const item = /^(\s*-)[^\s-]/.exec(line);
  if (item !== null)
    return whole('A space is missing after the dash', `Write ${line.trim().replace(/^-/, '- ')}`, lineStart + (item[1] ?? '').length - 1);
  const above = /(?:^|\n)\s*([\w-]+):[ \t]*[>|][+-]?[ \t]*\n$/.exec(text.slice(0, lineStart))?.[1];
  if (above !== undefined && !/^\s/.test(line))
    return whole(`The text of "${above}" is not indented`, 'Indent all its lines with two spaces.', lineStart);
  const symbol = /^\s*[\w-]+:\s+(?=[*&!%@`|>])/.exec(line);
  if (symbol !== null) return whole('A text that starts with a symbol is not quoted', `Quote it: ${quoted}`, lineStart + symbol[0].length);
  switch (error.code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      if (/^[^:]*:\s.*:(?:\s|$)/.test(line)) return whole('A text with a colon in it is not quoted', `Quote it: ${quoted}`);
      if (next !== null && /:\s/.test(line))
        return whole('The line is indented, as if it belonged to the one above', 'Start it at the left.', lineStart + next[0].length - 1);
      return whole(
        `"${line}" is not of the form key: value`,
        'Write key: value, with a space after the colon; and close the front matter with a line of three dashes.',
      );
    case 'MISSING_CHAR':
      if (/quote/.test(error.message)) {
        const [quote, curly] = /"/.test(error.message) ? ['"', /[“”„]/] : ["'", /[‘’‚]/];
        const at = openQuote(text, quote) ?? start;
        const found = curly.exec(text.slice(at).split('\n', 1)[0] ?? '')?.[0];
        return whole(
          'A quote is not closed',
          found === undefined ? 'Close it at the end of its line.' : `Write ${quote}, not ${found}.`,
          at,
        );
      }
      return whole(
        `"${line}" is not of the form key: value`,
        line.includes(':') || start === 0
          ? 'Write key: value, with a space after the colon; and close every quote and bracket.'
          : 'Write key: value; or, if the line goes on from the one above, indent it with two spaces.',
      );
    case 'BAD_INDENT':
      if (/flow/i.test(error.message))
        return whole(
          'A bracket is not closed',
          'Close it: tags: [python, gc]',
          Math.max(text.lastIndexOf('[', start), text.lastIndexOf('{', start), 0),
        );
      return whole('The line is not indented like its neighbours', 'Start it at the left, or indent it like its neighbours.');
    case 'TAB_AS_INDENT':
      return whole('The line is indented with a tab', 'Indent with spaces.');
    case 'DUPLICATE_KEY':
      return whole(`The key "${key}" is set twice`, 'Keep one of the two lines.');
    case 'BLOCK_IN_FLOW':
      return whole(
        'A bracket is not closed',
        'Close it: tags: [python, gc]',
        Math.max(text.lastIndexOf('[', start), text.lastIndexOf('{', start), 0),
      );
    case 'BAD_DQ_ESCAPE':
      return whole('To YAML, a backslash in double quotes starts an escape sequence', `Use single quotes: ${quoted}`);
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_SCALAR_START':
      return whole('A text that starts with a symbol is not quoted', `Quote it: ${quoted}`);
    case 'UNEXPECTED_TOKEN':
      return whole('The text goes on after its closing quote or bracket', `Quote the whole text: ${quoted}`);
    default:
      return whole(
        `The front matter is not valid YAML: ${error.message.split(' at line ')[0]?.trim() ?? ''}`,
        'Quote a text that has a colon or starts with a symbol: title: "memory: a leak".',
      );
  }
}

/** The offset of the quote that is not closed: the first on the first line with an odd number of them. */
function openQuote(text: string, quote: string): number | undefined {
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.replaceAll(`\\${quote}`, '').split(quote).length % 2 === 0) return offset + line.indexOf(quote);
    offset += line.length + 1;
  }
  return undefined;
}
