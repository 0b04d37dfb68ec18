import { execa } from 'execa';
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const home = mkdtempSync(join(tmpdir(), 'leaklog-install-test-'));
after(() => rmSync(home, { recursive: true }));

/** A project whose npm takes `ms` milliseconds to install, and logs its calls. */
function project(name: string, ms: number): string {
  const root = join(home, name);
  mkdirSync(join(root, 'scripts'), { recursive: true });
  cpSync(resolve('scripts/install.mjs'), join(root, 'scripts/install.mjs'));
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(
    join(root, 'npm.mjs'),
    `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('calls', 'started\\n');
console.log('npm says');
await new Promise((resolve) => setTimeout(resolve, ${ms}));
mkdirSync('node_modules', { recursive: true });
writeFileSync('node_modules/.package-lock.json', '{}');
appendFileSync('calls', 'ended\\n');`,
  );
  return root;
}
const install = (root: string) =>
  execa(process.execPath, ['scripts/install.mjs'], { cwd: root, env: { npm_execpath: join(root, 'npm.mjs') }, reject: false });
const calls = (root: string) => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []);
const started = async (root: string) => {
  while (calls(root).length === 0) await new Promise((done) => setTimeout(done, 10));
};

test('packages are installed once, and nothing is printed to standard output, which a program may read', async () => {
  const root = project('plain', 0);
  const { stdout, stderr, exitCode } = await install(root);
  assert.deepEqual([stdout, exitCode], ['', 0]);
  assert.match(stderr, /npm ci[^]*npm says/);
  assert.deepEqual((await install(root)).stderr, '');
  assert.deepEqual(calls(root), ['started', 'ended']);
});

test('a command that is ended ends its install', async () => {
  const root = project('ended', 600_000);
  const running = install(root);
  await started(root);
  running.kill('SIGTERM');
  assert.equal((await running).exitCode, 143);
  assert.deepEqual(calls(root), ['started']);
});

test('a second command waits for the install of a first one, even if that one was killed', async () => {
  const root = project('second', 1500);
  const first = install(root);
  await started(root);
  first.kill('SIGKILL');
  const { stderr, exitCode } = await install(root);
  assert.deepEqual([stderr, exitCode], ['Another command is installing packages here: waiting for it.', 0]);
  assert.deepEqual(calls(root), ['started', 'ended']);
});

test('a node_modules that is a link is left alone', async () => {
  const root = project('linked', 0);
  mkdirSync(join(home, 'shared'));
  symlinkSync(join(home, 'shared'), join(root, 'node_modules'));
  const { stderr, exitCode } = await install(root);
  assert.equal(exitCode, 1);
  assert.match(stderr, /node_modules is a link/);
  assert.deepEqual(calls(root), []);
});
