import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { VFile } from 'vfile';
import { printCapture } from '../capture/capture.ts';
import { handMade } from '../capture/fixtures/hand-made.ts';
import { recordPath } from '../capture/record-files.ts';
import { parsePost } from '../post/post.ts';
import { throwAway } from './throw-away.ts';

const project = throwAway();
after(() => project.remove());

const path = 'content/posts/2024-05-06-stranger.md';
const post = (code: string) => `---\ntitle: Of a stranger\ndate: 2024-05-06\n---\n\nText.\n\n\`\`\`python sample=only\n${code}\n\`\`\`\n`;
const trace = join(project.root, 'started');

/** A PATH on which every Python leaves a trace when it is called. */
function watchedPath(): string {
  const bin = join(project.root, 'bin');
  mkdirSync(bin);
  for (const name of ['python', 'python3', ...Array.from({ length: 9 }, (_, index) => `python3.${index + 6}`)]) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "$0 $*" >> '${trace}'\nexit 1\n`);
    chmodSync(join(bin, name), 0o755);
  }
  // The only other program is one that Node needs.
  symlinkSync('/bin/sh', join(bin, 'sh'));
  return bin;
}
const env = { PATH: watchedPath() };

const takeRecord = (runtime: string, code = 'print(1)') => {
  const [sample] = parsePost(new VFile({ path, value: post(code) })).samples;
  project.write(recordPath('stranger', 'only', runtime), printCapture(handMade(sample as NonNullable<typeof sample>, runtime)));
};

test('--no-run renders from committed records and starts no Python, not even for its version', async () => {
  project.write(path, post('print(1)'));
  takeRecord('cpython-3.11');
  const { exitCode, all } = await project.start('build', ['--no-run'], { env }).ended;
  assert.equal(exitCode, 0, all);
  assert.match(all, /^Nothing was run: 1 sample from committed records\.\n1 post rendered to dist\//m);
  assert.match(project.read('dist/posts/stranger/index.html'), /Of a stranger/);
  assert.equal(existsSync(trace), false);
});

test('a sample without a record is an error at its place, and dist/ stays', async () => {
  project.write(path, post('print(1)').replace('sample=only', 'sample=other'));
  const { exitCode, all } = await project.start('build', ['--no-run'], { env }).ended;
  assert.equal(exitCode, 1);
  assert.match(
    all,
    new RegExp(
      '^content/posts/2024-05-06-stranger\\.md:8:11: error: The sample "other" has never been run \\[record-missing\\]\\n' +
        ' {4}Nothing is run here: run it with npm run build where you trust it, and commit its record\\.$',
      'm',
    ),
  );
  assert.match(project.read('dist/posts/stranger/index.html'), /sample “only”/);
});

test('a stale record is an error, even if another Python has a fresh one', async () => {
  project.write(path, post('print(2)'));
  takeRecord('cpython-3.12', 'print(2)');
  const { exitCode, all } = await project.start('build', ['--no-run'], { env }).ended;
  assert.equal(exitCode, 1);
  assert.match(
    all,
    new RegExp(
      'md:8:11: error: The record content/captures/stranger/only/cpython-3\\.11\\.json is of other code .* \\[record-stale\\]\\n' +
        ' {4}Nothing is run here: take it again with npm run refresh -- stranger where you trust the sample, and commit it, or delete it',
    ),
  );
  assert.match((await project.start('check').ended).all, /md:8:11: warning: The record .*3\.11\.json is of other code/);
});

test('a record that was changed by hand is an error', async () => {
  const record = recordPath('stranger', 'only', 'cpython-3.12');
  project.write(
    recordPath('stranger', 'only', 'cpython-3.11'),
    project.read(record).replace('"cpython-3.12"', '"cpython-3.11"').replace('9000000', '1000000'),
  );
  const { exitCode, all } = await project.start('build', ['--no-run'], { env }).ended;
  assert.equal(exitCode, 1);
  assert.match(all, /3\.11\.json cannot be read: it was edited by hand, or is incomplete \[record-damaged\]/);
  assert.equal(existsSync(trace), false);
});

test('a build without --no-run would have called a Python', async () => {
  const { all } = await project.start('build', ['--dry-run'], { env }).ended;
  assert.equal(existsSync(trace), true, all);
});

test('a record with a forged log is an error at its sample’s place, and dist/ stays', async () => {
  project.write(path, post('print(1)'));
  takeRecord('cpython-3.11');
  const [sample] = parsePost(new VFile({ path, value: post('print(1)') })).samples;
  const capture = handMade(sample as NonNullable<typeof sample>, 'cpython-3.12', { log: 'a line\n'.repeat(50) });
  const written = capture.conditions['as-written'];
  const data = Buffer.from(written.log.data, 'base64');
  data.fill(0xff, data.length >> 1);
  const forged = {
    ...capture,
    conditions: { ...capture.conditions, 'as-written': { ...written, log: { ...written.log, data: data.toString('base64') } } },
  };
  project.write(recordPath('stranger', 'only', 'cpython-3.12'), printCapture(forged));
  const { exitCode, all } = await project.start('build', ['--no-run'], { env }).ended;
  assert.equal(exitCode, 1);
  assert.match(
    all,
    new RegExp(
      '^content/posts/2024-05-06-stranger\\.md:8:11: error: The record content/captures/stranger/only/cpython-3\\.12\\.json ' +
        'cannot be read: conditions\\.as-written\\.log\\.data: .* \\[record-damaged\\]$',
      'm',
    ),
  );
  assert.doesNotMatch(all, /^\s+at /m);
  assert.match(project.read('dist/posts/stranger/index.html'), /sample “only”/);
});

test(
  'a pipe in public/, among posts or instead of a record is one error, and nothing waits for it',
  { skip: process.platform === 'win32' },
  async () => {
    project.write(path, post('print(1)'));
    takeRecord('cpython-3.11');
    const pipes = {
      'public/pipe.html': 'public-kind',
      'content/posts/2024-05-07-pipe.md': 'file-stray',
      'content/pages/pipe.md': 'file-stray',
      [recordPath('stranger', 'only', 'cpython-3.12')]: 'record-damaged',
    };
    for (const folder of ['public', 'content/pages']) mkdirSync(join(project.root, folder), { recursive: true });
    rmSync(join(project.root, recordPath('stranger', 'only', 'cpython-3.12')), { force: true });
    execFileSync(
      'mkfifo',
      Object.keys(pipes).map((pipe) => join(project.root, pipe)),
    );
    for (const [name, ...args] of [['check'], ['build', '--no-run'], ['build', '--no-run']] as const) {
      const { exitCode, all } = await project.start(name, args, { env }).ended;
      assert.equal(exitCode, 1, all);
      for (const [pipe, rule] of Object.entries(pipes)) {
        const reported = all.split('\n').filter((line) => line.includes(pipe) && line.includes('error: '));
        if (name !== 'check' || rule !== 'record-damaged')
          assert.ok(reported.length === 1 && reported[0]?.endsWith(`[${rule}]`), `${pipe}: ${all}`);
      }
    }
    for (const pipe of Object.keys(pipes)) rmSync(join(project.root, pipe));
  },
);
