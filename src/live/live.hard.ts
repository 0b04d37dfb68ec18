import axe from 'axe-core';
import { execa } from 'execa';
import assert from 'node:assert/strict';
import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { liveMegabytes } from '../page/live-size.ts';
import { buildForTest, openBrowser, testBlog, type BuiltSite, type Visitor } from '../site/built-site.ts';
import { packCode } from './fragment.ts';

const post = '/posts/lru-cache-on-methods/';
const repository = resolve(import.meta.dirname, '../..');
let site: BuiltSite;
let plain: Pick<BuiltSite, 'folder' | 'remove'>;
let below: BuiltSite;
let visitor: Visitor;

before(async () => {
  site = await buildForTest('', repository, true);
  plain = await buildPlain();
  below = await buildForTest('/some/where', testBlog, true);
  visitor = await openBrowser(site);
});

after(async () => {
  await visitor?.close();
  for (const each of [site, plain, below]) each?.remove();
});

/** The same blog without the option, in a process of its own, as Astro remembers the pages of a root. */
async function buildPlain(): Promise<typeof plain> {
  const built = JSON.stringify(new URL('../site/built-site.ts', import.meta.url).href);
  const program = `import { buildForTest } from ${built}; console.log((await buildForTest('', ${JSON.stringify(repository)})).folder)`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', program], { cwd: repository });
  const folder = stdout.trim().split('\n').at(-1) as string;
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

const listing = (page: Page, sample = 'before') => page.locator(`#sample-${sample}`);
const statusOf = (panel: Locator) => panel.locator('.live-status');
/** Waits until a run has ended, however it did. */
const ended = (panel: Locator, timeout = 400_000) =>
  statusOf(panel)
    .filter({ hasText: /^(?:Done|It |Stopped)/ })
    .waitFor({ timeout });
const linkTo = async (code: string, sample = 'before') => `${post}#run-${sample}=${await packCode(code)}`;
/** Runs code that a link carries, and returns what the page says of it. */
async function runLinked(page: Page): Promise<string> {
  await listing(page).getByRole('button', { name: 'Run this code' }).click();
  await ended(listing(page));
  return (await listing(page).locator('.live').innerText()).replaceAll(/\s+/g, ' ');
}

const leaking = `import gc
class Node:
    pass
kept = []
def main():
    for i in range(40000):
        node = Node()
        node.parts = [i] * 20
        kept.append(node)
main()
print("done")
`;
const mended = leaking.replace('        kept.append(node)\n', '        kept.append(node)\n        del kept[:]\n');

test('before the click a page is not heavier by 1.5 kB, asks for nothing, and without live nothing of it is there', async () => {
  const sizeOf = ({ folder }: typeof plain) => {
    const html = readFileSync(join(folder, post, 'index.html'), 'utf8');
    const assets = [...html.matchAll(/(?:<link rel="stylesheet" href|<script [^>]*src)="([^"]+)"/g)].map((match) => match[1] as string);
    return [html, ...assets.map((path) => readFileSync(join(folder, path)))].reduce(
      (sum, text) => sum + gzipSync(text, { level: 9 }).length,
      0,
    );
  };
  assert.ok(sizeOf(site) - sizeOf(plain) <= 1500, `${sizeOf(site) - sizeOf(plain)} bytes more`);
  const names = (folder: string) => globSync('**/*{pyodide,python,worker-,panel,.whl}*', { cwd: folder, exclude: ['pagefind/**'] });
  assert.deepEqual(names(join(plain.folder, '_astro')), []);
  assert.doesNotMatch(readFileSync(join(plain.folder, post, 'index.html'), 'utf8'), /wasm|blob:|run-here/);
  assert.match(readFileSync(join(site.folder, post, 'index.html'), 'utf8'), /'wasm-unsafe-eval'; worker-src blob:/);
  // A page without a button has the policy of before.
  assert.doesNotMatch(readFileSync(join(site.folder, 'index.html'), 'utf8'), /wasm|blob:/);
  await visitor.visit(post, {}, async (page) => {
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(request.url()));
    await listing(page)
      .getByRole('button', { name: /^▶ Run it here \(\d MB, once\)$/ })
      .waitFor();
    await page.waitForTimeout(500);
    assert.deepEqual(asked, []);
  });
});

test('a first run loads about as much as its button says, under names of their contents', () => {
  const files = globSync('*', { cwd: join(site.folder, '_astro') }).filter((name) => /^(?:pyodide|python|worker|panel)/.test(name));
  assert.equal(files.length, 4);
  for (const name of files) assert.match(name, /-[\w-]{8}\.\w+$/);
  const size = (compresses: boolean) =>
    files.reduce((sum, name) => {
      const path = join(site.folder, '_astro', name);
      return sum + (compresses && name.endsWith('.js') ? gzipSync(readFileSync(path)).length : statSync(path).size);
    }, 0);
  for (const compresses of [true, false]) assert.ok(Math.abs(size(compresses) / 1e6 - liveMegabytes) <= 0.6, String(size(compresses)));
});

test('every sample of the posts gets the verdict of its record, or the reason for another is said', async () => {
  const posts = site.pages.filter((path) => /^\/posts\/[^/]+\/$/.test(path));
  let [same, other, refused] = [0, 0, 0];
  for (const path of posts) {
    const names: string[] = [];
    await visitor.visit(path, {}, async (page) => {
      refused += await page.getByText('This cannot be run in the page: it is meant for Python').count();
      names.push(...(await page.locator('.run-here').evaluateAll((all) => all.map((each) => each.closest('figure')?.id ?? ''))));
    });
    for (const id of names) {
      await visitor.visit(path, {}, async (page) => {
        const panel = page.locator(`#${id}`);
        await panel.locator('.run-here').click();
        await ended(panel);
        const said = (await panel.locator('.live').innerText()).replaceAll(/\s+/g, ' ');
        if (/The same verdict as the post’s: [\w ,]+\./.test(said)) same += 1;
        else {
          other += 1;
          // On a busy machine a run that counts every byte may take too long.
          assert.match(said, /which cannot be seen in a browser\.|came to the limit of \d+ seconds/, `${path}${id}: ${said}`);
        }
      });
    }
  }
  assert.ok(same >= 8, `${same} the same, ${other} not`);
  assert.ok(refused >= 8, `${refused} cannot be run`);
});

test('a mended sample gets another verdict; its link runs nothing by itself, and gives the same to somebody else', async () => {
  await visitor.visit(await linkTo(leaking), {}, async (page) => {
    assert.match(await runLinked(page), /Your code gets the post’s verdict: leak\./);
    // The reader mends it, and copies the link.
    const editor = listing(page).getByRole('textbox', { name: 'The code of' });
    await editor.fill(mended);
    await listing(page).getByRole('button', { name: 'Run again' }).click();
    await statusOf(listing(page)).filter({ hasText: 'Running' }).waitFor({ timeout: 100_000 });
    await ended(listing(page));
    assert.match(await listing(page).locator('.live-outcome').innerText(), /The post’s code: leak\. Yours: no leak\./);
    await listing(page)
      .getByRole('button', { name: /Copy a link/ })
      .click();
    const given = await linkTo(leaking);
    await page.waitForURL(({ pathname, hash }) => pathname + hash !== given);
    const { pathname, hash } = new URL(page.url());
    assert.equal(pathname, post);
    await visitor.visit(pathname + hash, {}, async (other) => {
      const asked: string[] = [];
      other.on('request', (request) => void asked.push(request.url()));
      await listing(other).getByText('This code came with the link. It is not the post’s, and it has not been run.').waitFor();
      await other.waitForTimeout(1000);
      assert.deepEqual(
        asked.filter((url) => /pyodide|python|worker|blob:/.test(url)),
        [],
      );
      assert.match(
        await listing(other).locator('.live-diff > summary').innerText(),
        /^The difference to the post’s code: \d+ lines out, \d+ in$/,
      );
      assert.equal(await editorOf(other).inputValue(), mended.trimEnd());
      assert.match(await runLinked(other), /Yours: no leak\./);
      await listing(other).getByRole('button', { name: 'Back to the post’s' }).click();
      assert.equal(await listing(other).locator('.live-diff').isVisible(), false);
      assert.doesNotMatch(other.url(), /#/);
    });
  });
});

const editorOf = (page: Page) => listing(page).getByRole('textbox', { name: 'The code of' });

test('code that means harm ends at a limit or with an error; the page stays whole and nothing leaves it', async () => {
  const harms: readonly (readonly [what: string, code: string, says: RegExp])[] = [
    ['memory', 'kept = []\nwhile True:\n    kept.append(bytearray(10_000_000))\n', /it came to the limit of 1 GB of memory/],
    ['memory at once', 'kept = bytearray(1_500_000_000)\n', /it came to the limit of 1 GB of memory/],
    [
      'memory in files',
      'for i in range(1000):\n    open(f"f{i}", "wb").write(b"x" * 10_000_000)\n',
      /it came to the limit of 1 GB of memory/,
    ],
    [
      'memory in JavaScript',
      'from pyodide.ffi import to_js\nkept = []\nwhile True:\n    kept.append(to_js({"a": "x" * 1000000 + str(len(kept))}))\n',
      /ImportError: cannot import name .to_js/,
    ],
    ['output', 'while True:\n    print("x" * 1000)\n', /it came to the limit of 20 MB of log/],
    ['an error', 'def main():\n    return 1 / 0\n\nmain()\n', /exit status 1 in line 2.*ZeroDivisionError: division by zero/],
    ['no Python', 'def main(:\n', /SyntaxError/],
    ['the page’s document', 'import js\njs.document.title = "seized"\n', /ModuleNotFoundError: No module named 'js'/],
    ['the network, by js', 'from js import fetch\nfetch("https://example.com/?secret")\n', /ModuleNotFoundError/],
    [
      'the network, by Pyodide',
      'from pyodide.http import pyfetch\nimport asyncio\nasyncio.run(pyfetch("https://example.com/"))\n',
      /exit status 1/,
    ],
    ['the network, by a socket', 'import urllib.request\nurllib.request.urlopen("http://example.com/")\n', /exit status 1/],
    ['JavaScript', 'from pyodide.code import run_js\nrun_js("fetch(\'https://example.com/\')")\n', /exit status 1/],
    ['a script', 'from pyodide.code import run_js\nrun_js("import(\'https://example.com/x.js\')")\n', /exit status 1/],
    ['the makers of functions', 'import js\nf = js.Object.constructor("return this")\nf().postMessage(1)\n', /exit status 1/],
    ['a worker, by a module', 'import pyodide_js\npyodide_js.loadPackage("numpy")\nprint("asked")\n', /./],
    ['its own end', 'import os\nos._exit(3)\n', /exit status 3/],
  ];
  for (const [what, code, says] of harms) {
    await visitor.visit(await linkTo(code), {}, async (page, errors) => {
      const said = await runLinked(page);
      assert.match(said, says, `${what}: ${said}`);
      // What the policy refused is told on the console; visit() fails on what was asked of another host.
      errors.splice(0);
      assert.match(await page.title(), /lru_cache|cache/i, what);
      assert.equal(await page.locator('h1').count(), 1, what);
      await listing(page).getByRole('button', { name: 'Back to the post’s' }).click();
      assert.equal(
        await editorOf(page)
          .inputValue()
          .then((text) => text.includes('lru_cache')),
        true,
        what,
      );
    });
  }
});

test('the page’s policy holds in its workers: no other host, no code from a string', async () => {
  await visitor.visit(post, {}, async (page, errors) => {
    const refused = await page.evaluate(() => {
      const program = `const tries = [fetch('https://example.com/'), (async () => eval('1'))()];
        Promise.allSettled(tries).then((all) => postMessage(all.map(({ status }) => status)));`;
      const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
      const worker = new Worker(url, { type: 'module' });
      return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    });
    assert.deepEqual(refused, ['rejected', 'rejected']);
    errors.splice(0);
  });
});

test('an endless loop can be stopped, and is ended by the clock; another run ends the one that goes on', async () => {
  await visitor.visit(await linkTo('while True:\n    pass\n'), {}, async (page) => {
    const panel = listing(page);
    await panel.getByRole('button', { name: 'Run this code' }).click();
    await statusOf(panel).filter({ hasText: 'Running as written' }).waitFor({ timeout: 100_000 });
    await panel.getByRole('button', { name: 'Stop' }).click();
    await ended(panel);
    assert.equal(await statusOf(panel).innerText(), 'Stopped.');
    // The focus is not lost with the button that it was on.
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Run again');
    await panel.getByRole('button', { name: 'Run again' }).click();
    await statusOf(panel).filter({ hasText: 'Running as written' }).waitFor({ timeout: 100_000 });
    await listing(page, 'after').locator('.run-here').click();
    await ended(panel);
    assert.equal(await statusOf(panel).innerText(), 'Stopped, as another run has begun.');
    await listing(page, 'after').getByRole('button', { name: 'Stop' }).click();
    await panel.getByRole('button', { name: 'Run again' }).click();
    await statusOf(panel).filter({ hasText: 'It did not end as it should' }).waitFor({ timeout: 200_000 });
    assert.match(await panel.locator('.live-error').innerText(), /it came to the limit of 60 seconds/);
  });
});

test('the editor takes Tab, and lets go of it after Escape; axe finds nothing, nothing overflows, and print has no button', async () => {
  await visitor.visit(await linkTo('for i in range(3):\n    print(i)\n'), { viewport: { width: 360, height: 800 } }, async (page) => {
    const editor = editorOf(page);
    await editor.waitFor();
    assert.equal(await editor.evaluate((area) => document.activeElement === area), true);
    await editor.press('ControlOrMeta+Home');
    await editor.press('Tab');
    assert.match(await editor.inputValue(), /^ {4}for i/);
    await editor.press('Shift+Tab');
    assert.match(await editor.inputValue(), /^for i/);
    await editor.press('End');
    await editor.press('Enter');
    assert.match(await editor.inputValue(), /^for i in range\(3\):\n {4}\n/);
    await editor.press('ControlOrMeta+z');
    await editor.press('Escape');
    await editor.press('Tab');
    assert.equal(await editor.evaluate((area) => document.activeElement === area), false);
    await runLinked(page);
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run('.live');
        return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
      });
      assert.deepEqual(found, [], colorScheme);
    }
    assert.equal(await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth), 0);
    assert.equal(await page.locator('.live [style], .live style').count(), 0);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.live:visible, .run-here:visible').count(), 0);
  });
  await visitor.visit(post, { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator('button:visible').count(), 0);
  });
});

test('it works below a folder, and once it was loaded, without a network', async () => {
  const folder = below.folder;
  const under = await openBrowser({ folder, base: below.base });
  try {
    await under.visit(`${below.base}${post}`, {}, async (page) => {
      await listing(page).locator('.run-here').click();
      await statusOf(listing(page)).filter({ hasText: 'Running' }).waitFor({ timeout: 100_000 });
      await listing(page).getByRole('button', { name: 'Stop' }).click();
      await page.context().setOffline(true);
      await listing(page).getByRole('button', { name: 'Edit the code' }).click();
      await editorOf(page).fill('print("here I am")\n');
      await listing(page).getByRole('button', { name: 'Run again' }).click();
      await statusOf(listing(page)).filter({ hasText: 'Running' }).waitFor({ timeout: 100_000 });
      await ended(listing(page));
      assert.match(await listing(page).locator('.live-log').innerText(), /here I am/);
    });
  } finally {
    await under.close();
  }
});

test('a device that saves data is asked before anything of Python is loaded', async () => {
  await visitor.visit(
    post,
    {},
    async (page) => {
      const asked: string[] = [];
      page.on('request', (request) => void asked.push(request.url()));
      await listing(page).locator('.run-here').click();
      await statusOf(listing(page)).filter({ hasText: 'Your browser saves data' }).waitFor();
      assert.deepEqual(
        asked.filter((url) => /pyodide|python|worker/.test(url)),
        [],
      );
      await listing(page).getByRole('button', { name: 'Run it anyway' }).click();
      await statusOf(listing(page)).filter({ hasText: 'Running' }).waitFor({ timeout: 100_000 });
    },
    (page) => page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } })),
  );
});
