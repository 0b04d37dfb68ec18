import { Parser } from 'htmlparser2';

export type Attributes = Readonly<Record<string, string>>;

/** What of a page's HTML is passed on. */
export interface Sieve {
  /** Whether an element goes, with all that is in it; `isIn` tells whether it stands in one of a class. */
  readonly drops: (name: string, classes: readonly string[], isIn: (className: string) => boolean) => boolean;
  /** Whether an element's contents stay alone. */
  readonly unwraps: (name: string) => boolean;
  /** The attributes that stay, as text after the name. */
  readonly print: (attributes: Attributes) => string;
}

const empty = new Set(['area', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

/** Passes HTML on as it comes, without a tree: most of a post is drawings and lines of logs, which go. No drawing stays. */
export function sift(html: string, { drops, unwraps, print }: Sieve): string {
  const out: string[] = [];
  const around: string[][] = [];
  const isIn = (className: string) => around.some((classes) => classes.includes(className));
  /** How deep we are in something that goes. */
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

/** A drawing is long, and goes anyway; one in another is left to the parser. */
function withoutDrawings(html: string): string {
  return html.replace(/<svg[\s>][^]*?<\/svg>/g, (drawing) => (drawing.includes('<svg', 1) ? drawing : ''));
}
