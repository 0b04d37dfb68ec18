import { execa } from 'execa';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { markOf, ownMark } from '../run/owner.ts';
import { freshFolder, placeDist, recoverDist } from './dist.ts';
import { mirrorFolder } from './mirror.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'leaklog-test-'))));
afterEach(() => rmSync(root, { recursive: true }));
const linux = { skip: process.platform !== 'linux' && 'only Linux says when a process started' };

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const fresh = `dist.${ownMark}.new`;

/** The mark of a process that was killed. */
async function deadMark(): Promise<string> {
  const child = execa('sleep', ['60'], { reject: false });
  const mark = markOf(child.pid as number);
  child.kill('SIGKILL');
  await child;
  return mark;
}

test('a new site replaces the last one, if there is one, and nothing else is left', async () => {
  for (const text of ['first', 'second']) {
    write(`${fresh}/index.html`, text);
    await placeDist(root);
    assert.equal(read('dist/index.html'), text);
    assert.deepEqual(readdirSync(root), ['dist']);
  }
});

test('a new site replaces the last one even if two folders cannot be exchanged', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = join(root, 'none');
  try {
    for (const text of ['first', 'second']) {
      write(`${fresh}/index.html`, text);
      await placeDist(root);
      assert.equal(read('dist/index.html'), text);
    }
  } finally {
    process.env['PATH'] = path;
  }
  assert.deepEqual(readdirSync(root), ['dist']);
});

test('after a kill between two steps only the new site is left', linux, async () => {
  const dead = await deadMark();
  write(`dist.${dead}.old/index.html`, 'old');
  write(`dist.${dead}.new/index.html`, 'new');
  recoverDist(root);
  assert.equal(read('dist/index.html'), 'new');
  assert.deepEqual(readdirSync(root), ['dist']);
});

test('the incomplete site of a killed build is removed; the last good one stays, and so does that of a running build', linux, async () => {
  const dead = await deadMark();
  write('dist/index.html', 'good');
  write(`dist/.leaklog-${dead}/index.html`, 'half');
  write(`dist.${dead}.new/index.html`, 'half');
  write(`${fresh}/index.html`, 'half');
  write('dist.backup/index.html', 'mine');
  recoverDist(root);
  assert.equal(read('dist/index.html'), 'good');
  assert.deepEqual(readdirSync(root), [fresh, 'dist', 'dist.backup'].toSorted());
  assert.deepEqual(readdirSync(join(root, 'dist')), ['index.html']);
  assert.equal(freshFolder(root), join(root, fresh));
});

test('a folder that cannot be moved gets the new contents and loses the old ones, even if a file becomes a folder', () => {
  for (const [path, text] of [
    ['a/index.html', 'new'],
    ['b', 'a file now'],
    ['c/d.css', 'a folder now'],
  ] as const)
    write(`from/${path}`, text);
  for (const path of ['a/index.html', 'b/x/y.html', 'c', 'e/f.html']) write(`to/${path}`, 'old');
  mirrorFolder(join(root, 'from'), join(root, 'to'));
  assert.deepEqual(readdirSync(join(root, 'to'), { recursive: true }).toSorted(), ['a', 'a/index.html', 'b', 'c', 'c/d.css']);
  assert.deepEqual(
    ['a/index.html', 'b', 'c/d.css'].map((path) => read(`to/${path}`)),
    ['new', 'a file now', 'a folder now'],
  );
});
