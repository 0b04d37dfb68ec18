import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeCapture } from '../capture/take.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import { parseDuration } from '../experiment/quantity.ts';
import type { Work } from '../experiment/sample.ts';
import { verdictNames, type Sample } from '../experiment/sample.ts';
import { findWork } from '../post/fences/work.ts';
import { RunQueue } from '../run/run-queue.ts';
import { findPython } from '../run/runtime.ts';
import { judge } from './verdict.ts';

/** Realistic programs: the comments at the top of each name the true verdicts and the loop that does the work. */
const folder = join(import.meta.dirname, 'corpus');
const titles = globSync('*.py', { cwd: folder }).toSorted();
const names = ['python3', 'python3.8', 'python3.11', 'python3.13'];
const found = (await Promise.all(names.map((name) => findPython(name)))).filter((runtime) => runtime !== undefined);
const runtimes = found.filter(({ version }, index) => found.findIndex((other) => other.version === version) === index);

interface Program {
  readonly sample: Sample;
  readonly accepted: readonly string[];
  readonly work: Work | undefined;
}

function read(title: string): Program {
  const code = readFileSync(join(folder, title), 'utf8');
  const head = (key: string) => new RegExp(`^# ${key}: (.*)$`, 'm').exec(code)?.[1]?.trim();
  const sample: Sample = {
    name: 'a',
    code,
    title: 'a.py',
    ...plainSample,
    timeoutMs: 60_000,
    memoryBytes: 2e9,
    outputBytes: 256e6,
    stopMs: parseDuration(head('stop') ?? ''),
  };
  const named = head('work') ?? '';
  const work = named === 'none' ? undefined : findWork(code, named);
  if (work !== undefined && 'reason' in work) throw new Error(`${title}: ${work.reason}`);
  return { sample, accepted: head('truth')?.split('|') ?? [], work };
}

/** With the work named, at least this percentage must be judged right. */
const minRightPercent = 97;

test('each program of the corpus says what is true of it, and what its work is', () => {
  assert.ok(titles.length >= 60);
  for (const title of titles) {
    const { accepted } = read(title);
    assert.ok(accepted.length > 0 && accepted.every((name) => (verdictNames as readonly string[]).includes(name)), title);
  }
});

for (const runtime of runtimes) {
  const right = new Map<string, boolean>();
  for (const title of titles) {
    test(`nothing is said of ${title} that is not so, on ${runtime.id}`, async () => {
      const { sample, accepted, work } = read(title);
      const capture = await takeCapture(sample, runtime, { needs: () => 'nothing', queue: new RunQueue(2) });
      const [alone, named] = [judge(capture, sample), judge(capture, { ...sample, work })];
      right.set(title, accepted.includes(named.name));
      for (const { name, sentence } of [alone, named])
        assert.ok(name === 'unclear' || accepted.includes(name), `${name}, not ${accepted.join(' or ')}: ${sentence}`);
    });
  }
  test(`of the corpus, ${minRightPercent} in a hundred are judged right where their work is named, on ${runtime.id}`, () => {
    const wrong = [...right].filter(([, isRight]) => !isRight).map(([title]) => title);
    assert.equal(right.size, titles.length);
    assert.ok(
      (right.size - wrong.length) * 100 >= right.size * minRightPercent,
      `${right.size - wrong.length} of ${right.size}, but not ${wrong.join(', ')}`,
    );
  });
}
