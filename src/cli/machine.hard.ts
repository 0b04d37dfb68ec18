import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findPython } from '../run/runtime.ts';
import { throwAway } from './throw-away.ts';

const python = await findPython('python3');
const mounts = spawnSync('unshare', ['-m', 'true']).status === 0;
const options = { skip: !mounts && 'nothing can be mounted here: it takes root on Linux' };
const post = (code: string) =>
  '---\ntitle: Machine\ndate: 2024-05-06\n---\n\n' +
  `\`\`\`python sample=before\n${code}\n\`\`\`\n\n\`\`\`python sample=after\nprint(2)\n\`\`\`\n`;
const path = 'content/posts/2024-05-06-machine.md';
const project = throwAway();
const temp = join(project.root, 'temp');

before(async () => {
  project.write(path, post('print(1)'));
  project.write('temp/keep', '');
  const { exitCode, all } = await project.start('build', [], { env: { TMPDIR: temp } }).ended;
  assert.equal(exitCode, 0, all);
});
after(() => project.remove());

interface Seen {
  readonly exitCode: number;
  readonly said: string;
  /** Hashes of the records and of the post's page, and the names of all leftovers. */
  readonly state: string;
}

/** Shell commands that print the state (`Seen.state`), run inside the mounts of the test. */
const looks = [
  'cat content/captures/*/*/*.json | sha256sum',
  'sha256sum < dist/posts/machine/index.html',
  "find content/captures dist -name '*.tmp' -o -name '.leaklog-*'",
  "find . -maxdepth 1 -name 'dist.*'",
  'find temp -mindepth 1 ! -name keep ! -name fill',
];
const look = `{ ${looks.join('; ')}; } 2>&1`;

/** Runs a command after a mount script, in a mount namespace of its own. */
async function within(
  script: string,
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Seen & { readonly before: string }> {
  const { all } = await project.start(name, args, {
    env: { TMPDIR: temp, ...env },
    wrap: [
      'unshare',
      '-m',
      'sh',
      '-c',
      `set -e\n${script}\n${look} > /dev/shm/leaklog-$$.before\nset +e\n"$@" 2>&1\necho "exit $?"\n` +
        `cat /dev/shm/leaklog-$$.before\nrm /dev/shm/leaklog-$$.before\necho "now"\n${look}`,
      'sh',
    ],
  }).ended;
  const [, said = '', status, old = '', state = ''] = /^([^]*)exit (\d+)\n([^]*)now\n([^]*)$/.exec(`${all}\n`) ?? [all, all];
  return { exitCode: Number(status), said, before: old, state };
}

const fill = (folder: string) => `dd if=/dev/zero of=${folder}/fill 2> /dev/null || true`;

test('a full disk under the records: the old ones are unchanged, and the message says so', options, async () => {
  const mount = 'mount -t tmpfs -o size=24k none content/captures';
  const seen = await within(
    `cp -r content/captures keep; ${mount}; cp -r keep/* content/captures; rm -r keep; ${fill('content/captures')}`,
    'refresh',
    ['--force'],
  );
  assert.equal(seen.exitCode, 75);
  assert.match(seen.said, /^The file content\/captures\/machine\/(?:before|after)\/\S+\.json could not be written: ENOSPC: /m);
  assert.match(seen.said, /could not be written: ENOSPC: .*\n {2}The old one, if there was one, is unchanged\. Free some space/m);
  assert.equal(seen.state, seen.before);
});

test('a disk that becomes full under a shard: what it had recorded stays, and it goes on from there', options, async () => {
  // There is room for the note of the shard and one record. The script makes the first call, and then frees space for the second.
  const first = `"$@" > /dev/shm/leaklog-$$.first 2>&1 || echo "first $?" >> /dev/shm/leaklog-$$.first; rm out/fill`;
  const seen = await within(
    `mkdir -p out; mount -t tmpfs -o size=64k none out; ${fill('out')}; truncate -s -12k out/fill\n${first}\n` +
      'cat /dev/shm/leaklog-$$.first; rm /dev/shm/leaklog-$$.first; head -c 300 out/shard.json; echo',
    'refresh',
    ['--shard', '1/1', '--to', 'out'],
  );
  assert.match(seen.said, /could not be written: ENOSPC: .*\n {2}The old one, if there was one, is unchanged\.[^]*^first 75$/m);
  assert.match(seen.said, /^\{\n "commit": null/m, 'its note is whole');
  assert.match(seen.said, /^[01] runs?: .* The other [12] records? of this shard had been made before\.$/m);
  assert.equal(seen.exitCode, 0, seen.said);
  assert.equal(seen.state, seen.before);
});

test('a full disk under a merge: what was copied stays whole, and the same merge again copies the rest', options, async () => {
  const shard = await project.start('refresh', ['--shard', '1/1', '--to', 'whole'], { env: { TMPDIR: temp } }).ended;
  assert.equal(shard.exitCode, 0, shard.all);
  const [first = ''] = globSync('whole/content/captures/*/*/*.json', { cwd: project.root }).toSorted();
  // Room for one of the two records, in pages.
  const room = Math.ceil(statSync(join(project.root, first)).size / 4096) * 4;
  const call = `"$@" > /dev/shm/leaklog-$$.first 2>&1 || echo "first $?" >> /dev/shm/leaklog-$$.first; rm content/captures/fill`;
  const seen = await within(
    `mount -t tmpfs -o size=64k none content/captures; ${fill('content/captures')}\n` +
      `truncate -s -${room}k content/captures/fill\n${call}\n` +
      'cat /dev/shm/leaklog-$$.first; rm /dev/shm/leaklog-$$.first',
    'merge',
    ['whole'],
  );
  assert.match(seen.said, /could not be written: ENOSPC: .*\n {2}The old one, if there was one, is unchanged\.[^]*^first 75$/m);
  assert.match(seen.said, /^1 record copied, 1 were the same before\./m);
  assert.equal(seen.exitCode, 0, seen.said);
  assert.doesNotMatch(seen.state, /\.tmp/);
});

test('content/ that cannot be written: a refresh says so and changes nothing, a build needs nothing there', options, async () => {
  const readOnly = 'mount --bind content content; mount -o remount,ro,bind content';
  const refreshed = await within(readOnly, 'refresh', ['--force']);
  assert.equal(refreshed.exitCode, 75);
  assert.match(refreshed.said, /could not be written: EROFS: .*\n {2}The old one, if there was one, is unchanged\./);
  assert.equal(refreshed.state, refreshed.before);
  for (const args of [[], ['--no-run']]) {
    const built = await within(readOnly, 'build', args);
    assert.equal(built.exitCode, 0, built.said);
    assert.equal(built.state, built.before);
  }
});

test('a full disk that is mounted on dist/ keeps the last good site; one with space gets the new one', options, async () => {
  const mounted = (size: string) => `cp -r dist keep; mount -t tmpfs -o size=${size} none dist; cp -r keep/* dist; rm -r keep`;
  const full = await within(`${mounted('1m')}; echo old > dist/posts/machine/index.html; ${fill('dist')}`, 'build');
  assert.equal(full.exitCode, 75);
  assert.match(full.said, /^The site could not be written: ENOSPC.*\n {2}dist\/ is unchanged\. Free some space there/m);
  assert.equal(full.state, full.before);
  const roomy = await within(`${mounted('20m')}; echo old > dist/posts/machine/index.html; echo old > dist/old.html`, 'build');
  assert.equal(roomy.exitCode, 0, roomy.said);
  assert.notEqual(roomy.state, roomy.before);
  assert.deepEqual(roomy.state.trim().split('\n').length, 2, roomy.state);
});

test('a full disk under the project keeps the last good site', options, async () => {
  const names = 'src scripts astro.config.mjs package.json node_modules content dist temp';
  const copy = `mkdir -p small; mount -t tmpfs -o size=12m none small; cp -a ${names} small`;
  const small = (room: number) => `${copy}; cd small; echo More. >> ${path}; ${fill('.')}; truncate -s -${room}k fill`;
  for (const room of [0, 100, 500]) {
    const seen = await within(small(room), 'build');
    assert.equal(seen.exitCode, 75, `${room} kB: ${seen.said}`);
    assert.match(seen.said, /^The site could not be written: .*(?:ENOSPC|No space left)[^]*\n {2}dist\/ is unchanged\./m, `${room} kB`);
    assert.equal(seen.state, seen.before, `${room} kB`);
  }
});

test('a full temp folder: nothing is run, and the message says where to free space', options, async () => {
  const seen = await within(`mount -t tmpfs -o size=16k none temp; ${fill('temp')}`, 'refresh');
  assert.equal(seen.exitCode, 75);
  assert.match(seen.said, /ENOSPC: no space left on device.*\n {2}.*Free some space.*TMPDIR=/);
  assert.equal(seen.state, seen.before);
});

test(
  'a temp folder that is missing, is a file, or has room for no more files: nothing is run, and the message names TMPDIR',
  options,
  async () => {
    const inodes = (count: number) => `mount -t tmpfs -o nr_inodes=${count} none temp`;
    project.write('file', '');
    const tries = [
      ['true', { TMPDIR: join(temp, 'missing') }],
      ['true', { TMPDIR: join(project.root, 'file') }],
      [inodes(1), {}],
      [inodes(3), {}],
      [inodes(12), {}],
    ] as const;
    for (const [script, env] of tries) {
      const seen = await within(script, 'refresh', ['--force'], env);
      assert.equal(seen.exitCode, 75, `${script}: ${seen.said}`);
      assert.match(seen.said, /TMPDIR=/, script);
      assert.equal(seen.state, seen.before, script);
    }
  },
);

test('no /proc, and a session that limits the size of files: the message says so', options, async () => {
  const proc = await within('mount -t tmpfs none /proc', 'refresh', ['--force']);
  assert.equal(proc.exitCode, 75, proc.said);
  assert.match(proc.said, /there is no \/proc, .*\n {2}Mount it/);
  const short = await within('ulimit -f 1', 'refresh', ['--force']);
  assert.equal(short.exitCode, 75, short.said);
  assert.match(short.said, /EFBIG/);
});

/** Mounts a /dev/null that only root may open over the machine's; bubblewrap as root once left it like this. */
const denied =
  'mkdir -p devices; rm -f devices/null; mknod devices/null c 1 3; chmod 600 devices/null; mount --bind devices/null /dev/null';

test(
  'a device that is denied to samples: nothing is recorded, and the message says which',
  { skip: options.skip || (python === undefined && 'there is no python3 here') },
  async () => {
    const seen = await within(denied, 'refresh', ['--force']);
    assert.equal(seen.exitCode, 75, seen.said);
    assert.match(seen.said, /The sample "(?:before|after)" could not be started on cpython-[\d.]+: opening \/dev\/null: /);
    assert.match(seen.said, /\[Errno 13\] Permission denied: '\/dev\/null'\n {2}The machine refused that; the sample is not to blame\. /);
    assert.match(seen.said, /not to blame\. Nothing of this run is recorded, and an earlier record is left unchanged\./);
    assert.equal(seen.said.match(/could not be started/g)?.length, 1, seen.said);
    assert.equal(seen.state, seen.before);
  },
);

test('a sample that fills the temp folder is not recorded as if it had failed by itself', options, async () => {
  project.write(path, post('print("x" * 3_000_000)'));
  try {
    const seen = await within('mount -t tmpfs -o size=1m none temp', 'build');
    assert.equal(seen.exitCode, 75, seen.said);
    assert.match(seen.said, /No disk space is left where samples run, .*\n {2}Nothing of it is recorded\./);
    assert.equal(seen.state, seen.before);
  } finally {
    project.write(path, post('print(1)'));
  }
});

test('a clock that jumps by millennia causes no wrong record', async () => {
  project.write(
    'clock.mjs',
    `const Real = Date;
let state = 7;
const now = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5) * 1.2e14;
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length === 0 ? [now()] : given)); }
  static now() { return now(); }
};`,
  );
  const env = { NODE_OPTIONS: `--import ${join(project.root, 'clock.mjs')}`, TMPDIR: temp };
  const records = () =>
    readdirSync(join(project.root, 'content/captures/machine'), { recursive: true }).filter((name) => String(name).endsWith('.json'));
  for (let turn = 0; turn < 3; turn += 1) {
    const { exitCode, all } = await project.start('refresh', ['--force'], { env }).ended;
    assert.ok(exitCode === 0 || /was not written: capturedAt: .*\n {2}.*clock/.test(all), all);
    const { exitCode: status, all: said } = await project.start('build', ['--no-run'], { env: { TMPDIR: temp } }).ended;
    assert.equal(status, 0, said);
    assert.equal(records().length, 2);
  }
});

test('a sample that is killed is recorded as killed', { skip: python === undefined && 'no program on Pyodide can be killed' }, async () => {
  project.write(path, post('import os\nos.kill(os.getpid(), 9)'));
  const { exitCode, all } = await project.start('build', [], { env: { TMPDIR: temp } }).ended;
  assert.equal(exitCode, 1, all);
  assert.match(all, /^content\/posts\/2024-05-06-machine\.md:6:11: error: .*SIGKILL/m);
  // The same end, but intended.
  project.write(path, post('import os\nos.kill(os.getpid(), 9)').replace(/(sample=\S+)/, '$1 exit=SIGKILL'));
  const meant = await project.start('build', [], { env: { TMPDIR: temp } }).ended;
  assert.equal(meant.exitCode, 0, meant.all);
  assert.match(project.read('dist/posts/machine/index.html'), /killed by SIGKILL/);
  assert.deepEqual(readdirSync(temp), ['keep']);
});
