import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { recallSound, rememberSound, soundKey } from './manifest.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-sound-'));
after(() => rmSync(root, { recursive: true }));
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
write('content/posts/2024-01-01-a.md', 'text');
write('content/captures/a/before/cpython-3.11.json', '{}');
write('src/run/harness.py', 'pass');
write('package-lock.json', '{}');

test('what was sound is remembered until a post, a record, Leaklog, a package or a public name changes', () => {
  const sound = { samples: 1, posts: 1 };
  assert.equal(recallSound(root, soundKey(root)), undefined);
  const changes = [
    () => appendFileSync(join(root, 'content/posts/2024-01-01-a.md'), ' more'),
    () => write('content/posts/2024-01-02-b.md', ''),
    () => rmSync(join(root, 'content/captures/a/before/cpython-3.11.json')),
    () => appendFileSync(join(root, 'src/run/harness.py'), '\n'),
    () => write('package-lock.json', '{ }'),
    () => write('public/picture.png', ''),
    () => rmSync(join(root, 'public/picture.png')),
  ];
  for (const change of changes) {
    rememberSound(root, soundKey(root), sound);
    assert.deepEqual(recallSound(root, soundKey(root)), { ...sound, isBuilt: true });
    change();
    assert.equal(recallSound(root, soundKey(root)), undefined);
  }
});

test('what is edited while a build goes on is looked at by the next one', () => {
  const key = soundKey(root);
  write('content/posts/2024-01-01-a.md', 'edited meanwhile');
  rememberSound(root, key, { samples: 1, posts: 1 });
  assert.equal(recallSound(root, soundKey(root)), undefined);
});

test('whether the site is as it was left is told, too', () => {
  const changes = [
    () => appendFileSync(join(root, 'dist/posts/a/index.html'), ' '),
    () => rmSync(join(root, 'dist/posts'), { recursive: true }),
    () => write('dist/more.html', ''),
    () => rmSync(join(root, 'dist'), { recursive: true }),
    () => appendFileSync(join(root, 'public/robots.txt'), ' '),
  ];
  write('public/robots.txt', 'text');
  for (const change of changes) {
    write('dist/index.html', 'text');
    write('dist/posts/a/index.html', 'text');
    rememberSound(root, soundKey(root), { samples: 1, posts: 1 });
    assert.equal(recallSound(root, soundKey(root))?.isBuilt, true);
    change();
    assert.equal(recallSound(root, soundKey(root))?.isBuilt, false);
  }
});

test('where a public file is a link, nothing is remembered', () => {
  symlinkSync('/etc/hosts', join(root, 'public/link.txt'));
  rememberSound(root, soundKey(root), { samples: 1, posts: 1 });
  assert.equal(recallSound(root, soundKey(root)), undefined);
});
