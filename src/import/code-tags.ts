import { fromHtml } from 'hast-util-from-html';
import { toString } from 'hast-util-to-string';
import type { Edit, ImportStep } from './edits.ts';
import { indexAt, oldLine, type Source } from './source.ts';

/** A way to write code other than a fence. */
interface Form {
  /** What it is called: `Liquid tags`. */
  readonly name: string;
  /** Its beginning, at the start of a line, after the indentation. */
  readonly open: RegExp;
  /** Its end, for how it began. */
  readonly close: (opened: string) => RegExp;
  readonly isHtml?: boolean;
}

const wrapper = /<(?:div|figure|td|code)\b[^>]*>\s*/.source;

const forms: readonly Form[] = [
  { name: 'Liquid tags', open: /^\{%-?\s*highlight\s[^%\n]*%\}/, close: () => /\{%-?\s*endhighlight\s*-?%\}/ },
  { name: 'Octopress tags', open: /^\{%-?\s*(?:codeblock|code)\b[^%\n]*%\}/, close: () => /\{%-?\s*end(?:codeblock|code)\s*-?%\}/ },
  {
    name: 'Hugo shortcodes',
    open: /^\{\{[<%]\s*(?:highlight|code)\s[^\n]*?[>%]\}\}/,
    close: () => /\{\{[<%]\s*\/\s*(?:highlight|code)\s*[>%]\}\}/,
  },
  {
    name: 'WordPress shortcodes',
    open: /^\[(?:python|code|sourcecode|cc|cc_python)(?:\s[^\]\n]*)?\](?!\()/i,
    close: (opened) => new RegExp(`\\[/${/\w+/.exec(opened)?.[0]}\\]`, 'i'),
  },
  {
    name: 'HTML tags',
    open: new RegExp(`^(?:${wrapper})*<pre\\b[^>]*>(?:\\s*<code\\b[^>]*>)?`, 'i'),
    // As many wrappers are closed as were opened.
    close: (opened) =>
      new RegExp(`(?:</code>\\s*)?</pre>(?:\\s*</(?:div|figure|td|code)>){0,${opened.match(/<(?:div|figure|td)\b/gi)?.length ?? 0}}`, 'i'),
    isHtml: true,
  },
];

/** Turns code between tags of Jekyll, Octopress, Hugo, WordPress and HTML into fences; each step belongs to its fence. */
export function convertCodeTags(source: Source): { readonly edits: readonly Edit[]; readonly steps: readonly ImportStep[] } {
  const edits: Edit[] = [];
  const steps: ImportStep[] = [];
  let fence: string | undefined;
  for (let index = 0; index < source.lines.length; index += 1) {
    const line = source.lines[index] as Source['lines'][number];
    const [, marks] = /^[\s>]*(`{3,}|~{3,})/.exec(line.text) ?? [];
    if (marks !== undefined) fence = fence === undefined ? marks : marks.startsWith(fence) ? undefined : fence;
    if (fence !== undefined) continue;
    const found = findCode(source, line);
    if (found === undefined) continue;
    edits.push(found.edit);
    const last = indexAt(source, found.edit.to - 1);
    steps.push({ line: oldLine(source, index), what: `${found.name} become a fence`, details: [] });
    index = last;
  }
  return { edits, steps };
}

function findCode({ text, eol }: Source, line: Source['lines'][number]): { readonly edit: Edit; readonly name: string } | undefined {
  const margin = /^[ \t]*/.exec(line.text)?.[0] ?? '';
  const from = line.from + margin.length;
  for (const { name, open, close, isHtml = false } of forms) {
    const [opened] = open.exec(text.slice(from)) ?? [];
    const closed = opened === undefined ? null : close(opened).exec(text.slice(from + opened.length));
    if (opened === undefined || closed === null) continue;
    const to = from + opened.length + closed.index + closed[0].length;
    // What follows on the line is prose.
    if (!/^[ \t]*(?:\r\n|\r|\n|$)/.test(text.slice(to))) continue;
    const inner = text.slice(from + opened.length, from + opened.length + closed.index);
    if (isHtml && /<img\b/i.test(inner)) return undefined;
    const written = (isHtml ? plainText(inner) : inner).replace(/^[ \t]*(?:\r\n|\r|\n)/, '').replace(/(?:\r\n|\r|\n)?[ \t]*$/, '');
    const rows = written.split(/\r\n|\r|\n/);
    // In a list, the whole block is indented.
    const code = rows.every((row) => row.trim() === '' || row.startsWith(margin)) ? rows.map((row) => row.slice(margin.length)) : rows;
    const longest = Math.max(2, ...code.map((row) => /^\s*(`*)/.exec(row)?.[1]?.length ?? 0));
    const fence = '`'.repeat(longest + 1);
    const block = [fence + infoOf(opened), ...code, fence].map((row, index) => (row === '' || index === 0 ? row : margin + row));
    return { edit: { from, to, text: block.join(eol) }, name };
  }
  return undefined;
}

/** The info string for how a block of code began: its language, and the Python file that it names. */
function infoOf(opened: string): string {
  const [, first] =
    /^\{%-?\s*highlight\s+["']?([\w+#.-]+)|^\{\{[<%]\s*(?:highlight|code)\s+["']?([\w+#.-]+)["']?(?!=)/.exec(opened)?.filter(Boolean) ?? [];
  const [, given] = /\b(?:lang(?:uage)?|brush)\s*[:=]\s*["']?(?:language-)?([\w+#.-]+)/i.exec(opened) ?? [];
  const [, classed] = /\bclass=["'][^"']*?\b(?:language|lang|highlight|sourceCode|brush:?)[- ]\s*([\w+#.]+)/i.exec(opened) ?? [];
  const [, named] = /^\[(python)\b|^\[cc_(python)/i.exec(opened)?.filter(Boolean) ?? [];
  const [, title] = /([\w.-]+\.py)\b/.exec(opened) ?? [];
  const language = (given ?? first ?? classed ?? named ?? (title === undefined ? '' : 'python')).toLowerCase();
  return [language, ...(title === undefined ? [] : [`title="${title}"`])].join(' ').trim();
}

/** Elements that code in HTML has; other tags in it are text that was not escaped. */
const inCode = 'span|a|b|i|u|em|strong|code|tt|font|kbd|samp|var|mark|small|sub|sup|div|p|br';

/** The text of code in HTML. */
function plainText(html: string): string {
  const escaped = html.replace(new RegExp(`<(?!/?(?:${inCode})\\b)`, 'gi'), '&lt;').replace(/<br\s*\/?>(?:\r\n|\r|\n)?/gi, '\n');
  return toString(fromHtml(escaped, { fragment: true }));
}
