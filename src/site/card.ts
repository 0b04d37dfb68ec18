import { renderAsync } from '@resvg/resvg-js';
import { create, type Font } from 'fontkitten';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { html, Markup } from '../chart/markup.ts';

/** What a post's card says. */
export interface Card {
  readonly title: string;
  readonly finding: string;
  /** An SVG document, or nothing. */
  readonly chart: string;
}

const [width, height, margin] = [1200, 630, 56];

/** The card's fonts by weight: its own, so that every machine draws the same. */
const { resolve } = createRequire(import.meta.url);
const fontFiles = { 400: fileOf('400Regular'), 600: fileOf('600SemiBold'), 700: fileOf('700Bold') } as const;
type Weight = keyof typeof fontFiles;

function fileOf(name: string): string {
  return resolve(`@expo-google-fonts/inter/${name}/Inter_${name}.ttf`);
}

const fonts = new Map<Weight, Font>();

/** How wide a text is, its kerning left out: a hundredth at most. */
function measure(text: string, size: number, weight: Weight): number {
  const font = fonts.get(weight) ?? (create(readFileSync(fontFiles[weight])) as Font);
  fonts.set(weight, font);
  const units = [...text].reduce((sum, character) => sum + font.glyphForCodePoint(character.codePointAt(0) as number).advanceWidth, 0);
  return (units / font.unitsPerEm) * size;
}

/** Draws a post's card, 1200 × 630. */
export async function drawCard(card: Card): Promise<Uint8Array<ArrayBuffer>> {
  const font = { loadSystemFonts: false, fontFiles: Object.values(fontFiles), defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };
  return new Uint8Array((await renderAsync(String(layOut(card)), { font })).asPng());
}

/** The card as SVG: title and finding at the top, the chart as large as the rest allows. */
function layOut({ title, finding, chart }: Card): Markup {
  const [titleSize, findingSizes, most] = chart === '' ? [72, [36], 4] as const : [46, [27, 25, 23], 2] as const;
  const room = width - 2 * margin;
  const findingSize = findingSizes.find((size) => measure(finding, size, 400) <= room) ?? findingSizes[0];
  const titleLines = breakLines(title, most, (text) => measure(text, titleSize, 700));
  const findingLines = breakLines(finding, most, (text) => measure(text, findingSize, 400));
  let y = 48;
  const line = (text: string, size: number, weight: number, fill: string) => {
    y += size * 1.22;
    return html`<text x="${margin}" y="${Math.round(y - size * 0.28)}" font-size="${size}" font-weight="${weight}" fill="${fill}">${text}</text>`;
  };
  const heading = titleLines.map((text) => line(text, titleSize, 700, '#1f2328'));
  y += findingSize / 3;
  const text = findingLines.map((text) => line(text, findingSize, 400, '#57606a'));
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter"><rect width="${width}" height="${height}" fill="#ffffff"/><rect width="${width}" height="10" fill="#ad3f00"/>${heading}${text}${chart === '' ? undefined : place(chart, y + 14)}<text x="${width - margin}" y="${height - 26}" text-anchor="end" font-size="22" font-weight="700" fill="#57606a">Leaklog</text></svg>`;
}

/** Puts an SVG document below `top`, scaled to the room that is left. */
function place(chart: string, top: number): Markup {
  const [all, tag = ''] = /<svg([^>]*)>/.exec(chart) ?? [];
  if (all === undefined || !tag.includes(' viewBox="')) throw new Error('The chart of a card is no SVG with a viewBox');
  const rest = tag.replace(/ (?:x|y|width|height|preserveAspectRatio)="[^"]*"/g, '');
  const room = `x="${margin}" y="${Math.round(top)}" width="${width - 2 * margin}" height="${Math.round(height - top - 44)}" preserveAspectRatio="xMinYMin meet"`;
  // The renderer knows weights in hundreds.
  const inside = chart.slice(chart.indexOf(all) + all.length).replace(/(font-weight(?:: |="))650/g, '$1600');
  return new Markup(`<svg ${room}${rest}>${inside}`);
}

/** Breaks a text into lines that fit the card; what is left over after the last line is cut with an ellipsis. */
function breakLines(text: string, most: number, widthOf: (text: string) => number): readonly string[] {
  const room = width - 2 * margin;
  const lines: string[] = [];
  const words = text.split(/\s+/).filter(Boolean);
  while (words.length > 0 && lines.length < most) {
    const fits = (count: number) => widthOf(words.slice(0, count).join(' ')) <= room;
    let count = 1;
    while (count < words.length && fits(count + 1)) count += 1;
    lines.push(words.splice(0, count).join(' '));
  }
  const last = lines.length - 1;
  let [cut, marked] = [lines[last] ?? '', words.length > 0];
  while (cut.length > 1 && widthOf(marked ? `${cut}…` : cut) > room) [cut, marked] = [cut.slice(0, -1).trimEnd(), true];
  if (last >= 0) lines[last] = marked ? `${cut}…` : cut;
  return lines;
}
