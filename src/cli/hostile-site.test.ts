import type { Root } from 'hast';
import { toHtml } from 'hast-util-to-html';
import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { VFile } from 'vfile';
import { printCapture } from '../capture/capture.ts';
import { recordPath } from '../capture/record-files.ts';
import type { Sample } from '../experiment/sample.ts';
import { sanitise } from '../page/sanitise.ts';
import { parsePost } from '../post/post.ts';
import { openBrowser, type Visitor } from '../site/built-site.ts';
import { hostileCapture, hostilePost } from '../site/fixtures/hostile-post.ts';
import { throwAway } from './throw-away.ts';

const project = throwAway();
const path = 'content/posts/2024-05-06-hostile.md';
const dist = join(project.root, 'dist');
let said = '';
let visitor: Visitor;

before(async () => {
  const [first, second] = parsePost(new VFile({ path, value: hostilePost })).samples as [Sample, Sample];
  project.write(path, hostilePost);
  project.write(
    'public/pixel.png',
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
  );
  project.write(recordPath('hostile', 'before', 'cpython-3.11'), printCapture(hostileCapture(first, 'cpython-3.11')));
  project.write(recordPath('hostile', 'before', 'cpython-3.12'), printCapture(hostileCapture(first, 'cpython-3.12')));
  project.write(recordPath('hostile', 'after', 'cpython-3.11'), printCapture(hostileCapture(second, 'cpython-3.11', 'debug-off')));
  const { exitCode, all } = await project.start('build', ['--no-run']).ended;
  assert.equal(exitCode, 0, all);
  said = all;
  visitor = await openBrowser({ folder: dist });
});
after(async () => {
  await visitor?.close();
  project.remove();
});

/** Fails as soon as anything sets `pwned` or opens a dialog. */
async function watch(page: Page): Promise<void> {
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => assert.fail('a dialog was opened')));
  await page.addInitScript(`Object.defineProperty(globalThis, 'pwned', { set() { console.error('pwned'); } });`);
}

test('nothing of a hostile post or record runs or loads on any page, with or without the content security policy', async () => {
  const pages = globSync('**/*.{html,svg}', { cwd: dist }).map((file) => `/${file.replace(/index\.html$/, '')}`);
  assert.ok(pages.length > 25 && pages.some((name) => name.endsWith('.svg')), pages.join(' '));
  for (const page of pages) {
    for (const bypassCSP of [false, true]) {
      await visitor.visit(
        encodeURI(page),
        { bypassCSP },
        async (tab) => {
          // Open folds, focus fields, hover over links.
          await tab.evaluate(() => {
            for (const fold of document.querySelectorAll('details')) fold.open = true;
            for (const node of document.querySelectorAll('*'))
              for (const name of ['mouseover', 'focus', 'error', 'load'])
                if (node.hasAttribute(`on${name}`)) console.error(`handler in ${node.outerHTML}`);
          });
          const strange = await tab.evaluate(() =>
            [
              ...document.querySelectorAll(
                'iframe, object, embed, base, form[action], [style], a[href^="javascript" i], meta[http-equiv="refresh" i]',
              ),
            ].map((node) => node.outerHTML),
          );
          assert.deepEqual(strange, [], page);
        },
        watch,
      );
    }
  }
});

/** HTML that a browser parses unexpectedly, with tricks that have defeated HTML sanitisers. */
const tricks = [
  '<div title="\n<p>x" onmouseover="pwned=1" autofocus tabindex=1 onfocus=pwned=1 y="</p>',
  '<img src=x onerror=pwned=1//',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned=1&gt;">',
  '<svg></p><style><a id="</style><img src=1 onerror=pwned=1>">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=pwned=1>',
  '<noscript><p title="</noscript><img src=x onerror=pwned=1>">',
  '<template><img src=x onerror=pwned=1></template><xmp><p title="</xmp><img src=x onerror=pwned=1>">',
  '<textarea><p title="</textarea><img src=x onerror=pwned=1>">',
  '<svg><![CDATA[><image xlink:href="]]><img src=x onerror=pwned=1//"></svg>',
  '<a href="java&#x09;script:pwned=1" autofocus>x</a><a href="&#1;javascript:pwned=1">y</a>',
  '<video src=x onerror=pwned=1><source onerror=pwned=1></video><audio src=x onerror=pwned=1>',
  '<details open ontoggle=pwned=1><summary>x</summary></details>',
  '<table><td background="javascript:pwned=1"><img src=x onerror=pwned=1>',
  '<!--><img src=x onerror=pwned=1>-->',
  '<!--\n--!><img src=x onerror=pwned=1>-->',
  '<?x <img src=x onerror=pwned=1>?>',
  '<![x[<img src=x onerror=pwned=1>]]>',
  '<plaintext><img src=x onerror=pwned=1>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '<object data="javascript:pwned=1">',
  '<embed src="//evil.example/x.svg">',
  '<link rel=stylesheet href="//evil.example/a.css"><base href="//evil.example/"><img src=a.png>',
  '<meta http-equiv=refresh content="0;url=//evil.example/">',
  '<img src="//evil.example/a.png"><img src="\\\\evil.example/a.png"><video poster="//evil.example/a.png"></video>',
  '<style>@import "//evil.example/a.css";</style><p style="background:url(//evil.example/a.png)">x</p>',
  '<body onload=pwned=1><html onmouseover=pwned=1>',
  '<isindex action=javascript:pwned=1 type=image>',
  '<button popovertarget=x onclick=pwned=1>x</button>',
];

test('HTML that only looks harmless is harmless once it is sanitised and a browser parses it', async () => {
  for (const trick of tricks) {
    const left = toHtml(sanitise({ type: 'root', children: [{ type: 'raw', value: trick }] } as unknown as Root));
    await visitor.visit(
      '/404.html',
      { bypassCSP: true },
      async (page, errors) => {
        await page.evaluate((html) => document.body.setHTMLUnsafe(html), left);
        for (const node of await page.locator('body *').all()) await node.dispatchEvent('mouseover');
        assert.deepEqual(
          await page.locator('body').locator('script, style, iframe, svg, math, [onerror], [onload], [onfocus], [href^="java" i]').count(),
          0,
          left,
        );
        // There is no image at x.
        errors.splice(0, Infinity, ...errors.filter((text) => !text.includes('404 (Not Found)')));
      },
      watch,
    );
  }
});

test('the search shows the words of a hostile post as text', async () => {
  await visitor.visit(
    '/search/?q=pwned',
    {},
    async (page) => {
      await page.locator('#results li').first().waitFor();
      assert.match(await page.locator('#results').innerText(), /<img src=x onerror=pwned=1>|pwned/);
      assert.equal(await page.locator('#results img, #results script, #results svg').count(), 0);
    },
    watch,
  );
});

test('the feed, the sitemap and every drawing are well-formed XML, and the feed’s text runs nothing', async () => {
  const files = globSync('**/*.{xml,svg}', { cwd: dist });
  assert.ok(files.length >= 4, files.join(' '));
  // Parsing an SVG applies its style element, which the page's content security policy would refuse.
  await visitor.visit(
    '/',
    { bypassCSP: true },
    async (page) => {
      for (const file of files) {
        const text = readFileSync(join(dist, file), 'utf8');
        assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/, file);
        const wrong = await page.evaluate(
          (xml) => new DOMParser().parseFromString(xml, 'application/xml').querySelector('parsererror')?.textContent ?? '',
          text,
        );
        assert.equal(wrong, '', file);
      }
      const [text, strange] = await page.evaluate(async () => {
        const feed = new DOMParser().parseFromString(await (await fetch('/feed.xml')).text(), 'application/xml');
        const item = new DOMParser().parseFromString(feed.getElementsByTagName('content:encoded')[0]?.textContent ?? '', 'text/html');
        const addresses = '[src]:not([src^="https://leaklog.example/"]), [href]:not([href^="https:"])';
        const active = `script, iframe, svg, link, meta, object, embed, base, form, ${addresses}`;
        const found = [...item.querySelectorAll('*')].filter(
          (node) => node.matches(active) || [...node.attributes].some(({ name }) => name.startsWith('on')),
        );
        return [item.body.textContent, found.map(({ outerHTML }) => outerHTML)] as const;
      });
      assert.match(text ?? '', /<script>pwned=1<\/script>/);
      assert.deepEqual(strange, []);
    },
    watch,
  );
});

test('data files are valid JSON, and no CSV cell starts a formula', () => {
  const json = globSync('posts/**/*.json', { cwd: dist });
  for (const file of json) JSON.parse(readFileSync(join(dist, file), 'utf8'));
  const tables = globSync('**/*.csv', { cwd: dist });
  assert.ok(json.length > 0 && tables.length > 0);
  for (const file of tables) {
    for (const cell of readFileSync(join(dist, file), 'utf8').split(/[,\n]/)) assert.match(cell, /^(?:-?[\d.]+|[a-z][\w-]*)?$/, file);
  }
});

test('no page contains a control character, and the raw log contains every byte', () => {
  for (const file of globSync('**/*.{html,css,txt}', { cwd: dist, exclude: ['pagefind/**', 'posts/*/*/log.txt'] }).filter((name) =>
    statSync(join(dist, name)).isFile(),
  ))
    assert.doesNotMatch(
      readFileSync(join(dist, file), 'utf8'),
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/,
      file,
    );
  assert.match(readFileSync(join(dist, 'posts/hostile/before/log.txt'), 'utf8'), /\u001b\[31m/);
});

test('printed texts control no terminal, and start no workflow command', async () => {
  const hostile = hostilePost
    .replace('print(2)', 'print(3)')
    .replace('sample=after', 'sample=after expect="\u001b[31m\u009b1m::error::x"')
    .replace('tags:', '"\u001b[2J\\n::error::x": 1\ntags:');
  project.write('content/posts/2024-05-07-other.md', hostile.replace(' exit=any', ''));
  // One was killed, and one raised; neither was intended.
  const [sample] = parsePost(new VFile({ path, value: hostile.replace(' exit=any', '') })).samples as [Sample];
  const killed = hostileCapture(sample, 'cpython-3.11');
  const raised = hostileCapture(sample, 'cpython-3.12', 'debug-off');
  const failed = { ...raised, conditions: { ...raised.conditions, 'as-written': { ...raised.conditions['as-written'], exit: 1 } } };
  for (const capture of [killed, failed]) project.write(recordPath('other', 'before', capture.runtime), printCapture(capture));
  const texts = [said];
  for (const args of [[], ['--format', 'json'], ['--format', 'github']]) texts.push((await project.start('check', args).ended).all);
  texts.push(
    (await project.start('build', ['--no-run']).ended).all,
    (await project.start('log', ['hostile', 'none\n::error::x\u001b[2J']).ended).all,
  );
  for (const text of texts) {
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    assert.doesNotMatch(text, /##\[/);
  }
  const [, plain = '', , github = ''] = texts;
  assert.match(plain, /raised ValueError: <img src=x onerror=pwned=1>/);
  assert.match(plain, /was killed by <img src=x onerror=pwned=1>/);
  assert.doesNotMatch(plain, /^\s*::/m);
  for (const line of github.split('\n').filter((text) => text.trimStart().startsWith('::')))
    assert.match(line, /^::(?:error|warning) file=content\/posts\/[^:,]*,line=\d+,col=\d+,title=[\w-]+::/);
  assert.match(github, /^::error file=/m);
});
