import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeCapture } from '../capture/take.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample, VerdictName } from '../experiment/sample.ts';
import type { Work } from '../experiment/sample.ts';
import { findWork } from '../post/fences/work.ts';
import { findPython, type Runtime } from '../run/runtime.ts';
import { judge, type Verdict } from './verdict.ts';

/** Short programs of the kinds that were once judged wrong. */
const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here' };

function sampleOf(code: string, changes: Partial<Sample> = {}): Sample {
  return {
    name: 'a',
    code,
    title: 'a.py',
    ...plainSample,
    timeoutMs: 60_000,
    memoryBytes: 1e9,
    outputBytes: 1e8,
    ...changes,
  };
}

const take = (sample: Sample) => takeCapture(sample, python as Runtime, { needs: () => 'nothing' });

function assertVerdict({ name, sentence }: Verdict, expected: readonly VerdictName[], pattern?: RegExp): void {
  assert.ok(expected.includes(name), `${name}, not ${expected.join(' or ')}: ${sentence}`);
  if (pattern !== undefined) assert.match(sentence, pattern);
}

/** Judges a program, first as a whole and then with its work named. */
async function check(
  code: string,
  alone: readonly VerdictName[],
  { pattern, works = {}, ...changes }: { pattern?: RegExp; works?: Readonly<Record<string, VerdictName>> } & Partial<Sample> = {},
): Promise<void> {
  const sample = sampleOf(code, changes);
  const capture = await take(sample);
  assertVerdict(judge(capture, sample), alone, pattern);
  for (const [text, expected] of Object.entries(works)) {
    const work = findWork(code, text);
    assert.ok(!('reason' in work), text);
    assertVerdict(judge(capture, { ...sample, work: work as Work }), [expected]);
  }
}

test('a text buffer that is written to for ever is not said to stop growing, though it is one block', native, async () => {
  const code = `import io

out = io.StringIO()

def log(n):
    out.write("%07d request took %.3f ms\\n" % (n, n % 37 / 7.0))

for n in range(900000):
    log(n)
`;
  await check(code, ['leak', 'unclear']);
});

test('a ledger that is filled and then read out asks which is meant, and grows while it is filled', native, async () => {
  const code = `ledger = {}

for number in range(60000):
    ledger["invoice %d" % number] = [number, number * 3]

for name, row in sorted(ledger.items()):
    print(name, sum(row))
`;
  await check(code, ['leak', 'unclear'], { works: { '3': 'leak', number: 'leak', row: 'no-leak' } });
});

test('a leaky function, then its mended twin, asks which is meant, with the lines of both', native, async () => {
  const code = `seen = []


def remember_all(count):
    for n in range(count):
        seen.append("visitor %d" % n)


def remember_none(count):
    for n in range(count):
        text = "visitor %d" % n


remember_all(120000)
remember_none(120000)
print(len(seen))
`;
  await check(code, ['unclear'], {
    pattern: /lines 5–6 grows by [\d,]+ allocated blocks, the loop in lines 10–11 does not go on growing\. Say .* work=5 or work=10\./,
    works: { remember_all: 'leak', remember_none: 'no-leak', '15': 'no-leak', '14': 'leak' },
  });
});

test('tasks that wait for what never comes are a leak', native, async () => {
  const code = `import asyncio


async def patient(bell):
    await bell.wait()


async def main():
    bell = asyncio.Event()
    loop = asyncio.get_event_loop()
    tasks = set()
    for _ in range(6000):
        tasks.add(loop.create_task(patient(bell)))
        await asyncio.sleep(0)


asyncio.run(main())
`;
  await check(code, ['leak']);
});

test('async generators that are left open until the event loop ends are a leak', native, async () => {
  const code = `import asyncio


async def pages(first):
    buffer = [first] * 100
    while True:
        yield buffer


async def main():
    for number in range(6000):
        async for page in pages(number):
            break


asyncio.run(main())
`;
  await check(code, ['leak']);
});

test('a pile that del takes away before the work goes on is a peak', native, async () => {
  const code = `import gc

pile = []
for n in range(150000):
    pile.append([n, str(n)])
del pile
gc.collect()
total = 0
for n in range(400000):
    total += len(str(n))
print(total)
`;
  await check(code, ['no-leak'], { pattern: /is given back before the program’s end/ });
});

test('the locals of a helper, gone as it returns, are a peak', native, async () => {
  const code = `def average(count):
    rows = []
    for n in range(count):
        rows.append((n, str(n)))
    return sum(len(text) for _, text in rows) / count


def main():
    for count in (120000, 120000, 120000, 120000):
        print(average(count))


main()
`;
  // The process itself may rise in steps, as the C library leaves holes.
  await check(code, ['no-leak', 'unclear']);
});

test('imports, and nothing else, are no leak of any kind', native, async () => {
  const code = `import asyncio, decimal, http.server
import sqlite3, unittest.mock
import xml.dom.minidom

print(sorted(len(name) for name in ("x", "yy", "zzz")))
`;
  await check(code, ['no-leak', 'unclear']);
});

test('imports and then a little work are no leak of any kind, whatever the imports keep', native, async () => {
  const code = `import asyncio
import email.mime.multipart
import http.server
import sqlite3
import unittest.mock

for size in (1000, 2000, 3000, 4000, 5000):
    print(size, sum(len(str(n)) for n in range(size)))
`;
  await check(code, ['no-leak', 'unclear']);
});

test('a table that is filled in a last short round is not called flat', native, async () => {
  const code = `words = 0
for page in range(300):
    words += len(" ".join(str(n) for n in range(3000)).split())

index = []
for n in range(150000):
    index.append({n})
`;
  await check(code, ['unclear', 'leak'], { works: { n: 'leak', '6': 'leak', page: 'no-leak' } });
});

test('a leak in a child is not judged: the record has the child, the sentence speaks of the first process', native, async () => {
  // Waits at its end, so that it is seen however busy the machine is.
  const code = `import multiprocessing
import time


def collect(pipe):
    kept = []
    for number in iter(pipe.recv, None):
        kept.append(bytearray(20000))
        pipe.send(number)
    time.sleep(1)


if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=collect, args=(there,))
    child.start()
    for number in range(3000):
        here.send(number)
        here.recv()
    here.send(None)
    child.join()
`;
  const sample = sampleOf(code);
  const capture = await take(sample);
  const { name, sentence } = judge(capture, sample);
  const { children } = capture.conditions['as-written'];
  assert.ok(children !== undefined && children.most >= 1);
  // The child has 60 MB of its own, sampled now and then.
  assert.ok(Math.max(...children.points.map(([, bytes]) => bytes)) > 20e6, JSON.stringify(children));
  assert.ok(capture.conditions['as-written'].peakRssBytes > 30e6);
  assert.equal(name, 'no-leak', sentence);
  assert.match(sentence, /That is said of the program’s first process: what it started had up to \d+(?:\.\d)? MB of its own/);
});

test('threads that work and keep while the main one waits are a leak, or seen too seldom, and nothing else', native, async () => {
  const code = `import threading

shelf = []


def fetch(first):
    for n in range(first, first + 200000):
        shelf.append(["book", str(n)])


threads = [threading.Thread(target=fetch, args=(k,)) for k in (0, 200000, 400000)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(shelf))
`;
  // On a busy machine threads are seldom seen; that is no reason to call them flat.
  await check(code, ['leak', 'unclear']);
});

test('an endless loop that is stopped is judged as any other', native, async () => {
  const code = (keep: string) => `kept = []
n = 0
while True:
    n += 1
    record = {"number": n, "text": str(n)}
    ${keep}
    sum(range(300))
`;
  await check(code('kept.append(record)'), ['leak'], { stopMs: 1500 });
  await check(code('del record'), ['no-leak'], { stopMs: 1500 });
});

test('a heap that a few survivors hold open is kept, and no leak', native, async () => {
  const code = `survivors = []


def season():
    drafts = []
    for n in range(120000):
        drafts.append(bytearray(700))
        if n % 200 == 0:
            survivors.append(bytearray(700))


season()
total = 0
for n in range(300000):
    total += n % 7
print(total)
`;
  await check(code, ['retained'], {
    pattern: /^Freed, but kept: .* nearly all of it is free, by Python’s count and by that of the C library/,
  });
});

test('a MemoryError that a program raises itself is its end, and no limit’s', native, async () => {
  const code = `rows = []
for n in range(120000):
    rows.append([n])
raise MemoryError("enough")
`;
  const sample = sampleOf(code);
  const capture = await take(sample);
  const { limit, exit } = capture.conditions['as-written'];
  assert.deepEqual([limit, exit], [null, 1]);
  assertVerdict(judge(capture, sample), ['unclear'], /^Unclear: as written, the program ended with exit status 1, after/);
  assertVerdict(judge(capture, { ...sample, exit: 1 }), ['leak']);
});
