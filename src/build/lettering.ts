import { create, type Font } from 'fontkitten';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { html, type Markup } from '../chart/markup.ts';

/*
 * Text as outlines, in a bundled font, so that every machine draws the same. The renderer can draw text, too, but it reads the
 * whole font file again for each letter: 290 times for a card.
 */

/** How a text is drawn: `size` in pixels. */
export interface Style {
  readonly size: number;
  readonly weight: keyof typeof fontFiles;
}

/** How a text looks: its colour, and a class whose CSS rules override it. */
export interface Look {
  readonly fill: string;
  readonly className?: string;
}

/** The position of a text, in pixels: where its baseline starts, or ends. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'end';
}

const { resolve } = createRequire(import.meta.url);
const fontFiles = { 400: fileOf('400Regular'), 600: fileOf('600SemiBold'), 700: fileOf('700Bold') } as const;

function fileOf(name: string): string {
  return resolve(`@expo-google-fonts/inter/${name}/Inter_${name}.ttf`);
}

/** A letter in font units, y upwards: its path from its origin back to there, and the distance to the next letter. */
interface Letter {
  readonly path: string;
  readonly advance: number;
}

interface Alphabet {
  readonly font: Font;
  readonly letters: Map<string, Letter>;
}

const alphabets = new Map<Style['weight'], Alphabet>();

function alphabetOf(weight: Style['weight']): Alphabet {
  const known = alphabets.get(weight) ?? { font: create(readFileSync(fontFiles[weight])) as Font, letters: new Map<string, Letter>() };
  alphabets.set(weight, known);
  return known;
}

function letterOf({ font, letters }: Alphabet, character: string): Letter {
  const known = letters.get(character);
  if (known !== undefined) return known;
  const { path, advanceWidth } = font.glyphForCodePoint(character.codePointAt(0) as number);
  const letter = { path: relative(path.commands), advance: advanceWidth };
  letters.set(character, letter);
  return letter;
}

type Commands = ReturnType<Font['glyphForCodePoint']>['path']['commands'];

const names = { moveTo: 'm', lineTo: 'l', quadraticCurveTo: 'q', bezierCurveTo: 'c', closePath: 'z' } as const;

/** An SVG path of relative commands that starts and ends at the current point. */
function relative(commands: Commands): string {
  let [x, y, startX, startY, path] = [0, 0, 0, 0, ''];
  for (const { command, args } of commands) {
    path += names[command] + args.map((value, index) => value - (index % 2 === 0 ? x : y)).join(' ');
    [x = x, y = y] = command === 'closePath' ? [startX, startY] : args.slice(-2);
    if (command === 'moveTo') [startX, startY] = [x, y];
  }
  return `${path}m${-x} ${-y}`;
}

/** The width of a text in pixels. */
export function measure(text: string, { size, weight }: Style): number {
  const alphabet = alphabetOf(weight);
  return ([...text].reduce((sum, character) => sum + letterOf(alphabet, character).advance, 0) * size) / alphabet.font.unitsPerEm;
}

/** Draws a text as an SVG path. */
export function outline(text: string, style: Style, { x, y, anchor = 'start' }: Place, { fill, className }: Look): Markup {
  const alphabet = alphabetOf(style.weight);
  const scale = style.size / alphabet.font.unitsPerEm;
  const left = anchor === 'end' ? x - measure(text, style) : x;
  const path = [...text]
    .map((character) => letterOf(alphabet, character))
    .map(({ path, advance }) => `${path}m${advance} 0`)
    .join('');
  return html`<path class="${className}" fill="${fill}" transform="translate(${left} ${y}) scale(${scale} ${-scale})" d="M0 0${path}"/>`;
}
