import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { contrast, lighten } from './colour.ts';
import { checkAstroSettings, isPlaceholder, readOptions } from './options.ts';
import { contentPolicy } from './policy.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-options-'));
after(() => rmSync(root, { recursive: true }));
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
/** Reads options that are written in a config file; returns them with their findings as text. */
const read = (source: string) => {
  write('astro.config.mjs', `export default defineConfig({\n  integrations: [\n    leaklog({\n${source}\n    }),\n  ],\n});\n`);
  const { options, findings } = readOptions(new Function(`return {${source}}`)(), root);
  return { options, reported: findings.map(({ line, column, reason }) => `${line}:${column} ${reason}`) };
};

test('every option has a default, except for the title', () => {
  const { options, reported } = read("      title: 'Notes',");
  assert.deepEqual(reported, []);
  assert.deepEqual(
    [options.description, options.tagline, options.lang, options.manual, options.footer],
    ['Notes', 'Notes', 'en', false, 'Every figure on this site was measured by running the code that it shows.'],
  );
  assert.equal(read("title: 'Notes', footer: false").options.footer, undefined);
  assert.deepEqual(read("title: 'Notes', author: 'Ada'").options.author, { name: 'Ada' });
});

test('each error in an option is reported at its place', () => {
  const cases: Readonly<Record<string, string>> = {
    '': '3:5 The blog has no title',
    "      title: 'N',\n      acent: '#000000',": '5:7 Leaklog has no option "acent". Did you mean "accent"?',
    "      title: 'N',\n      accent: 'purple',": '5:7 The option accent cannot be read: "purple"',
    "      title: 'N',\n      accent: '#ffd000',": '5:7 Links in #ffd000 have a contrast of 1.5 on white; legible text needs 4.5',
    "      title: 'N',\n      lang: 'in German',": '5:7 The option lang cannot be read: "in German"',
    "      title: 'N',\n      logo: '/none.svg',": '5:7 There is no file public/none.svg',
    "      title: 'N',\n      css: ['content/none.css'],": '5:7 There is no file content/none.css',
    "      title: 'N',\n      components: { Footer: 'content/None.astro' },": '5:21 There is no file content/None.astro',
    "      title: 'N',\n      links: [{ label: 'A', href: 'javascript:alert(1)' }],":
      '5:7 The option links cannot be read at entry 1: {"label":"A","href":"javascript:alert(1)"}',
    "      title: 'N',\n      navigation: ['posts', 'nowhere'],": '5:7 The option navigation cannot be read at entry 2: "nowhere"',
    "      title: 'N',\n      links: [{ label: 'A', href: '/none/' }],": '5:7 The option links leads to /none/, which is not there',
    "      title: 'N',\n      analytics: { src: 'http://x.example/a.js' },":
      '5:7 The option analytics cannot be read: {"src":"http://x.example/a.js"}',
  };
  for (const [source, fault] of Object.entries(cases)) assert.deepEqual(read(source).reported, [fault], source);
});

test('the address of the site is required, and example domains are placeholders', () => {
  assert.equal(checkAstroSettings({}, root)[0]?.reason, 'The blog has no address');
  assert.deepEqual(checkAstroSettings({ site: 'https://ada.test', base: '/a', outDir: 'dist/' }, root), []);
  const bad = { site: 'ada.test', base: 7, output: 'server', publicDir: './static', build: { format: 'file' }, trailingSlash: 'never' };
  assert.deepEqual(
    checkAstroSettings(bad, root).map(({ reason }) => reason.replace(/:.*/, '')),
    [
      'The address of the blog cannot be read',
      'The base cannot be read',
      'A blog cannot be built with output',
      'A blog cannot be built with publicDir',
      'A blog cannot be built with format',
      'A blog cannot be built with trailingSlash',
    ],
  );
  assert.deepEqual(['https://leaklog.example', 'https://www.example.org', 'https://ada.test', 'https://example.dev'].map(isPlaceholder), [
    true,
    true,
    false,
    false,
  ]);
});

test('an accent gets a legible shade for the dark theme', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48');
  for (const accent of ['#7a3cff', '#0860c9', '#000000', '#a40e26']) {
    const shade = lighten(accent, '#0d1117', 7);
    assert.ok(contrast(shade, '#0d1117') >= 7, `${accent} becomes ${shade}`);
  }
});

test('the content security policy lets only pages with a run start Python, in a worker of their own making', () => {
  const plain = contentPolicy({ wasm: false, analytics: undefined });
  const running = contentPolicy({ wasm: false, python: true, analytics: undefined });
  assert.doesNotMatch(plain, /wasm|worker/);
  assert.deepEqual(
    running.split('; ').filter((part) => !plain.split('; ').includes(part)),
    [`${plain.split('; ')[1]} 'wasm-unsafe-eval'`, 'worker-src blob:'],
  );
});

test('the content security policy allows the host of analytics, and no other', () => {
  const plain = contentPolicy({ wasm: false, analytics: undefined });
  const counted = contentPolicy({ wasm: false, analytics: 'https://stats.example/js/script.js' });
  assert.doesNotMatch(plain, /https:/);
  assert.deepEqual(
    counted.split('; ').filter((part, index) => part !== plain.split('; ')[index]),
    [`${plain.split('; ')[1]} https://stats.example`, "connect-src 'self' https://stats.example"],
  );
});
