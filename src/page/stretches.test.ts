import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { end, handMadeCapture, startBlocks, type Part } from '../capture/fixtures/hand-made-run.ts';
import type { Condition } from '../experiment/condition.ts';
import { parsePost } from '../post/post.ts';
import { renderPage, type Page } from './page.ts';

const leaky: Part = { at: '2 3', looks: 40, held: (look) => startBlocks + look * 100 };
const both: readonly Part[] = [leaky, { at: '4 5', looks: 60 }, ...end];

/** The page of a post with one sample, whose runs consist of these parts. */
async function pageOf(parts: readonly Part[], attributes = '', others: Partial<Record<Condition, readonly Part[]>> = {}): Promise<Page> {
  const code = 'kept = []\nfor i in rows:\n    kept.append(i)\nfor i in kept:\n    show(i)\n';
  const value = `---\ntitle: a\ndate: 2024-01-01\n---\n\n\`\`\`python sample=one ${attributes}\n${code}\`\`\`\n`;
  const post = parsePost(new VFile({ path: '2024-01-01-a.md', value }));
  assert.deepEqual(post.file.messages.filter(({ fatal }) => fatal === true).map(String), []);
  const [sample] = post.samples;
  assert.ok(sample);
  const capture = handMadeCapture(sample, { 'debug-off': parts, ...others });
  return renderPage(post, [{ sample: 'one', runtime: capture.runtime, path: '', reason: undefined, capture }]);
}

const text = (markup: string) =>
  markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
/** The rows of the table of stretches, each beginning with `decided` or `other`; undefined if there is no table. */
function tableOf({ body }: Page): readonly string[] | undefined {
  const [, rows] = /aria-label="The stretches of one">.*?<tbody>(.*?)<\/tbody>/s.exec(body) ?? [];
  return rows === undefined
    ? undefined
    : [...rows.matchAll(/<tr class="(\w+)">(.*?)<\/tr>/gs)].map(([, name, row]) => `${name}: ${text(row as string)}`);
}
/** The bars of each panel of the wide chart, their ends as shares of its width. */
function barsOf({ body }: Page): readonly string[][] {
  const [wide = ''] = /<svg[^>]*class="[^"]*wide.*?<\/svg>/s.exec(body) ?? [];
  return wide
    .split('<g class="panel"')
    .slice(1)
    .map((panel) => {
      const [, width] = /data-box="([\d.]+) /.exec(panel) ?? [];
      return [...panel.matchAll(/<line class="judged series-0 ink-\w+" x1="([\d.]+)" x2="([\d.]+)"/g)].map(
        ([, from, to]) => `${Math.round((Number(from) / Number(width)) * 100)}-${Math.round((Number(to) / Number(width)) * 100)}`,
      );
    });
}
type Told = Readonly<Record<string, unknown>> & { readonly from: number; readonly to: number };
const stretchesOf = ({ data }: Page) =>
  (JSON.parse(JSON.stringify(data)) as { samples: { one: { runtimes: Record<string, { verdict: string; stretches: readonly Told[] }> } } })
    .samples.one.runtimes['cpython-3.11'] as { verdict: string; stretches: readonly Told[] };

test('of a sample with two stretches there is a table: where, how much of the work, its rounds, and what it does', async () => {
  const [first = '', second = '', ...more] = tableOf(await pageOf(both)) ?? [];
  assert.match(first, /^decided: the loop in lines 2–3 39 % \[\+\d\d\d(?:, \+\d\d\d){4}\] \d\d\d at most leak$/);
  assert.match(second, /^decided: the loop in lines 4–5 59 % \[0, 0, 0, 0, 0\] none no leak$/);
  assert.deepEqual(more, []);
});

test('the table marks the stretches that decide, and says what was given back', async () => {
  const long = tableOf(await pageOf([leaky, { at: '4 5', looks: 600 }, { at: '1', looks: 2, held: () => startBlocks }, ...end])) ?? [];
  assert.deepEqual(
    long.map((row) => row.replace(/ \[.*\](?: none| \d+ at most)/, '').replace(/ (?:none|\d+ at most) /, ' ')),
    ['other: the loop in lines 2–3 6 % no leak, given back', 'decided: the loop in lines 4–5 93 % no leak'],
  );
});

test('a sample of one stretch, or with its work named, has no such table', async () => {
  assert.equal(tableOf(await pageOf([leaky, ...end])), undefined);
  assert.equal(tableOf(await pageOf(both, 'work=2')), undefined);
});

test('the chart has a bar for each stretch that was judged, in every panel', async () => {
  // The axis ends at the last moment, 1.22 s.
  const idle: readonly Part[] = [...both.slice(0, 2), { at: '-', looks: 20 }, ...end];
  assert.deepEqual(barsOf(await pageOf(idle)), [
    ['1-33', '34-82'],
    ['1-33', '34-82'],
    ['1-33', '34-82'],
  ]);
  assert.deepEqual(barsOf(await pageOf(idle, 'work=4')), [['34-82'], ['34-82'], ['34-82']]);
  // A stretch that is all of the run gets no bar.
  assert.deepEqual(barsOf(await pageOf(both)), [[], [], []]);
  // One stretch is nearly all of the work.
  assert.deepEqual(
    barsOf(await pageOf([leaky, { at: '4 5', looks: 600 }, { at: '1', looks: 2, held: () => startBlocks }, ...end])).map(
      (panel) => panel.length,
    ),
    [1, 1, 1],
  );
});

test('a bar is where that condition went through the loop, and is not where it never did', async () => {
  const late: readonly Part[] = [{ at: '-', looks: 40 }, { at: '2 3', looks: 40 }, { at: '-', looks: 20 }, ...end];
  const [written, off, disabled] = barsOf(
    await pageOf(both, 'work=2', { 'as-written': late, 'gc-disabled': [{ at: '4 5', looks: 100 }, ...end] }),
  );
  assert.deepEqual([written, off, disabled], [['40-78'], ['1-39'], []]);
});

test('data.json has each stretch: its lines, when it was, its CPU time, its rounds, its growth and its verdict', async () => {
  const { verdict, stretches } = stretchesOf(await pageOf(both));
  assert.equal(verdict, 'unclear');
  const [first] = stretches.map(({ rounds }) => rounds as readonly number[]);
  assert.deepEqual(stretches, [
    {
      kind: 'loop',
      lines: [[2, 3]],
      calledFrom: [],
      from: 10,
      to: 400,
      cpuMs: 390,
      share: 0.39,
      rounds: first,
      growth: 3700,
      givenBack: 'no',
      verdict: 'leak',
      judged: true,
    },
    {
      kind: 'loop',
      lines: [[4, 5]],
      calledFrom: [],
      from: 410,
      to: 1000,
      cpuMs: 590,
      share: 0.59,
      rounds: [0, 0, 0, 0, 0],
      growth: 0,
      givenBack: 'no',
      verdict: 'no-leak',
      judged: true,
    },
  ]);
  assert.ok(first?.length === 5 && first.every((round) => round > 400 && round < 700), String(first));
});

test('data.json has times of the run by the clock, CPU time by that of the work, and which stretch was asked for', async () => {
  const slow: readonly Part[] = [{ ...leaky, ms: 50 }, { at: '4 5', looks: 60 }, ...end];
  const { verdict, stretches } = stretchesOf(await pageOf(slow, 'work=2'));
  assert.equal(verdict, 'leak');
  assert.deepEqual(
    stretches.map(({ from, to, cpuMs, judged }) => [from, to, cpuMs, judged]),
    [[50, 2000, 390, true]],
  );
});

test('data.json has the calls that lead to a stretch', async () => {
  const { stretches } = stretchesOf(await pageOf([{ at: '9.2 9.3', looks: 40 }, { at: '10.2 10.3', looks: 40 }, ...end]));
  assert.deepEqual(
    stretches.map(({ calledFrom, lines }) => [calledFrom, lines]),
    [
      [[9], [[2, 3]]],
      [[10], [[2, 3]]],
    ],
  );
});
