import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { assertFreeSpace } from './disk.ts';

test('free disk space is no error, and a full disk is one that says what to do', () => {
  assert.doesNotThrow(() => assertFreeSpace(tmpdir()));
  // It is always full.
  if (existsSync('/proc/self')) assert.throws(() => assertFreeSpace('/proc'), /No disk space is left where samples run, in \/proc/);
});
