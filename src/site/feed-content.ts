/** What a feed reader cannot show, or shows as a heap of rows: it goes with all that is in it. */
const dropped = new Set(['button', 'details', 'form', 'iframe', 'input', 'noscript', 'script', 'select', 'style', 'svg', 'template', 'textarea']);
/** The lines of a log; its caption links to them. */
const droppedClass = /(?:^| )(?:lines|log-note)(?: |$)/;
/** Elements without an end. */
const empty = new Set(['area', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
const kept: Readonly<Record<string, readonly string[]>> = { a: ['href'], img: ['src', 'alt', 'width', 'height'], td: ['colspan', 'rowspan'], th: ['colspan', 'rowspan', 'scope'], time: ['datetime'], ol: ['start'] };

const markup = /<!--.*?-->|<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gis;
const attribute = /([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

/** A post's HTML as a feed reader shows it: no forms, scripts, drawings or folds, and every link whole, seen from `url`. */
export function feedContent(html: string, url: string): string {
  let [text, from] = ['', 0];
  /** The element that is being left out, and how deep we are in others of its name. */
  let skipped: { readonly name: string; depth: number } | undefined;
  for (const { 0: tag, 1: slash, 2: written = '', 3: attributes = '', index } of html.matchAll(markup)) {
    if (skipped === undefined) text += html.slice(from, index);
    from = index + tag.length;
    const name = written.toLowerCase();
    if (skipped !== undefined) {
      if (name === skipped.name && !attributes.endsWith('/')) skipped.depth += slash === '/' ? -1 : 1;
      if (skipped.depth === 0) skipped = undefined;
      continue;
    }
    if (name === '') continue;
    const values = slash === '/' ? new Map<string, string>() : readAttributes(attributes);
    if (dropped.has(name) || droppedClass.test(values.get('class') ?? '')) {
      if (slash !== '/' && !empty.has(name) && !attributes.endsWith('/')) skipped = { name, depth: 1 };
      continue;
    }
    if (name === 'span') continue;
    const list = (kept[name] ?? []).flatMap((key) => (values.has(key) ? [` ${key}="${key === 'href' || key === 'src' ? whole(values.get(key) as string, url) : values.get(key)}"`] : []));
    text += `<${slash}${name}${list.join('')}>`;
  }
  return (skipped === undefined ? text + html.slice(from) : text).trim();
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(attribute)].map(([, name = '', double, single, bare]) => [name.toLowerCase(), (double ?? single ?? bare ?? '').replaceAll('"', '&quot;')]));
}

/** A link as it is written in HTML, made whole; what cannot be is left alone. */
function whole(link: string, url: string): string {
  const plain = link.replaceAll('&amp;', '&').replaceAll('&#38;', '&').replaceAll('&#x26;', '&');
  return URL.canParse(plain, url) ? new URL(plain, url).href.replaceAll('&', '&amp;') : link;
}
