import { build } from 'esbuild';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { buildForTest, openBrowser, testBlog, type BuiltSite, type Visitor } from './built-site.ts';

let site: BuiltSite;
let browser: Visitor;
before(async () => {
  site = await buildForTest();
  browser = await openBrowser(site);
});
after(async () => {
  await browser?.close();
  site?.remove();
});

const post = '/posts/memory-leak-python/';
const log = `${post}before/`;

test('a chart can be read with pointer and keyboard, and as text', async () => {
  await browser.visit(post, { viewport: { width: 1200, height: 900 } }, async (page) => {
    const slider = page.getByRole('slider').first();
    assert.equal(await page.locator('.reading-text').first().isVisible(), false);
    await slider.focus();
    await page.keyboard.press('Home');
    assert.match(
      (await slider.getAttribute('aria-valuetext')) ?? '',
      /^As written, test\.i 0: before [\d.]+ MB, after [\d.]+ MB\. Debug flags off, /,
    );
    await page.keyboard.press('End');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^As written, test\.i 100,000: before 2\d\d MB, after [\d.]+ MB/);
    assert.equal(await page.locator('.reading-text').first().isVisible(), true);
    await page.keyboard.press('PageDown');
    assert.equal(await slider.getAttribute('aria-valuenow'), '90');
    const plot = await page.locator('.chart-wide .plot').first().boundingBox();
    assert.ok(plot);
    await page.mouse.move(plot.x + plot.width * 0.6, plot.y + 60);
    const [, share] = /test\.i ([\d,]+):/.exec((await slider.getAttribute('aria-valuetext')) ?? '') ?? [];
    assert.ok(Number(share?.replace(',', '')) > 30_000 && Number(share?.replace(',', '')) < 75_000, share);
  });
});

test('the script of the reading line has at most a kilobyte', async () => {
  const { outputFiles } = await build({
    entryPoints: [resolve('src/site/client/crosshair.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  const size = gzipSync((outputFiles[0] as { contents: Uint8Array }).contents, { level: 9 }).length;
  assert.ok(size <= 1024, `${size} bytes`);
});

test('one figure shows before, after or their difference, even without JavaScript and by keyboard', async () => {
  await browser.visit(post, { javaScriptEnabled: false }, async (page) => {
    const views = page.locator('.views .view');
    const shown = async () => Promise.all([0, 1, 2].map((index) => views.nth(index).isVisible()));
    assert.deepEqual(await shown(), [true, false, false]);
    await page.locator('.views input').first().focus();
    await page.keyboard.press('ArrowRight');
    assert.deepEqual(await shown(), [false, true, false]);
    await page.locator('.views label').nth(2).click();
    assert.deepEqual(await shown(), [false, false, true]);
  });
});

test('a line of code has an address, and the code is copied and downloaded exactly as it was run', async () => {
  const [, code = ''] =
    /sample=before.*?\n(.*?)```/s.exec(readFileSync(join(testBlog, 'content/posts/2023-09-22-memory-leak-python.md'), 'utf8')) ?? [];
  assert.equal(readFileSync(join(site.folder, log, 'test.py'), 'utf8'), code);
  await browser.visit(`${post}#before-L4`, { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    assert.match(await page.locator('.row:target').innerText(), /gc\.set_debug/);
    await page.locator('#sample-before').getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
  });
});

test('a link to a line opens the fold that hides it, and an opened fold shows its lines', async () => {
  const lines = gunzipSync(readFileSync(join(site.folder, log, 'log.txt.gz')))
    .toString('utf8')
    .split('\n');
  await browser.visit(`${log}#L150`, { viewport: { width: 1000, height: 800 } }, async (page) => {
    const here = page.locator('.line.here');
    await here.waitFor();
    assert.equal((await here.innerText()).replace(/\s+/g, ' '), `150 ${lines[149]}`);
    assert.equal(await here.evaluate((row) => row.getBoundingClientRect().top < innerHeight), true);
    const fold = page.locator('details.fold').nth(1);
    await fold.locator('summary').click();
    await fold.locator('.line').first().waitFor();
    const first = Number((await fold.getAttribute('id'))?.slice(1));
    assert.equal(await fold.locator('.line code').first().innerText(), lines[first - 1]);
    await page.evaluate(() => (location.hash = '#L300000'));
    await page.waitForFunction(() => document.querySelector('.line.here')?.textContent?.startsWith('300,000'));
    assert.ok((await here.innerText()).endsWith(lines[299_999] as string));
  });
});

test('a click on an object marks every mention of it', async () => {
  await browser.visit(log, {}, async (page) => {
    await page.locator('.line s', { hasText: /^#3$/ }).first().click();
    const marked = await page.locator('s.marked').allInnerTexts();
    assert.ok(marked.length > 0 && marked.every((text) => text === '#3'), marked.join(' '));
    await page.getByLabel('Mark object').fill('2');
    assert.deepEqual([...new Set(await page.locator('s.marked').allInnerTexts())], ['#2']);
    assert.match(await page.getByRole('status').innerText(), /^\d+ mentions? in the lines shown$/);
  });
});

test('each type of object has its section on a page, with links to its lines', async () => {
  await browser.visit(`${log}types/`, { javaScriptEnabled: false }, async (page) => {
    await page.getByRole('link', { name: 'type', exact: true }).click();
    const part = page.locator('section:has(:target)');
    assert.deepEqual([...new Set(await part.locator('.line i').allInnerTexts())], ['type']);
    await part.locator('.line a').first().click();
    assert.match(page.url(), /before\/#L\d+$/);
    assert.match(await page.locator('.line:has(:target)').innerText(), /<type #\d+>/);
  });
});
