import { filterHtml, type Attributes } from '../build/filter-html.ts';

/** Elements that a feed reader cannot show, or shows without their layout: they are removed with their contents. */
const dropped = new Set(['button', 'details', 'form', 'iframe', 'input', 'noscript', 'script', 'select', 'style', 'template', 'textarea']);
/** Classes of elements to remove: the lines of a log, which its caption links to, and buttons. */
const droppedClasses = new Set(['lines', 'log-note', 'actions', 'downloads']);
/** Elements that are replaced by their contents. */
const transparent = new Set(['span', 'fieldset', 'label', 'legend']);
const keptAttributes = new Set(['href', 'src', 'alt', 'width', 'height', 'colspan', 'rowspan', 'scope', 'datetime', 'start']);

/**
 * Reduces a post's HTML to what a feed reader can show: no forms, scripts, SVGs or collapsible sections. Links become absolute,
 * relative to `url`.
 */
export function feedContent(html: string, url: string): string {
  return filterHtml(html, {
    drops: (name, classes) => dropped.has(name) || classes.some((name) => droppedClasses.has(name)),
    unwraps: (name) => transparent.has(name),
    print: (attributes) => print(attributes, url),
  });
}

function print(attributes: Attributes, url: string): string {
  const wanted = Object.entries(attributes).filter(([name]) => keptAttributes.has(name));
  const absolute = (name: string, value: string) =>
    (name === 'href' || name === 'src') && URL.canParse(value, url) ? new URL(value, url).href : value;
  const escape = (value: string) => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return wanted.map(([name, value]) => ` ${name}="${escape(absolute(name, value))}"`).join('');
}
