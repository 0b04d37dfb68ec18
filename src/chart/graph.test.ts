import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphChart } from './graph.ts';

const draw = (kind: string, name: string) =>
  graphChart(
    {
      id: 'a',
      title: 'A group',
      description: 'Two objects',
      nodes: [
        { kind, name },
        { kind: 'B', name: '' },
      ],
      edges: [
        { from: 0, to: 1, name, marked: true },
        { from: 1, to: 0, name: 'b', marked: true },
      ],
    },
    'wide',
  );
const boxes = (svg: string) => [...svg.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"/g)].map(([, width]) => Number(width));

test('names of any characters are drawn, shown as text, with room for what is shown', async () => {
  const controls = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code), 0x7f, 0x85, 0x202e, 0xd800);
  for (const name of [`k${controls}`, '\\N\\', '"', '&amp;<b>', '\u0000', '\ud83d']) {
    const { text } = await draw(name, name);
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f\u0085\u202e]|<b>/);
    assert.ok(text.isWellFormed());
    assert.equal(text.match(/<g class="edge marked">/g)?.length, 2);
  }
  const [shown, plain] = [await draw('A', 'k\u0085'), await draw('A', `k${'x'.repeat(8)}`)].map(({ text }) => boxes(text));
  assert.deepEqual(shown, plain);
});
