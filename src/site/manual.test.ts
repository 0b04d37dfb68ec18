import { execa } from 'execa';
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { conditions, metrics } from '../experiment/condition.ts';
import { verdictNames } from '../experiment/sample.ts';
import { sampleAttributes } from '../post/fences/read-sample.ts';
import { figureNames } from '../post/figures/figure.ts';
import { frontMatterKeys } from '../post/front-matter/front-matter.ts';
import { buildForTest, openBrowser, type BuiltSite, type Visitor } from './built-site.ts';

let site: BuiltSite;
let visitor: Visitor;
/** The text below each heading of a command, by the command's name. */
let sections: Readonly<Record<string, string>>;
/** The commands of Leaklog that `npx leaklog` starts. */
const commands = globSync('scripts/*.ts')
  .map((path) => basename(path, '.ts'))
  .filter((name) => !['bench', 'licences', 'prepack'].includes(name));

before(async () => {
  site = await buildForTest();
  visitor = await openBrowser(site);
  await visitor.visit('/manual/', { javaScriptEnabled: false }, async (page) => {
    const texts = await page
      .locator('article > h2, article > h2 ~ *')
      .evaluateAll((nodes) => nodes.map((node) => ({ heading: /^H[23]$/.test(node.tagName), text: node.textContent })));
    const found: Record<string, string> = {};
    let name = '';
    for (const { heading, text } of texts) {
      if (heading) name = /^(?:npm run|npx leaklog) (\w+)/.exec(text)?.[1] ?? '';
      found[name] = `${found[name] ?? ''}${text}\n`;
    }
    sections = found;
  });
});

after(async () => {
  await visitor?.close();
  site?.remove();
});

test('every attribute, key, figure, value, condition and verdict is on the page', async () => {
  await visitor.visit('/manual/', {}, async (page) => {
    const rows = async (name: string) => page.getByRole('region', { name, exact: true }).locator('tbody th').allInnerTexts();
    assert.deepEqual(await rows('The attributes of a sample'), Object.keys(sampleAttributes));
    assert.deepEqual(
      (await rows('The keys of the front matter')).map((key) => key.replace(' (needed)', '')),
      frontMatterKeys().map(({ key }) => key),
    );
    assert.deepEqual(
      (await rows('The figures')).map((row) => row.replace(/^::|\{.*/g, '')),
      figureNames,
    );
    assert.deepEqual(await rows('The values of a run'), Object.keys(metrics));
    assert.deepEqual(await rows('The conditions'), conditions);
    assert.deepEqual(await rows('The verdicts'), verdictNames);
    assert.ok((await rows('The limits')).length > 5);
  });
});

test('every command is in the manual with all its options, and no other', async () => {
  assert.deepEqual(Object.keys(sections).filter(Boolean).toSorted(), commands.toSorted(), 'The manual has a heading for each command');
  for (const [, name = ''] of Object.values(sections)
    .join('')
    .matchAll(/\bnpm run (\w+)/g))
    assert.ok(commands.includes(name), `The manual mentions npm run ${name}, which is not a command`);
  await Promise.all(
    commands.map(async (name) => {
      const file = `scripts/${name}.ts`;
      const { stdout } = await execa('node', ['--disable-warning=ExperimentalWarning', file, '--help'], { preferLocal: true });
      for (const [, option] of stdout.matchAll(/^ {2}(--[a-z-]+)/gm))
        assert.ok(
          option === '--help' || sections[name]?.includes(option as string),
          `The manual’s section on npm run ${name} does not mention ${option}`,
        );
    }),
  );
});

test('every figure has an example that is drawn from a record', async () => {
  await visitor.visit('/manual/', {}, async (page) => {
    const examples = page.locator('.example');
    for (const name of figureNames) {
      const example = examples.filter({ hasText: new RegExp(`^::${name}\\{`) });
      assert.equal(await example.count(), 1, name);
      assert.ok(await example.locator('.outcome :is(.chart, .log, .verdict, .versions, .listing, .way, .counts)').count(), name);
    }
    assert.equal(await page.locator('.not-run').count(), 0);
    assert.match(await page.locator('.said').innerText(), /: error: .*Did you mean/);
  });
});

test('the navigation leads to the manual, and the search finds it', async () => {
  await visitor.visit('/', { viewport: { width: 360, height: 800 } }, async (page) => {
    const fits = await page
      .locator('header.site nav')
      .evaluate((nav) => nav.scrollWidth <= nav.clientWidth && nav.getBoundingClientRect().height < 40);
    assert.ok(fits, 'on one line at 360 pixels');
    await page.getByRole('link', { name: 'Manual' }).click();
    assert.equal(await page.locator('h1').innerText(), 'Manual');
    await page.goto(new URL('/search/?q=PYTHONHASHSEED', page.url()).href);
    await page.getByRole('link', { name: 'Manual' }).nth(1).waitFor();
  });
});
