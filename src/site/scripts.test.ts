import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buildForTest, openBrowser, type BuiltSite, type Visitor } from './built-site.ts';

const post = '/posts/memory-leak-python/';
let site: BuiltSite;
let visitor: Visitor;

before(async () => {
  site = await buildForTest();
  visitor = await openBrowser(site);
});

after(async () => {
  await visitor?.close();
  site?.remove();
});

test('a chosen theme is remembered, and applied before any script file is loaded', async () => {
  await visitor.visit('/', { colorScheme: 'light' }, async (page) => {
    const theme = () =>
      page.evaluate(() => [document.documentElement.dataset['theme'], getComputedStyle(document.documentElement).backgroundColor]);
    assert.deepEqual(await theme(), ['auto', 'rgb(255, 255, 255)']);
    const dark = page.getByRole('group', { name: 'Theme' }).getByRole('radio', { name: 'Dark' });
    await page.getByRole('radio', { name: 'Automatic' }).focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await dark.isChecked(), true);
    assert.deepEqual(await theme(), ['dark', 'rgb(13, 17, 23)']);
    await page.goto(new URL(post, page.url()).href);
    assert.deepEqual(await theme(), ['dark', 'rgb(13, 17, 23)']);
    assert.equal(await dark.isChecked(), true);
    let held = 0;
    await page.route('**/*.js', (route) => {
      held += 1;
      return route.fulfill({ contentType: 'text/javascript', body: '' });
    });
    await page.goto(new URL('/', page.url()).href);
    assert.deepEqual(await theme(), ['dark', 'rgb(13, 17, 23)']);
    assert.ok(held > 0);
  });
});

test('the policy allows the site’s own scripts and no other', async () => {
  await visitor.visit(post, {}, async (page, errors) => {
    const blocked = await page.evaluate(async () => {
      const seen: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => void seen.push(effectiveDirective));
      const script = Object.assign(document.createElement('script'), { textContent: 'document.title = "run"' });
      const style = Object.assign(document.createElement('style'), { textContent: 'h1 { color: red }' });
      document.head.append(script, style);
      await new Promise((resolve) => setTimeout(resolve));
      return [...seen.toSorted(), document.title];
    });
    assert.deepEqual(blocked, ['script-src-elem', 'style-src-elem', 'memory leak (python) · Examples']);
    const policies = await page.locator('meta[http-equiv]').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('content')));
    assert.equal(policies.length, 1);
    assert.doesNotMatch(policies[0] ?? '', /unsafe/);
    assert.equal(errors.splice(0).length, 2);
  });
});

test('search finds a word of a post, by keyboard and by address, but no word that is only in a log', async () => {
  await visitor.visit('/search/', {}, async (page) => {
    const status = page.getByRole('status');
    const results = page.locator('#results li');
    await page.getByLabel('Words in the posts').fill('collector');
    await page.waitForFunction(() => document.querySelector('#count')?.textContent !== '');
    assert.match(await status.innerText(), /^\d+ posts?(?: and 1 other page)? for “collector”$/);
    assert.ok((await results.count()) > 0);
    assert.match(await results.first().innerHTML(), /<mark>collector/i);
    assert.match(page.url(), /\?q=collector$/);
    await page.goto(new URL('/search/?q=DEBUG_LEAK', page.url()).href);
    await results.first().waitFor();
    const link = results.getByRole('link', { name: 'memory leak (python)' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${post}`);
    const posts = site.pages.filter((path) => /^\/posts\/[^/]+\/$/.test(path));
    const word = await page.evaluate(async (posts) => {
      const types: string[] = [];
      const starts = new Set<string>();
      for (const path of posts) {
        const article = new DOMParser()
          .parseFromString(await (await fetch(path)).text(), 'text/html')
          .querySelector('article') as HTMLElement;
        types.push(...[...article.querySelectorAll('.log .lines i')].map((type) => type.textContent?.toLowerCase() ?? ''));
        for (const log of article.querySelectorAll('.log')) log.remove();
        for (const [start] of article.textContent?.toLowerCase().matchAll(/\p{L}{4}/gu) ?? []) starts.add(start);
      }
      return types.find((type) => /^\p{L}{5,}$/u.test(type) && !starts.has(type.slice(0, 4)));
    }, posts);
    assert.ok(word !== undefined);
    await page.goto(new URL(`/search/?q=${word}`, page.url()).href);
    await page.waitForFunction(() => document.querySelector('#count')?.textContent !== '');
    // Pagefind finds a word with the same beginning instead, which is not what was asked for.
    assert.match(await status.innerText(), new RegExp(`^No posts for “${word}”$`, 'i'));
    assert.equal(await results.count(), 0);
  });
});

test('search works without a worker', async () => {
  await visitor.visit(
    '/search/?q=collector',
    {},
    async (page, errors) => {
      await page.locator('#results mark').first().waitFor();
      assert.deepEqual(
        errors.splice(0).filter((text) => !/worker|ERR_FAILED/i.test(text)),
        [],
      );
    },
    async (page) => page.route('**/pagefind-worker.js', (route) => route.abort()),
  );
});

test('search says so if there is no index', async () => {
  await visitor.visit(
    '/search/?q=collector',
    {},
    async (page) => {
      await page.waitForFunction(() => document.querySelector('#count')?.textContent !== '');
      assert.match(await page.getByRole('status').innerText(), /^There is no search index here/);
    },
    async (page) => page.route('**/pagefind/*', (route) => route.fulfill({ contentType: 'text/javascript', body: 'throw new Error()' })),
  );
});
