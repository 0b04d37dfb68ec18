import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeFinding } from '../experiment/finding.ts';
import { escapeJson, harmless } from './terminal.ts';

test('what a terminal would obey is made visible', () => {
  assert.equal(harmless('a\u001b[31mb\u0007\u009b2J\u007f\rc\u202ed\u0000'), 'a␛[31mb␇⟨U+009B⟩2J␡␍c⟨U+202E⟩d␀');
  assert.equal(harmless('two\nlines, umlauts äöü, 🐍 and “quotes” stay'), 'two\nlines, umlauts äöü, 🐍 and “quotes” stay');
});

test('no line is a workflow command of GitHub Actions, in either syntax', () => {
  assert.equal(
    harmless('::error::x\n  ::set-output name=a::b\n::log{of=before} ##[add-path]x'),
    '\\::error::x\n  \\::set-output name=a::b\n\\::log{of=before} ##\\[add-path]x',
  );
  assert.equal(harmless('write ::log{of=before}'), 'write ::log{of=before}');
});

test('a message that quotes an author stays on its line', () => {
  const finding = {
    file: 'a\n::error::x.md',
    line: 1,
    column: 2,
    level: 'error',
    rule: 'r',
    reason: 'b\n::error::c',
    hint: 'one\n\u001b[2Jtwo',
  } as const;
  assert.equal(describeFinding(finding), 'a␊::error::x.md:1:2: error: b␊::error::c [r]\n    one\n    ␛[2Jtwo');
});

test('JSON for tools keeps its meaning with everything escaped', () => {
  const value = { a: '\u001b\u009b\u202e\u2028ä' };
  assert.equal(escapeJson(JSON.stringify(value)), '{"a":"\\u001b\\u009b\\u202e\\u2028ä"}');
  assert.deepEqual(JSON.parse(escapeJson(JSON.stringify(value))), value);
});

test('every command prints through terminal.ts', () => {
  for (const file of globSync(['scripts/*.ts', 'src/{cli,bench,import}/**/*.ts']).filter(
    (name) => !/\.(?:test|hard)\.ts$|\/(?:terminal|report)\.ts$|\/fixtures\//.test(name),
  ))
    assert.doesNotMatch(readFileSync(file, 'utf8'), /\bconsole\./, file);
});
