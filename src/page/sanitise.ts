import type { Element, ElementContent, Root as HastRoot } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { sanitize, type Schema } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import type { Node } from 'mdast';
import { visit } from 'unist-util-visit';
import { visible } from '../chart/markup.ts';
import { authorAttributes, authorHtml, linkSchemes } from '../post/prose/author-html.ts';

/** An element that no author can write: it stands for markup of Leaklog's own until the rest is sanitised. */
const standIn = 'leaklog-markup';

/** What Markdown becomes beside what an author may write: footnotes and lists of tasks. */
const fromMarkdown: NonNullable<Schema['attributes']> = {
  a: ['dataFootnoteRef', 'dataFootnoteBackref', 'ariaDescribedBy', 'ariaLabel', ['className', 'data-footnote-backref']],
  h2: [['className', 'sr-only']],
  input: [['type', 'checkbox'], ['disabled', true], 'checked'],
  li: [['className', 'task-list-item']],
  section: ['dataFootnotes', ['className', 'footnotes']],
  ul: [['className', 'contains-task-list']],
  ol: [['className', 'contains-task-list']],
  [standIn]: ['dataIndex'],
};

const properties: Readonly<Record<string, string>> = {
  colspan: 'colSpan',
  rowspan: 'rowSpan',
  datetime: 'dateTime',
  srclang: 'srcLang',
  playsinline: 'playsInline',
};

const schema: Schema = {
  tagNames: [...Object.keys(authorHtml), 'input', standIn],
  attributes: {
    ...Object.fromEntries(
      [...new Set([...Object.keys(authorHtml), ...Object.keys(fromMarkdown)])].map((name) => [
        name,
        [...(authorHtml[name] ?? []).map((key) => properties[key] ?? key), ...(fromMarkdown[name] ?? [])],
      ]),
    ),
    '*': [...authorAttributes],
  },
  required: { input: { disabled: true, type: 'checkbox' } },
  // What stands on the page alone: nothing that an author writes may be taken for a part of it.
  ancestors: { summary: ['details'], source: ['audio', 'video'], track: ['audio', 'video'] },
  protocols: { href: [...linkSchemes] },
  strip: ['script', 'style', 'title', 'textarea', 'noscript', 'template', 'iframe', 'xmp', 'noembed', 'noframes', 'plaintext'],
  clobber: [],
};

/** The stand-in for a piece of markup, in a tree of Markdown. */
export function standInFor(index: number): Node {
  return { type: 'leaklogMarkup', data: { hName: standIn, hProperties: { dataIndex: String(index) } } };
}

/**
 * Reads a page as a browser does, and leaves of it what an author may write, and text with nothing hidden. Elements of
 * `standInFor` stay, each once.
 */
export function sanitise(page: HastRoot): HastRoot {
  const tree = sanitize(fromHtml(toHtml(page, { allowDangerousHtml: true }), { fragment: true }), schema) as HastRoot;
  visit(tree, (node) => {
    if (node.type === 'text') node.value = visible(node.value.replace(/\r\n?/g, '\n'));
    if (node.type === 'element') cleanAttributes(node);
  });
  return tree;
}

function cleanAttributes({ properties }: Element): void {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value !== 'string') continue;
    // Nothing is loaded from another site, in no feed reader either.
    if (['src', 'poster'].includes(key) && /^\s*(?:[a-z][a-z0-9+.-]*:|[/\\]{2})/i.test(value)) delete properties[key];
    else properties[key] = visible(value);
  }
}

/** Puts the markup of Leaklog's own where its stand-ins are, as HTML that is not looked into any more. */
export function putIn(page: HastRoot, markups: readonly string[]): void {
  const left = new Set(markups.keys());
  visit(page, 'element', (node, at, parent) => {
    if (node.tagName !== standIn || at === undefined || parent === undefined) return;
    const index = Number(node.properties['dataIndex']);
    const value = left.delete(index) ? (markups[index] as string) : '';
    (parent.children as ElementContent[])[at] = { type: 'raw', value } as unknown as ElementContent;
  });
}
