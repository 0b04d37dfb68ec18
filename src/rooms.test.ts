import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/** The floor plan: each room may import those before it. */
const rooms = ['post', 'gclog', 'run', 'capture', 'verdict', 'chart', 'page', 'site'];
/** Rooms that run in a browser unchanged: they import no other room and nothing of Node's. */
const pure = ['gclog', 'chart'];

const src = import.meta.dirname;
const files = globSync('**/*.{ts,astro}', { cwd: src }).filter((file) => !/\.(?:test|hard)\.ts$|^rooms/.test(file));
const imports = (file: string) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms)].map((match) => match[1] as string);
const roomOf = (file: string) => file.split('/')[0] as string;

test('imports point back along the flow', () => {
  assert.ok(files.length > 40);
  for (const file of files) {
    for (const target of imports(file).filter((name) => name.startsWith('.'))) {
      const room = roomOf(relative(src, resolve(src, dirname(file), target)));
      assert.ok(rooms.indexOf(room) <= rooms.indexOf(roomOf(file)), `${file} imports ${target}`);
      if (pure.includes(roomOf(file))) assert.equal(room, roomOf(file), `${file} imports ${target}`);
    }
  }
});

test('the log parser and the chart need nothing of Node', () => {
  for (const file of files.filter((name) => pure.includes(roomOf(name)))) {
    assert.deepEqual(
      imports(file).filter((name) => name.startsWith('node:')),
      [],
      file,
    );
  }
});

test('nothing in src prints or exits, but the host that is a program of its own', () => {
  for (const file of files.filter((name) => name !== 'run/pyodide-host.ts')) {
    assert.doesNotMatch(readFileSync(join(src, file), 'utf8'), /\bconsole\.|process\.exit\b|process\.std(?:out|err)/, file);
  }
});

test('every folder in src is a room', () => {
  assert.deepEqual(new Set(files.map(roomOf)), new Set(rooms));
});
