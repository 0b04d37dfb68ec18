import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convertFront } from './front.ts';
import { readSource, rewrite } from './source.ts';

const convert = (text: string, path = '_posts/2020-01-02-old-words.md', wanted?: string) => {
  const source = readSource(text);
  const { name, edits, steps } = convertFront(path, source, wanted);
  return { name, text: rewrite(source, edits).text, details: steps.flatMap(({ what, details }) => [what, ...details]) };
};

test('TOML becomes YAML, with its date, tags and draft', () => {
  const toml =
    '+++\ntitle = "The heap: a tour"\ndate = 2020-01-02T10:00:00+01:00\ntags = ["python", "3.10"]\n' +
    'draft = true\n[params]\nmath = true\n+++\n';
  assert.deepEqual(convert(`${toml}\nText.\n`, 'content/post/heap.md'), {
    name: '2020-01-02-the-heap-a-tour.md',
    text: '---\ntitle: "The heap: a tour"\ndate: 2020-01-02\ntags: [python, "3.10"]\ndraft: true\n---\n\nText.\n',
    details: ['front matter: TOML → YAML', 'date: 2020-01-02T10:00:00.000+01:00 → 2020-01-02', 'dropped: params'],
  });
  assert.match(convert('+++\ntitle = unquoted\n+++\nText.\n').details.join('\n'), /it is not valid TOML: .*; its keys are lost/);
});

test('JSON becomes YAML', () => {
  const { text } = convert('{\n  "title": "Heap",\n  "date": "2020-01-02",\n  "tags": ["gc"]\n}\n\nText.\n');
  assert.equal(text, '---\ntitle: "Heap"\ndate: 2020-01-02\ntags: [gc]\n---\n\nText.\n');
});

test('header lines of Pelican, Hexo and Nikola become YAML', () => {
  const pelican = convert(
    'Title: Heap: a tour\nDate: 2020-08-31 10:21\nCategory: Python\nTags: gc, big heaps\n' +
      'Authors: Ada, Bob\nStatus: draft\nSummary: Short\n\nA: b\n',
    'content/heap.md',
  );
  assert.equal(
    pelican.text,
    '---\ntitle: "Heap: a tour"\ndate: 2020-08-31\ncategories: [Python]\ntags: [gc, big heaps]\n' +
      'author: [Ada, Bob]\ndraft: true\ndescription: "Short"\n---\n\nA: b\n',
  );
  assert.equal(pelican.name, '2020-08-31-heap-a-tour.md');
  assert.equal(
    convert('title: Heap\ndate: 2020-01-02 10:00:00\ntags:\n  - gc\n---\nText\n').text,
    '---\ntitle: Heap\ndate: 2020-01-02\ntags:\n  - gc\n---\n\nText\n',
  );
  assert.equal(
    convert('<!--\n.. title: Heap\n.. date: 2020-01-02 10:00:00 UTC\n.. tags: gc,heap\n-->\n\nText\n').text,
    '---\ntitle: "Heap"\ndate: 2020-01-02\ntags: [gc, heap]\n---\n\nText\n',
  );
  const prose = 'Note: this is prose.\n\nMore.\n';
  assert.equal(convert(prose).text, `---\ntitle: "old words"\ndate: 2020-01-02\n---\n\n${prose}`);
});

test('a date of any form that has one meaning is written as a day', () => {
  const dates = [
    ['2020/03/04', '2020-03-04'],
    ['"March 4, 2020"', '2020-03-04'],
    ['4 March 2020', '2020-03-04'],
    ['2020-03-04 10:00:00 +0900', '2020-03-04'],
    ['Wed Mar 04 2020 16:06:19 GMT+0000 (Coordinated Universal Time)', '2020-03-04'],
    ['Wed, 04 Mar 2020 10:00:00 +0000', '2020-03-04'],
    ['{}', '2020-01-02'],
    ['03/04/2020', '2020-01-02'],
  ];
  for (const [written, day] of dates)
    assert.match(convert(`---\ntitle: a\ndate: ${written}\n---\nx\n`).text, new RegExp(`^date: ${day}$`, 'm'), written);
  assert.equal(convert('---\ntitle: a\ndate: 03/04/2020\n---\nx\n', 'a.md').name, undefined);
  assert.equal(convert('---\ntitle: a\n---\nx\n', 'a.md', 'content/posts/2020-05-06-b.md').details.at(-1), 'date: 2020-05-06, from --out');
});

test('keys of other generators become those that mean the same, and the rest is dropped in one line', () => {
  const { text, details } = convert(
    '---\nlayout: post\ntitle: "T"\nlastmod: 2020-02-03\nsummary: Short\nauthor:\n  name: Ada\n' +
      'permalink: /x/\nmath: true\ntags: [gc, GC, 3.10]\ndate: 2020-01-02\n---\nx\n',
  );
  assert.equal(
    text,
    '---\ntitle: "T"\nupdated: 2020-02-03\ndescription: "Short"\nauthor: "Ada"\ntags: [gc, "3.10"]\ndate: 2020-01-02\n---\nx\n',
  );
  assert.deepEqual(details, ['front matter', 'dropped: layout, permalink, math']);
});

test('what is lost of two keys that mean the same, or cannot be used, is told', () => {
  const { text, details } = convert(
    '---\ntitle: a\nsummary: One\ndescription: Two\nimage:\n  path: heap\nlastmod: 2019-01-01\ndate: 2020-01-02\n---\nx\n',
  );
  assert.equal(text, '---\ntitle: a\ndescription: Two\ndate: 2020-01-02\n---\nx\n');
  assert.deepEqual(details, ['front matter', 'dropped: summary, image, lastmod']);
});

test('front matter that fits stays byte for byte, and so does front matter that is not valid', () => {
  for (const front of [
    "---\ntitle: 'It''s'  # a comment\ndate: 2020-01-02\ntags: [a,\n  b]\n---\n",
    '---\ntitle: a: b\ndate: 2020-01-02\n---\n',
  ])
    assert.equal(convert(`${front}x\n`).text, `${front}x\n`);
});

test('drafts stay drafts', () => {
  const draft = (text: string, path?: string) => /^draft: true$/m.test(convert(text, path).text);
  assert.ok(draft('---\ntitle: a\ndate: 2020-01-02\npublished: false\n---\nx\n'));
  assert.ok(draft('---\ntitle: a\ndate: 2020-01-02\ndraft: "true"\n---\nx\n'));
  assert.ok(draft('---\ntitle: a\ndate: 2020-01-02\n---\nx\n', '_drafts/a.md'));
  assert.ok(!draft('---\ntitle: a\ndate: 2020-01-02\npublished: true\n---\nx\n'));
  assert.ok(!draft('---\ntitle: a\ndate: 2020-01-02\ndraft: false\n---\nx\n'));
});

test('the first heading is the title where there is none, and goes where it repeats it', () => {
  assert.equal(convert('# The *hidden* leak\n\nText\n').text, '---\ntitle: "The hidden leak"\ndate: 2020-01-02\n---\n\nText\n');
  assert.equal(convert('Leaks\n=====\n\nText\n').text, '---\ntitle: "Leaks"\ndate: 2020-01-02\n---\n\nText\n');
  const head = '---\ntitle: Leaks\ndate: 2020-01-02\n---\n';
  assert.equal(convert(`${head}\n# Leaks\n\nText\n`).text, `${head}\nText\n`);
  assert.deepEqual(convert(`${head}\n# Leaks\n\nText\n`).details, ['front matter', 'the heading that repeats the title is dropped']);
  assert.equal(convert(`${head}\n# Other\n\nText\n`).text, `${head}\n# Other\n\nText\n`);
});

test('the day and the words may be in the names of folders', () => {
  assert.equal(convert('---\ntitle: T\n---\nx\n', 'content/posts/2020-03-04-big-heap/index.md').name, '2020-03-04-big-heap.md');
  assert.equal(convert('---\ntitle: T\n---\nx\n', 'content/2020/03/04/heap.md').name, '2020-03-04-t.md');
});
