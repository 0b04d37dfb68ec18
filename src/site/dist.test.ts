import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readPosts } from '../post/read-posts.ts';
import { buildForTest, testBlog, type BuiltSite } from './built-site.ts';

const host = 'https://examples.example';
const posts = (await readPosts(testBlog)).filter(({ frontMatter }) => !frontMatter.draft).map(({ slug }) => `/posts/${slug}/`);
let root: BuiltSite;
let below: BuiltSite;

before(async () => {
  root = await buildForTest();
  below = await buildForTest('/some/where');
});

after(() => {
  root?.remove();
  below?.remove();
});

const fileOf = (path: string) => path.replace(/\/$/, '/index.html');
const read = (site: BuiltSite, path: string) => readFileSync(join(site.folder, fileOf(path)), 'utf8');
const entity = (text: string) => text.replaceAll('&#x26;', '&').replaceAll('&#38;', '&').replaceAll('&amp;', '&');

/** The links of a page: those in attributes, and addresses of this site anywhere in it. */
function linksOf(text: string): readonly string[] {
  const attributes = [...text.matchAll(/<[a-z][^<>]*? (?:href|src|data-pagefind|data-base)="([^"]*)"/gi)].map(
    (match) => match[1] as string,
  );
  const whole = [...text.matchAll(/https:\/\/examples\.example[^\s"'<>&)]*/g)].map((match) => match[0]);
  return [...attributes, ...whole].map(entity);
}

test('every link, anchor and asset exists, whatever the base', () => {
  for (const site of [root, below]) {
    assert.ok(site.pages.length > posts.length + 5);
    const ids = new Map<string, ReadonlySet<string>>();
    const idsOf = (file: string) => {
      if (!ids.has(file))
        ids.set(file, new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map((match) => entity(match[1] as string))));
      return ids.get(file) as ReadonlySet<string>;
    };
    let checked = 0;
    for (const page of [...site.pages, '/feed.xml', '/sitemap.xml', '/robots.txt']) {
      for (const link of linksOf(read(site, page))) {
        const url = new URL(link, `${host}${site.base}${page}`);
        if (url.origin !== host || url.protocol === 'mailto:') continue;
        const says = `${page} links to ${link}, base ${site.base || '/'}`;
        assert.ok(url.pathname.startsWith(`${site.base}/`), says);
        const file = join(site.folder, fileOf(decodeURIComponent(url.pathname.slice(site.base.length))));
        assert.ok(existsSync(file), says);
        if (url.hash !== '') assert.ok(idsOf(file).has(decodeURIComponent(url.hash.slice(1))) || page.endsWith('.xml'), says);
        checked += 1;
      }
    }
    assert.ok(checked > 100);
  }
});

test('the sitemap lists every post and every index, and no whole log', () => {
  const listed = [...read(root, '/sitemap.xml').matchAll(/<loc>(.*?)<\/loc>/g)].map((match) => (match[1] as string).slice(host.length));
  for (const page of ['/', '/tags/', '/tags/python/', '/archive/', '/manual/', ...posts]) assert.ok(listed.includes(page), page);
  assert.deepEqual(listed.filter((page) => page.startsWith('/posts/')).toSorted(), posts.toSorted());
  assert.match(read(below, '/robots.txt'), /^Sitemap: https:\/\/examples\.example\/some\/where\/sitemap\.xml$/m);
});

test('every post has a card of 1200 by 630 pixels and less than 100 kB, the same in every build', () => {
  for (const post of posts) {
    const [card, again] = [root, below].map(({ folder }) => readFileSync(join(folder, post, 'card.png'))) as [Buffer, Buffer];
    assert.equal(card.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([card.readUInt32BE(16), card.readUInt32BE(20)], [1200, 630]);
    assert.ok(card.length < 100_000, `${post}: ${card.length}`);
    assert.ok(card.equals(again));
    assert.ok(read(root, post).includes(`<meta property="og:image" content="${host}${post}card.png">`));
  }
});

test('the measurements of a post are linked data', () => {
  for (const post of posts) {
    const [, json = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(read(root, post)) ?? [];
    const [posting, dataset] = JSON.parse(json)['@graph'];
    assert.equal(posting['@type'], 'BlogPosting');
    assert.equal(dataset['@type'], 'Dataset');
    assert.equal(dataset.distribution.contentUrl, `${host}${post}data.json`);
    assert.ok(dataset.description.length >= 50 && dataset.description.length <= 5000 && dataset.variableMeasured.length > 2);
    assert.ok(read(root, post).includes(`<link rel="canonical" href="${host}${post}">`));
  }
});

test('pages are small', () => {
  const size = (texts: readonly string[]) => texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
  for (const page of root.pages) {
    const text = read(root, page);
    const assets = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => read(root, match[1] as string));
    const styles = assets(/<link rel="stylesheet" href="([^"]+)"/g);
    const scripts = assets(/<script [^>]*src="([^"]+)"/g);
    assert.ok(styles.length > 1 && scripts.length > 0, page);
    assert.ok(size(scripts) <= 6_000, `${page}: scripts of ${size(scripts)}`);
    const all = size([text, ...styles, ...scripts]);
    const maxBytes = /^\/posts\/[^/]+\/./.test(page) ? 150_000 : 100_000;
    assert.ok(all <= maxBytes, `${page}: ${all} bytes of at most ${maxBytes}`);
  }
});
