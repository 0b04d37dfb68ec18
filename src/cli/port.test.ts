import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPort } from './port.ts';

test('a port is a number from 1 to 65535', () => {
  assert.deepEqual([readPort(undefined), readPort('8080'), readPort('65535')], [4321, 8080, 65_535]);
  for (const text of ['abc', '', '0', '-1', '80.5', '1e3', '65536', ' 80']) assert.throws(() => readPort(text), /is not a port/, text);
});
