import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findContentLinks } from './content-links.ts';

test('a folder of content that is a link is an error', () => {
  const own = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  for (const path of ['content/pages', 'content/captures/a', 'elsewhere']) mkdirSync(join(own, path), { recursive: true });
  for (const path of ['posts', 'captures/b', 'captures/a/one']) symlinkSync(join(own, 'elsewhere'), join(own, 'content', path));
  assert.deepEqual(
    findContentLinks(own)
      .map(({ file, level }) => `${level} ${file}`)
      .toSorted(),
    ['error content/captures/a/one', 'error content/captures/b', 'error content/posts'],
  );
  rmSync(own, { recursive: true });
});
