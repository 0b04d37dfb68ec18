import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { assertFreeSpace } from './disk.ts';

test('a folder with room is no error, and one without says what to do', () => {
  assert.doesNotThrow(() => assertFreeSpace(tmpdir()));
  // It is always full.
  if (existsSync('/proc/self')) assert.throws(() => assertFreeSpace('/proc'), /There is no room left where samples run, in \/proc/);
});
