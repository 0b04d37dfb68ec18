import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findDenial } from './denial.ts';

test('what the machine denied is found inside errors that wrap it, and a bug is not a denial', () => {
  assert.equal(
    findDenial(new Error('Something went wrong\nCaused by:\n  No space left on device (os error 28)\nat x')),
    'No space left on device (os error 28)',
  );
  assert.equal(findDenial(new Error('could not', { cause: Object.assign(new Error('write failed'), { code: 'ENOSPC' }) })), 'write failed');
  assert.equal(
    findDenial(Object.assign(new Error('EROFS: read-only file system, open x'), { code: 'EROFS' })),
    'EROFS: read-only file system, open x',
  );
  for (const error of [new TypeError('x is undefined'), undefined, 'ENOSPC']) assert.equal(findDenial(error), undefined);
  assert.throws(
    () => readFileSync('/nowhere'),
    (error) => findDenial(error) === undefined,
  );
});
