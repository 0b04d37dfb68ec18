import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, Markup } from './markup.ts';
import { memoryChart, type MemoryChart } from './memory-chart.ts';

const chart = (changes: Partial<MemoryChart> = {}): MemoryChart => ({
  id: 'a',
  title: 'Two <lines>',
  description: 'What is seen.',
  x: { label: 'time', max: 99_940, format: String },
  panels: ['One', 'Two'].map((title) => ({
    title,
    subtitle: 'below',
    series: [
      {
        name: 'before',
        points: [
          [0, 14e6],
          [99_940, 271e6],
        ],
        label: '271 MB',
        note: '+2.6 kB',
        ink: 'bad' as const,
      },
      {
        name: 'after',
        points: [
          [0, 14e6],
          [99_940, 14e6],
        ],
        label: '14 MB',
        note: 'flat',
        ink: 'bad' as const,
      },
      {
        name: 'third',
        points: [
          [0, 14e6],
          [99_940, 15e6],
        ],
        label: '15 MB',
        note: 'flat',
        ink: 'bad' as const,
      },
    ],
    judged: [],
    strip: {
      text: '2 full',
      full: [
        [10_000, 5],
        [90_000, 120],
      ],
      young: [1000],
    },
  })),
  ...changes,
});
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => Number(match[1]));
const wide = (changes: Partial<MemoryChart> = {}) => String(memoryChart(chart(changes), 'wide'));

test('markup escapes what is put in, shows control characters, and joins lists', () => {
  assert.equal(
    String(html`<p title="${'"\'<&'}">${['a', new Markup('<b>'), undefined, 3]}${'\u0000\u001b[31m'}</p>`),
    '<p title="&quot;&#39;&lt;&amp;">a<b>3\u2400\u241b[31m</p>',
  );
});

test('both widths are drawn, with title and description, and no style attribute', () => {
  const text = wide() + memoryChart(chart(), 'narrow');
  assert.equal(text.match(/<svg /g)?.length, 2);
  assert.equal(text.match(/<title [^>]*>Two &lt;lines&gt;<\/title><desc [^>]*>What is seen\.<\/desc>/g)?.length, 2);
  assert.doesNotMatch(text, /style=|NaN|undefined/);
});

test('panels share one scale from zero that leaves room above the highest line', () => {
  const text = wide();
  const ends = all(text, /<g class="series series-0 ink-\w+ under"[^>]*>.*?<circle cx="[\d.]+" cy="([\d.]+)"/g);
  assert.equal(ends.length, 2);
  assert.equal(ends[0], ends[1]);
  assert.ok((ends[0] as number) > 25);
  assert.deepEqual(all(text, /<text class="tick" x="-8"[^>]*>(\d+)/g), [0, 100, 200, 300]);
});

test('labels of lines that end together stand above one another', () => {
  const text = wide();
  const values = all(text, /<text class="value" x="[\d.]+" y="(-?[\d.]+)"/g)
    .slice(0, 3)
    .toSorted((a, b) => a - b);
  assert.ok(
    values.every((y, index) => index === 0 || y - (values[index - 1] as number) >= 33),
    values.join(' '),
  );
  assert.ok((values[0] as number) > 8);
});

test('an axis ends where a loop does, though it was last seen a little earlier', () => {
  assert.match(wide(), />100000<\/text>/);
});

test('the same numbers give the same bytes, and no numbers are no error', () => {
  assert.equal(wide(), wide());
  assert.doesNotMatch(
    wide({
      panels: [
        {
          title: 'a',
          subtitle: '',
          series: [{ name: 'x', points: [], label: '', note: '', ink: 'bad' as const }],
          judged: [],
          strip: { text: '', full: [], young: [] },
        },
      ],
    }),
    /NaN|Infinity/,
  );
});

test('a label stands below its line where another line passes above', () => {
  const series = [
    {
      name: 'a',
      points: [
        [0, 15e6],
        [30, 37e6],
        [100, 37e6],
      ] as const,
      label: '37 MB',
      note: 'levels off',
      ink: 'bad' as const,
    },
    {
      name: 'b',
      points: [
        [0, 15e6],
        [30, 36e6],
        [60, 52e6],
        [70, 56e6],
        [100, 76e6],
      ] as const,
      label: '76 MB',
      note: 'grows',
      ink: 'bad' as const,
    },
  ];
  const text = wide({
    x: { label: 'i', max: 100, format: String },
    panels: ['a', 'b', 'c'].map((title) => ({
      title,
      subtitle: '',
      series,
      judged: [],
      strip: { text: '', full: [], young: [] },
    })),
  });
  const [end] = all(text, /<g class="series series-0 ink-\w+ under"[^>]*>.*?<circle cx="[\d.]+" cy="([\d.]+)"/g);
  const [label] = all(text, /<g class="label series-0 ink-\w+"[^>]*><text class="value" x="[\d.]+" y="([\d.]+)"/g);
  assert.ok((label as number) > (end as number) + 10, `${label} ${end}`);
});

test('the label of a line that falls at its end stands where it covers nothing of it', () => {
  const series = [
    {
      name: 'trimmed by hand',
      points: [
        [0, 9e6],
        [10, 94e6],
        [70, 96e6],
        [72, 40e6],
      ] as const,
      label: 'peak 97.3 MB',
      note: '93 ms',
      ink: 'bad' as const,
    },
  ];
  const text = wide({
    x: { label: 'ms', max: 130, format: String },
    panels: ['a', 'b', 'c'].map((title) => ({
      title,
      subtitle: '',
      series,
      judged: [],
      strip: { text: '', full: [], young: [] },
    })),
  });
  const [end] = all(text, /<circle cx="[\d.]+" cy="([\d.]+)" r="4"/g);
  const [value] = all(text, /<text class="value" x="[\d.]+" y="([\d.]+)"/g);
  assert.ok((value as number) - 12 > (end as number), `${value} ${end}`);
});

test('numbers under an axis leave one another room, however narrow it is', () => {
  const text = String(
    memoryChart(
      chart({
        x: { label: 'ms', max: 500, format: (value) => `${value} ms` },
        panels: ['a', 'b', 'c'].map((title) => ({
          title,
          subtitle: '',
          series: [
            {
              name: 'x',
              points: [
                [0, 1e6],
                [500, 2e6],
              ],
              label: '2 MB',
              note: '',
              ink: 'bad' as const,
            },
          ],
          judged: [],
          strip: { text: '', full: [], young: [] },
        })),
      }),
      'wide',
    ),
  );
  const places = [...text.matchAll(/<text class="tick" x="([\d.]+)" y="\d+" text-anchor="\w+">\d+ ms/g)].map((match) => Number(match[1]));
  assert.ok(places.length >= 9, String(places.length));
  for (const [index, place] of places.entries())
    assert.ok(index === 0 || place <= (places[index - 1] as number) || place - (places[index - 1] as number) >= 60, places.join(' '));
});
