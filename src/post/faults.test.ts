import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findingsOf, type Finding } from '../experiment/finding.ts';
import { readContent } from './read-posts.ts';

/*
 * A case of a fixture starts with `=== ` and its title, and is the text of a post below its front matter, or a whole
 * file. The title of a faulty one starts with the rule, and « marks the place of the finding.
 */
interface Case {
  readonly title: string;
  readonly text: string;
}

const head = '---\ntitle: A post\ndate: 2023-09-22\n---\n\n';
const samples = '```python sample=before\nx = []\n```\n\n```python sample=after\ny = []\n```';
const mark = '«';

const readCases = (name: string): readonly Case[] =>
  readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n');
      const text = `${lines.join('\n').trimEnd()}\n`.replace('(two samples)', samples);
      return { title, text: title.endsWith('(whole file)') ? text : head + text };
    });

const [faulty, sound] = [readCases('faults.txt'), readCases('sound.txt')];
const root = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(root, { recursive: true }));
const write = (path: string, text: string) => writeFileSync(join(root, path), text);
for (const folder of ['content/posts', 'content/pages', 'public']) mkdirSync(join(root, folder), { recursive: true });
write('public/heap.png', '');
write('content/pages/manual.md', '# Manual\n\nText.\n');
write('content/posts/2023-01-01-other.md', '---\ntitle: Other\ndate: 2023-01-01\ntags: [python, gc]\n---\n\n## Part one\n');
const pathOf = (kind: string, index: number) => `content/posts/2023-09-22-${kind}-${index}.md`;
for (const [index, { text }] of faulty.entries()) write(pathOf('faulty', index), text.replace(mark, ''));
for (const [index, { text }] of sound.entries()) write(pathOf('sound', index), text);
const found = new Map((await readContent(root)).posts.map(({ file }) => [file.path, findingsOf(file)]));
const describe = ({ line, column, rule, level }: Finding) => `${line}:${column} ${rule}${level === 'warning' ? ', warning' : ''}`;

test('each of many faults is reported once, at its place, with a hint', () => {
  assert.ok(faulty.length > 200);
  for (const [index, { title, text }] of faulty.entries()) {
    const before = text.slice(0, text.indexOf(mark)).split('\n');
    const findings = found.get(pathOf('faulty', index)) ?? [];
    assert.deepEqual(findings.map(describe), [`${before.length}:${(before.at(-1) ?? '').length + 1} ${title.split(':')[0]}`], title);
    assert.ok(
      findings.every(({ reason, hint }) => reason.length > 10 && hint.length > 8),
      title,
    );
  }
});

test('text that only looks like a fault is not reported', () => {
  assert.ok(sound.length > 100);
  for (const [index, { title }] of sound.entries()) assert.deepEqual(found.get(pathOf('sound', index))?.map(describe), [], title);
});
