import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decided, method } from './method.ts';

for (const [name, digest] of Object.entries(decided)) {
  test(`whether ${name} as it stands measures otherwise has been decided`, () => {
    const now = createHash('sha256')
      .update(readFileSync(new URL(name, import.meta.url)))
      .digest('hex');
    assert.equal(
      now,
      digest,
      `${name} has changed. Does it measure otherwise now? If so raise method in src/run/method.ts from ${method} to ${method + 1}, and take the records anew with npm run refresh. Either way note there: '${name}': '${now}'`,
    );
  });
}
