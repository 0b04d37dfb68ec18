import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { findingsOf } from '../../experiment/finding.ts';
import { parsePost } from '../post.ts';
import { tagSlug } from './tag.ts';

const parse = (info: string, path = 'content/posts/2024-05-06-a.md', front = '') =>
  parsePost(new VFile({ path, value: `---\ntitle: a\ndate: 2024-05-06\n${front}---\n\n\`\`\`python ${info}\nprint(1)\n\`\`\`\n` }));
const rules = (...args: Parameters<typeof parse>) => findingsOf(parse(...args).file).map(({ rule }) => rule);

test('a sample’s name is a plain word, on whatever system its records are', () => {
  for (const name of [
    '../x',
    '..',
    'a/b',
    'a\\b',
    '-a',
    'a-',
    '"a"b',
    "'",
    '🐍',
    'é',
    'con',
    'NUL',
    'com1',
    'Lpt9',
    '.hidden',
    'a.b',
    'a b',
    '~',
    '$HOME',
    'a'.repeat(65),
  ])
    assert.notDeepEqual(rules(`sample="${name}"`), [], name);
  for (const name of ['a', 'before', 'console', 'nullable', 'com', 'com12', 'A-1', 'constructor', 'a'.repeat(64)])
    assert.deepEqual(rules(`sample=${name}`), [], name);
});

test('a title is a plain file name', () => {
  for (const title of [
    '../x.py',
    '/x.py',
    'a/b.py',
    'a\\b.py',
    '-c.py',
    '.x.py',
    'con.py',
    'aux.x.py',
    'x',
    'x.py.sh',
    '🐍.py',
    `${'a'.repeat(98)}.py`,
    'a\u202e.py',
  ])
    assert.notDeepEqual(rules(`sample=a title="${title}"`), [], title);
  for (const title of ['test.py', 'a b.py', 'a-b.c.py', 'console.py', '_x.py'])
    assert.deepEqual(rules(`sample=a title="${title}"`), [], title);
});

test('a post’s file name is its address, or is reported', () => {
  for (const name of [
    '2024-05-06-con',
    '2024-05-06-aux',
    '2024-05-06-..',
    '2024-05-06--a',
    '2024-05-06-A',
    '2024-05-06-🐍',
    '2024-05-06-a b',
    "2024-05-06-'",
    '-rf',
    '2024-05-06-a\n::error::x',
  ])
    assert.deepEqual(rules('sample=a', `content/posts/${name}.md`), ['file-name'], name);
});

test('two samples that would share a folder where case does not count are reported', () => {
  const { file } = parsePost(
    new VFile({
      path: 'content/posts/2024-05-06-a.md',
      value: '---\ntitle: a\ndate: 2024-05-06\n---\n\n```python sample=a\n1\n```\n\n```python sample=A\n1\n```\n',
    }),
  );
  assert.match(findingsOf(file)[0]?.reason ?? '', /^There are two samples .*the first is on line 6$/);
});

test('no tag leads out of its folder, to a device, or to a name that is too long', () => {
  for (const tag of ['../../x', '..', '.', '/etc/passwd', 'a\\b', 'con', 'NUL', 'C:', '<x>', '"', '%2e%2e', '?', '#', '-rf']) {
    const slug = tagSlug(tag);
    assert.doesNotMatch(slug, /[/\\:<>"%?#*|.]|^(?:con|nul)$/, tag);
    assert.notEqual(slug, '', tag);
  }
  assert.deepEqual(rules('sample=a', undefined, `tags: ["${'x'.repeat(51)}"]\n`), ['front-matter-value']);
});

test('front matter has no character that a page, a feed or a terminal could not show', () => {
  for (const escape of ['\\u0000', '\\u001b', '\\u0007', '\\u0085', '\\u009b', '\\u202e', '\\u2066', '\\uffff', '\\ud800']) {
    assert.deepEqual(rules('sample=a', undefined, `author: "a${escape}b"\n`), ['front-matter-value'], escape);
    assert.deepEqual(rules('sample=a', undefined, `tags: ["a${escape}b"]\n`), ['front-matter-value'], escape);
  }
  assert.equal(parse('sample=a', undefined, 'description: |\n  one\n  two\n').frontMatter.description, 'one two');
});
