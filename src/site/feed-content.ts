import { filterHtml, type Attributes } from '../build/filter-html.ts';

/** What a feed reader cannot show, or shows as a heap of rows: it goes with all that is in it. */
const dropped = new Set(['button', 'details', 'form', 'iframe', 'input', 'noscript', 'script', 'select', 'style', 'template', 'textarea']);
/** The lines of a log, whose caption links to them; the buttons of views. */
const droppedClasses = new Set(['lines', 'log-note', 'actions', 'downloads']);
/** Stays for its contents alone. */
const transparent = new Set(['span', 'fieldset', 'label', 'legend']);
const kept = new Set(['href', 'src', 'alt', 'width', 'height', 'colspan', 'rowspan', 'scope', 'datetime', 'start']);

/** A post's HTML as a feed reader shows it: no forms, scripts, drawings or folds, and every link whole, seen from `url`. */
export function feedContent(html: string, url: string): string {
  return filterHtml(html, {
    drops: (name, classes) => dropped.has(name) || classes.some((name) => droppedClasses.has(name)),
    unwraps: (name) => transparent.has(name),
    print: (attributes) => print(attributes, url),
  });
}

function print(attributes: Attributes, url: string): string {
  const wanted = Object.entries(attributes).filter(([name]) => kept.has(name));
  const whole = (name: string, value: string) =>
    (name === 'href' || name === 'src') && URL.canParse(value, url) ? new URL(value, url).href : value;
  const escape = (value: string) => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return wanted.map(([name, value]) => ` ${name}="${escape(whole(name, value))}"`).join('');
}
