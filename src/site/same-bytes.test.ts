import { execa } from 'execa';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { VFile } from 'vfile';
import { cacheFolder } from '../build/cache.ts';
import { handMade } from '../capture/fixtures/hand-made.ts';
import { recordPath } from '../capture/record-files.ts';
import { saveRecord } from '../capture/store.ts';
import { parsePost } from '../post/post.ts';
import { markOf } from '../run/owner.ts';

const home = mkdtempSync(join(tmpdir(), 'leaklog-bytes-'));
after(() => rmSync(home, { recursive: true }));
const root = join(home, 'project');
mkdirSync(join(root, 'node_modules'), { recursive: true });
for (const name of globSync('node_modules/{*,.package-lock.json}', { cwd: resolve('.') })) symlinkSync(resolve(name), join(root, name));
for (const name of ['src', 'astro.config.mjs', 'package.json']) cpSync(resolve(name), join(root, name), { recursive: true });

const write = async (day: string, title: string, log: string) => {
  const path = `content/posts/2024-05-${day}-post-${day}.md`;
  const frontMatter = `---\ntitle: ${title}\ndate: 2024-05-${day}\ntags: [one, two]\n---\n\n`;
  const value = `${frontMatter}It peaks at \`= it.peak\`.\n\n\`\`\`python sample=it\nprint(${Number(day)})\n\`\`\`\n`;
  mkdirSync(join(root, 'content/posts'), { recursive: true });
  writeFileSync(join(root, path), value);
  for (const sample of parsePost(new VFile({ path, value })).samples)
    await saveRecord(root, recordPath(`post-${day}`, sample.name, 'cpython-3.11'), handMade(sample, 'cpython-3.11', { log }));
};

const program = join(home, 'build.mjs');
writeFileSync(
  program,
  `import { compileBlog } from ${JSON.stringify(join(root, 'src/build/blog.ts'))};
import { readInputs } from ${JSON.stringify(join(root, 'src/build/inputs.ts'))};
import { renderSite } from ${JSON.stringify(join(root, 'src/site/render.ts'))};
const [, , root, folder] = process.argv;
const options = { noRun: true, inspectOnly: false, until: '2099-01-01', manual: true, brand: { title: 'Leaklog', accent: '#0860c9' } };
await renderSite(await compileBlog(readInputs(root), options), folder);`,
);

/** Every file of a build by its path. */
const build = async (name: string) => {
  const folder = join(root, `dist.${name}`);
  // As a build does: in the project's folder, and into it.
  await execa(process.execPath, ['--disable-warning=ExperimentalWarning', program, root, folder], { cwd: root });
  return filesOf(folder);
};
const filesOf = (folder: string) => {
  const paths = globSync('**/*', { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  return new Map(paths.toSorted().map((path) => [path, readFileSync(join(folder, path)).toString('base64')] as const));
};
const entriesFolder = `${cacheFolder}/entries`;
const forget = () => {
  for (const folder of [entriesFolder, 'node_modules/.astro']) rmSync(join(root, folder), { recursive: true, force: true });
};
/** The entries of the cache, as lists of files: of compiled posts, or of pages of logs. */
const compiledPosts = () => listEntries('{words.html,{files,logs}/**/*.{svg,html,py}}');
const logPages = () => listEntries('pages/**/*.html');
const listEntries = (wanted: string) => [
  ...Map.groupBy(globSync(`${entriesFolder}/*/${wanted}`, { cwd: root }), (path) =>
    join(root, entriesFolder, path.slice(entriesFolder.length + 1).split('/')[0] as string),
  ),
];

/** The number of pages in Astro's cache. */
const renderedByAstro = () => globSync('node_modules/.astro/dist/posts/*/index.html', { cwd: root }).length;

interface Spoilt {
  readonly file: string;
  readonly note: string;
}

test('a build makes the same bytes, whatever an earlier one left in the caches', async (context) => {
  for (const day of ['01', '02', '03']) await write(day, `The post of day ${day}`, `gc: collectable <list 0x7f${day}>\n`);
  const first = await build('first');
  assert.ok(first.has('posts/post-01/it/log.txt') && first.has('posts/post-01/it/types/index.html') && first.has('posts/post-01/card.png'));

  await context.test('with a complete cache', async () => {
    assert.deepEqual([compiledPosts().length, logPages().length], [3, 3]);
    assert.equal(renderedByAstro(), 3);
    assert.deepEqual(await build('again'), first);
  });

  await context.test('if one post is edited, another one is new, and one has another record', async () => {
    await write('02', 'Another title, which its neighbours name', 'gc: collectable <tuple 0x7f02>\n');
    await write('04', 'A post more', '');
    const mixed = await build('mixed');
    assert.notDeepEqual(mixed, first);
    forget();
    assert.deepEqual(mixed, await build('mixed-anew'));
  });

  await context.test('if a page is added to the navigation', async () => {
    mkdirSync(join(root, 'content/pages'));
    writeFileSync(join(root, 'content/pages/about.md'), '# About us\n\nText.\n');
    const named = await build('named');
    assert.match(Buffer.from(named.get('posts/post-01/it/index.html') ?? '', 'base64').toString(), /About us/);
    forget();
    assert.deepEqual(named, await build('named-anew'));
  });

  await context.test('if cached files were changed or removed', async () => {
    const good = await build('good');
    // Each in an entry of its own: of two changes to one entry, the second would not be tested.
    for (const kept of [compiledPosts(), logPages()]) {
      const [some, other, third, fourth] = kept.map(([folder, files]) => ({
        file: join(root, files.at(-1) as string),
        note: join(folder, 'note.json'),
      })) as [Spoilt, Spoilt, Spoilt, Spoilt];
      appendFileSync(some.file, 'spoilt');
      rmSync(other.file);
      writeFileSync(third.note, '{');
      rmSync(fourth.note);
    }
    assert.deepEqual(await build('mended'), good);
  });

  await context.test('if several processes compile many posts, or this one a few; the feed has the newest', async () => {
    const days = Array.from({ length: 24 }, (_, index) => String(index + 1).padStart(2, '0'));
    for (const day of days) await write(day, `The post of day ${day}`, `gc: collectable <list 0x7f${day}>\n`);
    forget();
    const many = await build('many');
    const feed = Buffer.from(many.get('feed.xml') ?? '', 'base64').toString();
    assert.deepEqual(
      [...feed.matchAll(/<item><title>(.*?)<\/title>/g)].map(([, title]) => title),
      days
        .toReversed()
        .slice(0, 20)
        .map((day) => `The post of day ${day}`),
    );
    assert.equal(compiledPosts().length, 24);
    for (const [folder] of compiledPosts().slice(12)) rmSync(folder, { recursive: true });
    assert.deepEqual(await build('few'), many);
  });

  await context.test('if a build was killed while Astro was writing pages', async () => {
    const good = await build('whole');
    for (const path of globSync('node_modules/.astro/dist/posts/*/index.html', { cwd: root }))
      writeFileSync(join(root, path), 'of another build');
    writeFileSync(join(root, 'node_modules/.astro/leaklog-build'), markOf(spawnSync('true').pid));
    assert.deepEqual(await build('after-kill'), good);
  });

  await context.test('if Astro’s own command builds', async () => {
    const good = await build('ours');
    await execa(process.execPath, [resolve('node_modules/astro/bin/astro.mjs'), 'build', '--outDir', 'dist.astro'], {
      cwd: root,
      env: { ASTRO_TELEMETRY_DISABLED: '1' },
    });
    assert.deepEqual(filesOf(join(root, 'dist.astro')), good);
  });

  await context.test('if two builds run at once', async () => {
    const good = await build('before');
    forget();
    for (const made of await Promise.all([build('one'), build('two')])) assert.deepEqual(made, good);
  });
});
