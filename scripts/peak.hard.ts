import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPython } from '../src/run/runtime.ts';

const native = { skip: (await findPython('python3')) === undefined && 'there is no python3 here' };

/** As npm runs the scripts: with little room for what is garbage soon, or that alone is 50 MB. */
const flags = ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning'];

function measure(program: string, bytes: number) {
  const out = execFileSync(process.execPath, [...flags, join(import.meta.dirname, 'fixtures/peak.ts'), program, String(bytes)], { encoding: 'utf8' });
  const [logBytes = 0, pageLength = 0, peakBytes = 0] = out.trim().split(' ').map(Number);
  assert.ok(logBytes >= bytes);
  return { pageLength, peakBytes };
}

for (const program of ['fresh.py', 'reused.py', 'text.py']) {
  test(`1 GB of ${program} is captured, recorded and drawn in 200 MB, hardly more than 26 MB of it`, native, () => {
    const [small, large] = [measure(program, 26e6), measure(program, 1e9)];
    assert.ok(large.peakBytes <= 200e6, `${large.peakBytes} bytes`);
    assert.ok(large.peakBytes <= small.peakBytes * 1.3, `${small.peakBytes} and ${large.peakBytes} bytes`);
    assert.ok(large.pageLength < 2e6, `a page of ${large.pageLength} characters`);
  });
}
