import { build } from 'astro';
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import sparticuz from '@sparticuz/chromium';

const dist = mkdtempSync(join(tmpdir(), 'leaklog-dist-'));
const types: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', json: 'application/json' };
const server = createServer(({ url = '/' }, response) => {
  const path = join(dist, new URL(url, 'http://x').pathname.replace(/\/$/, '/index.html'));
  if (!existsSync(path) || statSync(path).isDirectory()) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[path.split('.').at(-1) ?? ''] ?? 'text/plain' }).end(readFileSync(path));
});
let browser: Browser;
let origin: string;

before(async () => {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  await build({ root: resolve('.'), outDir: dist, logLevel: 'error' });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find((path) => existsSync(path));
  browser = await chromium.launch({
    executablePath: installed ?? (await sparticuz.executablePath()),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  server.close();
  rmSync(dist, { recursive: true });
});

const post = '/posts/memory-leak-python/';
const pages = ['/', post, `${post}before/`, `${post}after/`, '/404.html'];

async function visit(path: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const strangers: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => void (request.url().startsWith(origin) || strangers.push(request.url())));
    page.on('console', (message) => void (message.type() === 'error' && !message.text().includes('favicon') && errors.push(message.text())));
    await page.goto(origin + path);
    await look(page);
    assert.deepEqual(strangers, [], 'no request to another host');
    assert.deepEqual(errors.filter((text) => !text.includes('404')), []);
  } finally {
    await context.close();
  }
}

const overflow = (page: Page) => page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);

test('no page overflows, from 360 pixels up', async () => {
  for (const width of [360, 700, 1200]) {
    for (const path of pages) {
      await visit(path, { viewport: { width, height: 800 } }, async (page) => assert.equal(await overflow(page), 0, `${path} at ${width}`));
    }
  }
});

test('axe finds nothing on any page, light or dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const path of pages) {
      await visit(path, { colorScheme, viewport: { width: 1000, height: 800 } }, async (page) => {
        await page.evaluate(axe.source);
        const found = await page.evaluate(async () => {
          // What is off screen of a log with thousands of lines is no different from what is on it.
          for (const lines of document.querySelectorAll('.lines')) while (lines.children.length > 60) lines.lastElementChild?.remove();
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
          return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
        });
        assert.deepEqual(found, [], `${path}, ${colorScheme}`);
      });
    }
  }
});

test('without JavaScript the post is complete: verdicts, chart, code, diff and log', async () => {
  await visit(post, { javaScriptEnabled: false, viewport: { width: 1200, height: 900 } }, async (page) => {
    const count = (selector: string) => page.locator(selector).count();
    assert.equal(await page.locator('h1').innerText(), 'memory leak (python)');
    assert.equal(await count('.verdict-debug-artifact.verdict'), 1);
    assert.equal(await count('.verdict-no-leak.verdict'), 1);
    assert.equal(await page.locator('.chart-wide').isVisible(), true);
    assert.equal(await page.locator('.chart-narrow').isVisible(), false);
    assert.equal(await count('.chart-wide .panel-title'), 3);
    assert.equal(await count('.chart-wide .line'), 6);
    assert.match(await page.locator('.listing').first().innerText(), /gc\.set_debug\(gc\.DEBUG_LEAK\)/);
    assert.ok((await count('.diff ins')) > 3 && (await count('.diff del')) > 2);
    assert.match(await page.locator('.log').first().innerText(), /606,\d\d\d lines|60\d,\d\d\d lines/);
    assert.match(await page.locator('.fold').first().innerText(), /the same 6 lines, [\d,]+ more times/);
    assert.equal(await count('[style]'), 0);
    assert.equal(await page.getByText('Interpreter shutdown').first().isVisible(), true);
  });
  await visit(post, { javaScriptEnabled: false, viewport: { width: 360, height: 900 } }, async (page) => {
    assert.equal(await page.locator('.chart-narrow').isVisible(), true);
    assert.equal(await page.locator('.chart-wide').isVisible(), false);
  });
});

test('colours of code differ between light and dark', async () => {
  const seen: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await visit(post, { colorScheme }, async (page) => {
      seen.push(await page.locator('.listing .row span').first().evaluate((node) => getComputedStyle(node).color));
    });
  }
  assert.equal(new Set(seen).size, 2, seen.join(' '));
});

test('every internal link and anchor leads somewhere', () => {
  const files = globSync('**/*.html', { cwd: dist });
  assert.ok(files.length >= pages.length);
  const ids = new Map<string, Set<string>>();
  const idsOf = (path: string) => {
    if (!ids.has(path)) ids.set(path, new Set([...readFileSync(path, 'utf8').matchAll(/ id="([^"]+)"/g)].map((match) => match[1] as string)));
    return ids.get(path) as Set<string>;
  };
  for (const file of files) {
    const base = new URL(`http://x/${file.replace(/index\.html$/, '')}`);
    for (const [, href = ''] of readFileSync(join(dist, file), 'utf8').matchAll(/ (?:href|src)="([^"]+)"/g)) {
      const url = new URL(href.replaceAll('&amp;', '&'), base);
      if (url.host !== 'x') continue;
      const path = join(dist, url.pathname.replace(/\/$/, '/index.html'));
      assert.ok(existsSync(path), `${file} links to ${href}`);
      if (url.hash !== '') assert.ok(idsOf(path).has(url.hash.slice(1)), `${file} links to ${href}`);
    }
  }
});
