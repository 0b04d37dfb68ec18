import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRecords } from '../capture/store.ts';
import type { Sample } from '../experiment/sample.ts';
import { readPosts } from '../post/read-posts.ts';
import { offerRun, type LiveSample } from './live.ts';
import { renderPage } from './page.ts';

const root = new URL('../manual', import.meta.url).pathname;
const posts = await readPosts(root);
const find = (slug: string) => {
  const post = posts.find((each) => each.slug === slug);
  assert.ok(post);
  return { post, records: loadRecords(root, slug) };
};
const { post, records } = find('lru-cache-on-methods');
const [sample] = post.samples as [Sample];
const [record] = records;
assert.ok(record?.capture);
const { capture } = record;
const offer = (changes: Partial<Sample>) => offerRun({ sample: { ...sample, ...changes }, capture });

test('a sample is offered with its code, its settings, and what the post says of it', () => {
  const { markup, file, wheels } = offer({});
  assert.match(String(markup), /^<button type="button" class="run-here" data-live="before\/live.json" hidden>▶ Run it here <small>/);
  assert.deepEqual(wheels, []);
  const { sample: told, recorded } = JSON.parse(file?.text ?? '') as LiveSample;
  assert.equal(told.code, sample.code);
  assert.equal(recorded.verdict, 'leak');
  assert.ok((file?.text.length ?? Infinity) < 20_000);
  const line = recorded.lines['debug-off'];
  assert.ok(line.length > 50 && line.length <= 152);
  assert.ok(line.every(([at], index) => at >= (line[index - 1]?.[0] ?? 0)));
  // Polls from outside know nothing of the work.
  const works = line.map(([, , work]) => work).filter((work) => work >= 0);
  assert.ok(works.length > 50 && works.every((work, index) => work >= (works[index - 1] ?? 0)));
});

test('one that cannot be run there says why', () => {
  const why = (changes: Partial<Sample>) => {
    const { markup, file } = offer(changes);
    assert.equal(file, undefined);
    return String(markup).replace(/<[^>]*>/g, '');
  };
  assert.match(
    why({ python: '<3.14' }),
    /^This cannot be run in the page: it is meant for Python &lt;3\.14, and there it would be 3\.14\.\d+\.$/,
  );
  assert.match(why({ requires: ['numpy'] }), /it needs packages, and no lock says which for Python 3\.14/);
  const wheel = (name: string) => ({ name, sha256: 'a'.repeat(64) });
  const lock = (name: string) => ({
    path: 'content/locks/a/pylock.before.toml',
    requires: ['numpy'],
    constraints: [],
    pythons: ['3.14'],
    packages: [{ name: 'numpy', version: '2.0', pythons: ['3.14'], wheels: [wheel(name)] }],
  });
  const numpy = 'numpy-2.0-cp314-cp314-manylinux_2_28_x86_64.whl';
  assert.match(why({ requires: ['numpy'], lock: lock(numpy) }), /it needs numpy, which is not there as pure Python/);
  const { wheels, file } = offer({ requires: ['numpy'], lock: lock('numpy-2.0-py3-none-any.whl') });
  assert.equal(wheels.length, 1);
  assert.match(file?.text ?? '', /"wheels":\["\.\.\/\.\.\/wheels\/a{64}\.whl"\]/);
});

test('a page offers every sample, those that say so, or none', async () => {
  const count = async (live: boolean | undefined, own: boolean) => {
    const samples = post.samples.map((each) => ({ ...each, live: own || undefined }));
    const page = await renderPage({ ...post, samples }, records, { live });
    const buttons = page.body.match(/<button/g)?.length ?? 0;
    assert.equal(page.live, buttons > 0);
    assert.equal(page.files.filter(({ name }) => name.endsWith('live.json')).length, buttons);
    return buttons;
  };
  assert.deepEqual(
    [await count(true, false), await count(false, true), await count(false, false), await count(undefined, true)],
    [1, 1, 0, 0],
  );
});
