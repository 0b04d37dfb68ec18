import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { lineTexts } from '../gclog/log.ts';
import { run } from './run.ts';
import { findPython, type Runtime } from './runtime.ts';
import { readsBeyondSystem } from './sandbox-parts.ts';
import { findSandbox, type SandboxKind } from './sandbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
// If Leaklog is root, a sample is nobody: it can read what everyone can.
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true }));
const outside = join(folder, 'secret.txt');
writeFileSync(outside, 'secret');
const python = await findPython('python3');
const kinds = await Promise.all(
  (['bubblewrap', 'namespaces'] as const).map(async (kind) => ({ kind, works: (await findSandbox([kind])) === kind })),
);

const reach = async (sandbox: SandboxKind, reads: readonly string[] = []) => {
  const code = readFileSync(join(import.meta.dirname, 'fixtures/reach.py'), 'utf8');
  const sample: Sample = {
    name: 'a',
    code,
    title: 'reach.py',
    ...plainSample,
    timeoutMs: 20_000,
    memoryBytes: 1e9,
    outputBytes: 1e7,
    args: [outside],
  };
  const runtime = python as Runtime;
  const { log } = await run({ sample, condition: 'as-written', runtime: { ...runtime, reads: [...runtime.reads, ...reads] }, sandbox });
  return lineTexts(log, 0, log.lines);
};

for (const { kind, works } of kinds) {
  const skip = (python === undefined && 'there is no python3 here') || (!works && `${kind} does not work here`);

  test(`a program in ${kind} reaches its own folder and nothing else`, { skip }, async () => {
    assert.deepEqual(await reach(kind), [
      'network no',
      'a file outside no',
      'another file outside no',
      'a system folder no',
      'its own folder yes',
      'temporary files yes',
      'processes 2',
    ]);
    assert.ok(!existsSync(`${outside}.new`) && !existsSync('/usr/leaklog-test'));
  });

  test(`a program in ${kind} does not depend on the umask of the user who starts it`, { skip }, async () => {
    const before = process.umask(0o077);
    try {
      assert.deepEqual((await reach(kind)).slice(-3, -1), ['its own folder yes', 'temporary files yes']);
    } finally {
      process.umask(before);
    }
  });

  test(`a program in ${kind} can read the parts of its Python, and cannot change them`, { skip }, async () => {
    const said = await reach(kind, [folder]);
    assert.deepEqual(said.slice(1, 3), ['a file outside yes', 'another file outside no']);
  });
}

test('without any kind of sandbox, the result is none', async () => {
  assert.equal(await findSandbox([]), 'none');
});

test('parts of a Python are listed once, and never the system’s own', () => {
  assert.deepEqual(
    readsBeyondSystem(['/usr/bin/python3', '/opt/py/lib', '/opt/py', '/opt/py/bin/python3', '/opt/python', '/lib64/libc.so']),
    ['/opt/py', '/opt/python'],
  );
});
