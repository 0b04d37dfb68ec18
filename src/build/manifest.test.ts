import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CompiledPost } from './compiled-post.ts';
import { readInputs, type Inputs } from './inputs.ts';
import { readManifest, writeManifest } from './manifest.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-manifest-'));
after(() => rmSync(root, { recursive: true }));
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
write('content/posts/2024-01-01-a.md', 'text');
write('content/captures/a/before/cpython-3.11.json', '{}');
write('astro.config.mjs', '');
write('package-lock.json', '{}');

const built = (inputs: Inputs, posts: readonly CompiledPost[] = []) => ({
  inputs,
  posts,
  brand: { title: 'A', accent: '#000000' },
  until: '2024-06-01',
});

test('a manifest is valid until a post, a record, a setting, a package or a public name changes', () => {
  const counts = { samples: 1, posts: 1 };
  assert.equal(readManifest(readInputs(root), '2024-06-01'), undefined);
  const changes = [
    () => appendFileSync(join(root, 'content/posts/2024-01-01-a.md'), ' more'),
    () => write('content/posts/2024-01-02-b.md', ''),
    () => rmSync(join(root, 'content/captures/a/before/cpython-3.11.json')),
    () => appendFileSync(join(root, 'astro.config.mjs'), '\n'),
    () => write('package-lock.json', '{ }'),
    () => write('public/picture.png', ''),
    () => rmSync(join(root, 'public/picture.png')),
  ];
  for (const change of changes) {
    writeManifest(built(readInputs(root)), counts);
    assert.deepEqual(readManifest(readInputs(root), '2024-06-01'), { ...counts, isBuilt: true });
    change();
    assert.equal(readManifest(readInputs(root), '2024-06-01'), undefined);
  }
});

test('an edit during a build is seen by the next one', () => {
  const inputs = readInputs(root);
  write('content/posts/2024-01-01-a.md', 'edited meanwhile');
  writeManifest(built(inputs), { samples: 1, posts: 1 });
  assert.equal(readManifest(readInputs(root), '2024-06-01'), undefined);
});

test('a manifest says whether the site is as the build left it', () => {
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
    writeManifest(built(readInputs(root)), { samples: 1, posts: 1 });
    assert.equal(readManifest(readInputs(root), '2024-06-01')?.isBuilt, true);
    change();
    assert.equal(readManifest(readInputs(root), '2024-06-01')?.isBuilt, false);
  }
});

test('adding or removing a file among the posts that is not one makes a manifest invalid, too', () => {
  for (const change of [() => write('content/posts/notes.txt', ''), () => rmSync(join(root, 'content/posts/notes.txt'))]) {
    writeManifest(built(readInputs(root)), { samples: 1, posts: 1 });
    change();
    assert.equal(readManifest(readInputs(root), '2024-06-01'), undefined);
  }
});

test('if a public file is a link, no manifest is written', () => {
  symlinkSync('/etc/hosts', join(root, 'public/link.txt'));
  writeManifest(built(readInputs(root)), { samples: 1, posts: 1 });
  assert.equal(readManifest(readInputs(root), '2024-06-01'), undefined);
});

test('a scheduled post makes a manifest invalid on its day, not earlier', () => {
  rmSync(join(root, 'public/link.txt'));
  const waiting = (date: string, isDraft = false) => ({ date, isDraft }) as CompiledPost;
  const inputs = readInputs(root);
  writeManifest(built(inputs, [waiting('2024-05-01'), waiting('2024-07-01'), waiting('2024-08-01'), waiting('2024-06-10', true)]), {
    samples: 0,
    posts: 1,
  });
  assert.deepEqual(
    ['2024-05-31', '2024-06-01', '2024-06-30', '2024-07-01'].map((day) => readManifest(inputs, day) !== undefined),
    [false, true, true, false],
  );
});
