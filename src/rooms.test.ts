import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/** The floor plan: each room may import those before it. */
const rooms = [
  'experiment',
  'post',
  'gclog',
  'run',
  'capture',
  'verdict',
  'chart',
  'page',
  'live',
  'import',
  'build',
  'site',
  'cli',
  'bench',
];
/** Rooms that run in a browser unchanged: they import no other room and nothing of Node's. */
const pure = ['gclog', 'chart'];
/** Rooms whose code may print: it is that of commands. The host of Pyodide is a program of its own. */
const printing = /^(?:cli|bench)\/|^run\/pyodide-host\.ts$/;

const root = resolve(import.meta.dirname, '..');
const src = import.meta.dirname;
const files = globSync('**/*.{ts,astro}', { cwd: src }).filter((file) => !/\.(?:test|hard)\.ts$|^rooms/.test(file));
const specifiers = /(?:^(?:import|export)\b[^;]*?from|^\s*import|\bimport\()\s*'([^']+)'/gms;
const imports = (path: string) => [...readFileSync(path, 'utf8').matchAll(specifiers)].map((match) => match[1] as string);
const roomOf = (file: string) => file.split('/')[0] as string;

test('imports point back along the flow', () => {
  assert.ok(files.length > 40);
  for (const file of files) {
    for (const target of imports(join(src, file)).filter((name) => name.startsWith('.') && existsSync(join(src, dirname(file), name)))) {
      const room = roomOf(relative(src, resolve(src, dirname(file), target)));
      const [from, to] = [rooms.indexOf(roomOf(file)), rooms.indexOf(room)];
      assert.ok(to !== -1 && to <= from, `${file} imports ${target}`);
      if (pure.includes(roomOf(file))) assert.equal(room, roomOf(file), `${file} imports ${target}`);
    }
  }
});

test('the log parser and the chart need nothing of Node', () => {
  for (const file of files.filter((name) => pure.includes(roomOf(name)))) {
    assert.deepEqual(
      imports(join(src, file)).filter((name) => name.startsWith('node:')),
      [],
      file,
    );
  }
});

test('what runs in a page needs nothing of Node, nor what it imports', () => {
  const seen = new Set<string>();
  const waiting = ['live/offer.ts', 'live/panel.ts', 'live/worker.ts'];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    // Types are gone in a browser.
    const code = readFileSync(join(src, file), 'utf8').replaceAll(/^(?:import|export) type\b[^;]*;/gms, '');
    for (const [, name = ''] of code.matchAll(specifiers)) {
      assert.doesNotMatch(name, /^node:|^(?:zod|semver|execa)$/, file);
      if (name.startsWith('.')) waiting.push(relative(src, resolve(src, dirname(file), name)));
    }
  }
  assert.ok(seen.has('verdict/verdict.ts') && seen.has('gclog/reader.ts') && seen.size > 40);
});

test('nothing in src prints or exits, but what commands are made of', () => {
  for (const file of files.filter((name) => !printing.test(name))) {
    assert.doesNotMatch(readFileSync(join(src, file), 'utf8'), /\bconsole\.|process\.exit\b|process\.std(?:out|err)/, file);
  }
});

test('every folder in src is a room', () => {
  assert.deepEqual(new Set(files.map(roomOf)), new Set(rooms));
});

test('a script is a command, which no other one imports', () => {
  const scripts = globSync('scripts/**/*', { cwd: root });
  for (const script of scripts) {
    const own = imports(join(root, script)).filter((name) => name.startsWith('.') && !name.startsWith('../src/'));
    assert.deepEqual(own, [], script);
  }
});

test('no line is longer than 140 columns', () => {
  const sources = globSync('{src,scripts}/**/*.{ts,mjs,css}', {
    cwd: root,
    exclude: (name) => /(?:^|\/)(?:node_modules|dist|\.astro|corpus)$/.test(name),
  });
  assert.ok(sources.length > 200);
  for (const file of sources) {
    for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries())
      assert.ok([...line].length <= 140, `${file}:${index + 1}`);
  }
});
