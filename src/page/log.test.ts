import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { VFile } from 'vfile';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { keyOf } from '../capture/key.ts';
import { encodeLog } from '../capture/log-codec.ts';
import type { Sample } from '../experiment/sample.ts';
import { LogReader } from '../gclog/reader.ts';
import { parsePost, type Post } from '../post/post.ts';
import { deflate } from '../run/deflate.ts';
import { method } from '../run/method.ts';
import { postData } from './data.ts';
import { foldLog } from './fold-log.ts';
import { anchorOf, gapsOf } from './log-rows.ts';
import { logFigure, logTypes, typesLog, wholeLog } from './log.ts';

const [sample] = parsePost(
  new VFile({ path: '2024-01-01-a.md', value: '---\ntitle: a\ndate: 2024-01-01\n---\n```python sample=a\nx\n```\n' }),
).samples as [Sample];

function capture(run: string | Uint8Array, shutdown = '', changes: Partial<RunRecord> = {}): Capture {
  const reader = new LogReader({ codec: deflate });
  reader.write(Buffer.from(run));
  reader.endRun();
  reader.write(Buffer.from(shutdown));
  const record: RunRecord = {
    exit: 0,
    signal: null,
    limit: null,
    wallMs: 2400,
    peakRssBytes: 9e6,
    endRssBytes: 8e6,
    held: { start: 1, end: 1, left: 1 },
    garbage: 0,
    flags: 0,
    collections: { counts: [0, 0, 0], collected: 0, uncollectable: 0, elapsedMs: 0, full: [] },
    points: [],
    places: [],
    log: encodeLog(reader.end()),
    ...changes,
  };
  return {
    schema: 5,
    method: 1,
    collector: 'generational',
    program: { loops: [], last: [], tables: [], functions: [], runners: [] },
    sandbox: 'none',
    key: '',
    runtime: 'cpython-3.11',
    python: '3.11.7',
    platform: 'linux-x64',
    capturedAt: '2024-01-01',
    command: 'python3 -u a.py',
    memory: 'resident set size',
    held: 'allocated blocks',
    conditions: { 'as-written': record, 'debug-off': record, 'gc-disabled': record },
  };
}

const figure = (...log: Parameters<typeof capture>) => String(logFigure({ sample, capture: capture(...log), href: 'a/' }));
const group = Array.from(
  { length: 600 },
  (_, index) => `gc: collectable <${index % 2 === 0 ? 'tuple' : 'dict'} 0x7f00000${(index + 4096).toString(16)}>\n`,
).join('');

test('a repeated group stands once, with a fold that says what it stands for', () => {
  const text = figure(group);
  assert.match(text, /collectable<\/b> &lt;<i>tuple<\/i> <s>#1<\/s>&gt;/);
  assert.match(text, />3–600<\/a><span>↻ the same 2 lines, 299 more times<\/span>/);
  assert.match(text, /<p class="log-note">600 objects: .*dict<\/a> 300 · .*tuple<\/a> 300/);
});

test('the shutdown is apart and closed, and a silent run says so', () => {
  const text = figure('', group);
  assert.match(text, /The program printed nothing while it ran\./);
  assert.match(text, /<details class="phase"><summary>Interpreter shutdown: 600 lines after the program had ended/);
});

test('a long log shows its start, folds the rest away, and leads to the whole of it', () => {
  const text = figure(Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join(''));
  assert.match(text, /<summary>482 lines more while the program ran<\/summary>/);
  assert.match(text, /Lines 63 to 500 are in <a href="a\/#L63">the whole log<\/a>/);
});

test('what a program prints stays text, whatever it is', () => {
  const text = figure(
    Buffer.concat([
      Buffer.from('<script>alert(1)</script> \u001b[31m\n'),
      Buffer.from([0xff, 0x0a]),
      Buffer.from('gc: collectable <"><img src=x> 0x7f0000001000>\n'),
    ]),
  );
  assert.doesNotMatch(text, /<script|<img|\u001b/);
  assert.match(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt; ␛\[31m/);
  assert.match(text, /\ufffd/);
});

test('a run that did not end well says how', () => {
  assert.match(figure('x\n', '', { exit: null, signal: 'SIGSEGV' }), /1 line · 2 bytes · killed by SIGSEGV · 2\.4 s</);
  assert.match(figure('x\n', '', { exit: null, signal: 'SIGKILL', limit: 'time' }), /came to its limit of time · 2\.4 s/);
});

test('on the page of the whole log every row has an anchor', () => {
  const text = String(wholeLog(foldLog(capture(`start\n${group}end\n`, 'bye\n')), { title: 'a.py', command: 'npm run log -- a a' }));
  for (const line of [1, 2, 3, 4, 602, 603]) assert.match(text, new RegExp(`<(?:a|details class="fold") id="L${line}"`), `line ${line}`);
  assert.match(text, /<h2 id="shutdown">Interpreter shutdown: 1 line<\/h2>/);
});

test('the page of types has the lines of each type alone, in their places', () => {
  const folded = foldLog(capture(`start\n${group}end\n`, 'gc: collectable <tuple 0x7f0000abc000>\n'));
  const [, table = '', dicts = '', tuples = ''] =
    /^(.*?)(?=<section>)(.*?<\/section>)(.*?<\/section>)/s.exec(
      String(typesLog(folded, '../')).replace(
        /(<section><h2 id="type-tuple">.*?<\/section>)(<section><h2 id="type-dict">.*?<\/section>)/s,
        '$2$1',
      ),
    ) ?? [];
  assert.match(table, /<a href="#type-tuple">tuple<\/a><\/th><td>301<\/td><td>300<\/td>/);
  assert.doesNotMatch(tuples, /<i>dict|start|bye/);
  assert.doesNotMatch(dicts, /<i>tuple|Interpreter shutdown/);
  assert.match(tuples, /<h3>While the program ran: 300<\/h3>.*href="\.\.\/#L2"/s);
  assert.match(tuples, />4–601<\/a><span>↻ 299 more like this/);
  assert.match(tuples, /<h3>Interpreter shutdown: 1<\/h3>.*href="\.\.\/#L603"/s);
});

const letters = 'abcdefghijklmno';

test('a page of many types has room for some lines of each, and says where the others are', () => {
  const text = String(
    typesLog(
      foldLog(
        capture(
          Array.from(
            { length: 60_000 },
            (_, index) =>
              `gc: collectable <T${letters[index % 15]}${letters[(index * 3) % 14]} 0x7f${(index + 4096).toString(16)}>\n${index}\n`,
          ).join(''),
        ),
      ),
      '../',
    ),
  );
  assert.ok(gzipSync(text, { level: 9 }).length < 140_000);
  assert.equal(text.match(/<h2 id="type-T[a-o]+">/g)?.length, 210);
  assert.equal(text.match(/Those from line [\d,]+ on are in the <a href="\.\.\/log\.txt\.gz" download>raw text<\/a> alone/g)?.length, 210);
});

test('a type called __proto__ is on the page like others, and types beyond those that are told apart are mentioned', () => {
  const lines = ['__proto__', ...Array.from({ length: 1100 }, (_, index) => `T${index}`)]
    .map((name) => `gc: collectable <${name} 0x7f00000abc00>\n`)
    .join('');
  const many = capture(lines);
  const text = String(typesLog(foldLog(many), '../'));
  assert.match(text, /<h2 id="type-__proto__">__proto__<\/h2><h3>While the program ran: 1<\/h3>.*?&lt;<i>__proto__<\/i>/s);
  assert.match(text, /more types than the 1,000 that are told apart.*counted together as \(other types\)\./);
  assert.match(text, /<h2 id="type--other-types-">\(other types\)<\/h2><h3>While the program ran: 101<\/h3>.*?&lt;<i>T999<\/i>/s);
  const data = JSON.stringify(
    postData({ slug: 'a', samples: [sample] } as unknown as Post, [
      { sample: 'a', runtime: 'cpython-3.11', path: '', capture: { ...many, key: keyOf(sample), method }, reason: undefined },
    ]),
  );
  assert.match(data, /"types":\{[^}]*"__proto__":1/);
  assert.doesNotMatch(String(typesLog(foldLog(capture(group)), '../')), /told apart/);
});

test('types have names of letters on a page, each its own', () => {
  assert.deepEqual(
    logTypes(new Map(Object.entries({ Context: 3, context: 2, 'a/b c': 1, 'a b/c': 1, '<': 1 }))).map(({ id }) => id),
    ['type-Context', 'type-context', 'type-a-b-c', 'type-a-b-c-2', 'type--'],
  );
});

test('a page has a limit of lines, and says where the others are', () => {
  const many = capture(Array.from({ length: 200_000 }, (_, index) => `${index} ${Math.sin(index)}\n`).join(''), group);
  const text = String(wholeLog(foldLog(many), { title: 'a.py', command: 'npm run log -- a a' }));
  assert.ok((text.match(/<[a-z]/g)?.length ?? 0) < 4500);
  const [, first, where] = /id="L(\d+)" data-to="200000">.*?<p class="log-note">(.*?)<\/p>/s.exec(text) ?? [];
  assert.match(where ?? '', /in the <a href="log\.txt\.gz" download>raw text<\/a>, and <code>npm run log -- a a<\/code> prints them/);
  assert.ok(text.includes(`id="L${Number(first) - 1}"`) && Number(first) > 500);
  assert.match(text, /id="L200003"/);
  assert.match(String(logFigure({ sample, capture: many, href: 'a/' })), new RegExp(`href="a/#L${first}" tabindex="-1">200,000<`));
});

test('a line of many megabytes is one line of a page', () => {
  const text = String(wholeLog(foldLog(capture(`a\n${'x'.repeat(5e6)}\nb\n`)), { title: 'a.py', command: '' }));
  assert.match(text, /id="L2" href="#L2" tabindex="-1">2<\/a><code>x{2000}<small>… 4,998,000 bytes more<\/small>/);
  assert.match(text, /id="L3"/);
});

test('what a log left out is reported where it is missing, and the raw text can still be found by line', () => {
  let seed = 7;
  const noise = Array.from({ length: 400_000 }, () => ((seed = (seed * 48_271) % 2_147_483_647) * 4_194_304 + seed).toString(36)).join(
    '\n',
  );
  const folded = foldLog(capture(`${noise}\n`, group));
  const [[at, next] = [0, 0]] = gapsOf(folded.log);
  assert.ok(at > 10_000 && next > 300_000 && next < 400_000);
  assert.match(String(wholeLog(folded, { title: 'a.py', command: '' })), new RegExp(`data-gaps="\\[\\[${at},${next}\\]\\]"`));
  assert.equal(anchorOf(folded, 399_999), `L${folded.run.end + 1}`);
});

test('the strip of a log has a column for each collection that the log tells of, else equal parts', () => {
  const objects = (count: number) => Array.from({ length: count }, (_, index) => `gc: collectable <dict 0x7f${1000 + index}>\n`).join('');
  const told = (count: number) =>
    [
      'collecting generation 2...',
      'objects in each generation: 1 2 3',
      objects(count),
      'done, 9 unreachable, 0 uncollectable, 0.0001s elapsed',
    ]
      .map((line) => (line.includes('\n') ? line : `gc: ${line}\n`))
      .join('');
  const strip = (text: string) => {
    const page = String(wholeLog(foldLog(capture(text)), { title: 'a.py', command: '' }));
    return { places: [...page.matchAll(/data-at="(\d+)"/g)].map(([, line]) => Number(line)), note: /each column is [^,]*/.exec(page)?.[0] };
  };
  assert.deepEqual(strip(told(100) + told(7) + told(200)), { places: [1, 104, 114], note: 'each column is one collection' });
  const equal = strip(objects(1200));
  assert.deepEqual([equal.places.length, equal.places[1], equal.note], [120, 11, 'each column is an equal part']);
  assert.equal(strip(told(1).repeat(300)).note, 'each column is 3 collections');
});
