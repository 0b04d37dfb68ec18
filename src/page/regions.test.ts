import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeCapture } from '../capture/take.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import { findPython, type Runtime } from '../run/runtime.ts';
import { regionsTable } from './regions.ts';

const python = await findPython('python3');
const skip = process.platform !== 'linux' || python === undefined ? 'there is no python3 on Linux here' : false;

const code = `
import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
for i in range(40000):
    ctypes.memset(libc.malloc(1500), 1, 1500)
    [None] * 100
`;

test('a leak outside Python says in which region and which arena of malloc its memory is', { skip }, async () => {
  const limits = { timeoutMs: 60_000, memoryBytes: 1e9, outputBytes: 1e8 };
  const sample = { ...plainSample, ...limits, name: 'one', title: 'one.py', code };
  const capture = await takeCapture(sample, python as Runtime, { needs: () => 'nothing' });
  const { start, end, arenas } = capture.conditions['debug-off'].regions ?? {};
  const grown = (end?.heap ?? 0) - (start?.heap ?? 0);
  assert.ok(grown > 58e6 && grown < 75e6, `${grown}`);
  assert.equal(arenas?.length, 1);
  assert.ok((arenas[0]?.[1] ?? 0) > 60e6, `${arenas[0]}`);
  const text = String(regionsTable({ sample, capture })).replaceAll(/<[^>]*>/g, ' ');
  assert.match(
    text,
    /malloc’s heap .* programs and libraries .* malloc had from the system, its one arena had 6\d(\.\d)? MB in use and .* free\./s,
  );
  const flat = { ...capture, conditions: { ...capture.conditions, 'debug-off': { ...capture.conditions['gc-disabled'] } } };
  assert.equal(regionsTable({ sample, capture: flat }), undefined);
});
