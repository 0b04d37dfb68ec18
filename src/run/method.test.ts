import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decided, method } from './method.ts';

for (const [name, digest] of Object.entries(decided)) {
  test(`it has been decided whether the current ${name} measures differently`, () => {
    const now = createHash('sha256')
      .update(readFileSync(new URL(name, import.meta.url)))
      .digest('hex');
    assert.equal(
      now,
      digest,
      `${name} has changed. Does it measure differently now? If so, raise method in src/run/method.ts from ${method} to ${method + 1}, ` +
        `and take all records again with npm run refresh. In any case enter there: '${name}': '${now}'`,
    );
  });
}
