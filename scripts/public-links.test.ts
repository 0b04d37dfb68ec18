import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findPublicLinks } from './public-links.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(root, { recursive: true }));

test('a link out of public/ is an error, one inside is not, and neither is a project without that folder', async () => {
  assert.deepEqual(await findPublicLinks(root), []);
  mkdirSync(join(root, 'public/a'), { recursive: true });
  writeFileSync(join(root, 'public/a/x.png'), '');
  symlinkSync('a/x.png', join(root, 'public/inside.png'));
  symlinkSync('/proc/self/environ', join(root, 'public/a/secret.txt'));
  symlinkSync('..', join(root, 'public/up'));
  symlinkSync('/nowhere', join(root, 'public/dead'));
  assert.deepEqual((await findPublicLinks(root)).map(({ file, rule }) => `${file} ${rule}`).toSorted(), ['public/a/secret.txt public-link', 'public/dead public-link', 'public/up public-link']);
});

test('a public/ that is a link itself is an error', async () => {
  rmSync(join(root, 'public'), { recursive: true });
  symlinkSync('/etc', join(root, 'public'));
  assert.deepEqual((await findPublicLinks(root)).map(({ file }) => file).includes('public'), true);
});
