import { execa } from 'execa';
import assert from 'node:assert/strict';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

/*
 * The package as its users get it: it is packed, a blog is created with it in an empty folder, with npm alone, a post is
 * published, and the package is upgraded. This test installs from the npm registry.
 */

const home = mkdtempSync(join(tmpdir(), 'leaklog-package-'));
after(() => rmSync(home, { recursive: true, force: true }));
const blog = join(home, 'my-blog');
/** The environment of a new machine: the system's programs, and none of this repository's. */
const bare = { HOME: home, PATH: '/usr/bin:/bin' };

const npm = (args: readonly string[], cwd: string) => execa('npm', args, { cwd, env: bare, extendEnv: false, all: true });

/** Packs this project, or one with other sources; returns the tarball. */
async function pack(root: string): Promise<string> {
  const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', home], {
    cwd: root,
    preferLocal: true,
    localDir: resolve('.'),
  });
  return join(home, stdout.trim().split('\n').at(-1) as string);
}

const read = (path: string) => readFileSync(join(blog, path), 'utf8');
const pages = () => globSync('dist/**/*.html', { cwd: blog });

before(async () => {
  const tarball = await pack(resolve('.'));
  await npm(
    ['exec', '--yes', `--package=${tarball}`, '--', 'leaklog', 'init', 'my-blog', '--title', 'Ada’s notes', '--author', 'Ada'],
    home,
  );
  await npm(['install', '--no-audit', '--no-fund'], blog);
});

test('a new blog builds, and shows its author’s settings only', async () => {
  writeFileSync(
    join(blog, 'astro.config.mjs'),
    read('astro.config.mjs')
      .replace('https://blog.example', 'https://ada.test')
      .replace("author: 'Ada',", "author: 'Ada', accent: '#7a3cff', footer: '© Ada', favicon: '/favicon.svg', css: ['content/blog.css'],")
      .replace('  integrations', "  base: '/notes',\n  integrations"),
  );
  mkdirSync(join(blog, 'public'));
  writeFileSync(join(blog, 'public/favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(blog, 'content/blog.css'), '.brand { text-transform: uppercase; }\n');
  mkdirSync(join(blog, 'src/pages'), { recursive: true });
  writeFileSync(
    join(blog, 'src/pages/talks.astro'),
    '---\nimport Base from \'leaklog/layouts/Base.astro\';\n---\n\n<Base title="Talks" path="/talks/"><h1>Talks</h1></Base>\n',
  );
  const { all } = await npm(['run', 'build'], blog);
  assert.match(all, /2 runs recorded, 0 samples had fresh records\.\n1 post rendered to dist\//);
  assert.ok(pages().includes('dist/talks/index.html') && pages().includes('dist/about/index.html'));
  for (const page of pages()) {
    const html = read(page);
    assert.doesNotMatch(html, /leaklog/i, page);
    for (const own of ['Ada’s notes', '© Ada', '/notes/favicon.svg']) assert.ok(html.includes(own), `${page} has ${own}`);
  }
  assert.match(read('dist/code.css'), /#7a3cff/);
  assert.ok(globSync('dist/_astro/*.css', { cwd: blog }).some((path) => read(path).includes('uppercase')));
});

test('check prints nothing but JSON, and an edited post is measured again', async () => {
  const { stdout } = await execa(join(blog, 'node_modules/.bin/leaklog'), ['check', '--format', 'json'], {
    cwd: blog,
    env: bare,
    extendEnv: false,
  });
  assert.deepEqual(JSON.parse(stdout), []);
  const [post = ''] = globSync('content/posts/*.md', { cwd: blog });
  writeFileSync(join(blog, post), read(post).replace('range(200000)', 'range(200001)'));
  const { all } = await npm(['run', 'build'], blog);
  assert.match(all, /1 run recorded, 1 sample had fresh records/);
});

test('a newer package replaces the old one, and the records stay fresh', async () => {
  const next = join(home, 'next');
  for (const path of ['src', 'scripts', 'package.json', 'tsconfig.json', 'LICENSE', 'README.md', 'SECURITY.md', 'CHANGELOG.md', '.github'])
    cpSync(resolve(path), join(next, path), { recursive: true, filter: (from) => !/manual\/(?:node_modules|dist)/.test(from) });
  symlinkSync(resolve('node_modules'), join(next, 'node_modules'));
  const manifest = JSON.parse(readFileSync(join(next, 'package.json'), 'utf8'));
  writeFileSync(join(next, 'package.json'), JSON.stringify({ ...manifest, version: '99.0.0' }));
  const footer = join(next, 'src/site/components/Footer.astro');
  writeFileSync(footer, readFileSync(footer, 'utf8').replace('<footer class="site">', '<footer class="site newer">'));
  await npm(['install', '--no-audit', '--no-fund', await pack(next)], blog);
  const { all } = await npm(['run', 'build', '--', '--no-run'], blog);
  assert.match(all, /Nothing was run: 2 samples from committed records\.\n1 post rendered/);
  assert.ok(pages().every((page) => read(page).includes('class="site newer"')));
});

test('a blog is refreshed on the embedded Pyodide, and built by Astro’s own command', async () => {
  const { all } = await npm(['run', 'refresh', '--', '--python', 'pyodide'], blog);
  assert.match(all, /2 runs: 0 confirmed, 0 rewritten, 2 recorded anew/);
  await npm(['run', 'build'], blog);
  const built = new Map(globSync('dist/**/*.*', { cwd: blog }).map((path) => [path, read(path)]));
  rmSync(join(blog, 'dist'), { recursive: true });
  await npm(['exec', '--', 'astro', 'build'], blog);
  assert.deepEqual(new Map(globSync('dist/**/*.*', { cwd: blog }).map((path) => [path, read(path)])), built);
  assert.ok(existsSync(join(dirname(join(blog, 'dist/index.html')), 'pagefind')));
});
