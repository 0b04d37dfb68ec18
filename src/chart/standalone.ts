import { html, type Markup } from './markup.ts';

/** The heights of a title above a chart and of a line below it, in pixels. */
const [titleHeight, sourceHeight] = [40, 24];

/** The colours of the light theme, by the names that chart.css uses. */
export const lightColours: Readonly<Record<string, string>> = {
  page: '#ffffff',
  text: '#1f2328',
  quiet: '#57606a',
  line: '#d0d7de',
  first: '#ad3f00',
  second: '#0860c9',
  third: '#1a7f37',
  gc: '#7a3fe0',
  good: '#116329',
  bad: '#a40e26',
  odd: '#8a4600',
  sans: "Inter, ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
};

/**
 * A chart as an SVG document of its own, in the light theme, with those `rules` (the text of chart.css) that it uses; above and
 * below it a title, and where it comes from, if given.
 */
export function standalone(chart: Markup, rules: string, about?: { readonly title: string; readonly source: string }): string {
  const text = String(chart);
  const known = new Set([...text.matchAll(/ class="([^"]*)"/g)].flatMap(([, names = '']) => names.split(' ')));
  // Renderers parse unused rules too, which adds up: a card is drawn for each post.
  const used = rules
    .replace(/\/\*.*?\*\//gs, '')
    .trim()
    .split('\n')
    .filter((rule) =>
      (rule.split('{')[0] ?? '')
        .split(',')
        .some((selector) => [...selector.matchAll(/\.([\w-]+)/g)].every(([, name = '']) => known.has(name))),
    );
  const css = used.join('\n').replace(/var\(--(\w+)\)/g, (_, name: string) => lightColours[name] ?? 'inherit');
  const end = text.indexOf('>') + 1;
  const head = text.slice(0, end);
  const background = html`fill="${lightColours['page']}"`;
  if (about === undefined) return `${head}<style>${css}</style><rect width="100%" height="100%" ${background}/>${text.slice(end)}\n`;
  const [, width = 0, height = 0] = (/viewBox="0 0 (\S+) (\S+)"/.exec(head) ?? []).map(Number);
  const whole = height + titleHeight + sourceHeight;
  const size = `height="${whole}" viewBox="0 ${-titleHeight} ${width} ${whole}"`;
  const area = html`<rect y="${-titleHeight}" width="${width}" height="${whole}" ${background}/>`;
  const font = html`font-family="${lightColours['sans']}"`;
  const title = html`<text x="0" y="-14" ${font} font-size="18" font-weight="650" fill="${lightColours['text']}">${about.title}</text>`;
  const source = html`<text x="0" y="${height + 16}" ${font} font-size="12" fill="${lightColours['quiet']}">${about.source}</text>`;
  const opened = head.replace(/height="[^"]*" viewBox="[^"]*"/, size);
  return `${opened}<style>${css}</style>${area}${title}${text.slice(end, text.lastIndexOf('</svg>'))}${source}</svg>\n`;
}
