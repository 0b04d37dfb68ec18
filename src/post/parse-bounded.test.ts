import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { findingsOf, maxFindings } from '../experiment/finding.ts';
import { bounds } from './bounds.ts';
import { parsePost } from './post.ts';

const head = '---\ntitle: A post\ndate: 2023-09-22\n---\n\n';
const parse = (value: string) => parsePost(new VFile({ path: 'content/posts/2023-09-22-a-post.md', value }));
const problems = (value: string) => parse(value).file.messages.map(({ line, column, ruleId }) => `${line}:${column} ${ruleId}`);
const sample = '```python sample=a\nprint(1)\n```\n\n';
const times = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, index) => make(index)).join('');

test('a paragraph whose signs would take minutes to pair is one error at its place', () => {
  for (const sign of ['a**b', '[a](', '~~a', '_a*', 'x<!--', ']', '<a b="', '`a', '[^a ', 'www.', 'a@b.']) {
    assert.deepEqual(problems(`${head}Text.\n\n${sign.repeat(11_000)}\n`), ['8:1 text-dense'], sign);
  }
  assert.deepEqual(problems(`${head}- a\n- [${'word '.repeat(11_000)}\n`), ['7:3 text-dense']);
  assert.deepEqual(problems(`${head}> ## ${'a**b'.repeat(4000)}\n`), ['6:3 text-dense']);
  assert.deepEqual(problems(`${head}| a |\n| - |\n| ${'a**b'.repeat(4000)} |\n`), ['8:1 text-dense']);
  assert.deepEqual(problems(`${head}::log[${'a**b'.repeat(4000)}]\n`), ['6:1 text-dense']);
  // A text that is short as a whole is not parsed twice, and a long text in short parts is fine.
  assert.deepEqual(problems(`${head}${'a**b'.repeat(2000)}\n`), []);
  assert.deepEqual(problems(`${head}\`\`\`\n${'a**b'.repeat(4000)}\n\`\`\`\n`), []);
});

test('more signs, lines or cells than a page has room for are one error', () => {
  assert.deepEqual(problems(head + times(1000, () => `${'*a* '.repeat(30)}\n\n`)), ['6:1 text-dense']);
  assert.deepEqual(problems(head + 'a\n'.repeat(bounds.parts)), [`${bounds.parts + 1}:1 text-long`]);
  assert.deepEqual(
    problems(head + `${'- '.repeat(60)}x\n`.repeat(2000)).map((problem) => problem.split(' ')[1]),
    ['text-long'],
  );
  assert.deepEqual(
    problems(`${head}|a|\n|-|\n${'|a|\n'.repeat(bounds.parts / 2)}`).map((problem) => problem.split(' ')[1]),
    ['text-long'],
  );
  const blocks = times(60, (index) => `${':'.repeat(63 - index)}a\n`);
  assert.deepEqual(
    problems(head + blocks + 'x\n\n'.repeat(5000)).map((problem) => problem.split(' ')[1]),
    ['text-long'],
  );
  // An item of an inner list is in the outer ones, too.
  assert.deepEqual(
    problems(head + times(9000, (index) => `${'\t'.repeat(index % 60)}* a\n`)).map((problem) => problem.split(' ')[1]),
    ['text-long'],
  );
  for (const item of ['*', '-', '*\t', '7.'])
    assert.deepEqual(
      problems(head + times(9000, (index) => `${'\t'.repeat(index % 60)}${item}\n`)).map((problem) => problem.split(' ')[1]),
      ['text-long'],
      item,
    );
  assert.deepEqual(problems(head + times(3000, (index) => `${'    '.repeat(index % 4)}- a\n`)), []);
  // Short rows are filled up.
  assert.deepEqual(problems(`${head}Text.\n\n|${'a|'.repeat(300)}\n|${'-|'.repeat(300)}\n${'a\n'.repeat(300)}`), ['8:1 text-long']);
});

test('text goes on in all the lists and quotations that are open, and a line counts once for each', () => {
  const deep = (count: number) => times(count, (index) => `${'  '.repeat(index)}- a\n`);
  const rules = (text: string) => problems(head + text).map((problem) => problem.split(' ')[1]);
  // Paragraphs of an item, lines that only go on with one, and a sign that is too far to the right to open a list.
  assert.deepEqual(rules(deep(60) + `\n${' '.repeat(122)}b\n`.repeat(400)), ['text-long']);
  assert.deepEqual(rules(deep(60) + 'b\n'.repeat(400)), ['text-long']);
  assert.deepEqual(rules(`${'123456789. '.repeat(60)}a\n${'    * b\n'.repeat(400)}`), ['text-long']);
  assert.deepEqual(rules(`> ${deep(60).replaceAll('\n', '\n> ')}${'b\n'.repeat(400)}`), ['text-long']);
  assert.deepEqual(rules(`${'>'.repeat(150)} a\n${'b\n'.repeat(200)}`), ['text-long']);
  // Below them, and between them, is no list.
  assert.deepEqual(rules(`${deep(60)}\n${'b\n'.repeat(9000)}`), []);
  assert.deepEqual(rules(`${'>'.repeat(150)} a\n\n${'b\n'.repeat(9000)}`), []);
  assert.deepEqual(rules(`${deep(10)}- b\n`.repeat(200)), []);
  assert.deepEqual(rules('a\n\n---\n\n* * *\n\n'.repeat(1500)), []);
});

test('more figures and references to footnotes than a page has room for are one error, at the first that is too many', () => {
  const figures = (count: number) => `${head}${sample}${'::log{of=a}\n\n'.repeat(count)}`;
  assert.deepEqual(problems(figures(bounds.figures)), []);
  assert.deepEqual(problems(figures(bounds.figures + 5)), [`${10 + 2 * bounds.figures}:1 text-long`]);
  const notes = (count: number) => `${head}[^1]: b\n\n${'x[^1] '.repeat(count)}\n`;
  assert.deepEqual(problems(notes(bounds.footnotes)), []);
  assert.deepEqual(problems(notes(bounds.footnotes + 5)), [`8:${2 + 6 * bounds.footnotes} text-long`]);
});

test('HTML elements that are opened and not closed are reported where they become too many', () => {
  assert.deepEqual(problems(`${head}Text.\n\n${'<div>\n\n'.repeat(200)}`), [`${8 + 2 * bounds.elements}:1 nested-deep`]);
  assert.deepEqual(problems(`${head}x ${'<b>'.repeat(3000)}`), [`6:${3 + 3 * bounds.elements} nested-deep`]);
  assert.deepEqual(problems(head + '<details><summary>a</summary>\n\n<p>b\n\n</details>\n\n'.repeat(100)), []);
});

test('emphasis that is nested deeper than can be read is one error', () => {
  assert.deepEqual(
    problems(head + '*a '.repeat(2400) + 'b' + ' c*'.repeat(2400)).map((problem) => problem.split(' ')[1]),
    ['nested-deep'],
  );
});

test('front matter that is long or nested is one error', () => {
  assert.deepEqual(problems(`---\ntitle: a\ndate: 2023-09-22\n${times(3000, (index) => `k${index}: 1\n`)}---\n`), ['1:1 text-long']);
  for (const value of ['['.repeat(900), '{a: '.repeat(900), '- '.repeat(900), '? '.repeat(3000), '[[]'.repeat(200)]) {
    assert.deepEqual(problems(`---\ntitle: ${value}\ndate: 2023-09-22\n---\n`), ['1:1 nested-deep'], value.slice(0, 4));
  }
});

test('footnotes and brackets of a program that are nested deeper than can be read are reported at their line', () => {
  assert.deepEqual(problems(`${head}Text.\n\n${'[^a]: '.repeat(1000)}x\n`), ['8:1 nested-deep']);
  assert.deepEqual(problems(`${head}\`\`\`python sample=a work=1\nx = 1\ny = ${'('.repeat(1000)}\n\`\`\`\n`), ['8:1 nested-deep']);
});

test('attributes and values that are too long are one error', () => {
  assert.deepEqual(problems(`${head}\`\`\`python sample=a python="${'>=3.8 || '.repeat(200)}*"\nx\n\`\`\`\n`), ['6:1 text-long']);
  assert.deepEqual(problems(`${head}${sample}A \`= ${'('.repeat(3000)}a.peak${')'.repeat(3000)}\`\n`), ['10:3 text-long']);
  assert.deepEqual(problems(`${head}${sample}A \`= ${'('.repeat(400)}a.peak${')'.repeat(400)}\`\n`), []);
});

test('a long post with many samples, tables of numbers, addresses and logs is read', () => {
  const prose =
    'The collector runs when `gc.get_count()` says so; see [the manual](/tags/), *not* the __debug__ flags, or ' +
    'https://docs.python.org/3/library/gc.html. ';
  const rows = times(40, (row) => `| ${row} | ${row * 1.5} | **${row}** | 10 |\n`);
  const code = `rows = [[${'1, '.repeat(60)}]]\n${'x = {"a": [1, 2], "b": (3, 4)}\n'.repeat(40)}`;
  const log = "gc: collectable <function A.<locals>.f at 0x7f> **kw [a]('b')\n".repeat(60);
  const part = (index: number) =>
    [
      `## Part ${index}\n\n${prose.repeat(6)}\n`,
      times(10, (item) => `- ${item}: ${prose}\n  - and **inner**, [with a link](https://x.example/${'a-long-path/'.repeat(20)})\n`),
      `\n| run | peak | end | time |\n| --- | ---: | ---: | ---: |\n${rows}`,
      `\n\`\`\`python sample=part-${index} args="--size 10"\n${code}\`\`\`\n`,
      `\n\`\`\`\n${log}\`\`\`\n\n> ${prose}[^${index}]\n\n[^${index}]: ${prose}\n\n`,
    ].join('');
  const text = head + times(10, part);
  assert.ok(text.length > 120_000);
  assert.deepEqual(problems(text), []);
});

test('of very many findings the first are reported, errors before warnings', () => {
  const { file } = parse(head + '## a\n\n'.repeat(300) + '<script>\n\n'.repeat(5));
  const findings = findingsOf(file);
  assert.equal(findings.length, maxFindings);
  assert.equal(findings.filter(({ level }) => level === 'error').length, 5);
  assert.equal(findings.at(-1)?.rule, 'and-more');
});
