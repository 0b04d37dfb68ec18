import assert from 'node:assert/strict';
import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Finding } from '../experiment/finding.ts';
import { throwAway } from './throw-away.ts';

/* A blog that sets every option. It has no samples, so nothing is run. */

const project = throwAway();
after(() => project.remove());
const post = (head: string) => `---\n${head}\n---\n\nWords.\n`;
const page = (path: string) => project.read(`dist/${path}index.html`);

before(async () => {
  project.write(
    'astro.config.mjs',
    `import { defineConfig } from 'astro/config';
import leaklog from 'leaklog';
export default defineConfig({
  site: 'https://ada.test',
  base: '/notes',
  integrations: [leaklog({
    title: 'Ada & memory', description: 'What I measured.', tagline: 'Measured', lead: 'Each post runs.',
    author: { name: 'Ada', url: 'https://ada.test/me' }, lang: 'de', accent: '#7a3cff', logo: '/logo.svg', favicon: '/icon.png',
    links: [{ label: 'Mastodon', href: 'https://social.test/@ada', rel: 'me' }],
    navigation: ['posts', '/about/', { label: 'Elsewhere', href: 'https://else.test/' }], footer: '© Ada', css: ['content/blog.css'],
    components: { PostList: 'content/List.astro' },
    analytics: { src: 'https://stats.test/a.js', attributes: { 'data-domain': 'ada.test' } },
  })],
});
`,
  );
  for (const [path, text] of Object.entries({
    'public/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'public/icon.png': 'x',
    'public/face.png': 'x',
    'content/blog.css': '.own-rule { color: red; }',
    'content/List.astro':
      '---\nconst { posts } = Astro.props;\n---\n<ul class="own-list">{posts.map(({ data }) => <li>{data.title}</li>)}</ul>\n',
    'content/pages/about.md': '---\ntitle: Who I am\norder: 2\n---\n\nText.\n',
    'content/pages/imprint.md': '---\nhidden: true\norder: 1\n---\n\n# Imprint\n\nText.\n',
    'src/pages/talks.astro': '<h1>Talks</h1>\n',
    'content/posts/2024-01-01-one.md': post('title: One\ndate: 2024-01-01\nauthor: [Bob, Cy]\nseries: Caches\ntags: [3.10]'),
    'content/posts/2024-01-02-two.md': post('title: Two\ndate: 2024-01-02\nseries: Caches\nimage: /face.png\nlang: en'),
    'content/posts/2024-01-03-three.md': post('title: Three\ndate: 2024-01-03\nseries: Caches'),
    'content/posts/9000-01-01-later.md': post('title: Later\ndate: 9000-01-01\nseries: Caches'),
  }))
    project.write(path, text);
  const { exitCode, all } = await project.start('build', ['--no-run']).ended;
  assert.equal(exitCode, 0, all);
});

test('options show on every page', () => {
  const pages = globSync('**/*.html', { cwd: join(project.root, 'dist') }).filter((path) => path !== 'talks/index.html');
  assert.ok(pages.length > 8);
  for (const path of pages) {
    const html = project.read(`dist/${path}`);
    assert.doesNotMatch(html, /leaklog/i, path);
    for (const part of [
      '<html lang="de">',
      'property="og:site_name" content="Ada &',
      '/notes/icon.png',
      '/notes/logo.svg',
      'rel="me"',
      '© Ada',
      '>Who I am</a>',
      'href="https://else.test/"',
      'src="https://stats.test/a.js"',
      'data-domain="ada.test"',
      'https://stats.test',
    ])
      assert.ok(html.includes(part), `${path} has ${part}`);
    assert.doesNotMatch(html, /<nav aria-label="Site">[^]*?(?:Imprint|Archive)[^]*?<\/nav>/, path);
  }
  assert.match(page(''), /<h1>Measured<\/h1>[^]*Each post runs\.[^]*class="own-list"/);
  assert.ok(globSync('dist/_astro/*.css', { cwd: project.root }).some((path) => project.read(path).includes('own-rule')));
  assert.match(project.read('dist/code.css'), /--link:light-dark\(#7a3cff,/);
  assert.ok(existsSync(join(project.root, 'dist/talks/index.html')) && existsSync(join(project.root, 'dist/imprint/index.html')));
});

test('authors, an image, a language and a series show on a post, in the feed and in its linked data', () => {
  assert.match(page('posts/one/'), /· Bob and Cy</);
  assert.match(page('posts/two/'), /· Ada<[^]*<article lang="en"|<article lang="en"[^]*· Ada</);
  assert.match(page('posts/two/'), /og:image" content="https:\/\/ada\.test\/notes\/face\.png"/);
  assert.match(page('posts/two/'), /Part 2 of 3 of <b>Caches<\/b>[^]*rel="prev">One<[^]*aria-current="page">Two<[^]*rel="next">Three</);
  const linked = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(page('posts/two/'))?.[1] ?? '{}')['@graph'][0];
  assert.deepEqual(linked.author, [{ '@type': 'Person', name: 'Ada', url: 'https://ada.test/me' }]);
  assert.deepEqual([linked.inLanguage, linked.isPartOf.name, linked.image], ['en', 'Caches', 'https://ada.test/notes/face.png']);
  const feed = project.read('dist/feed.xml');
  assert.match(feed, /<title>Ada &amp; memory<\/title><description>What I measured\.<\/description>[^]*<language>de<\/language>/);
  assert.match(feed, /<dc:creator>Bob<\/dc:creator><dc:creator>Cy<\/dc:creator>/);
  assert.ok(existsSync(join(project.root, 'dist/tags/3-10/index.html')));
});

test('a post with a future date is published on that day, or earlier with --future', async () => {
  assert.ok(!existsSync(join(project.root, 'dist/posts/later')));
  assert.doesNotMatch(page(''), /Later/);
  const again = await project.start('build', ['--no-run']).ended;
  assert.match(again.all, /Nothing has changed/);
  const future = await project.start('build', ['--no-run', '--future']).ended;
  assert.doesNotMatch(future.all, /Nothing has changed/);
  assert.match(page('posts/later/'), /Part 4 of 4/);
});

test('an error in the blog’s own code is told without a stack, and dist/ stays', async () => {
  const list = project.read('content/List.astro');
  for (const [broken, reason] of [
    ["---\nthrow new Error('boom')\n---\n<p/>", 'boom'],
    ["---\nimport A from './nope.astro';\n---\n<A/>", "Could not resolve './nope.astro'"],
  ] as const) {
    project.write('content/List.astro', broken);
    const { exitCode, all } = await project.start('build', ['--no-run']).ended;
    assert.equal(exitCode, 1);
    assert.ok(all.startsWith('The site could not be rendered: ') && all.includes(reason), all);
    assert.match(all, /\n {2}dist\/ is unchanged\. Look at the blog's own code: [^]*content\/List\.astro/);
    assert.doesNotMatch(all, /^ +at /m);
  }
  assert.deepEqual(
    globSync('dist*', { cwd: project.root }).filter((name) => name !== 'dist'),
    [],
  );
  project.write('content/List.astro', list);
});

test('pages at one address are an error', async () => {
  project.write('content/pages/tags.md', '# Tags\n\nText.\n');
  project.write('content/pages/talks.md', '# Talks\n\nText.\n');
  const { exitCode, all } = await project.start('check').ended;
  assert.equal(exitCode, 1);
  assert.match(all, /^content\/pages\/tags\.md:1:1: error: The site itself has \/tags\/, .* \[page-own\]/m);
  assert.match(all, /^src\/pages\/talks\.astro:1:1: error: content\/pages\/talks\.md has the same address, .* \[page-own\]/m);
  for (const name of ['tags', 'talks']) rmSync(join(project.root, `content/pages/${name}.md`));
});

test('errors in the settings are reported like those in a post, and dist/ stays', async () => {
  project.write('astro.config.mjs', project.read('astro.config.mjs').replace("lang: 'de'", "lang: 'German!'"));
  for (const command of ['check', 'build']) {
    const { exitCode, all } = await project.start(command).ended;
    assert.equal(exitCode, 1);
    assert.match(all, /^astro\.config\.mjs:8:58: error: The option lang cannot be read: "German!" \[option\]\n {4}Name a language/m);
    assert.doesNotMatch(all, /^ {4}at /m);
  }
  assert.ok(existsSync(join(project.root, 'dist/index.html')));
  project.write('astro.config.mjs', 'export default {');
  const { exitCode, all } = await project.start('check').ended;
  assert.equal(exitCode, 1);
  assert.match(all, /^astro\.config\.mjs:\d+:\d+: error: The file cannot be loaded: .* \[config\]$/m);
  const { all: json } = await project.start('check', ['--format', 'json']).ended;
  assert.deepEqual(
    (JSON.parse(json) as Finding[]).map(({ file, rule }) => [file, rule]),
    [['astro.config.mjs', 'config']],
  );
});
