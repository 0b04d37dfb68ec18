import axe from 'axe-core';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { buildForTest, openBrowser, type BuiltSite, type Visitor } from './built-site.ts';

const post = '/posts/memory-leak-python/';
let site: BuiltSite;
let visitor: Visitor;
/** Every page, but of the pages about logs only the two of one sample. */
let pages: readonly string[];

before(async () => {
  site = await buildForTest();
  visitor = await openBrowser(site);
  pages = site.pages.filter((page) => !/^\/posts\/[^/]+\/./.test(page) || page === `${post}before/` || page === `${post}before/types/`);
  for (const page of ['/', '/tags/', '/tags/python/', '/archive/', '/search/', '/404.html', post, `${post}before/`, `${post}before/types/`])
    assert.ok(pages.includes(page), page);
});

after(async () => {
  await visitor?.close();
  site?.remove();
});

const visitAll = async (options: BrowserContextOptions, look: (page: Page, path: string) => Promise<void>) => {
  for (const path of pages) await visitor.visit(path, options, (page) => look(page, path));
};

test('no page overflows, from 360 pixels up', async () => {
  await visitAll({}, async (page, path) => {
    for (const width of [360, 700, 1200]) {
      await page.setViewportSize({ width, height: 800 });
      assert.equal(await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth), 0, `${path} at ${width}`);
    }
  });
});

test('axe finds nothing on any page, light or dark', async () => {
  await visitAll({ viewport: { width: 1000, height: 800 } }, async (page, path) => {
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const found = await page.evaluate(async () => {
        // In a log with thousands of lines, those off screen are no different from those on it.
        for (const lines of document.querySelectorAll('.lines')) while (lines.children.length > 60) lines.lastElementChild?.remove();
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return violations.flatMap(({ id, nodes }) =>
          nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
        );
      });
      assert.deepEqual(found, [], `${path}, ${colorScheme}`);
    }
  });
});

test('no page has a style attribute, an inline style or a handler', async () => {
  await visitAll({ javaScriptEnabled: false }, async (page, path) => {
    const found = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((node) => node.matches('[style], style') || [...node.attributes].some(({ name }) => name.startsWith('on')))
        .map((node) => node.outerHTML.slice(0, 200)),
    );
    assert.deepEqual(found, [], path);
  });
});

test('without JavaScript the post is complete: verdicts, chart, code, diff and log', async () => {
  await visitor.visit(post, { javaScriptEnabled: false, viewport: { width: 1200, height: 900 } }, async (page) => {
    const count = (selector: string) => page.locator(selector).count();
    assert.equal(await page.locator('h1').innerText(), 'memory leak (python)');
    assert.equal(await count('.verdict-debug-artifact.verdict'), 1);
    assert.equal(await count('.verdict-no-leak.verdict'), 1);
    assert.equal(await page.locator('.chart-wide').first().isVisible(), true);
    assert.equal(await page.locator('.chart-narrow').first().isVisible(), false);
    assert.equal(await page.locator('.chart-wide:has(.panel-title)').first().locator('.panel-title').count(), 3);
    assert.match(await page.locator('.listing').first().innerText(), /gc\.set_debug\(gc\.DEBUG_LEAK\)/);
    assert.ok((await count('.diff ins')) > 3 && (await count('.diff del')) > 2);
    assert.match(await page.locator('.log').first().innerText(), /[46]0\d,\d\d\d lines/);
    assert.match(await page.locator('.fold').first().innerText(), /the same [46] lines, [\d,]+ more times/);
    assert.equal(await page.getByText('Interpreter shutdown').first().isVisible(), true);
    assert.equal(await page.locator('.theme').isVisible(), false);
  });
  await visitor.visit(post, { javaScriptEnabled: false, viewport: { width: 360, height: 900 } }, async (page) => {
    assert.equal(await page.locator('.chart-narrow').first().isVisible(), true);
    assert.equal(await page.locator('.chart-wide').first().isVisible(), false);
  });
  await visitor.visit('/search/', { javaScriptEnabled: false }, async (page) => {
    assert.match(await page.locator('main').innerText(), /needs JavaScript/);
    assert.equal(await page.locator('#query').isVisible(), false);
  });
});

test('colours of code differ between light and dark', async () => {
  const seen: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await visitor.visit(post, { colorScheme }, async (page) => {
      seen.push(
        await page
          .locator('.listing .row span')
          .first()
          .evaluate((node) => getComputedStyle(node).color),
      );
    });
  }
  assert.equal(new Set(seen).size, 2, seen.join(' '));
});

test('with forced colours nothing is lost: text, badges, lines of the chart', async () => {
  await visitAll({}, async (page, path) => {
    const text = () => page.locator('body').innerText();
    const plain = await text();
    await page.emulateMedia({ forcedColors: 'active' });
    assert.equal(await text(), plain, path);
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    await visitor.visit(post, { forcedColors: 'active', colorScheme, viewport: { width: 1200, height: 900 } }, async (page) => {
      // Forced colours take precedence over a chosen theme.
      await page.getByRole('radio', { name: colorScheme === 'dark' ? 'Light' : 'Dark' }).check({ force: true });
      const drawn = await page.evaluate(() => {
        const colours = (selector: string, property: 'stroke' | 'borderTopColor') =>
          [...document.querySelectorAll(selector)].map((node) => getComputedStyle(node)[property]);
        const [canvas, text, link] = ['Canvas', 'CanvasText', 'LinkText'].map((colour) => {
          const probe = document.body.appendChild(document.createElement('i'));
          probe.style.color = colour;
          return getComputedStyle(probe).color;
        });
        return {
          canvas,
          text,
          link,
          page: getComputedStyle(document.documentElement).backgroundColor,
          badges: colours('.badge', 'borderTopColor'),
          first: colours('.chart-wide .series-0 .line', 'stroke'),
          second: colours('.chart-wide .series-1 .line', 'stroke'),
        };
      });
      assert.equal(drawn.page, drawn.canvas);
      assert.notEqual(drawn.text, drawn.canvas);
      assert.deepEqual([...new Set(drawn.first)], [drawn.text]);
      // Dashes tell them apart.
      assert.deepEqual([...new Set(drawn.second)], [drawn.text]);
      assert.ok(drawn.badges.length > 1 && !drawn.badges.includes(drawn.canvas ?? ''));
      const dashes = await page.evaluate(() =>
        [...document.querySelectorAll('.chart-wide .series .line')].map((node) => getComputedStyle(node).strokeDasharray),
      );
      assert.ok(new Set(dashes).size > 1, 'lines differ by more than colour');
    });
  }
});

test('print shows folded parts, cuts nothing off, and leaves out what only works on a screen', async () => {
  let folded = 0;
  await visitAll({ colorScheme: 'dark', viewport: { width: 680, height: 900 } }, async (page, path) => {
    const hidden = () =>
      page.evaluate(
        () =>
          [...document.querySelectorAll('main details > :not(summary):not(.fold > .log-note)')].filter(
            (node) => !node.checkVisibility({ contentVisibilityAuto: true }),
          ).length,
      );
    folded += await hidden();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    assert.equal(await hidden(), 0, path);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('main pre, main .lines, main .scroll')]
        .filter((node) => getComputedStyle(node).overflowX !== 'visible')
        .map((node) => node.className),
    );
    assert.deepEqual(cut, [], path);
    assert.deepEqual(
      await page.evaluate(() =>
        [...document.querySelectorAll('header.site nav, .theme, .contents, .neighbours')]
          .filter((node) => node.checkVisibility())
          .map((node) => node.className),
      ),
      [],
      path,
    );
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(255, 255, 255)', path);
  });
  assert.ok(folded > 3);
});

test('the table of contents links to every heading of a post', async () => {
  await visitor.visit(post, {}, async (page) => {
    const headings = await page.locator('article :is(h2, h3)[id]:not(#contents)').evaluateAll((nodes) => nodes.map(({ id }) => `#${id}`));
    const links = await page.locator('.contents a').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('href')));
    assert.ok(links.length >= 3);
    for (const link of links) assert.ok(headings.includes(link ?? ''), String(link));
  });
});

test('the feed is well-formed and contains the whole text of every post', async () => {
  await visitor.visit('/', {}, async (page) => {
    const items = await page.evaluate(async () => {
      const feed = new DOMParser().parseFromString(await (await fetch('/feed.xml')).text(), 'application/xml');
      return [...feed.querySelectorAll('item')].map((item) => ({
        title: item.querySelector('title')?.textContent,
        content: item.getElementsByTagName('content:encoded')[0]?.textContent ?? '',
      }));
    });
    assert.equal(items.length, site.pages.filter((path) => /^\/posts\/[^/]+\/$/.test(path)).length);
    const content = items.find(({ title }) => title === 'memory leak (python)')?.content ?? '';
    assert.match(
      content,
      /^<p><img src="https:\/\/examples\.example\/posts\/memory-leak-python\/card\.png" alt="The leak is the instrument/,
    );
    assert.match(content, /gc\.set_debug\(gc\.DEBUG_LEAK\)/);
    assert.doesNotMatch(content, /<(?:svg|script|style|form|details)|(?:href|src)="(?!https?:)| style=/);
    await page.goto(new URL(post, page.url()).href);
    const squeeze = (text: string) => text.replace(/\s/g, '');
    const prose = await page.locator('article > p, article > h2').allTextContents();
    const feed = squeeze(await page.evaluate((html) => new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '', content));
    assert.ok(prose.length > 5);
    for (const text of prose) assert.ok(feed.includes(squeeze(text)), text);
  });
});
