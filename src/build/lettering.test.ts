import { Resvg } from '@resvg/resvg-js';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { html, type Markup } from '../chart/markup.ts';
import { measure, outline } from './lettering.ts';

const fontFiles = [createRequire(import.meta.url).resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')];
const style = { size: 60, weight: 400 } as const;

/** The darkness of each pixel, 0 to 255. */
const draw = (content: Markup) => {
  const svg = String(
    html`<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="300" height="100" fill="#ffffff"/>${content}</svg>`,
  );
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'Inter' } }).render();
  return Array.from({ length: 300 * 100 }, (_, index) => 255 - (pixels[index * 4] as number));
};
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

for (const text of ['R', 'g%', 'ëß', '漢']) {
  test(`an outline is drawn as the renderer draws the text itself: ${text}`, () => {
    const own = draw(outline(text, style, { x: 20, y: 70 }, { fill: '#000000' }));
    const theirs = draw(html`<text x="20" y="70" font-family="Inter" font-size="60">${text}</text>`);
    assert.ok(sum(theirs) > 10_000);
    // Edges are smoothed slightly differently.
    assert.ok(sum(own.map((value, index) => Math.abs(value - (theirs[index] as number)))) < sum(theirs) * 0.02);
  });
}

test('a text with its end at a place is as wide as measured', () => {
  const columns = (pixels: readonly number[]) =>
    Array.from({ length: 300 }, (_, x) => sum(Array.from({ length: 100 }, (_, y) => pixels[y * 300 + x] as number)));
  const last = (x: number, anchor: 'start' | 'end') =>
    columns(draw(outline('HH', style, { x, y: 70, anchor }, { fill: '#000000' }))).findLastIndex((dark) => dark > 0);
  assert.equal(last(250, 'end'), last(250 - Math.round(measure('HH', style)), 'start'));
});
