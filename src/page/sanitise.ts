import type { Element, ElementContent, Root as HastRoot } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { sanitize, type Schema } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import type { Node } from 'mdast';
import { visit } from 'unist-util-visit';
import { visible } from '../chart/markup.ts';
import { authorAttributes, authorHtml, linkSchemes } from '../post/prose/author-html.ts';

/** The name of placeholder elements for Leaklog's own markup while the rest of a page is sanitised. Authors cannot write it. */
const placeholder = 'leaklog-markup';

/** Attributes that Markdown itself produces beyond those allowed to authors: for footnotes and task lists. */
const fromMarkdown: NonNullable<Schema['attributes']> = {
  a: ['dataFootnoteRef', 'dataFootnoteBackref', 'ariaDescribedBy', 'ariaLabel', ['className', 'data-footnote-backref']],
  h2: [['className', 'sr-only']],
  input: [['type', 'checkbox'], ['disabled', true], 'checked'],
  li: [['className', 'task-list-item']],
  section: ['dataFootnotes', ['className', 'footnotes']],
  ul: [['className', 'contains-task-list']],
  ol: [['className', 'contains-task-list']],
  [placeholder]: ['dataIndex'],
};

const properties: Readonly<Record<string, string>> = {
  colspan: 'colSpan',
  rowspan: 'rowSpan',
  datetime: 'dateTime',
  srclang: 'srcLang',
  playsinline: 'playsInline',
};

const schema: Schema = {
  tagNames: [...Object.keys(authorHtml), 'input', placeholder],
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
  // Allowed only inside these parents: on their own they could become part of Leaklog's markup around them.
  ancestors: { summary: ['details'], source: ['audio', 'video'], track: ['audio', 'video'] },
  protocols: { href: [...linkSchemes] },
  strip: ['script', 'style', 'title', 'textarea', 'noscript', 'template', 'iframe', 'xmp', 'noembed', 'noframes', 'plaintext'],
  clobber: [],
};

/** A placeholder node, in a Markdown tree, for Leaklog's own markup with this index. */
export function placeholderFor(index: number): Node {
  return { type: 'leaklogMarkup', data: { hName: placeholder, hProperties: { dataIndex: String(index) } } };
}

/**
 * Parses a page as a browser does and keeps only what authors may write, with hidden characters made visible. Placeholders
 * stay for `fillPlaceholders`.
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
    // Nothing may be loaded from another site: pages have a policy against it, feed readers do not.
    if (['src', 'poster'].includes(key) && /^\s*(?:[a-z][a-z0-9+.-]*:|[/\\]{2})/i.test(value)) delete properties[key];
    else properties[key] = visible(value);
  }
}

/** Replaces each placeholder by its markup as raw HTML, unsanitised; the same index is used only once. */
export function fillPlaceholders(page: HastRoot, markups: readonly string[]): void {
  const left = new Set(markups.keys());
  visit(page, 'element', (node, at, parent) => {
    if (node.tagName !== placeholder || at === undefined || parent === undefined) return;
    const index = Number(node.properties['dataIndex']);
    const value = left.delete(index) ? (markups[index] as string) : '';
    (parent.children as ElementContent[])[at] = { type: 'raw', value } as unknown as ElementContent;
  });
}
