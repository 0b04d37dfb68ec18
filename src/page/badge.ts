import { html, type Markup } from '../chart/markup.ts';
import { lightColours } from '../chart/standalone.ts';
import { verdictWords, type VerdictName } from '../experiment/sample.ts';
import { verdictInks } from './verdict-inks.ts';

/** The approximate width of a character, the padding beside a text, and the height of a badge, in pixels. */
const [letter, padding, height] = [6.6, 8, 20];

/** A badge for a README: the name of the sample's file, and its verdict, as an SVG document. */
export function verdictBadge(title: string, verdict: VerdictName): string {
  const word = verdictWords[verdict];
  const [left, right] = [title, word].map((text) => Math.round([...text].length * letter + padding * 2)) as [number, number];
  const draw = (text: string, at: number): Markup => html`<text x="${at}" y="14" text-anchor="middle">${text}</text>`;
  const label = `${title}: ${word}`;
  const size = html`width="${left + right}" height="${height}" viewBox="0 0 ${left + right} ${height}"`;
  const back = html`<rect width="${left}" height="${height}" fill="#24292f"/>`;
  const front = html`<rect x="${left}" width="${right}" height="${height}" fill="${lightColours[verdictInks[verdict]]}"/>`;
  const texts = html`${draw(title, left / 2)}${draw(word, left + right / 2)}`;
  const font = html`fill="#ffffff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11"`;
  const head = html`xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${label}"`;
  return `${html`<svg ${head}><title>${label}</title>${back}${front}<g ${font}>${texts}</g></svg>`}\n`;
}
