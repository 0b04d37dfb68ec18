import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chartTexts } from './card.ts';

test('a card draws the texts of its chart in the sizes of chart.css', () => {
  const rules = readFileSync('src/chart/chart.css', 'utf8');
  const sizeOf = (selector: string) => Number(new RegExp(`^\\.chart ${selector} \\{[^}]*font-size: ([\\d.]+)px`, 'm').exec(rules)?.[1]);
  const sizes = Object.fromEntries(Object.entries(chartTexts).map(([name, { size }]) => [name, size]));
  assert.deepEqual(sizes, { tick: sizeOf('text'), 'panel-title': sizeOf('\\.panel-title'), value: sizeOf('\\.value') });
});
