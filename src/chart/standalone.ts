import type { Markup } from './markup.ts';

/** The colours of the light theme, by the names that chart.css uses. */
const light: Readonly<Record<string, string>> = {
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

/** A chart as an SVG document of its own, in the light theme, with those `rules` (the text of chart.css) that it uses. */
export function standalone(chart: Markup, rules: string): string {
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
  const css = used.join('\n').replace(/var\(--(\w+)\)/g, (_, name: string) => light[name] ?? 'inherit');
  const end = text.indexOf('>') + 1;
  return `${text.slice(0, end)}<style>${css}</style><rect width="100%" height="100%" fill="${light['page']}"/>${text.slice(end)}\n`;
}
