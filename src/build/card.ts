import { renderAsync } from '@resvg/resvg-js';
import { html, Markup } from '../chart/markup.ts';
import { measure, outline, type Place, type Style } from './lettering.ts';

/** What all cards of a blog have in common: its name, and the colour of the bar at the top. */
export interface Brand {
  readonly title: string;
  /** As `#7a3cff`. */
  readonly accent: string;
}

/** What a post's card says. */
export interface Card {
  readonly brand: Brand;
  readonly title: string;
  readonly finding: string;
  /** A standalone SVG document, or the empty string. */
  readonly chart: string;
}

const [width, height, margin] = [1200, 630, 56];
const [dark, quiet] = ['#1f2328', '#57606a'];

/** Draws a post's card: a PNG of 1200 × 630 pixels. */
export async function drawCard(card: Card): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array((await renderAsync(String(layOut(card)), { font: { loadSystemFonts: false } })).asPng());
}

/** The card as SVG: title and finding at the top, the chart as large as the rest allows. */
function layOut({ brand, title, finding, chart }: Card): Markup {
  const [titleSize, findingSizes, maxLines] = chart === '' ? ([72, [36], 4] as const) : ([46, [27, 25, 23], 2] as const);
  const titleStyle: Style = { size: titleSize, weight: 700 };
  const findingStyle = findingSizes
    .map((size): Style => ({ size, weight: 400 }))
    .find((style) => measure(finding, style) <= width - 2 * margin) ?? { size: findingSizes[0], weight: 400 };
  let y = 48;
  const lines = (text: string, style: Style, fill: string) =>
    breakLines(text, maxLines, style).map((line) => {
      y += style.size * 1.22;
      return outline(line, style, { x: margin, y: Math.round(y - style.size * 0.28) }, { fill });
    });
  const heading = lines(title, titleStyle, dark);
  y += findingStyle.size / 3;
  const text = lines(finding, findingStyle, quiet);
  const name = outline(brand.title, { size: 22, weight: 700 }, { x: width - margin, y: height - 26, anchor: 'end' }, { fill: quiet });
  const background = html`<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  const bar = html`<rect width="${width}" height="10" fill="${brand.accent}"/>`;
  const figure = chart === '' ? undefined : place(outlineTexts(chart), y + 14);
  const content = html`${background}${bar}${heading}${text}${figure}${name}`;
  const viewBox = `0 0 ${width} ${height}`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${viewBox}">${content}</svg>`;
}

/** Places a chart below `top`, as large as fits, as a group: a nested SVG would take the renderer as long as the rest of the card. */
function place(chart: string, top: number): Markup {
  const [, chartWidth, chartHeight, style, content] =
    /^<svg [^>]*viewBox="0 0 (\S+) (\S+)"[^>]*>(<style>.*?<\/style>)<rect [^>]*>(.*)<\/svg>\s*$/s.exec(chart) ?? [];
  if (style === undefined) throw new Error('The chart of a card is not a standalone SVG document');
  const scale = Math.min((width - 2 * margin) / Number(chartWidth), (height - top - 44) / Number(chartHeight));
  return new Markup(`${style}<g class="chart" transform="translate(${margin} ${Math.round(top)}) scale(${scale})">${content}</g>`);
}

/** The sizes of a chart's texts by class, as in chart.css, with the nearest available weight; the colours come from chart.css itself. */
export const chartTexts: Readonly<Record<string, Style>> = {
  tick: { size: 12.5, weight: 400 },
  'panel-title': { size: 15, weight: 600 },
  value: { size: 14, weight: 600 },
};

/** Replaces the texts of a chart by outlines. */
function outlineTexts(chart: string): string {
  const outlined = chart.replace(
    /<text class="([^"]*)" x="([^"]*)" y="([^"]*)"(?: text-anchor="(start|end)")?>([^<&]*)<\/text>/g,
    (whole, className: string, x: string, y: string, anchor: Place['anchor'], text: string) => {
      const style = chartTexts[className];
      if (style === undefined) return whole;
      return String(outline(text, style, { x: Number(x), y: Number(y), ...(anchor && { anchor }) }, { fill: quiet, className }));
    },
  );
  const left = /<text.*?<\/text>/.exec(outlined)?.[0];
  if (left !== undefined) throw new Error(`The chart of a card has a text without a known style: ${left}`);
  return outlined;
}

/** Breaks a text into at most `maxLines` lines that fit the card; an ellipsis marks what is cut off. */
function breakLines(text: string, maxLines: number, style: Style): readonly string[] {
  const room = width - 2 * margin;
  const lines: string[] = [];
  const words = text.split(/\s+/).filter(Boolean);
  while (words.length > 0 && lines.length < maxLines) {
    const fits = (count: number) => measure(words.slice(0, count).join(' '), style) <= room;
    let count = 1;
    while (count < words.length && fits(count + 1)) count += 1;
    lines.push(words.splice(0, count).join(' '));
  }
  const last = lines.length - 1;
  let [cut, marked] = [lines[last] ?? '', words.length > 0];
  while (cut.length > 1 && measure(marked ? `${cut}…` : cut, style) > room) [cut, marked] = [cut.slice(0, -1).trimEnd(), true];
  if (last >= 0) lines[last] = marked ? `${cut}…` : cut;
  return lines;
}
