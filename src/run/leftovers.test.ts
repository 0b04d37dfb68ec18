import { execa } from 'execa';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MachineError } from '../experiment/user-error.ts';
import { clearFolders, ownFolder } from './leftovers.ts';
import { hasEnded, markOf, ownMark } from './owner.ts';

const parent = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(parent, { recursive: true }));
const linux = { skip: process.platform !== 'linux' && 'only Linux says when a process started' };

test('a running process has not ended, a killed one has, and a process that reuses its id is another one', linux, async () => {
  const child = execa('sleep', ['60'], { reject: false });
  const mark = markOf(child.pid as number);
  assert.equal(hasEnded(mark), false);
  assert.equal(hasEnded(ownMark), false);
  assert.equal(hasEnded(mark.replace(/-.*?-/, '-1-')), true);
  child.kill('SIGKILL');
  await child;
  assert.equal(hasEnded(mark), true);
});

test('a process of another machine or container counts as alive, and so does an invalid mark', () => {
  assert.equal(hasEnded(ownMark.replace(/[0-9a-f]{6}$/, (place) => (place === '000000' ? '000001' : '000000'))), false);
  for (const text of ['', '1', '../1-1-000000', `${ownMark}x`]) assert.equal(hasEnded(text), false, text);
});

test(
  'folders of killed processes are removed, and what runs in them is killed; those of living ones, and other files, stay',
  linux,
  async () => {
    const owner = execa('sleep', ['60'], { reject: false });
    const dead = markOf(owner.pid as number);
    owner.kill('SIGKILL');
    await owner;
    const [gone, kept] = [`leaklog-${dead}-abc123`, `leaklog-${ownMark}-abc123`];
    for (const name of [gone, kept, 'leaklog-other']) mkdirSync(join(parent, name, 'work'), { recursive: true });
    writeFileSync(join(parent, `leaklog-${dead}-file`), '');
    symlinkSync('/', join(parent, `leaklog-${dead}-link`));
    const [orphan, stranger] = [gone, kept].map((name) => execa('sleep', ['60'], { cwd: join(parent, name, 'work'), reject: false })) as [
      ReturnType<typeof execa>,
      ReturnType<typeof execa>,
    ];
    assert.deepEqual(clearFolders(parent), [gone]);
    assert.equal((await orphan).signal, 'SIGKILL');
    assert.equal(hasEnded(markOf(stranger.pid as number)), false);
    stranger.kill('SIGKILL');
    await stranger;
    assert.deepEqual(readdirSync(parent).toSorted(), [`leaklog-${dead}-file`, `leaklog-${dead}-link`, 'leaklog-other', kept].toSorted());
  },
);

test('a temp folder that is missing, or is none, is the machine’s fault', () => {
  const file = join(parent, 'file');
  writeFileSync(file, '');
  const before = process.env['TMPDIR'];
  try {
    for (const folder of [file, join(parent, 'missing')]) {
      process.env['TMPDIR'] = folder;
      assert.deepEqual(clearFolders(), []);
      assert.throws(ownFolder, (error) => error instanceof MachineError && error.message.startsWith('Could not create a folder in '));
    }
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});
