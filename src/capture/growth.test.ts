import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProgram } from '../post/fences/program-tree.ts';
import type { Mark } from '../run/mark.ts';
import type { RawRun } from '../run/run.ts';
import type { Point, RunRecord } from './capture.ts';
import { end, handMadeRun, programOf, startBlocks, startBytes, type Part } from './fixtures/hand-made-run.ts';
import { measureGrowth, roundCount, type Growth, type Quantity } from './growth.ts';
import { readLooks } from './looks.ts';
import { readPoints } from './points.ts';
import { findStretches, type NamedWork } from './stretches.ts';

const lines = (...code: readonly string[]) => `${code.join('\n')}\n`;
const least = 30;

/** How a quantity grows in each stretch of a run. */
function growthsOf(
  code: string,
  parts: readonly Part[],
  { quantity = 'held', ...named }: NamedWork & { quantity?: Quantity } = {},
  runners: readonly number[] = [],
): readonly Growth[] {
  const run = handMadeRun(...parts);
  return findStretches(run, programOf(code, runners), named).map((stretch) => measureGrowth(run.points, quantity, least, stretch));
}
/** A growth in words, without sizes: `grows`, `given back: yes` and so on. */
function describe({ grows, nearly, since, givenBack, stops, late }: Growth): string {
  const words = [
    grows && 'grows',
    nearly && 'nearly',
    since !== undefined && `since ${Math.round(since * 20) * 5} %`,
    givenBack !== 'no' && `given back: ${givenBack}`,
    stops && `stops: ${stops}`,
    late && 'late',
  ];
  return words.filter(Boolean).join(', ') || 'flat';
}
const described = (...given: Parameters<typeof growthsOf>) => growthsOf(...given).map(describe);

const rising = (from: number, by: number) => (look: number) => from + look * by;
const flat = (value: number) => () => value;

const listing = lines('kept = []', 'for i in rows:', '    kept.append(i)', 'for i in kept:', '    print(i)');

test('a leaky loop grows, and the listing after it does not, and neither is judged by the other', () => {
  const parts: readonly Part[] = [{ at: '2 3', looks: 40, held: rising(startBlocks, 100) }, { at: '5', looks: 60 }, ...end];
  const [leaky, flatOne] = growthsOf(listing, parts) as [Growth, Growth];
  assert.deepEqual([describe(leaky), describe(flatOne)], ['grows', 'flat']);
  // Of 39 steps the first sixth is not judged, and the last looks count as one.
  assert.equal(leaky.rise, 37 * 100);
  assert.ok(leaky.total > 3000 && leaky.total < 3300, `${leaky.total}`);
  assert.equal(leaky.rounds.length, roundCount);
  assert.equal(flatOne.rise, 0);
  // Judged as a whole, it would be at most a peak.
  const whole = handMadeRun(...parts);
  assert.equal(measureGrowth(whole.points, 'held', least).grows, false);
});

const twice = lines('def fill(kept):', '    for i in rows:', '        kept.append(i)', 'fill(a)', 'fill(b)', 'print()');

test('of the same loop called from two lines, one call may grow and the other not', () => {
  assert.deepEqual(
    described(twice, [
      { at: '4.2 4.3', looks: 40, held: rising(startBlocks, 100) },
      { at: '5.2 5.3', looks: 40 },
      { at: '6', looks: 2 },
      ...end,
    ]),
    ['grows', 'flat'],
  );
  assert.deepEqual(
    described(twice, [
      { at: '4.2 4.3', looks: 40 },
      { at: '5.2 5.3', looks: 40, held: rising(startBlocks, 100) },
      { at: '6', looks: 2 },
      ...end,
    ]),
    ['flat', 'grows'],
  );
});

test('what the program itself gives back before its end was a peak', () => {
  const parts = (left: number): readonly Part[] => [
    { at: '4.2 4.3', looks: 40, held: rising(startBlocks, 100) },
    { at: '6', looks: 9, held: flat(left) },
    ...end,
  ];
  assert.deepEqual(described(twice, parts(startBlocks + 50)).slice(0, 1), ['given back: yes']);
  assert.deepEqual(described(twice, parts(startBlocks + 3800)).slice(0, 1), ['grows']);
});

test('if what is freed later may be this or something else, it is unclear whether it was given back', () => {
  const code = lines('for i in a:', '    step()', 'for i in b:', '    step()', 'print()');
  // 4,000 before the loop, 4,000 in it, and 2,000 of them are freed.
  const parts = (left: number): readonly Part[] => [
    { at: '9', looks: 9, held: rising(startBlocks, 500) },
    { at: '1 2', looks: 60, held: rising(5000, 70) },
    { at: '5', looks: 2, held: flat(left) },
    ...end,
  ];
  assert.deepEqual(described(code, parts(7100)).slice(-1), ['grows, given back: unclear']);
  // As much is freed as came, but it may be what was there before.
  assert.deepEqual(described(code, parts(5100)).slice(-1), ['grows, given back: unclear']);
  assert.deepEqual(described(code, parts(8400)).slice(-1), ['grows']);
  // Including everything that was there before.
  assert.deepEqual(described(code, parts(1100)).slice(-1), ['given back: yes']);
});

const tail = lines('def main():', '    kept = []', '    for i in rows:', '        kept.append(i)', 'main()');

test('what is freed only because main() returns last was kept as long as the program went on', () => {
  const [S, X] = [
    { at: '-', looks: 1, kind: 'E', held: flat(startBlocks) },
    { at: '-', looks: 1, kind: 'X' },
  ] as const;
  const parts: readonly Part[] = [{ at: '5.3 5.4', looks: 40, held: rising(startBlocks, 100) }, S, X];
  assert.deepEqual(described(tail, parts), ['grows']);
  assert.deepEqual(described(tail, [...parts.slice(0, 1), { at: '5', looks: 1, held: flat(startBlocks) }, S, X]), ['grows']);
  // A function that returns shortly before the program's end may be its main function.
  assert.deepEqual(described(`${tail}print()\n`, parts), ['grows, given back: unclear']);
  assert.deepEqual(
    described(`${tail}print()\n`, [...parts.slice(0, 1), { at: '6', looks: 9, held: flat(startBlocks) }, S, X]).slice(0, 1),
    ['given back: yes'],
  );
});

test('what is freed by the end of asyncio was kept, what the coroutine frees was not', () => {
  const code = lines('async def main():', '    for i in r:', '        await step()', '    print()', 'asyncio.run(main())');
  const grown: Part = { at: '5.2 5.3', looks: 60, held: rising(startBlocks, 100) };
  const low = { looks: 3, held: flat(startBlocks) };
  const gone = [
    { at: '-', looks: 1, kind: 'E', held: flat(startBlocks) },
    { at: '-', looks: 1, kind: 'X' },
  ] as const;
  assert.deepEqual(described(code, [grown, { at: '5', kind: 'L', ...low }, ...gone], {}, [5]), ['grows']);
  assert.deepEqual(described(code, [grown, { at: '5.4', ...low }, { at: '5', looks: 9 }, ...gone], {}, [5]), ['given back: yes']);
});

test('growth that begins late in the same loop and goes on to its end grows from then on', () => {
  const parts = (before: number, after: number): readonly Part[] => [
    { at: '2 3', looks: before },
    { at: '2 3', looks: after, held: rising(startBlocks, 100) },
    ...end,
  ];
  assert.deepEqual(described(listing, parts(40, 40)), ['grows, since 50 %']);
  const [only] = growthsOf(listing, parts(40, 40)) as [Growth];
  assert.ok(
    only.rounds.every((round) => round > 400),
    only.rounds.join(),
  );
  // Too late to have rounds of its own: a little, and a lot.
  assert.deepEqual(described(listing, parts(72, 8)), ['flat']);
  assert.deepEqual(described(listing, [{ at: '2 3', looks: 72 }, { at: '2 3', looks: 8, held: rising(startBlocks, 1000) }, ...end]), [
    'late',
  ]);
  assert.deepEqual(described(listing, [{ at: '2 3', looks: 172 }, { at: '2 3', looks: 27, held: rising(startBlocks, 1000) }, ...end]), [
    'late',
  ]);
});

test('growth that begins late and is given back is a peak', () => {
  assert.deepEqual(
    described(twice, [
      { at: '4.2', looks: 40 },
      { at: '4.3', looks: 40, held: rising(startBlocks, 100) },
      { at: '6', looks: 9, held: flat(startBlocks) },
      ...end,
    ]),
    ['given back: yes'],
  );
});

test('late growth that only reaches an earlier level is a recurring peak', () => {
  const parts: readonly Part[] = [
    { at: '2 3', looks: 20, held: rising(startBlocks, 200) },
    { at: '2 3', looks: 20, held: flat(startBlocks) },
    { at: '2 3', looks: 25, held: rising(startBlocks, 100) },
    { at: '5', looks: 9, held: flat(startBlocks) },
    ...end,
  ];
  assert.deepEqual(described(listing, parts).slice(0, 1), ['given back: yes']);
});

test('growth that stops at the same lines is on a plateau, at others it goes on to other work', () => {
  const code = lines('for i in rows:', '    put(i)', '    get(i)');
  const parts = (at: string): readonly Part[] => [{ at: '1 2', looks: 60, held: rising(startBlocks, 100) }, { at, looks: 30 }, ...end];
  assert.deepEqual(described(code, parts('1 2')), ['stops: plateau']);
  assert.deepEqual(described(code, parts('3')), ['stops: other']);
  // All rounds grow, but growth stops in the last of them, except for a moment at the end.
  const late = (looks: number): readonly Part[] => [
    { at: '1 2', looks: 100 - looks, held: rising(startBlocks, 100) },
    { at: '1 2', looks },
    ...end,
  ];
  assert.deepEqual(
    [9, 5].map((looks) => described(code, late(looks))),
    [['stops: plateau'], ['grows']],
  );
});

test('fading growth, and a peak at the end of the stretch, are not growth', () => {
  // A round is ten looks.
  const rounds =
    (...amounts: readonly number[]) =>
    (look: number) =>
      startBlocks + amounts.reduce((sum, amount, index) => sum + (Math.min(10, Math.max(0, look - index * 10)) * amount) / 10, 0);
  const of = (...amounts: readonly number[]) => growthsOf(listing, [{ at: '2 3', looks: 61, held: rounds(...amounts) }, ...end])[0]?.grows;
  assert.equal(of(1000, 1000, 1000, 1000, 1000, 1000), true);
  assert.equal(of(1000, 1000, 1000, 1000, 500, 350), true);
  assert.equal(of(1000, 1000, 1000, 1000, 500, 150), false);
  assert.equal(of(100, 100, 100, 100, 100, 700), true);
  assert.equal(of(100, 100, 100, 100, 100, 1700), false);
});

test('a pause in growth that is no longer than earlier ones is not its end', () => {
  const code = lines('for i in rows:', '    put(i)', '    get(i)');
  const steps = (look: number) => startBlocks + Math.floor(look / 8) * 800;
  assert.deepEqual(described(code, [{ at: '1 2', looks: 88, held: steps }, ...end]), ['grows']);
});

test('a single long call takes no time from the growth around it, but does not make up for growth that ends', () => {
  const before: Part = { at: '2 3', looks: 50, held: rising(startBlocks, 100) };
  const long: Part = { at: '2 3', looks: 1, cpuMs: 100, held: flat(startBlocks + 5000) };
  const after = (by: number): Part => ({ at: '2 3', looks: 8, held: rising(startBlocks + 5000, by) });
  const [grown] = growthsOf(listing, [before, long, after(100), ...end]) as [Growth];
  assert.deepEqual([describe(grown), grown.cpuMs], ['grows', 670]);
  const settled: Part = { ...long, kind: 'F' };
  assert.deepEqual(described(listing, [before, settled, after(100), ...end]), ['grows']);
  assert.deepEqual(described(listing, [before, long, after(0), ...end]), ['nearly']);
  // Several that are all as long are the work itself.
  const calls: Part = { ...long, looks: 8 };
  assert.deepEqual(described(listing, [{ ...before, looks: 8 }, calls, after(0), ...end]), ['flat']);
});

test('a cache that fills up in the first part, and a table that is built there, are no growth', () => {
  assert.deepEqual(described(listing, [{ at: '2 3', looks: 12, held: rising(startBlocks, 1000) }, { at: '2 3', looks: 80 }, ...end]), [
    'flat',
  ]);
});

test('growth in all rounds but one is nearly growth, in all but two it is not', () => {
  // A round is ten looks; nothing is added from the thirtieth on.
  const pausing = (pause: number) => (look: number) => startBlocks + (Math.min(look, 30) + Math.max(0, look - 30 - pause)) * 100;
  assert.deepEqual(described(listing, [{ at: '2 3', looks: 61, held: pausing(10) }, ...end]), ['nearly']);
  assert.deepEqual(described(listing, [{ at: '2 3', looks: 61, held: pausing(20) }, ...end]), ['flat']);
});

test('rounds between looks that are too far apart, or too few looks, say nothing', () => {
  const looks: Part = { at: '2 3', looks: 20, held: rising(startBlocks, 100) };
  assert.deepEqual(described(listing, [looks, ...end]), ['grows']);
  assert.deepEqual(
    growthsOf(listing, [{ ...looks, looks: 4 }, ...end]).map(({ grows }) => grows),
    [false],
  );
  const hole: readonly Part[] = [
    { ...looks, looks: 10 },
    { at: '2', looks: 1, cpuMs: 130, held: flat(2200) },
    { ...looks, looks: 10, held: rising(2300, 100) },
    ...end,
  ];
  assert.equal(growthsOf(listing, hole)[0]?.grows, false);
  assert.equal(growthsOf(listing, hole.with(1, { at: '2', looks: 1, cpuMs: 90, held: flat(2200) }))[0]?.grows, true);
});

test('CPU time counts, time in which a program sleeps does not', () => {
  const slow: readonly Part[] = [
    { at: '2 3', looks: 30, held: rising(startBlocks, 100) },
    { at: '2 3', looks: 30, held: rising(startBlocks + 2900, 100), ms: 500 },
    ...end,
  ];
  assert.deepEqual(described(listing, slow), ['grows']);
  assert.equal(growthsOf(listing, slow)[0]?.cpuMs, 590);
});

test('garbage left at the end of a stretch is not growth if the last full collection frees it', () => {
  const parts = (freed: number): readonly Part[] => [
    { at: '2 3', looks: 40, held: rising(startBlocks, 100) },
    { at: '-', looks: 1, kind: 'E' },
    { at: '-', looks: 1, kind: 'X', held: flat(startBlocks), freed: flat(freed) },
  ];
  assert.deepEqual(described(listing, parts(3900)), ['flat']);
  assert.deepEqual(described(listing, parts(10)), ['grows']);
});

test('the process and gc.garbage are measured separately in the same stretch', () => {
  const parts: readonly Part[] = [
    { at: '2 3', looks: 40, rss: rising(startBytes, 50_000), garbage: rising(0, 7) },
    { at: '5', looks: 20 },
    ...end,
  ];
  const of = (quantity: Quantity) => described(listing, parts, { quantity });
  assert.deepEqual(of('rss'), ['grows', 'flat']);
  assert.deepEqual(of('garbage'), ['grows', 'flat']);
  assert.deepEqual(of('held'), ['flat', 'flat']);
});

test('the C library’s memory in use is measured from the last moment before a stretch to the first after it', () => {
  const measured: readonly Part[] = [
    { at: '1', looks: 1, kind: 'F', inUse: flat(1e6) },
    { at: '2 3', looks: 40 },
    { at: '1', looks: 1, kind: 'F', inUse: flat(6e6) },
    { at: '5', looks: 20 },
    { at: '-', looks: 1, kind: 'E', inUse: flat(8e6) },
    { at: '-', looks: 1, kind: 'T', inUse: flat(2e6) },
  ];
  assert.deepEqual(
    growthsOf(listing, measured, { quantity: 'inUse' }).map(({ rise }) => rise),
    [5e6, 2e6],
  );
  // What is in use after the C library has trimmed does not count.
  const [only] = growthsOf(
    listing,
    [
      { at: '1', looks: 1, kind: 'F', inUse: flat(1e6) },
      { at: '2 3', looks: 40 },
      { at: '-', looks: 1, kind: 'T', inUse: flat(9e6) },
    ],
    { quantity: 'inUse' },
  ) as [Growth];
  assert.equal(only.rise, 0);
});

test('a process is not expected to give back what its program has freed', () => {
  const parts: readonly Part[] = [
    { at: '2 3', looks: 40, rss: rising(startBytes, 1e5) },
    { at: '5', looks: 20, rss: flat(startBytes) },
    ...end,
  ];
  assert.deepEqual(described(listing, parts, { quantity: 'rss' })[0], 'grows');
});

test('gc.garbage has grown even if the program empties it at its end', () => {
  const parts: readonly Part[] = [{ at: '2 3', looks: 40, garbage: rising(0, 50) }, { at: '5', looks: 20, garbage: flat(0) }, ...end];
  assert.deepEqual(described(listing, parts, { quantity: 'garbage' })[0], 'grows');
});

test('with an axis or work=, growth is that of what they name', () => {
  const parts: readonly Part[] = [
    { at: '2 3', looks: 40, held: rising(startBlocks, 100), work: flat(-1) },
    { at: '5', looks: 60, work: (look) => look },
    ...end,
  ];
  assert.deepEqual(described(listing, parts, { axis: 'i' }), ['flat']);
  assert.deepEqual(described(listing, parts, { work: { text: '2', kind: 'loop', lines: [{ from: 2, to: 3 }] } }), ['grows']);
});

test('what an import adds within a stretch, or before it, is no growth, and its time is not the work’s', () => {
  const before: Part = { at: '2 3', looks: 30 };
  const importing: Part = { at: '3', looks: 30, kind: 'I', held: rising(startBlocks, 1000), rss: rising(startBytes, 1e6) };
  const parts: readonly Part[] = [
    before,
    importing,
    { at: '2 3', looks: 30, held: flat(startBlocks + 29_000), rss: flat(startBytes + 29e6) },
    ...end,
  ];
  for (const quantity of ['held', 'rss'] as const) {
    const [only, ...more] = growthsOf(listing, parts, { quantity }) as [Growth];
    assert.deepEqual([describe(only), only.rise, only.cpuMs, more], ['flat', 0, 580, []]);
  }
  const looks = readLooks(handMadeRun(...parts).points);
  assert.deepEqual(looks.at(-1)?.imported, { held: 29_000, rss: 29e6 });
  assert.equal(
    looks.some(({ point }) => point[7] === 'I'),
    false,
  );
});

/** A run with a mark every 10 ms of a program that imports the whole time, or works. */
function marksOf(kind: Mark['kind'], phase: Mark['phase'], line: number): RawRun {
  const marks = Array.from({ length: 60 }, (_, at): Mark => ({
    kind: at === 0 ? 'start' : at === 59 ? 'end' : kind,
    atMs: at * 10,
    cpuMs: at * 10,
    rssBytes: startBytes + at * 1e6,
    held: startBlocks + at * 1000,
    garbage: 0,
    work: -1,
    phase: at === 0 || at === 59 ? 'working' : phase,
    logBytes: 0,
    collections: [0, 0, 0],
    collected: 0,
    uncollectable: 0,
    gcMs: 0,
    pauseMs: 0,
    flags: 0,
    freed: 0,
    inUse: null,
    lines: [line],
  }));
  return { marks, polls: [], children: [] } as unknown as RawRun;
}
const importer = lines('import json', 'for i in rows:', '    step(i)');
const kindsOf = ({ points }: Pick<RunRecord, 'points'>) =>
  new Set(points.map((point: Point) => point[7]).filter((letter) => !'SEX'.includes(letter)));

test('imports are no work, whatever kind of mark they contain: a tick, or a collection of the program or of the harness', () => {
  for (const kind of ['tick', 'collection', 'settled'] as const) {
    const importing = readPoints(marksOf(kind, 'importing', 3), 'cpython', readProgram(importer));
    const between = readPoints(marksOf(kind, 'working', 1), 'cpython', readProgram(importer));
    const working = readPoints(marksOf(kind, 'working', 3), 'cpython', readProgram(importer));
    assert.deepEqual(
      [importing, between].map((run) => [...kindsOf(run)]),
      [['I'], ['I']],
      kind,
    );
    assert.deepEqual([...kindsOf(working)], [{ tick: '.', collection: 'C', settled: 'F' }[kind]], kind);
    const grows = ({ points, places }: Pick<RunRecord, 'points' | 'places'>) =>
      findStretches({ points, places }, programOf(importer)).some(
        (stretch) => measureGrowth(points, 'held', least, stretch).grows || measureGrowth(points, 'rss', 65_536, stretch).grows,
      );
    assert.deepEqual([importing, between, working].map(grows), [false, false, true], kind);
  }
});

test('leaving is distinguished, whatever kind of mark it contains', () => {
  for (const kind of ['tick', 'collection', 'settled'] as const)
    assert.deepEqual([...kindsOf(readPoints(marksOf(kind, 'leaving', 3), 'cpython', readProgram(importer)))], ['L'], kind);
});

test('a look at no line of the sample, once it is over, does not hide what the last full collection frees', () => {
  const run = handMadeRun(
    { at: '1', looks: 3, kind: 'F' },
    { at: '1', looks: 60, held: (look) => startBlocks + look * 100 },
    { at: '-', looks: 1 },
    { at: '-', looks: 1, kind: 'E' },
    { at: '-', looks: 1, kind: 'X', held: () => startBlocks, freed: () => 5900 },
  );
  const [stretch] = findStretches(run, programOf('for i in x: make(i)\n'));
  assert.equal(measureGrowth(run.points, 'held', 30, stretch).grows, false);
});

test('the C library’s memory in use after main() has returned says nothing about the time before', () => {
  const code = lines('def main():', '    for i in x: make(i)', 'main()');
  const measured = [0, 1, 2, 3, 4].flatMap((step): readonly Part[] => [
    { at: '3.2', looks: 20 },
    { at: '3.2', looks: 1, kind: 'F', inUse: flat(1e6 + step * 5e6) },
  ]);
  const [growth] = growthsOf(code, [...measured, { at: '3.2', looks: 5 }, { at: '-', looks: 1, kind: 'E', inUse: flat(1e6) }], {
    quantity: 'inUse',
  });
  assert.equal(growth?.rise, 20e6);
});

test('growth that slows down with all that is kept does not fade; what fills up does', () => {
  const after = (share: (part: number) => number) =>
    growthsOf(listing, [{ at: '2 3', looks: 120, held: (look) => startBlocks + 100_000 * share((look + 1) / 120) }, ...end])[0] as Growth;
  // `if item not in kept: kept.append(item)`: what is kept grows with the square root of the time.
  const slow = after(Math.sqrt);
  assert.deepEqual([slow.grows, slow.fades], [true, false]);
  // A cache that is two thirds full.
  const cache = after((part) => 1 - Math.exp(-part * 1.1));
  assert.deepEqual([cache.grows, cache.fades], [true, true]);
});
