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

test('a chart can be read with pointer and keyboard, and as text; the line that ran then is marked', async () => {
  await browser.visit(post, { viewport: { width: 1200, height: 900 } }, async (page) => {
    const slider = page.getByRole('slider').first();
    const tooltip = page.locator('.tooltip').first();
    assert.equal(await tooltip.isVisible(), false);
    await slider.focus();
    await page.keyboard.press('Home');
    assert.match(
      (await slider.getAttribute('aria-valuetext')) ?? '',
      /^i 0\. As written: before [\d.]+ MB, after [\d.]+ MB\. Debug flags off: before .* before is in line \d+\. /,
    );
    await page.keyboard.press('End');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^i 100,000\. As written: before 2\d\d MB, after [\d.]+ MB/);
    assert.match(await tooltip.innerText(), /^i 100,000\s+As written\s+before 2\d\d MB\s+after [\d.]+ MB\s+Debug flags off\s/);
    const [, line] = /before: line (\d+)/.exec(await tooltip.innerText()) ?? [];
    assert.deepEqual(
      await page.locator('.row.lit').evaluateAll((rows) => rows.map(({ id }) => id).filter((id) => id.startsWith('before'))),
      [`before-L${line}`],
    );
    await page.keyboard.press('PageDown');
    assert.equal(await slider.getAttribute('aria-valuenow'), '90');
    await page.keyboard.press('Escape');
    assert.equal(await tooltip.isVisible(), false);
    assert.equal(await page.locator('.row.lit').count(), 0);
    const plot = await page.locator('.chart-lead .plot').first().boundingBox();
    assert.ok(plot);
    await page.mouse.move(plot.x + plot.width * 0.6, plot.y + 60);
    const [, share] = /^i ([\d,]+)/.exec(await tooltip.innerText()) ?? [];
    assert.ok(Number(share?.replace(',', '')) > 30_000 && Number(share?.replace(',', '')) < 75_000, share);
  });
});

test('a finger reads a chart, and what it read stays until it touches something else', async () => {
  await browser.visit(post, { viewport: { width: 360, height: 800 }, hasTouch: true }, async (page) => {
    const plot = page.locator('.chart-narrow .plot').first();
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    assert.ok(box);
    await page.touchscreen.tap(box.x + box.width * 0.5, box.y + 60);
    const tooltip = page.locator('.tooltip').first();
    assert.match(await tooltip.innerText(), /^i \d\d,\d\d\d/);
    const [left, right] = await tooltip.evaluate((node) => {
      const { left, right } = node.getBoundingClientRect();
      return [left, right] as const;
    });
    assert.ok(left >= 0 && right <= 360, `${left} to ${right}`);
    await page.touchscreen.tap(20, 20);
    assert.equal(await tooltip.isVisible(), false);
  });
});

test('the script of the reading line has at most two kilobytes', async () => {
  const { outputFiles } = await build({
    entryPoints: [resolve('src/site/client/crosshair.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  const size = gzipSync((outputFiles[0] as { contents: Uint8Array }).contents, { level: 9 }).length;
  assert.ok(size <= 2048, `${size} bytes`);
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
    await page.getByLabel('Search').fill('#2');
    await page.waitForFunction(() => /found/.test(document.querySelector('.log-status')?.textContent ?? ''));
    assert.deepEqual([...new Set(await page.locator('s.marked').allInnerTexts())], ['#2']);
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

test('the whole log is searched, by text and by type, though only some of it is on the page', async () => {
  await browser.visit(log, {}, async (page) => {
    const status = page.locator('.log-status');
    const found = async (end: string) => {
      await page.waitForFunction((end) => document.querySelector('.log-status')?.textContent?.endsWith(end), end);
      return status.innerText();
    };
    await page.getByLabel('Search').fill('#300000');
    assert.match(await found('found'), /^\d lines? found$/);
    assert.ok((await page.locator('.found .line').first().innerText()).endsWith('#300000>'));
    await page.getByLabel('Search').press('Enter');
    await page.locator('.line.here', { hasText: '#300000>' }).waitFor();
    assert.match(await status.innerText(), /^Line [\d,]+: 1 of \d found$/);
    // What was typed just now is searched for first, and each Enter goes on by one.
    await page.getByLabel('Search').fill('dict #');
    await page.getByLabel('Search').press('Enter');
    assert.match(await found('found'), /^Line [\d,]+: 1 of [\d,]+ found$/);
    for (const place of ['2', '3']) {
      await page.keyboard.press('Enter');
      await page.waitForFunction((place) => document.querySelector('.log-status')?.textContent?.includes(`: ${place} of `), place);
    }
    await page.keyboard.press('Shift+Enter');
    await page.waitForFunction(() => document.querySelector('.log-status')?.textContent?.includes(': 2 of '));
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Type').selectOption('dict');
    const [, count = ''] = /^([\d,]+) lines found, 200 shown$/.exec(await found('shown')) ?? [];
    const own = await page.locator('.log-note a.type', { hasText: /^dict$/ }).evaluate((link) => link.nextSibling?.textContent ?? '');
    assert.equal(count, /[\d,]+/.exec(own)?.[0]);
    const first = await page.locator('.found .line > a').first().innerText();
    await page.getByRole('button', { name: 'Later ones' }).click();
    await page.waitForFunction((first) => document.querySelector('.found .line > a')?.textContent !== first, first);
    assert.equal(await page.locator('.found .line').count(), 200);
  });
});

test('several lines can be linked to, and one that is not there is told', async () => {
  await browser.visit(`${log}#L300000-L300009`, {}, async (page) => {
    await page.waitForFunction(() => document.querySelectorAll('.line.here').length === 10);
    assert.ok((await page.locator('.line.here').last().innerText()).startsWith('300,009'));
    await page.goto(page.url().replace(/#.*/, '#L99999999'));
    await page.waitForFunction(() => /There is no line/.test(document.querySelector('.log-status')?.textContent ?? ''));
  });
});

test('folds are reached one after the other, and the page starts with few elements', async () => {
  await browser.visit(log, {}, async (page) => {
    assert.ok((await page.locator('*').count()) <= 5000);
    await page.getByRole('button', { name: 'Next fold' }).click();
    const first = await page.evaluate(() => document.activeElement?.closest('details')?.id);
    await page.getByRole('button', { name: 'Next fold' }).click();
    const second = await page.evaluate(() => document.activeElement?.closest('details')?.id);
    assert.ok(first !== undefined && second !== undefined && first !== second, `${first} ${second}`);
    assert.ok(Number(second.slice(1)) > Number(first.slice(1)));
  });
});
