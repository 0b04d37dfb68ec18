import { slug } from 'github-slugger';
import type { Nodes } from 'mdast';
import { visit } from 'unist-util-visit';
import type { Outline } from './blocks.ts';
import { type Edit, type ImportStep, removal } from './edits.ts';
import { indexAt, oldLine, type Source } from './source.ts';

/** Markup of another generator that has one meaning here: its pattern, what it becomes, and what to call it. */
interface Tag {
  readonly pattern: RegExp;
  readonly write: (...groups: string[]) => string;
  /** What was done, for the report; undefined if a later step tells it. */
  readonly note: string | undefined;
}

const address = (text: string) => text.replace(/^["']|["']$/g, '');
const dated = (text: string) =>
  `${text
    .split('/')
    .at(-1)
    ?.replace(/\.(?:md|markdown|html?)$/, '')}.md`;
const root = '\\{\\{-?\\s*(?:site\\.(?:base_?url|url)|root_url|BASE_PATH|HOME_PATH)(?:\\s*\\|(?!\\s*append)[^}]*)?\\s*-?\\}\\}';

const quoted = `("[^"}]*"|'[^'}]*')`;
const imageText = `(?:["'[]([^"'\\]%]*)["'\\]])`;

/** The value of `key="…"` in a shortcode. */
function attribute(text: string, key: string): string {
  const [, , double, single] = new RegExp(`(^|\\s)${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(text) ?? [];
  return double ?? single ?? '';
}

const tags: readonly Tag[] = [
  {
    pattern: new RegExp(`(?:${root})*/?\\{%-?\\s*post_url\\s+([^\\s%]+)\\s*-?%\\}`, 'g'),
    write: (name = '') => dated(name),
    note: 'the link leads to a post by its file name',
  },
  {
    pattern: new RegExp(`(?:${root})*/?\\{%-?\\s*link\\s+([^\\s%]+)\\s*-?%\\}`, 'g'),
    write: (name = '') => (/_(?:posts|drafts)\//.test(name) ? dated(name) : `/${name.replace(/^\//, '')}`),
    note: 'the link leads to a file by its path',
  },
  { pattern: new RegExp(`(?:${root})+(?=/)`, 'g'), write: () => '', note: 'the address of the site is dropped' },
  { pattern: new RegExp(`(?<=\\]\\(|(?:href|src)=["']?)(?:${root})+`, 'g'), write: () => '/', note: 'the address of the site is dropped' },
  {
    pattern: new RegExp(
      `\\{\\{-?\\s*(?:${quoted}\\s*(?:\\|\\s*(?:relative_url|absolute_url|prepend:\\s*site\\.\\w+)\\s*)+` +
        `|site\\.(?:base_?url|url)\\s*\\|\\s*append:\\s*${quoted}\\s*(?:\\|[^}]*)?)-?\\}\\}`,
      'g',
    ),
    write: (path, appended) => address(path ?? appended ?? ''),
    note: 'the filter for addresses is dropped',
  },
  {
    pattern: /\{%-?\s*gist\s+([\w-]+\/)?([0-9a-f]+)(?:\s+[^%]*?)?\s*-?%\}|\{\{<\s*gist\s+([\w-]+)\s+([0-9a-f]+)(?:\s+[^>]*?)?\s*>\}\}/g,
    write: (user = '', id = '', hugoUser = '', hugoId = '') => {
      const path = hugoId === '' ? `${user}${id}` : `${hugoUser}/${hugoId}`;
      return `[gist ${path}](https://gist.github.com/${path})`;
    },
    note: 'the gist becomes a link',
  },
  {
    pattern: /\{%-?\s*youtube\s+["']?([\w-]{6,})["']?[^%]*-?%\}|\{\{<\s*youtube\s+(?:id=)?["']?([\w-]{6,})["']?[^>]*>\}\}/g,
    write: (one, other) => `[Video](https://www.youtube.com/watch?v=${one ?? other})`,
    note: 'the video becomes a link',
  },
  {
    pattern: new RegExp(`\\{%-?\\s*img\\s+(?:\\w+\\s+)?((?:https?:/)?/\\S+)(?:\\s+\\d+)*\\s*${imageText}?\\s*${imageText}?[^%]*%\\}`, 'g'),
    write: (url = '', title = '', alt = '') => `![${alt || title}](${url})`,
    note: 'the image becomes one of Markdown',
  },
  {
    pattern: /\{\{[<%]\s*(?:figure|img|image)\s([^\n]*?)\/?[>%]\}\}/g,
    write: (rest = '') => {
      const [caption, alt] = [attribute(rest, 'caption'), attribute(rest, 'alt') || attribute(rest, 'title')];
      const image = `![${alt || caption}](${attribute(rest, 'src') || attribute(rest, 'link')})`;
      return caption === '' ? image : `${image}\n\n*${caption}*`;
    },
    note: 'the figure becomes an image of Markdown',
  },
  {
    pattern: /\{\{[<%]\s*(?:rel)?ref\s+(?:path=)?["']([^"'#]*)(#[^"']*)?["'][^>%]*[>%]\}\}/g,
    write: (path = '', hash = '') => (path === '' ? hash : `{filename}${path.replace(/(?:\/_?index)?(?:\.md)?$/, '')}.md${hash}`),
    note: undefined,
  },
  {
    pattern: /\{%-?\s*comment\s*-?%\}([\s\S]*?)\{%-?\s*endcomment\s*-?%\}/g,
    write: (text = '') => `<!--${text.replaceAll('--', '- -')}-->`,
    note: 'the comment stays one',
  },
  { pattern: /\{\{<\s*\/\*([\s\S]*?)\*\/\s*>\}\}/g, write: (text = '') => `{{<${text}>}}`, note: 'the escape is dropped' },
];

/** Markup that has no meaning here and is dropped, alone on its line or not. */
const dropped: readonly RegExp[] = [
  /\{%-?\s*(?:end)?raw\s*-?%\}/g,
  /\{%-?\s*include\s+JB\/setup\s*-?%\}/g,
  /\{%-?\s*(?:assign|capture|endcapture)\b[^%\n]*%\}/g,
  /(?<=^[ \t>]*)(?:[*+-]|1\.)[ \t]+[^\n\r]*(?:\r\n|\r|\n)[ \t>]*\{:\s*toc[^}\n]*\}/gim,
  /(?<=^[ \t>]*)\{:{1,2}\s?[^}\n]*\}(?=[ \t]*$)/gm,
  /(?<=[)*_`\]\w])\{:\s?[^}\n]*\}/g,
  /(?<=^#{1,6}[^\n]*?)[ \t]*\{[#.][^}\n]*\}(?=[ \t]*$)/gm,
  /(?<=^[ \t]*)(?:\[\[?_?TOC_?\]?\]|<!--\s*TOC\s*-->|\{\{<\s*toc\s*>\}\})(?=[ \t]*$)/gim,
  /(?<=!\[[^\]\n]*\]\([^)\s]+)[ \t]+align="\w+"(?=\))/g,
  /(?<=\]\([^)\n]*\))\{(?:[.#]|width|height|style|class)[^}\n]*\}/g,
];

/** Turns markup of Jekyll, Octopress and Hugo in the prose into Markdown, where it has one meaning. Code is left alone. */
export function convertProseTags(
  source: Source,
  { tree, blocks }: Outline,
): { readonly edits: readonly Edit[]; readonly steps: readonly ImportStep[] } {
  const isCode = findCode(source, tree, blocks);
  const edits: Edit[] = [];
  const steps = new Map<string, ImportStep>();
  const add = (edit: Edit, what: string | undefined) => {
    if (isCode(edit.from, edit.to) || edits.some(({ from, to }) => edit.from < to && from < edit.to)) return;
    edits.push(edit);
    if (what === undefined) return;
    const line = oldLine(source, indexAt(source, edit.from));
    const before = source.text.slice(edit.from, edit.to).replace(/\s+/g, ' ').trim();
    const shown = before.length > 60 ? `${before.slice(0, 59)}…` : before;
    if (!steps.has(`${line}${what}${shown}`)) steps.set(`${line}${what}${shown}`, { line, what: `${shown}: ${what}`, details: [] });
  };
  for (const { pattern, write, note } of tags)
    for (const match of source.text.matchAll(pattern))
      add({ from: match.index, to: match.index + match[0].length, text: write(...match.slice(1)) }, note);
  for (const pattern of dropped)
    for (const { 0: text, index } of source.text.matchAll(pattern))
      add(wholeLine(source, index, index + text.length), 'dropped, as it means nothing here');
  for (const { from, to, text } of findAnchors(source)) add({ from, to, text }, 'the link leads to the heading by its words');
  for (const { 0: text, index } of source.text.matchAll(/\{%[^%\n]*%\}|\{\{[^}\n]*\}\}/g))
    if (!isCode(index, index + text.length) && !edits.some(({ from, to }) => index < to && from < index + text.length))
      steps.set(`${index}`, {
        line: oldLine(source, indexAt(source, index)),
        what: `${text} stays, and shows as text: delete it, or write in Markdown what it stood for`,
        details: [],
      });
  return { edits: [...edits, ...rawLines(source, blocks)], steps: [...steps.values()] };
}

/** The edits that lead links to headings that have anchors of their own, `## Heaps {#heap}`, to the anchors that they have here. */
function findAnchors({ text }: Source): readonly Edit[] {
  const anchors = new Map<string, string>();
  for (const [, words = '', id = ''] of text.matchAll(/^#{1,6}[ \t]+([^\r\n]*?)[ \t]*\{[^}\r\n]*?#([\w-]+)[^}\r\n]*\}[ \t]*$/gm))
    anchors.set(id, slug(words.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')));
  return [...text.matchAll(/(?<=\]\()#([\w-]+)(?=\))/g)].flatMap(({ 0: link, 1: id = '', index }) => {
    const anchor = anchors.get(id);
    return anchor === undefined || anchor === id ? [] : [{ from: index, to: index + link.length, text: `#${anchor}` }];
  });
}

/** The edit that deletes a range, with its line if nothing else is on it. */
function wholeLine({ text }: Source, from: number, to: number): Edit {
  const before = /(?:^|[\r\n])[ \t]*$/.exec(text.slice(Math.max(0, from - 200), from)) !== null;
  const after = /^[ \t]*(?:\r\n|\r|\n|$)/.exec(text.slice(to));
  if (!before || after === null) return { from, to, text: '' };
  const start = Math.max(text.lastIndexOf('\n', from - 1), text.lastIndexOf('\r', from - 1)) + 1;
  return { from: start, to: to + after[0].length, text: '' };
}

/** Tells whether a range touches code, or an attribute line of a block of code. */
function findCode(source: Source, tree: Nodes, blocks: Outline['blocks']): (from: number, to: number) => boolean {
  const ranges: (readonly [number, number])[] = blocks.map(({ from, to }) => [from, to]);
  for (const line of blocks.flatMap(({ attributes }) => attributes)) {
    const { from = 0, text = '' } = source.lines[line] ?? {};
    ranges.push([from, from + text.length]);
  }
  const mark = source.text.startsWith('\uFEFF') ? 1 : 0;
  visit(tree, (node) => {
    if (node.type === 'inlineCode' || node.type === 'yaml')
      ranges.push([(node.position?.start.offset ?? 0) + mark, (node.position?.end.offset ?? 0) + mark]);
  });
  return (from, to) => ranges.some(([start, end]) => from < end && start < to);
}

/** The edits that remove the `raw` tags, each on its own line, that keep Liquid from reading code. */
function rawLines(source: Source, blocks: Outline['blocks']): readonly Edit[] {
  return blocks.flatMap(({ codeLine, last }) =>
    source.lines.flatMap(({ text }, line) =>
      codeLine <= line && line <= last && /^[ \t]*\{%-?\s*(?:end)?raw\s*-?%\}[ \t]*$/.test(text) ? [removal(source, line)] : [],
    ),
  );
}
