import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeLicences } from './licences.ts';

interface Package {
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
  /** Its operating systems; undefined for all. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const lockText = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(lockText) as { packages: Readonly<Record<string, Package>> };
const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { allowScripts: Readonly<Record<string, boolean>> };
const installed = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');

test('package.json allows exactly the packages that have an install script', () => {
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
  assert.deepEqual(
    [...new Set(scripted)].toSorted(),
    Object.keys(allowScripts)
      .filter((name) => allowScripts[name])
      .toSorted(),
  );
});

test('the lock file has no download addresses, and a hash for each package that is for every system', () => {
  assert.doesNotMatch(lockText, /"resolved"|\.tgz"/);
  for (const [path, { integrity, os, cpu, inBundle }] of installed) {
    if (os === undefined && cpu === undefined && inBundle !== true) assert.match(integrity ?? '', /^sha512-/, path);
  }
});

test('docs/licences.md lists every package in the lock file with its licence', () => {
  assert.equal(
    readFileSync('docs/licences.md', 'utf8'),
    describeLicences(JSON.parse(lockText)),
    'write it again with node scripts/licences.ts',
  );
});
