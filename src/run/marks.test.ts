import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxNameLength } from '../gclog/name.ts';
import { readReport } from './marks.ts';

const group = { types: ['A', 'B'], names: ['', 'b'], edges: [[0, 1, 'b']], objects: 2, share: 0.5 };
const reported = (change: object) => readReport(`seal G ${JSON.stringify({ ...group, ...change })}\n`, 'seal').garbage;

test('names that a program chose are shortened when they are read, never within a character', () => {
  const long = `${'x'.repeat(maxNameLength - 2)}😀😀`;
  assert.deepEqual(reported({ types: [long, '__proto__'], names: ['y'.repeat(1e6), ''], edges: [[0, 1, 'z'.repeat(maxNameLength + 1)]] }), {
    ...group,
    types: [`${'x'.repeat(maxNameLength - 2)}…`, '__proto__'],
    names: [`${'y'.repeat(maxNameLength - 1)}…`, ''],
    edges: [[0, 1, `${'z'.repeat(maxNameLength - 1)}…`]],
  });
});

test('a group that the harness cannot have reported is ignored', () => {
  assert.deepEqual(reported({}), group);
  const wrong = [
    { types: [], names: [], edges: [] },
    { names: [''] },
    { edges: [[0, 2, 'x']] },
    {
      edges: [
        [0, 1, 'x'],
        [0, 1, 'y'],
      ],
    },
    { objects: 1 },
    { share: 2 },
    { objects: 1e16 },
    { more: 1 },
    { types: Array(41).fill('A'), names: Array(41).fill(''), objects: 41 },
  ];
  for (const change of wrong) assert.equal(reported(change), undefined, JSON.stringify(change).slice(0, 80));
});

test('the regions of a process are told moment by moment, and only as they can be', () => {
  const rows = ['{"start":{"heap":4096}}', '{"end":{"heap":8192,"files":100},"arenas":[[8192,8000]],"mapped":0}'];
  const read = (rows: readonly string[]) => readReport(rows.map((row) => `seal R ${row}\n`).join(''), 'seal').regions;
  assert.deepEqual(read(rows), { start: { heap: 4096 }, end: { heap: 8192, files: 100 }, arenas: [[8192, 8000]], mapped: 0 });
  assert.equal(read(rows.slice(1)), undefined);
  assert.equal(read([...rows, '{"trimmed":{"cellar":1}}'])?.trimmed, undefined);
  assert.equal(read([rows[0] as string, '{"end":{},"arenas":[[10,11]]}']), undefined);
});
