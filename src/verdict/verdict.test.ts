import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeCapture } from '../capture/take.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample, VerdictName } from '../experiment/sample.ts';
import { chooseRuntimes, findPython, type Runtime } from '../run/runtime.ts';
import { findDrift } from './drift.ts';
import { judge } from './verdict.ts';

const python = await findPython('python3');
const [pyodide] = await chooseRuntimes('pyodide');
const native = { skip: python === undefined && 'there is no python3 here' };

function sample(title: string): Sample {
  const code = readFileSync(join(import.meta.dirname, 'fixtures', title), 'utf8');
  return {
    name: 'a',
    code,
    title,
    ...plainSample,
    timeoutMs: 60_000,
    memoryBytes: 1e9,
    outputBytes: 1e8,
  };
}

const verdicts: Readonly<Record<string, VerdictName>> = {
  'leak.py': 'leak',
  'leak-in-one-block.py': 'leak',
  'native-leak.py': 'native-leak',
  'debug-artifact.py': 'debug-artifact',
  'relies-on-garbage.py': 'debug-artifact',
  'cycles.py': 'cycles',
  'cycles-author-disabled.py': 'cycles',
  'warm-up.py': 'no-leak',
  'table-and-peak.py': 'no-leak',
  'raises.py': 'unclear',
  'too-short.py': 'unclear',
  'too-little.py': 'unclear',
};

for (const [title, expected] of Object.entries(verdicts)) {
  test(`${title} is judged ${expected}`, native, async () => {
    const { name, sentence, evidence } = judge(await takeCapture(sample(title), python as Runtime));
    const rounds = evidence.map(({ condition, growth }) => `${condition} ${growth.quantity} ${growth.rounds.join(' ')}`).join('\n');
    assert.equal(name, expected, `${sentence}\n${rounds}`);
  });
}

test('an artifact is judged so on Pyodide too', async () => {
  assert.equal(judge(await takeCapture(sample('debug-artifact.py'), pyodide as Runtime)).name, 'debug-artifact');
});

test('a loop whose generator keeps all, and goes with it, is not said not to grow', native, async () => {
  const code = `def remember(numbers):
    seen = []
    for n in numbers:
        seen.append([n])
        yield n
def main():
    total = 0
    for n in remember(range(90000)):
        total += n
    print(total)
main()
`;
  const { name, sentence } = judge(await takeCapture({ ...sample('warm-up.py'), code }, python as Runtime));
  assert.equal(name, 'no-leak');
  assert.match(sentence, /^No leak\. What the loop in lines 8–9 takes, [\d,]+ allocated blocks, is given back before the program’s end/);
});

test('a sentence tells which run failed, and how', native, async () => {
  const { sentence } = judge(await takeCapture(sample('raises.py'), python as Runtime));
  assert.match(sentence, /^Unclear: as written, the program ended with exit status 1, after \d\.\d s, at \d+\.\d MB\.$/);
});

test('a program that does the same again has no drift; one that does otherwise has', native, async () => {
  const [cycles, again, artifact] = [
    await takeCapture(sample('cycles.py'), python as Runtime),
    await takeCapture(sample('cycles.py'), python as Runtime),
    await takeCapture(sample('debug-artifact.py'), python as Runtime),
  ];
  assert.deepEqual(findDrift(cycles, again), []);
  assert.match(findDrift(cycles, artifact).join(', '), /^verdict cycles → debug-artifact, peak [\d.]+ MB → [\d.]+ MB/);
});
