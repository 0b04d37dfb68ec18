import type { Element, Properties, RootContent } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { toHtml } from 'hast-util-to-html';

/** What a feed reader cannot show, or shows as a heap of rows: it goes with all that is in it. */
const dropped = new Set(['button', 'details', 'form', 'iframe', 'input', 'noscript', 'script', 'select', 'style', 'svg', 'template', 'textarea']);
/** The lines of a log, whose caption links to them; the buttons of views. */
const droppedClasses = ['lines', 'log-note', 'actions', 'downloads'];
/** Stays for its contents alone. */
const transparent = new Set(['span', 'fieldset', 'label', 'legend']);
const kept = new Set(['href', 'src', 'alt', 'width', 'height', 'colSpan', 'rowSpan', 'scope', 'dateTime', 'start']);

/** A post's HTML as a feed reader shows it: no forms, scripts, drawings or folds, and every link whole, seen from `url`. */
export function feedContent(html: string, url: string): string {
  const tree = fromHtml(html, { fragment: true });
  const clean = (nodes: readonly RootContent[]): RootContent[] =>
    nodes.flatMap((node): RootContent[] => {
      if (node.type === 'text') return [node];
      if (node.type !== 'element' || isDropped(node)) return [];
      const children = clean(node.children) as Element['children'];
      if (transparent.has(node.tagName)) return children;
      return [{ type: 'element', tagName: node.tagName, properties: keep(node.properties, url), children }];
    });
  return toHtml({ type: 'root', children: clean(tree.children) }).trim();
}

function isDropped({ tagName, properties }: Element): boolean {
  const classes = properties['className'];
  return dropped.has(tagName) || (Array.isArray(classes) && droppedClasses.some((name) => classes.includes(name)));
}

function keep(properties: Properties, url: string): Properties {
  const entries = Object.entries(properties).filter(([name]) => kept.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, (name === 'href' || name === 'src') && URL.canParse(String(value), url) ? new URL(String(value), url).href : value]));
}
