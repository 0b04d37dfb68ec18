import { Parser } from 'htmlparser2';

/** What a feed reader cannot show, or shows as a heap of rows: it goes with all that is in it. */
const dropped = new Set(['button', 'details', 'form', 'iframe', 'input', 'noscript', 'script', 'select', 'style', 'svg', 'template', 'textarea']);
/** The lines of a log, whose caption links to them; the buttons of views. */
const droppedClasses = ['lines', 'log-note', 'actions', 'downloads'];
/** Stays for its contents alone. */
const transparent = new Set(['span', 'fieldset', 'label', 'legend']);
const kept = new Set(['href', 'src', 'alt', 'width', 'height', 'colspan', 'rowspan', 'scope', 'datetime', 'start']);
const empty = new Set(['area', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

/**
 * A post's HTML as a feed reader shows it: no forms, scripts, drawings or folds, and every link whole, seen from `url`.
 * It is read as it comes, without a tree: most of it is drawings and lines of logs, which go.
 */
export function feedContent(html: string, url: string): string {
  const out: string[] = [];
  /** How deep we are in something that goes. */
  let depth = 0;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (depth > 0 || isDropped(name, attributes)) {
        depth += 1;
        return;
      }
      if (!transparent.has(name)) out.push(`<${name}${print(attributes, url)}>`);
    },
    onclosetag: (name) => {
      if (depth > 0) depth -= 1;
      else if (!transparent.has(name) && !empty.has(name)) out.push(`</${name}>`);
    },
    ontext: (text) => {
      if (depth === 0) out.push(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    },
  });
  parser.end(withoutDrawings(html));
  return out.join('').trim();
}

/** A drawing is long, and goes anyway; one in another is left to the parser. */
export function withoutDrawings(html: string): string {
  return html.replace(/<svg[\s>][^]*?<\/svg>/g, (drawing) => (drawing.includes('<svg', 1) ? drawing : ''));
}

function isDropped(name: string, { class: classes = '' }: Readonly<Record<string, string>>): boolean {
  return dropped.has(name) || (classes !== '' && droppedClasses.some((name) => classes.split(/\s+/).includes(name)));
}

function print(attributes: Readonly<Record<string, string>>, url: string): string {
  const wanted = Object.entries(attributes).filter(([name]) => kept.has(name));
  return wanted.map(([name, value]) => ` ${name}="${((name === 'href' || name === 'src') && URL.canParse(value, url) ? new URL(value, url).href : value).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`).join('');
}
