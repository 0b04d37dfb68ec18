import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { hasErrors } from '../experiment/finding.ts';
import { parsePost } from '../post/post.ts';
import { toPage } from '../post/read-posts.ts';
import { checkContentPage, renderContentPage, type FindPost } from './content-page.ts';

const post = parsePost(
  new VFile({ path: '2024-05-06-two.md', value: '---\ntitle: Two\ndate: 2024-05-06\n---\n\n```python sample=before\nprint(1)\n```\n' }),
);
const find: FindPost = async (slug) => (slug === 'two' ? { post, records: [], url: '../posts/two/' } : undefined);
const render = async (value: string) => {
  const file = new VFile({ path: 'content/pages/manual.md', value });
  const page = toPage(file);
  await checkContentPage(page, find);
  const rendered = hasErrors(file)
    ? { title: '', description: '', lead: '', body: '', toc: [], order: 0, isHidden: false }
    : await renderContentPage(page, find);
  return {
    ...rendered,
    problems: file.messages.map(({ line, column, ruleId, reason }) => `${line}:${column} ${ruleId} ${reason}`),
    hints: file.messages.map(({ note }) => note),
  };
};

test('a page has its first heading as title, its first paragraph as description, and links that lead on from its own address', async () => {
  const { title, description, lead, body, toc, problems } = await render(
    '# The `manual`\n\nIn short,\n*all* of it.\n\n## One\n\n' +
      '[a](/tags/) [b](../posts/2024-05-06-two.md#one) [c](#one) [d](https://x.test/)\n\n' +
      '<a href="/about/">e</a> <video src="/run.mp4" poster="/run.png"></video>\n',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual([title, description], ['The manual', 'In short, all of it.']);
  assert.equal(lead, 'In short,\n<em>all</em> of it.');
  assert.deepEqual(toc, [{ id: 'one', text: 'One', depth: 2 }]);
  assert.deepEqual(
    [...body.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
    ['../tags/', '../posts/two/#one', '#one', 'https://x.test/', '../about/'],
  );
  assert.match(body, /<video src="\.\.\/run\.mp4" poster="\.\.\/run\.png">/);
});

test('an example shows how it is written and what becomes of it, with names and links of its own', async () => {
  const example = '````example post=two\n```python sample=before\nprint(1)\n```\n````\n';
  const { body, problems } = await render(`# M\n\n${example}\n${example}`);
  assert.deepEqual(problems, []);
  assert.equal(body.match(/class="example"/g)?.length, 2);
  assert.match(body, /id="example-1-before-L1"[^>]*><a class="n" href="#example-1-before-L1"/);
  assert.match(body, /id="example-2-before-L1"/);
  assert.match(body, /href="\.\.\/posts\/two\/before\/before\.py"/);
  assert.match(body, /<a href="\.\.\/posts\/two\/">Two<\/a>/);
  assert.match(body, /<span class="sh-\d+">print<\/span>/);
});

test('an example that does not fit its post is reported at its place', async () => {
  const { problems } = await render(
    '# M\n\n````example post=two\n```python sample=before\nprint(2)\n```\n````\n\n' +
      '```example post=two\n::log{of=after}\n```\n\n```example\n::log\n```\n',
  );
  assert.deepEqual(problems, [
    '3:1 example-sample The sample "before" is not written like this in 2024-05-06-two.md',
    '9:1 sample-unknown There is no sample "after" in this post.',
    '13:1 example-post The example names no post',
  ]);
});

test('a manual outlives the posts of its examples', async () => {
  const { body, problems } = await render('# M\n\n```example post=gone\n::log{of=before}\n```\n');
  assert.deepEqual(problems, []);
  assert.match(body, /::log\{of=before\}/);
  assert.doesNotMatch(body, /\/gone\//);
});

test('mistakes are answered as a check answers them', async () => {
  const { body, problems } = await render(
    '# M\n\n````mistakes file=2024-05-06-two.md\n---\ntitle: Two\ndate: 2024-05-06\n---\n\n' +
      '```python sample=before timeout=60\nprint(1)\n```\n````\n',
  );
  assert.deepEqual(problems, []);
  assert.match(
    body,
    /content\/posts\/2024-05-06-two\.md:6:25: error: timeout=&quot;60&quot; cannot be read\. \[attribute-value\]\n {4}A time has a unit/,
  );
});

test('a page without a title, and an unknown table, are reported', async () => {
  const { problems } = await render('Text.\n\n::atributes\n');
  assert.deepEqual(problems, [
    '1:1 page-title The page does not start with its title',
    '3:1 table-unknown There is no table "::atributes". Did you mean "attributes"?',
  ]);
});

test('front matter of a page that cannot be read hides no title', async () => {
  const { problems } = await render('---\ntitle: Now\norder: first\n---\n\nText.\n');
  assert.equal(problems.length, 1);
});

test('a sample in a page is told not to run', async () => {
  const { problems } = await render('# Title\n\n```python sample=a\nx\n```\n\n```python\nx\n```\n');
  assert.deepEqual(problems, ['3:1 page-sample A page runs no samples, and only shows this code']);
});

test('a figure in a page is told where it belongs', async () => {
  const { hints } = await render('# Title\n\n::log{of=before}\n');
  assert.match(hints[0] ?? '', /^It is a figure, and belongs in the post that has its sample\. A page has tables: ::attributes/);
});
