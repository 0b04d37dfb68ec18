import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { runPip } from '../run/packages/pip.ts';
import { findPython } from '../run/runtime.ts';
import { throwAway } from './throw-away.ts';

const python = await findPython('python3');
const hasPip = python !== undefined && (await runPip(python, ['list'], { findLinks: [], offline: true }).then(Boolean, () => false));
const skip = !hasPip && 'there is no python3 with pip here';
const project = throwAway();
after(() => project.remove());
const wheels = join(project.root, 'shelf');
cpSync(resolve('content/wheels'), wheels, { recursive: true });

const path = 'content/posts/2024-05-06-two.md';
const code = `# /// script
# dependencies = ["paperround"]
# ///
import csv
import paperround
import streets


def main():
    for i in range(60000):
        paperround.Street(streets.name(i)).deliver("paper")
    print(len(list(csv.reader(open("prices.csv")))))


main()
`;
const write = (versions: readonly [string, string], more = '') =>
  project.write(
    path,
    `---
title: Two versions
date: 2024-05-06
---

\`\`\`python sample=before packages="paperround==${versions[0]}" files="streets.py prices.csv"${more}
${code}\`\`\`

\`\`\`python sample=after same=before packages="paperround==${versions[1]}"
\`\`\`

\`\`\`python file=streets.py
def name(number):
    return "street %d" % (number % 40)
\`\`\`

\`\`\`csv file=prices.csv
morning,2
evening,3
\`\`\`

::diff{of="before after"}
`,
  );
const run = async (name: string, ...args: readonly string[]) => project.start(name, args).ended;
const from = ['--find-links', wheels, '--offline'];
const lock = 'content/locks/two/pylock.before.toml';

test('a post with two versions is locked, run and built from a folder of wheels, and stale where its lock changes', { skip }, async () => {
  write(['1.0', '1.1']);
  const missing = await run('check');
  assert.match(missing.all, /^\S+-two\.md:6:25: error: The packages that "before" asks for are in no lock file \[lock-missing\]$/m);
  const locked = await run('lock', ...from);
  assert.equal(locked.exitCode, 0, locked.all);
  assert.match(
    locked.all,
    /^two\/before: inknote 1\.0, paperround 1\.0, for Python 3\.\d+, in content\/locks\/two\/pylock\.before\.toml$/m,
  );
  const first = project.read(lock);
  const built = await run('refresh', ...from);
  assert.equal(built.exitCode, 0, built.all);
  assert.match(built.all, /^two\/before on \S+: recorded, leak \(/m);
  assert.match(built.all, /^two\/after on \S+: recorded, no-leak \(/m);
  const page = project
    .read('dist/posts/two/index.html')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  assert.match(page, /“before” was measured with inknote 1\.0 and paperround 1\.0, and with no other package\./);
  assert.match(page, / before\/before\.py , beside streets\.py , beside prices\.csv : python3 -u before\.py ;/);
  assert.match(page, / python3 -m pip install --no-deps --no-index --find-links DIR inknote==1\.0 paperround==1\.0 \. DIR is a folder/);
  assert.match(page, /before → after the same program what before after paperround 1\.0 1\.1/);
  assert.match(page, /streets\.py beside “before”, “after” Download/);
  assert.equal(project.read('dist/posts/two/after/files/prices.csv'), 'morning,2\nevening,3\n');
  const data = JSON.parse(project.read('dist/posts/two/data.json')) as Data;
  const [runtime] = Object.values(data.samples['after']?.runtimes ?? {});
  assert.deepEqual(
    runtime?.packages.map(({ name, version }) => `${name} ${version}`),
    ['inknote 1.0', 'paperround 1.1'],
  );
  // Neither packages nor an index are needed to render, and a lock that is made again is the same.
  assert.equal((await run('build', '--no-run')).exitCode, 0);
  assert.equal((await run('lock', ...from)).exitCode, 0);
  assert.equal(project.read(lock), first);
  write(['1.1', '1.1']);
  assert.match(
    (await run('check')).all,
    /two\.md:6:25: error: The lock file of "before" was made for something else: packages= says paperround==1\.1 now/,
  );
  assert.match((await run('lock', ...from)).all, /^two\/before: paperround 1\.0 → 1\.1, for Python/m);
  const stale = await run('build', '--no-run');
  assert.match(
    stale.all,
    /two\.md:6:11: error: The record \S+\/before\/\S+ is of other packages than the sample has now \(paperround 1\.0 → 1\.1\)/,
  );
  assert.doesNotMatch(stale.all, /\/after\//);
});

interface Data {
  readonly samples: Readonly<
    Record<
      string,
      { readonly runtimes: Readonly<Record<string, { readonly packages: readonly { readonly name: string; readonly version: string }[] }>> }
    >
  >;
}

test('a sample without a lock, or without its Python, keeps no other from running, and is told', { skip }, async () => {
  const needs = '# /// script\n# dependencies = ["paperround"]\n# ///\nimport paperround\n';
  const body = (code: string) =>
    `---\ntitle: Away\ndate: 2024-05-07\n---\n\n\`\`\`python sample=here\nfor i in range(9):\n    print(i)\n\`\`\`\n\n${code}`;
  const away = `\`\`\`python sample=away python=3.13.99\n${needs}print(1)\n\`\`\`\n`;
  project.write('content/posts/2024-05-07-away.md', body(away));
  const built = await run('build', ...from);
  assert.equal(built.exitCode, 1, built.all);
  assert.match(built.all, /^away\/here on \S+: recorded/m);
  assert.match(built.all, /-away\.md:11:11: error: The packages that "away" asks for are in no lock file \[lock-missing\]$/m);
  assert.doesNotMatch(built.all, /all have fresh records|record-missing/);
  project.write('content/posts/2024-05-07-away.md', body(away.replace(needs, '')));
  const other = await run('build', ...from);
  assert.match(other.all, /^away\/away: No Python here is 3\.13\.99, which the sample "away" needs\./m);
  assert.match(other.all, /-away\.md:11:11: error: The sample "away" has never been run \[record-missing\]$/m);
  project.removeFile('content/posts/2024-05-07-away.md');
});

test('records without a lock are rendered, and left by a refresh', { skip }, async () => {
  write(['1.0', '1.1']);
  assert.equal((await run('lock', ...from)).exitCode, 0);
  assert.equal((await run('build', ...from)).exitCode, 0);
  project.removeFile(lock);
  assert.equal((await run('build', '--no-run')).exitCode, 0);
  const checked = await run('check');
  assert.equal(checked.exitCode, 0, checked.all);
  assert.match(checked.all, /two\.md:6:25: warning: The packages that "before" asks for are in no lock file \[lock-missing\]$/m);
  const refreshed = await run('refresh', '--sample', 'before', ...from);
  assert.match(refreshed.all, /^two\/before: its records are left unchanged, as its packages are in no lock file\./m);
  assert.equal((await run('lock', ...from)).exitCode, 0);
});

test('a folder of wheels that is not there is told, and nothing is looked for', { skip }, async () => {
  for (const name of ['lock', 'refresh', 'build', 'verify']) {
    const { exitCode, all } = await run(name, '--find-links', join(wheels, 'inknote-1.0-py3-none-any.whl'));
    assert.equal(exitCode, 2, all);
    assert.match(all, /There is no folder \S+inknote-1\.0-py3-none-any\.whl/, name);
  }
});

test('what cannot be locked is told at its line, and no lock and no record changes', { skip }, async () => {
  write(['1.0', '1.1']);
  await run('lock', ...from);
  const [before, records] = [project.read(lock), readdirSync(join(project.root, 'content/captures/two'))];
  write(['9.9', '1.1']);
  const refused = await run('lock', ...from);
  assert.equal(refused.exitCode, 1, refused.all);
  assert.match(
    refused.all,
    /^\S+-two\.md:6:25: error: No version of paperround is paperround==9\.9: there are 1\.0, 1\.1 \(cpython-\S+\) \[lock-refused\]$/m,
  );
  assert.equal(project.read(lock), before);
  assert.deepEqual(readdirSync(join(project.root, 'content/captures/two')), records);
  // A wheel that is another one than the lock was made with.
  write(['1.0', '1.1']);
  project.write(lock, before.replace(/sha256 = "[0-9a-f]{64}"/, `sha256 = "${'0'.repeat(64)}"`));
  const other = await run('refresh', 'two', '--sample', 'before', ...from);
  assert.equal(other.exitCode, 1, other.all);
  assert.match(
    other.all.replace(/\s+/g, ' '),
    /-two\.md:6:25: \S+\.whl is another file than the one that \S+pylock\.before\.toml was made with/,
  );
  assert.match(other.all, /No sample was run\./);
});
