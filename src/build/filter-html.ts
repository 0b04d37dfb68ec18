import { Parser } from 'htmlparser2';

/** The attributes of an element, by name. */
export type Attributes = Readonly<Record<string, string>>;

/** Decides which parts of a page's HTML stay. */
export interface HtmlFilter {
  /** Whether to remove an element with its contents; `isIn` says whether it is inside an element of a class. */
  readonly drops: (name: string, classes: readonly string[], isIn: (className: string) => boolean) => boolean;
  /** Whether to replace an element by its contents. */
  readonly unwraps: (name: string) => boolean;
  /** The attributes that stay, as text to follow the element's name. */
  readonly print: (attributes: Attributes) => string;
}

const empty = new Set(['area', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

/**
 * Filters a page's HTML for the feed and the search index. It builds no tree, as most of a post is drawings and lines of logs,
 * which are removed. Removes every SVG.
 */
export function filterHtml(html: string, { drops, unwraps, print }: HtmlFilter): string {
  const out: string[] = [];
  const around: string[][] = [];
  const isIn = (className: string) => around.some((classes) => classes.includes(className));
  /** The number of open elements that are being removed. */
  let depth = 0;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      const classes = attributes['class']?.split(/\s+/) ?? [];
      if (depth > 0 || name === 'svg' || drops(name, classes, isIn)) {
        depth += 1;
        return;
      }
      around.push(classes);
      if (!unwraps(name)) out.push(`<${name}${print(attributes)}>`);
    },
    onclosetag: (name) => {
      if (depth > 0) {
        depth -= 1;
        return;
      }
      around.pop();
      if (!unwraps(name) && !empty.has(name)) out.push(`</${name}>`);
    },
    ontext: (text) => {
      if (depth === 0) out.push(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    },
  });
  parser.end(withoutDrawings(html));
  return out.join('').trim();
}

/** Removes SVGs before parsing, as they are long; nested ones are left to the parser. */
function withoutDrawings(html: string): string {
  return html.replace(/<svg[\s>][^]*?<\/svg>/g, (drawing) => (drawing.includes('<svg', 1) ? drawing : ''));
}
