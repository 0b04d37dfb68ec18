import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { end, handMadeCapture, startBlocks, startBytes, type Part } from '../capture/fixtures/hand-made-run.ts';
import type { Sample } from '../experiment/sample.ts';
import { parsePost } from '../post/post.ts';
import { judge, type Verdict } from './verdict.ts';

function sampleOf(code: readonly string[], attributes = ''): Sample {
  const { samples, file } = parsePost(
    new VFile({
      path: '2024-01-01-a.md',
      value: `---\ntitle: a\ndate: 2024-01-01\n---\n\n\`\`\`python sample=a ${attributes}\n${code.join('\n')}\n\`\`\`\n`,
    }),
  );
  assert.deepEqual(file.messages.filter(({ fatal }) => fatal === true).map(String), []);
  return samples[0] as Sample;
}
/** One pattern from several, so that lines stay short. */
const joined = (...parts: readonly RegExp[]) => new RegExp(parts.map(({ source }) => source).join(''));
const rising = (from: number, by: number) => (look: number) => from + look * by;
const flat = (value: number) => () => value;

/** The verdict on a run made of these parts, in all conditions unless `others` has other parts for one. */
function verdictOf(
  code: readonly string[],
  parts: readonly Part[],
  attributes = '',
  others: Partial<Record<'as-written' | 'gc-disabled', readonly Part[]>> = {},
  change: (capture: Capture) => Capture = (capture) => capture,
): Verdict {
  const sample = sampleOf(code, attributes);
  return judge(change(handMadeCapture(sample, { 'debug-off': parts, ...others })), sample);
}
const judged = ({ stretches }: Verdict) =>
  stretches.map(({ name, judged, measured }) => `${measured.stretch.lines.join()} ${name}${judged ? ', judged' : ''}`);

const listing = ['kept = []', 'for i in rows:', '    kept.append(i)', 'for i in kept:', '    show(i)'];
const leakThenList: readonly Part[] = [{ at: '2 3', looks: 40, held: rising(startBlocks, 100) }, { at: '4 5', looks: 50 }, ...end];

test('two loops that disagree are unclear, and the sentence has the lines of both and how to say which is meant', () => {
  const verdict = verdictOf(listing, leakThenList);
  assert.equal(verdict.name, 'unclear');
  assert.match(
    verdict.sentence,
    joined(
      /^Unclear: the loop in lines 2–3 grows by 3,\d\d\d allocated blocks, the loop in lines 4–5 does not go on growing\./,
      / Say which is meant, with work=2 or work=4\.$/,
    ),
  );
  assert.deepEqual(judged(verdict), ['2,3 leak, judged', '4,5 no-leak, judged']);
});

test('with the work that the sentence names, the verdict is that of its loop alone', () => {
  const [leak, none] = ['work=2', 'work=4'].map((work) => verdictOf(listing, leakThenList, work)) as [Verdict, Verdict];
  assert.equal(leak.name, 'leak');
  assert.match(
    leak.sentence,
    /^Leak\. The loop in lines 2–3 keeps 3,700 allocated blocks, more in every round, and no full collection frees it\.$/,
  );
  assert.equal(none.name, 'no-leak');
  assert.match(none.sentence, /^No leak\. (?:The loop in lines 4–5 does not go on growing|Memory stays at 9 MB)/);
  assert.deepEqual([judged(leak), judged(none)], [['2,3 leak, judged'], ['4,5 no-leak, judged']]);
});

test('where the same loop is called from two lines, the sentence names the calls, and so does work', () => {
  const code = ['def fill(kept):', '    for i in rows:', '        kept.append(i)', 'fill(a)', 'fill(b)', 'show()'];
  const parts: readonly Part[] = [
    { at: '4.2 4.3', looks: 40, held: rising(startBlocks, 100) },
    { at: '5.2 5.3', looks: 50 },
    { at: '6', looks: 1 },
    ...end,
  ];
  const { name, sentence } = verdictOf(code, parts);
  assert.equal(name, 'unclear');
  assert.match(
    sentence,
    joined(
      /the loop in lines 2–3, called in line 4, grows by [\d,]+ allocated blocks,/,
      / the loop in lines 2–3, called in line 5, does not go on growing\. Say which is meant, with work=4 or work=5\./,
    ),
  );
  assert.deepEqual(
    ['work=4', 'work=5'].map((work) => verdictOf(code, parts, work).name),
    ['leak', 'no-leak'],
  );
  // If the loop itself is named, the call of it that grows decides.
  const whole = verdictOf(code, parts, 'work=fill');
  assert.deepEqual([whole.name, judged(whole)], ['leak', ['2,3 leak, judged', '2,3 no-leak']]);
});

test('several loops that agree have one verdict, with the lines of all', () => {
  const grow: readonly Part[] = [
    { at: '2 3', looks: 40, held: rising(startBlocks, 100) },
    { at: '4 5', looks: 40, held: rising(4900, 100) },
    ...end,
  ];
  const leak = verdictOf(listing, grow);
  assert.equal(leak.name, 'leak');
  assert.match(leak.sentence, /^Leak\. The loops in lines 2–3 and 4–5 keep /);
  assert.deepEqual(judged(leak), ['2,3 leak, judged', '4,5 leak, judged']);
  const none = verdictOf(
    listing,
    grow.map((part) => ({ ...part, held: undefined })),
  );
  assert.match(none.sentence, /^No leak\. (?:The loops in lines 2–3 and 4–5 do not go on growing|Memory stays at)/);
});

test('of loops that agree on growth, the sentence says whose the figure is', () => {
  const grow: readonly Part[] = [
    { at: '2 3', looks: 40, held: rising(startBlocks, 100) },
    { at: '4 5', looks: 40, held: rising(4900, 1000) },
    ...end,
  ];
  assert.match(verdictOf(listing, grow).sentence, /keep 3,700 allocated blocks and 38,000 allocated blocks, more in every round, and no /);
});

test('a stretch with nine tenths of the work speaks for it, and the sentence mentions what the others did', () => {
  const listed = verdictOf(listing, [{ at: '2 3', looks: 190, held: rising(startBlocks, 100) }, { at: '4 5', looks: 10 }, ...end]);
  assert.equal(listed.name, 'leak');
  assert.deepEqual(judged(listed), ['2,3 leak, judged', '4,5 no-leak']);
  assert.doesNotMatch(listed.sentence, /beside that/);
  const almost = verdictOf(listing, [{ at: '2 3', looks: 160, held: rising(startBlocks, 100) }, { at: '4 5', looks: 40 }, ...end]);
  assert.equal(almost.name, 'unclear');
});

test('a short set-up that grows before the work is mentioned, and the same growth after the work makes it unclear', () => {
  const [grow, still]: readonly [Part, Part] = [
    { at: '2 3', looks: 10, held: rising(startBlocks, 1000) },
    { at: '4 5', looks: 190 },
  ];
  const before = verdictOf(listing, [grow, still, ...end]);
  assert.equal(before.name, 'no-leak');
  assert.match(
    before.sentence,
    /^No leak\. The loop in lines 4–5 does not go on growing.* The loop in lines 2–3, beside that, grows by [\d,]+ allocated blocks\.$/,
  );
  assert.deepEqual(judged(before), ['2,3 leak', '4,5 no-leak, judged']);
  const code = [...listing.slice(0, 1), ...listing.slice(3), ...listing.slice(1, 3)];
  const after = verdictOf(code, [{ ...still, at: '2 3' }, { ...grow, at: '4 5' }, ...end]);
  assert.equal(after.name, 'unclear');
  assert.match(
    after.sentence,
    joined(
      /the loop in lines 2–3 does not go on growing, the loop in lines 4–5 grows by [\d,]+ allocated blocks\./,
      / Say which is meant, with work=2 or work=4\./,
    ),
  );
});

test('a small part of the work that keeps too little to matter, or too short to be judged, changes nothing', () => {
  const work: Part = { at: '4 5', looks: 190 };
  assert.equal(verdictOf(listing, [work, { at: '2 3', looks: 4, held: rising(startBlocks, 100) }, ...end]).name, 'no-leak');
});

test('statements outside loops speak for themselves from a third of the work on', () => {
  const code = ['for i in rows:', '    step()', 'report()'];
  const parts = (looks: number): readonly Part[] => [{ at: '1 2', looks: 60 }, { at: '3', looks, held: rising(startBlocks, 100) }, ...end];
  assert.equal(verdictOf(code, parts(50)).name, 'unclear');
  assert.match(verdictOf(code, parts(50)).sentence, /the loop in lines 1–2 does not go on growing, line 3 grows by .* work=1 or work=3/);
  assert.deepEqual(judged(verdictOf(code, parts(20))), ['1,2 no-leak, judged', '3,3 leak, judged']);
});

test('statements before the loops, with less than that, are set-up, and mentioned', () => {
  const code = ['report()', 'for i in rows:', '    step()'];
  const parts = (looks: number): readonly Part[] => [{ at: '1', looks, held: rising(startBlocks, 100) }, { at: '2 3', looks: 60 }, ...end];
  assert.equal(verdictOf(code, parts(40)).name, 'unclear');
  const before = verdictOf(code, parts(20));
  assert.equal(before.name, 'no-leak');
  assert.match(before.sentence, / Line 1, beside that, grows by [\d,]+ allocated blocks\.$/);
});

test('calls of a named work that disagree in kind are unclear, and named by their calls', () => {
  const code = ['def fill(kept):', '    for i in rows:', '        kept.append(i)', 'fill(a)', 'fill(b)', 'show()'];
  const parts = (second: number): readonly Part[] => [
    { at: '4.2 4.3', looks: 40, held: rising(startBlocks, 100) },
    { at: '5.2 5.3', looks: 50, held: rising(4900, second) },
    { at: '6', looks: 1 },
    ...end,
  ];
  const { name, sentence } = verdictOf(code, parts(0), 'work=fill', { 'gc-disabled': parts(100) });
  assert.equal(name, 'unclear');
  assert.match(
    sentence,
    joined(
      /called in line 4, grows by [\d,]+ allocated blocks, the loop in lines 2–3, called in line 5, makes garbage in cycles\./,
      / Say which is meant, with work=4 or work=5\./,
    ),
  );
});

test('a table that one statement builds is no growth: mentioned beside other work, unclear if there is none', () => {
  const code = ['table = {i: [i] for i in rows}', 'print(len(table))'];
  const parts: readonly Part[] = [{ at: '1', looks: 60, held: rising(startBlocks, 1000) }, { at: '2', looks: 2 }, ...end];
  const { name, sentence, stretches } = verdictOf(code, parts);
  assert.equal(name, 'unclear');
  assert.equal(stretches[0]?.measured.stretch.isTable, true);
  assert.match(
    sentence,
    joined(
      /^Unclear: no loop goes round, and one statement builds up 5\d,\d\d\d allocated blocks, which stay\./,
      / If that is the work, name its line with work=/,
    ),
  );
  assert.equal(verdictOf(code, parts, 'work=1').name, 'leak');
  const withLoop = verdictOf([...code, 'for i in table:', '    show(i)'], [...parts.slice(0, 1), { at: '3 4', looks: 60 }, ...end]);
  assert.equal(withLoop.name, 'no-leak');
  assert.match(withLoop.sentence, / One statement builds up 5\d,\d\d\d allocated blocks, which stay\.$/);
  // As much work as the loop, it is judged with it; but what stays is not said to be given back.
  const asLong = verdictOf([...code, 'for i in table:', '    show(i)'], [...parts.slice(0, 1), { at: '3 4', looks: 30 }, ...end]);
  assert.deepEqual([asLong.name, asLong.stretches.filter(({ judged }) => judged).length], ['no-leak', 2]);
  assert.doesNotMatch(asLong.sentence, /given back/);
  // The same growth in a function that is called is a leak.
  assert.equal(verdictOf(['fill()', 'print(1)'], parts).name, 'leak');
});

test('what a program gives back itself is no leak, and the sentence says so', () => {
  const { name, sentence } = verdictOf(listing, [
    { at: '2 3', looks: 100, held: rising(startBlocks, 100) },
    { at: '1', looks: 5, held: flat(startBlocks) },
    ...end,
  ]);
  assert.equal(name, 'no-leak');
  assert.match(
    sentence,
    joined(
      /^No leak\. What the loop in lines 2–3 takes, 9,\d\d\d allocated blocks, is given back before the program’s end/,
      / \(peak as written 9 MB, with full collections 9 MB\)\.$/,
    ),
  );
});

test('growth that begins late says from when on', () => {
  const { name, sentence } = verdictOf(listing, [
    { at: '2 3', looks: 50 },
    { at: '2 3', looks: 50, held: rising(startBlocks, 100) },
    ...end,
  ]);
  assert.equal(name, 'leak');
  assert.match(sentence, /, more in every round from about 5\d % of its time on, /);
});

test('growth that begins too late to have rounds is unclear, and so is one of which something goes later', () => {
  const late = verdictOf(listing, [{ at: '2 3', looks: 90 }, { at: '2 3', looks: 8, held: rising(startBlocks, 1000) }, ...end]);
  assert.equal(late.name, 'unclear');
  assert.match(late.sentence, /began to grow late, by [\d,]+ allocated blocks shortly before its end/);
  const released = verdictOf(
    listing,
    [
      { at: '1', looks: 9, held: rising(startBlocks, 500) },
      { at: '2 3', looks: 60, held: rising(5000, 70) },
      { at: '1', looks: 2, held: flat(7100) },
      ...end,
    ],
    'work=2',
  );
  assert.equal(released.name, 'unclear');
  assert.match(released.sentence, /the program frees some memory later that may be that or other/);
});

test('a little more in every round with and without a collector is unclear, in one condition it is no leak', () => {
  const grow = (by: number): readonly Part[] => [{ at: '2 3', looks: 60, held: rising(startBlocks, by) }, ...end];
  const creeping = verdictOf(listing, grow(2));
  assert.equal(creeping.name, 'unclear');
  assert.match(
    creeping.sentence,
    /with the collector and without it the loop in lines 2–3 keeps a little more in every round.*: too little to be called a leak/,
  );
  assert.equal(verdictOf(listing, grow(0), '', { 'as-written': grow(2) }).name, 'no-leak');
});

test('growth that ends where the program goes on to other lines of the same loop asks for them', () => {
  const code = ['for i in rows:', '    put(i)', '    get(i)'];
  const { name, sentence } = verdictOf(code, [{ at: '1 2', looks: 60, held: rising(startBlocks, 100) }, { at: '3', looks: 30 }, ...end]);
  assert.equal(name, 'unclear');
  assert.match(
    sentence,
    joined(
      /^Unclear: the loop in lines 1–3 grows by 5,\d\d\d allocated blocks, and then goes on to something else:/,
      / name the lines that are meant, with work=\.$/,
    ),
  );
  // A cache that has filled up is no leak.
  assert.equal(
    verdictOf(code, [{ at: '1 2', looks: 60, held: rising(startBlocks, 100) }, { at: '1 2', looks: 30 }, ...end]).name,
    'no-leak',
  );
});

test('growth in one condition alone, that neither of the others shows, is not called a leak', () => {
  const grow: readonly Part[] = [{ at: '2 3', looks: 60, held: rising(startBlocks, 100) }, ...end];
  const still: readonly Part[] = [
    { at: '2 3', looks: 30 },
    { at: '2 3', looks: 1, held: flat(startBlocks + 60) },
    { at: '2 3', looks: 30 },
    ...end,
  ];
  const { name, sentence } = verdictOf(listing, grow, '', { 'as-written': still, 'gc-disabled': still });
  assert.equal(name, 'unclear');
  assert.match(sentence, /neither as written nor with the collector disabled does it go on growing/);
  assert.equal(verdictOf(listing, grow, '', { 'as-written': grow, 'gc-disabled': still }).name, 'leak');
});

test('what only the run without a collector keeps is garbage in cycles, if it is clearly more', () => {
  const grow = (by: number): readonly Part[] => [{ at: '2 3', looks: 60, held: rising(startBlocks, by) }, ...end];
  const cycles = verdictOf(listing, grow(0), '', { 'gc-disabled': grow(100) });
  assert.equal(cycles.name, 'cycles');
  assert.match(
    cycles.sentence,
    /With full collections the loop in lines 2–3 keeps next to nothing, with the collector disabled 5,\d\d\d allocated blocks/,
  );
  assert.equal(verdictOf(listing, grow(0), '', { 'gc-disabled': grow(2) }).name, 'no-leak');
});

test('where the run without a collector keeps hardly more, nothing is said of cycles', () => {
  const filling = (look: number) => startBlocks + Math.min(look, 60) * 100;
  const off: readonly Part[] = [{ at: '2 3', looks: 120, held: filling }, ...end];
  const more = (by: number): readonly Part[] => [{ at: '2 3', looks: 120, held: (look) => filling(look) + look * by }, ...end];
  assert.deepEqual(
    [30, 10, 4].map((by) => verdictOf(listing, off, '', { 'gc-disabled': more(by) }).name),
    ['cycles', 'unclear', 'no-leak'],
  );
  assert.match(verdictOf(listing, off, '', { 'gc-disabled': more(10) }).sentence, /but hardly more than with it/);
});

test('a little that comes in every round beside much garbage is not called a leak, and alone it is one', () => {
  const creeping = (by: number): readonly Part[] => [{ at: '2 3', looks: 60, held: rising(startBlocks, by) }, ...end];
  const traced = (capture: Capture): Capture => {
    const { conditions } = handMadeCapture(sampleOf(listing), { 'debug-off': creeping(5000) });
    return { ...capture, conditions: { ...capture.conditions, traced: conditions['debug-off'] } };
  };
  const verdict = (disabled: number) => verdictOf(listing, creeping(1), '', { 'gc-disabled': creeping(disabled) }, traced);
  assert.equal(verdict(1).name, 'leak');
  const { name, sentence } = verdict(300);
  assert.equal(name, 'unclear');
  assert.match(sentence, /keeps a little more in every round/);
});

test('work that one of the runs did not show is not said not to grow in it', () => {
  const seen: readonly Part[] = [{ at: '2 3', looks: 60 }, ...end];
  const missed: readonly Part[] = [{ at: '2 3', looks: 3 }, ...end];
  assert.equal(verdictOf(listing, seen).name, 'no-leak');
  for (const condition of ['as-written', 'gc-disabled'] as const) {
    const { name, sentence } = verdictOf(listing, seen, '', { [condition]: missed });
    assert.equal(name, 'unclear');
    assert.match(sentence, /the loop in lines 2–3 could hardly be seen in one of the three runs\. Let it do more rounds/);
  }
});

test('where the run without a collector keeps more, and was not watched evenly, nothing is said not to grow', () => {
  const flatOff: readonly Part[] = [{ at: '2 3', looks: 60 }, ...end];
  const withHole = (by: number): readonly Part[] => [
    { at: '2 3', looks: 20, held: rising(startBlocks, by) },
    { at: '2 3', looks: 1, cpuMs: 400, held: flat(startBlocks + 19 * by) },
    { at: '2 3', looks: 20, held: rising(startBlocks + 19 * by, by) },
    ...end,
  ];
  assert.deepEqual(
    [100, 1].map((by) => verdictOf(listing, flatOff, '', { 'gc-disabled': withHole(by) }).name),
    ['unclear', 'no-leak'],
  );
});

test('garbage that the debug flags keep is an artifact, of one loop or of two that disagree', () => {
  const garbage = (at: string): Part => ({ at, looks: 60, held: rising(startBlocks, 100), garbage: rising(0, 50) });
  const off: readonly Part[] = [{ at: '2 3', looks: 60 }, ...end];
  const whole = verdictOf(listing, off, '', { 'as-written': [garbage('2 3'), ...end] });
  assert.equal(whole.name, 'debug-artifact');
  const two: readonly Part[] = [{ at: '2 3', looks: 60 }, { at: '4 5', looks: 60 }, ...end];
  const half = verdictOf(listing, two, '', { 'as-written': [garbage('2 3'), { at: '4 5', looks: 60 }, ...end] });
  assert.equal(half.name, 'unclear');
  assert.match(half.sentence, /the loop in lines 2–3 grows by the debug flags, the loop in lines 4–5 does not go on growing/);
});

test('a process that grows while Python’s memory is flat leaks outside only where what is in use grows too', () => {
  const native = (inUse: number | null): readonly Part[] => {
    const using = (bytes: number) => (inUse === null ? undefined : flat(bytes));
    return [
      { at: '-', looks: 1, kind: 'S', inUse: using(1e6) },
      { at: '2 3', looks: 60, rss: rising(startBytes, 1e6) },
      { at: '-', looks: 1, kind: 'E', inUse: using(inUse ?? 0) },
      { at: '-', looks: 1, kind: 'X', inUse: using(inUse ?? 0) },
    ];
  };
  const traced = (capture: Capture): Capture => ({
    ...capture,
    conditions: { ...capture.conditions, traced: capture.conditions['debug-off'] },
  });
  const leak = verdictOf(listing, native(60e6), '', {}, traced);
  assert.equal(leak.name, 'native-leak');
  assert.match(
    leak.sentence,
    joined(
      /^Leak outside Python\. In the loop in lines 2–3 the process grows by 5\d MB, (?:in every round|[\d.]+ kB in each of)/,
      /; the C library has 59 MB more in use, and Python itself asked for /,
    ),
  );
  for (const inUse of [1e6, null]) {
    const verdict = verdictOf(listing, native(inUse), '', {}, traced);
    assert.equal(verdict.name, 'unclear');
    assert.match(
      verdict.sentence,
      inUse === null ? /the C library of this system does not tell/ : /and what the C library has in use do not/,
    );
  }
});

test('a process that grows by what Python itself asks for leaks, reported in bytes', () => {
  const parts: readonly Part[] = [{ at: '2 3', looks: 60, rss: rising(startBytes, 1e6) }, ...end];
  const traced = (capture: Capture): Capture => {
    const { conditions } = handMadeCapture(sampleOf(listing), {
      'debug-off': [{ at: '2 3', looks: 60, held: rising(startBlocks, 1e6) }, ...end],
    });
    return { ...capture, conditions: { ...capture.conditions, traced: conditions['debug-off'] } };
  };
  const { name, sentence } = verdictOf(listing, parts, '', {}, traced);
  assert.equal(name, 'leak');
  assert.match(sentence, /keeps 5\d(?:\.\d)? MB, more in every round, and no full collection frees it/);
});

test('a program too short to be judged is no leak where it kept nothing at all, and unclear else', () => {
  const short = (held: number): readonly Part[] => [{ at: '2', looks: 3, held: rising(startBlocks, held), cpuMs: 1 }, ...end];
  assert.equal(verdictOf(listing, short(0)).name, 'no-leak');
  assert.equal(verdictOf(listing, short(50)).name, 'unclear');
  const unclear = verdictOf(listing, short(1000));
  assert.equal(unclear.name, 'unclear');
  assert.match(unclear.sentence, /could be seen at \d moments: too little to tell growth from a start/);
});

test('a named work that was over before it could be seen is unclear, and the sentence says why', () => {
  const { name, sentence } = verdictOf(listing, [{ at: '2 3', looks: 60 }, ...end], 'work=4');
  assert.deepEqual(
    [name, sentence],
    [
      'unclear',
      'Unclear: memory could not be seen at the lines that work= names: they were not reached, or were over too quickly. ' +
        'Let them do more of their work, or name what calls them.',
    ],
  );
});

test('a run that did not end as it is meant to is unclear, whatever its loops did', () => {
  const failed = (capture: Capture): Capture => ({
    ...capture,
    conditions: { ...capture.conditions, 'as-written': { ...capture.conditions['as-written'], exit: 1 } },
  });
  const { name, sentence, stretches } = verdictOf(listing, leakThenList, 'work=2', {}, failed);
  assert.equal(name, 'unclear');
  assert.match(sentence, /^Unclear: as written, the program ended with exit status 1/);
  assert.deepEqual(
    stretches.map(({ judged }) => judged),
    [false],
  );
  assert.equal(verdictOf(listing, leakThenList, 'work=2 exit=any', {}, failed).name, 'leak');
});

test('a verdict of a program with children says whose it is, and an unclear one does not', () => {
  const children = (capture: Capture): Capture => ({
    ...capture,
    conditions: {
      ...capture.conditions,
      'as-written': {
        ...capture.conditions['as-written'],
        children: {
          most: 1,
          points: [
            [10, 4e6],
            [20, 24e6],
          ],
        },
      },
    },
  });
  const grow: readonly Part[] = [{ at: '2 3', looks: 60, held: rising(startBlocks, 100) }, ...end];
  assert.match(
    verdictOf(listing, grow, '', {}, children).sentence,
    / That is said of the program’s first process: what it started had up to 24 MB of its own, which is in the chart and not judged\.$/,
  );
  assert.doesNotMatch(verdictOf(listing, leakThenList, '', {}, children).sentence, /first process/);
});

test('the same record answers another work anew', () => {
  const [plain, named] = [sampleOf(listing), sampleOf(listing, 'work=2')];
  const capture = handMadeCapture(plain, { 'debug-off': leakThenList });
  assert.deepEqual(
    [plain, named, plain].map((sample) => judge(capture, sample).name),
    ['unclear', 'leak', 'unclear'],
  );
});

test('an import in the middle of a loop is no growth of it, in Python’s memory nor in the process', () => {
  const parts: readonly Part[] = [
    { at: '2 3', looks: 30 },
    { at: '3', looks: 60, kind: 'I', held: rising(startBlocks, 1000), rss: rising(startBytes, 1e6) },
    { at: '2 3', looks: 30 },
    ...end,
  ];
  const { name, sentence } = verdictOf(listing, parts);
  assert.equal(name, 'no-leak', sentence);
});

test('one function after another in the rounds of an outer loop asks for the one that is meant', () => {
  const code = ['for job in jobs:', '    for i in rows:', '        job(i)', 'def tidy(i): pass', 'def hoard(i): kept.append(i)'];
  const parts: readonly Part[] = [{ at: '3 3.4', looks: 60 }, { at: '3 3.5', looks: 60, held: rising(startBlocks, 100) }, ...end];
  const { name, sentence } = verdictOf(code, parts);
  assert.equal(name, 'unclear');
  assert.match(
    sentence,
    joined(
      /^Unclear: the loop in lines 1–3 does not grow at first, and grows by [\d,]+ allocated blocks/,
      / once it has gone on to other lines: name the lines that are meant, with work=\.$/,
    ),
  );
  // An innermost loop does the same work from first to last, so late growth is growth.
  assert.equal(
    verdictOf(
      ['for i in rows:', '    put(i)', 'def tidy(i): pass', 'def hoard(i): kept.append(i)'],
      [{ at: '2 2.3', looks: 60 }, { at: '2 2.4', looks: 60, held: rising(startBlocks, 100) }, ...end],
    ).name,
    'leak',
  );
});

test('growth of a run that ends in calls of one function within itself asks what the work is', () => {
  const code = ['def ways(n):', '    return ways(n - 1) + ways(n - 2)', 'ways(40)'];
  const { name, sentence } = verdictOf(code, [{ at: '3.2.2.2', looks: 60, held: rising(startBlocks, 100) }, ...end]);
  assert.equal(name, 'unclear');
  assert.match(sentence, /no loop goes round, and one statement builds up 5,\d\d\d allocated blocks, which stay/);
  assert.equal(verdictOf(code, [{ at: '3.2', looks: 60, held: rising(startBlocks, 100) }, ...end]).name, 'leak');
});

test('what the collector frees without finding it is not called garbage in cycles', () => {
  const code = ['for i in rows:', '    make(i)'];
  const kept: readonly Part[] = [{ at: '1 2', looks: 60, held: rising(startBlocks, 1000) }, ...end];
  const verdict = (counts: readonly number[], collected: number) =>
    verdictOf(code, [{ at: '1 2', looks: 60 }, ...end], '', { 'gc-disabled': kept }, (capture) => {
      const withCounts = (run: RunRecord): RunRecord => ({
        ...run,
        collections: { ...run.collections, counts: [...counts] as [number, number, number], collected },
      });
      return {
        ...capture,
        conditions: {
          ...capture.conditions,
          'as-written': withCounts(capture.conditions['as-written']),
          'debug-off': withCounts(capture.conditions['debug-off']),
        },
      };
    }).name;
  assert.equal(verdict([100, 9, 1], 40_000), 'cycles');
  assert.equal(verdict([100, 9, 1], 0), 'unclear');
  // If the program disables the collector itself, there is no count of the garbage that it would have found.
  assert.equal(verdict([0, 0, 0], 0), 'cycles');
});

test('garbage that goes on beside an index that is full is no reason to say that nothing grows', () => {
  const code = ['for i in rows:', '    make(i)'];
  const filling = (by: number): readonly Part[] => [
    { at: '1 2', looks: 85, held: rising(startBlocks, 1000) },
    { at: '1 2', looks: 35, held: rising(startBlocks + 85_000, by) },
    ...end,
  ];
  assert.equal(verdictOf(code, filling(0)).name, 'no-leak');
  const { name, sentence } = verdictOf(code, filling(0), '', { 'gc-disabled': filling(60) });
  assert.equal(name, 'unclear');
  assert.match(sentence, /with the collector disabled the loop in lines 1–2 keeps [\d,]+ allocated blocks, but hardly more than with it/);
});

test('much that came, of which some goes later, is not said not to grow', () => {
  const code = ['def main():', '    for i in rows:', '        put(i)', 'main()', 'print(1)'];
  const parts: readonly Part[] = [
    { at: '4.2 4.3', looks: 80, held: rising(startBlocks, 100) },
    { at: '4.2', looks: 20, held: flat(startBlocks + 8000) },
    { at: '5', looks: 3, held: flat(startBlocks + 4000) },
    ...end,
  ];
  const { name, sentence } = verdictOf(code, parts);
  assert.equal(name, 'unclear', sentence);
});

test('a function that is over too quickly to be seen gets the verdict of all that the program does, and the sentence says so', () => {
  const code = [
    'def fetch(url):',
    '    return [url]',
    'def crawl():',
    '    for url in urls:',
    '        pages[url] = fetch(url)',
    'crawl()',
    'print(1)',
  ];
  const seen = (times: number): readonly Part[] => [
    { at: '6.4', looks: 60, held: rising(startBlocks, 100) },
    { at: '6.5.2', looks: times },
    { at: '6.4', looks: 60, held: rising(startBlocks + 6000, 100) },
    ...end,
  ];
  const hardly = verdictOf(code, seen(2), 'work=fetch');
  assert.equal(hardly.name, 'leak');
  assert.match(
    hardly.sentence,
    joined(
      /^Leak\. The loop in lines 4–5 keeps .*/,
      / What work= names is over too quickly each time to be seen: that is said of all that the program does\.$/,
    ),
  );
  assert.doesNotMatch(verdictOf(code, seen(20), 'work=fetch').sentence, /too quickly/);
});
