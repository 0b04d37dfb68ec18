import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Work } from '../experiment/sample.ts';
import { findWork } from '../post/fences/work.ts';
import { end, handMadeRun, programOf, type Part } from './fixtures/hand-made-run.ts';
import { findStretches, keyOf, type NamedWork, type Stretch } from './stretches.ts';

const lines = (...code: readonly string[]) => `${code.join('\n')}\n`;
const stretchesOf = (code: string, parts: readonly Part[], named: NamedWork = {}, runners: readonly number[] = []) =>
  findStretches(handMadeRun(...parts), programOf(code, runners), named);
const work = (code: string, text: string): NamedWork => ({ work: findWork(code, text) as Work });
/** Stretches in words, as `loop 2-3 (1-20) 50%`: kind, lines, first and last moment, share of the work. */
const describe = (stretches: readonly Stretch[]) =>
  stretches.map(
    ({ kind, chain, lines, from, to, share }) =>
      `${[...chain, ''].join('.')}${kind} ${lines.map((range) => range.join('-')).join(' ')} (${from}-${to}) ${Math.round(share * 100)}%`,
  );
/** The moments after a stretch that show what the program gives back itself. */
const laterOf = (stretches: readonly Stretch[], index = 0) => stretches[index]?.later;

const listing = lines('kept = []', 'for i in rows:', '    kept.append(i)', 'for i in kept:', '    print(i)');

test('a leaky loop and then a listing are two stretches, in order of time', () => {
  const stretches = stretchesOf(listing, [{ at: '2 3', looks: 20 }, { at: '5', looks: 20 }, ...end]);
  // The time between the last look of one and the first of the other belongs to neither, nor does the time before the first.
  assert.deepEqual(describe(stretches), ['loop 2-3 (1-20) 48%', 'loop 4-5 (21-40) 48%']);
  assert.deepEqual(
    stretches.map(({ key, looks, cpuMs }) => [key, looks, cpuMs]),
    [
      [':2', 20, 190],
      [':4', 20, 190],
    ],
  );
});

test('a loop’s stretch is from its first look to its last, including looks at libraries and other lines in between', () => {
  const stretches = stretchesOf(listing, [
    { at: '1', looks: 1 },
    { at: '2', looks: 3 },
    { at: '-', looks: 10 },
    { at: '7', looks: 4 },
    { at: '3', looks: 3 },
    ...end,
  ]);
  assert.deepEqual(describe(stretches), ['loop 2-3 (2-21) 90%']);
  assert.equal(stretches[0]?.looks, 6);
});

const twice = lines('def fill(kept):', '    for i in rows:', '        kept.append(i)', 'fill(a)', 'fill(b)', 'print()');

test('the same loop called from two lines is two stretches, distinguished by their calls', () => {
  const stretches = stretchesOf(twice, [{ at: '4.2 4.3', looks: 20 }, { at: '5.2 5.3', looks: 60 }, ...end]);
  assert.deepEqual(describe(stretches), ['4.loop 2-3 (1-20) 24%', '5.loop 2-3 (21-80) 74%']);
  assert.deepEqual(
    stretches.map(({ key }) => key),
    ['4:2', '5:2'],
  );
});

test('the same loop called from one line again and again is one stretch', () => {
  const stretches = stretchesOf(twice, [{ at: '4.2', looks: 5 }, { at: '4', looks: 1 }, { at: '4.3', looks: 5 }, ...end]);
  assert.deepEqual(describe(stretches), ['4.loop 2-3 (1-11) 91%']);
});

const nested = lines('def inner():', '    while x:', '        step()', 'for a in r:', '    for b in r:', '        inner()', 'print()');

test('of nested loops the outermost counts, even if the inner one is in a function that it calls', () => {
  assert.deepEqual(describe(stretchesOf(nested, [{ at: '5 6', looks: 20 }, { at: '6.2 6.3', looks: 20 }, ...end])), [
    'loop 4-6 (1-40) 98%',
  ]);
  assert.deepEqual(
    keyOf(
      [6, 3],
      [
        { from: 2, to: 3 },
        { from: 5, to: 6 },
        { from: 4, to: 6 },
      ],
    ),
    { key: ':4', chain: [], loop: [4, 6] },
  );
  assert.deepEqual(
    keyOf(
      [7, 3],
      [
        { from: 2, to: 3 },
        { from: 4, to: 6 },
      ],
    ),
    { key: '7:2', chain: [7], loop: [2, 3] },
  );
  assert.equal(keyOf([7, 1], [{ from: 2, to: 3 }]), undefined);
});

const threads = lines(
  'def worker():',
  '    while queue:',
  '        step()',
  'for t in threads:',
  '    t.join()',
  'def other():',
  '    for j in r:',
  '        step()',
);

test('a thread’s loop while the main one waits is listed with it', () => {
  const within = stretchesOf(threads, [{ at: '5', looks: 2 }, { at: '2 3', looks: 40 }, { at: '5', looks: 2 }, ...end]);
  assert.deepEqual(describe(within), ['loop 2-3 4-5 (1-44) 98%']);
  assert.equal(within[0]?.looks, 44);
  const around = stretchesOf(threads, [{ at: '2 3', looks: 20 }, { at: '5', looks: 2 }, { at: '2 3', looks: 20 }, ...end]);
  assert.deepEqual(describe(around), ['loop 2-3 4-5 (1-42) 98%']);
});

test('loops that alternate are one stretch, with the lines of both', () => {
  // First one loop alone, then both, then the other alone.
  const stretches = stretchesOf(threads, [{ at: '2 3', looks: 20 }, { at: '3 8', looks: 20 }, { at: '7 8', looks: 20 }, ...end]);
  assert.deepEqual(describe(stretches), ['loop 2-3 7-8 (1-60) 98%']);
  assert.equal(stretches[0]?.key, ':2 :7');
});

test('loops that hardly overlap are two stretches, and one that is nearly all within another is part of it', () => {
  const hardly = stretchesOf(threads, [{ at: '2', looks: 50 }, { at: '3 8', looks: 6 }, { at: '8', looks: 50 }, ...end]);
  assert.deepEqual(
    hardly.map(({ lines }) => lines),
    [[[2, 3]], [[7, 8]]],
  );
  const nearly = stretchesOf(threads, [{ at: '2', looks: 40 }, { at: '3 8', looks: 20 }, { at: '8', looks: 2 }, ...end]);
  assert.deepEqual(
    nearly.map(({ key }) => key),
    [':2'],
  );
});

test('a last phase at another line is a stretch of statements if it is at least a tenth of the work', () => {
  const parts = (looks: number): readonly Part[] => [{ at: '2 3', looks: 60 }, { at: '7', looks }, ...end];
  assert.deepEqual(describe(stretchesOf(listing, parts(40))), ['loop 2-3 (1-60) 59%', 'statements 7-7 (61-100) 39%']);
  assert.deepEqual(describe(stretchesOf(listing, parts(3))), ['loop 2-3 (1-60) 94%']);
});

test('statements of a function are named by the line that calls it, and a line that runs an event loop is not one', () => {
  const code = lines('for i in r:', '    step()', 'def report():', '    a()', '    b()', 'report()');
  const parts: readonly Part[] = [{ at: '1 2', looks: 20 }, { at: '6.4 6.5', looks: 20 }, ...end];
  const stretches = stretchesOf(code, parts);
  assert.deepEqual(describe(stretches), ['loop 1-2 (1-20) 48%', 'statements 6-6 (21-40) 48%']);
  assert.deepEqual(
    stretchesOf(code, parts, {}, [6]).map(({ kind }) => kind),
    ['loop'],
  );
});

test('consecutive statements at several lines of the top level are a stretch each', () => {
  const code = lines('fill()', 'show()', 'for i in r:', '    step()');
  assert.deepEqual(describe(stretchesOf(code, [{ at: '1', looks: 40 }, { at: '2', looks: 20 }, { at: '3 4', looks: 40 }, ...end])), [
    'statements 1-1 (0-40) 40%',
    'statements 2-2 (41-60) 19%',
    'loop 3-4 (61-100) 39%',
  ]);
});

test('if loops take less than a tenth of the work, the whole run is one stretch', () => {
  assert.deepEqual(describe(stretchesOf(listing, [{ at: '9.12', looks: 60 }, { at: '9.13', looks: 30 }, { at: '2', looks: 5 }, ...end])), [
    'whole  (0-95) 100%',
  ]);
  assert.deepEqual(describe(stretchesOf('main()\n', [{ at: '1', looks: 60 }, ...end])), ['whole  (0-60) 100%']);
});

test('a run without places has no stretch, or is one as a whole', () => {
  assert.deepEqual(findStretches({ points: [], places: [] }, programOf(listing)), []);
  assert.deepEqual(
    stretchesOf(listing, end).map(({ kind, from, to }) => [kind, from, to]),
    [['whole', 0, 0]],
  );
});

test('leaving is not part of a stretch: the end of the event loop, atexit, and the end of the program', () => {
  const stretches = stretchesOf(listing, [
    { at: '2 3', looks: 20 },
    { at: '3', looks: 10, kind: 'L' },
    { at: '3', looks: 1, kind: 'E' },
    { at: '3', looks: 1, kind: 'X' },
    { at: '3', looks: 1, kind: 'T' },
  ]);
  assert.deepEqual(describe(stretches), ['loop 2-3 (1-20) 95%']);
});

test('one statement with a comprehension that takes nearly all is a table', () => {
  const code = lines('table = [make(i) for i in rows]', 'def make(i):', '    return [i]', 'print(table)');
  const isTable = (...parts: readonly Part[]) => stretchesOf(code, [...parts, ...end]).map((stretch) => stretch.isTable);
  assert.deepEqual(isTable({ at: '1', looks: 50 }, { at: '4', looks: 5 }), [true]);
  assert.deepEqual(isTable({ at: '1', looks: 50 }, { at: '4', looks: 30 }), [false]);
  assert.deepEqual(isTable({ at: '4', looks: 50 }), [false]);
  const loop = stretchesOf(lines('for i in rows:', '    kept.append([j for j in i])'), [{ at: '2', looks: 50 }, ...end]);
  assert.deepEqual(
    loop.map(({ isTable }) => isTable),
    [false],
  );
});

const counting: readonly Part[] = [
  { at: '2', looks: 10, work: () => -1 },
  { at: '3', looks: 30, work: (look) => look },
  { at: '5', looks: 20, work: () => 29 },
  ...end,
];

test('with an axis, the stretch is from before its first change to its last', () => {
  const [stretch, ...more] = stretchesOf(listing, counting, { axis: 'i' });
  assert.deepEqual([stretch?.kind, stretch?.from, stretch?.to, stretch?.lines, more], ['axis', 10, 40, [], []]);
});

test('an axis that never counts is ignored in favour of the loops, and work= takes precedence over an axis', () => {
  const still = counting.map((part) => ({ ...part, work: () => 7 }));
  assert.deepEqual(
    stretchesOf(
      listing,
      still.map((part) => ({ ...part, work: undefined })),
      { axis: 'i' },
    ).map(({ kind }) => kind),
    ['loop', 'loop'],
  );
  assert.deepEqual(describe(stretchesOf(listing, counting, { axis: 'i', ...work(listing, '4') })), ['loop 4-5 (41-60) 32%']);
});

test('with work=, only its loop is a stretch, one for each call chain that leads to it', () => {
  assert.deepEqual(describe(stretchesOf(listing, [{ at: '2 3', looks: 20 }, { at: '5', looks: 20 }, ...end], work(listing, '2'))), [
    'loop 2-3 (1-20) 48%',
  ]);
  assert.deepEqual(describe(stretchesOf(twice, [{ at: '4.2', looks: 20 }, { at: '5.3', looks: 20 }, ...end], work(twice, 'fill'))), [
    '4.loop 2-3 (1-20) 48%',
    '5.loop 2-3 (21-40) 48%',
  ]);
  // The inner loop, although another one surrounds it.
  assert.deepEqual(describe(stretchesOf(nested, [{ at: '5', looks: 20 }, { at: '6.2 6.3', looks: 20 }, ...end], work(nested, 'inner'))), [
    '6.loop 2-3 (21-40) 48%',
  ]);
});

test('if work= names a call, everything within it counts, but not the same loop called elsewhere', () => {
  assert.deepEqual(describe(stretchesOf(twice, [{ at: '4.2', looks: 20 }, { at: '5.2', looks: 20 }, ...end], work(twice, '5'))), [
    'calls 5-5 (21-40) 48%',
  ]);
});

test('if work= names a function without a loop, its stretch is from the first call to the last', () => {
  const code = lines('def step(i):', '    kept.append(i)', 'for i in r:', '    step(i)', 'print()');
  assert.deepEqual(
    describe(stretchesOf(code, [{ at: '3', looks: 5 }, { at: '4.2 4', looks: 40 }, { at: '5', looks: 10 }, ...end], work(code, 'step'))),
    ['4.calls 1-2 (6-44) 69%'],
  );
});

test('for a statement that is hardly seen, its function counts', () => {
  const code = lines('def step(i):', '    a()', '    b()', 'for i in r:', '    step(i)', 'print()');
  const parts = (looks: number): readonly Part[] => [{ at: '5.2', looks: 20 }, { at: '5.3', looks }, { at: '5.2', looks: 20 }, ...end];
  assert.deepEqual(
    stretchesOf(code, parts(7), work(code, '3')).map(({ lines, from, to }) => [...lines, from, to]),
    [[[1, 3], 1, 47]],
  );
  assert.deepEqual(
    stretchesOf(code, parts(8), work(code, '3')).map(({ lines, from, to }) => [...lines, from, to]),
    [[[3, 3], 21, 28]],
  );
});

test('if work= was never seen, there is no stretch', () => {
  assert.deepEqual(stretchesOf(listing, [{ at: '2 3', looks: 20 }, ...end], work(listing, '4')), []);
});

const tail = lines('def main():', '    for i in r:', '        step()', 'main()');
const notTail = `${tail}print()\n`;

test('the end of a program shows nothing about the locals of a call that is the last thing it does', () => {
  const parts: readonly Part[] = [{ at: '4.2', looks: 20 }, ...end];
  assert.deepEqual(laterOf(stretchesOf(tail, parts)), []);
  assert.deepEqual(laterOf(stretchesOf(notTail, parts)), [21]);
  // At the top level the end of the program frees nothing.
  assert.deepEqual(laterOf(stretchesOf(listing, [{ at: '2 3', looks: 20 }, ...end])), [21]);
});

test('moments after a stretch show what is given back, but not those on the way out of the last call', () => {
  assert.deepEqual(laterOf(stretchesOf(tail, [{ at: '4.2', looks: 20 }, { at: '4', looks: 2 }, ...end])), []);
  assert.deepEqual(
    laterOf(stretchesOf(notTail, [{ at: '4.2', looks: 20 }, { at: '4', looks: 1 }, { at: '5', looks: 2 }, ...end])),
    [21, 22, 23, 24],
  );
  assert.deepEqual(laterOf(stretchesOf(listing, [{ at: '2 3', looks: 20 }, { at: '5', looks: 2 }, ...end])), [21, 22, 23]);
});

test('imports, polls from outside, leaving, and moments without lines do not show what is given back', () => {
  for (const part of [
    { at: '5', looks: 3, kind: 'I' },
    { at: '5', looks: 3, kind: 'L' },
    { at: '-', looks: 3 },
  ] as const) {
    assert.deepEqual(laterOf(stretchesOf(listing, [{ at: '2 3', looks: 20 }, part, ...end])), [24], part.kind ?? 'none');
  }
});

const coroutine = lines(
  'import asyncio',
  'async def main():',
  '    for i in r:',
  '        await step()',
  '    print()',
  'asyncio.run(main())',
  'print()',
);

test('what the end of asyncio.run() frees is not given back, what the coroutine frees while it goes on is', () => {
  const parts: readonly Part[] = [{ at: '6.3 6.4', looks: 60 }, { at: '6.5', looks: 3 }, { at: '6', looks: 2, kind: 'L' }, ...end];
  assert.deepEqual(laterOf(stretchesOf(coroutine, parts, {}, [6])), [61, 62, 63]);
});

test('a waiting coroutine is on no stack: if the event loop goes on for long, what it freed was given back', () => {
  const waiting = (looks: number) => laterOf(stretchesOf(coroutine, [{ at: '6.3 6.4', looks: 60 }, { at: '6', looks }, ...end], {}, [6]));
  assert.deepEqual(waiting(9), []);
  // All except those of the last 100 ms.
  assert.deepEqual(waiting(14), [61, 62, 63, 64]);
});

test('what follows after the end of the event loop shows nothing about what was in it', () => {
  assert.deepEqual(laterOf(stretchesOf(coroutine, [{ at: '6.3 6.4', looks: 60 }, { at: '7', looks: 9 }, ...end], {}, [6])), []);
  const start = lines(
    'async def main():',
    '    for i in r:',
    '        await step()',
    'def start():',
    '    asyncio.run(main())',
    'start()',
    'print()',
  );
  const parts: readonly Part[] = [{ at: '6.5.2 6.5.3', looks: 60 }, { at: '7', looks: 9 }, ...end];
  assert.deepEqual(laterOf(stretchesOf(start, parts, {}, [5])), []);
});

test('a last moment in which the event loop ends shows nothing, even if the program goes on for long after it', () => {
  assert.deepEqual(
    laterOf(stretchesOf(coroutine, [{ at: '6.3 6.4', looks: 60 }, { at: '6', looks: 1 }, { at: '7', looks: 30 }, ...end], {}, [6])),
    [],
  );
});
