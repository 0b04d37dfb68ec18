import { execa } from 'execa';
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPython } from '../run/runtime.ts';

const here = resolve('.');
const root = mkdtempSync(join(tmpdir(), 'leaklog-project-'));
after(() => rmSync(root, { recursive: true }));
const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here' };

cpSync(join(here, 'src'), join(root, 'src'), { recursive: true });
cpSync(join(here, 'astro.config.mjs'), join(root, 'astro.config.mjs'));
cpSync(join(here, 'package.json'), join(root, 'package.json'));
symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'));
mkdirSync(join(root, 'content/posts'), { recursive: true });

const path = join(root, 'content/posts/2024-05-06-two-lists.md');
const before = 'kept = []\nfor i in range(60000):\n    kept.append([i])\n';
const later =
  'import gc\ngc.set_debug(gc.DEBUG_COLLECTABLE)\nfor i in range(60000):\n    [i]\n' +
  'print("<script>alert(1)</script>")\npair = []\npair.append(pair)\ndel pair\ngc.collect()\n';
const write = ({ expect = 'leak', second = later, claim = 'before.peak > after.peak' } = {}) =>
  writeFileSync(
    path,
    `---\ntitle: Two lists\ndate: 2024-05-06\n---\n\nIt peaks at \`= before.peak\`: \`= ${claim}\`.\n\n` +
      `\`\`\`python sample=before expect=${expect}\n${before}\`\`\`\n\n\`\`\`python sample=after expect=no-leak\n${second}\`\`\`\n`,
  );

const command = async (name: string, ...args: readonly string[]) => {
  const { exitCode, all, stdout } = await execa(
    'node',
    ['--disable-warning=ExperimentalWarning', join(here, `scripts/${name}.ts`), ...args],
    { cwd: root, reject: false, all: true, preferLocal: true, localDir: here },
  );
  return { exitCode, all, stdout };
};
const record = (name: string) => readFileSync(join(root, `content/captures/two-lists/${name}/${python?.id}.json`), 'utf8');
const page = () => readFileSync(join(root, 'dist/posts/two-lists/index.html'), 'utf8');

test('the flow, from Markdown to a page', native, async (context) => {
  await context.test('a build runs every sample and renders the page', async () => {
    write();
    const { exitCode, all } = await command('build');
    assert.equal(exitCode, 0, all);
    assert.match(all, /^2 runs recorded, 0 samples had fresh records\.\n1 post rendered to dist\//m);
    const { samples } = JSON.parse(readFileSync(join(root, 'dist/posts/two-lists/data.json'), 'utf8'));
    assert.deepEqual(
      [samples.before.runtimes[python?.id as string].verdict, samples.after.runtimes[python?.id as string].verdict],
      ['leak', 'no-leak'],
    );
    assert.match(
      page(),
      /It peaks at <span class="value"[^>]*>[\d.]+ MB<\/span>: <span class="value"[^>]*>[\d.]+ MB is more than [\d.]+ MB<\/span>\./,
    );
    assert.match(page(), /&lt;script&gt;alert\(1\)/);
    assert.doesNotMatch(page(), /<script>alert| style="/);
  });

  await context.test('a second build runs no sample, says so, and makes the same bytes', async () => {
    const [old, html] = [record('before'), page()];
    const { all } = await command('build');
    assert.match(all, /^No sample had to run: 2 of 2 have fresh records\./m);
    assert.equal(record('before'), old);
    assert.equal(page(), html);
  });

  await context.test('a changed character runs that sample only', async () => {
    const old = record('before');
    write({ second: later.replace('alert(1)', 'alert(2)') });
    const { all } = await command('build');
    assert.match(all, /two-lists\/after on cpython-[\d.]+: stale: line 1\d changed/);
    assert.match(all, /^1 run recorded, 1 sample had fresh records\./m);
    assert.equal(record('before'), old);
  });

  await context.test('a dry run prints what would run and why, and writes nothing', async () => {
    const old = record('before');
    write({ second: later.replace('alert(1)', 'alert(3)') });
    const { exitCode, all } = await command('build', '--dry-run');
    assert.equal(exitCode, 0);
    assert.match(all, /^two-lists\/before on cpython-[\d.]+: fresh$/m);
    assert.match(all, /^two-lists\/after on cpython-[\d.]+ would run: stale: line 19 changed, took [\d.]+ m?s last\n1 run would be made/m);
    assert.equal(record('before'), old);
    write({ second: later.replace('alert(1)', 'alert(2)') });
  });

  await context.test('a sentence that claims too much fails at its line', async () => {
    write({ second: later.replace('alert(1)', 'alert(2)'), claim: 'before.peak > 100 * after.peak' });
    const { exitCode, all } = await command('check');
    assert.equal(exitCode, 1);
    assert.match(all, /md:6:30: error: The sentence claims before\.peak > 100 \* after\.peak, but /);
    assert.match(all, /after\.peak, but [\d.]+ MB is not more than [\d.]+ [MG]B on cpython-[\d.]+ \[claim-failed\]/);
    write({ second: later.replace('alert(1)', 'alert(2)'), claim: 'before.peak / before.garbage > 1 B' });
    assert.match(
      (await command('check')).all,
      /md:6:30: error: "= before\.peak \/ before\.garbage > 1 B" is not a finite number on cpython-[\d.]+ \[value-endless\]/,
    );
    write({ claim: 'before.peak > 10' });
    assert.match((await command('check')).all, /A size cannot be compared with a plain number \[value-unknown\]/);
    write({ second: later.replace('alert(1)', 'alert(2)') });
  });

  await context.test('a wrong claim fails at its line with the numbers, and dist/ stays', async () => {
    write({ expect: 'cycles', second: later.replace('alert(1)', 'alert(2)') });
    const html = page();
    for (const name of ['build', 'check']) {
      const { exitCode, all } = await command(name);
      assert.equal(exitCode, 1);
      assert.match(all, /^content\/posts\/2024-05-06-two-lists\.md:8:25: error: The post claims cycles for "before", but on /m);
      assert.match(all, /for "before", but on cpython-[\d.]+ it is leak\..*\[claim-failed\]$/m);
      assert.match(all, /allocated blocks: \[\+[\d,]+, .*grows/);
    }
    assert.equal(page(), html);
    assert.deepEqual(
      readdirSync(root).filter((file) => file.startsWith('dist.')),
      [],
    );
  });

  await context.test('refresh confirms a record that agrees, and leaves the file alone', async () => {
    write({ second: later.replace('alert(1)', 'alert(2)') });
    const old = record('after');
    const { exitCode, all } = await command('refresh', 'two-lists');
    assert.equal(exitCode, 0, all);
    assert.match(all, /^2 runs: 2 confirmed, 0 rewritten, 0 recorded anew\.$/m);
    assert.equal(record('after'), old);
  });

  await context.test('a raw log that was kept is the log of the record, line by line', async () => {
    const { exitCode, all } = await command('refresh', 'two-lists', '--keep-logs', 'logs');
    assert.equal(exitCode, 0, all);
    const raw = readFileSync(join(root, `logs/two-lists.after.${python?.id}.as-written.log`), 'utf8');
    assert.match(raw, /^gc: collectable <list 0x/m);
    const { stdout } = await command('log', 'two-lists', 'after');
    assert.equal(`${stdout}\n`.replace(/#\d+/g, '@'), raw.replace(/0x[0-9a-f]+/g, '@'));
  });

  await context.test('log prints the whole log again', async () => {
    assert.match(
      (await command('log', 'two-lists', 'after')).stdout,
      /^<script>alert\(2\)<\/script>\n(?:gc: collectable <\w+ #\d+>\n)*gc: collectable <list #\d+>\n/,
    );
    const { exitCode, all } = await command('log', 'two-lists', 'nobody');
    assert.equal(exitCode, 2);
    assert.match(all, /has no sample "nobody"\n {2}Samples: before, after$/);
  });

  await context.test('verify writes nothing, and fails if a record is of another program', async () => {
    assert.equal((await command('verify')).exitCode, 0);
    write({ second: 'kept = []\nfor i in range(60000):\n    kept.append([i])\n' });
    const { exitCode, all } = await command('verify');
    assert.equal(exitCode, 1);
    assert.match(all, /^1 run of 2 differ/m);
  });

  await context.test('a faulty post runs nothing', async () => {
    write({ expect: 'leek' });
    const { exitCode, all } = await command('build');
    assert.equal(exitCode, 1);
    assert.match(all, /md:8:25: error: expect="leek" cannot be read\. Did you mean "leak"\? \[attribute-value\]\n {4}A verdict is one of/);
    assert.match(all, /nothing was run, and dist\/ is unchanged/);
  });
});

test('a new post runs as it is, and never takes the place of another', native, async () => {
  rmSync(path, { force: true });
  const { all } = await command('new', 'Über “a leak”, again', '--date', '2024-07-08');
  assert.match(all, /^Wrote content\/posts\/2024-07-08-uber-a-leak-again\.md\./);
  const text = readFileSync(join(root, 'content/posts/2024-07-08-uber-a-leak-again.md'), 'utf8');
  assert.match(text, /^title: "Über “a leak”, again"$/m);
  const { exitCode, all: built } = await command('build');
  assert.equal(exitCode, 0, built);
  assert.match((await command('new', 'Uber: a leak again')).all, /There is already a post at that address/);
  assert.match((await command('new')).all, /The post has no title/);
});

test('while an author writes, prose shows at once, a sample runs alone, and one that hangs ends at the next save', native, async () => {
  rmSync(join(root, 'content'), { recursive: true });
  mkdirSync(join(root, 'content/posts'), { recursive: true });
  write();
  const page = join(root, 'content/pages/about.md');
  mkdirSync(dirname(page));
  writeFileSync(page, '# About\n\nOne.\n');
  const port = 20_000 + (process.pid % 20_000);
  const child = execa('node', ['--disable-warning=ExperimentalWarning', join(here, 'scripts/dev.ts'), '--port', String(port)], {
    cwd: root,
    reject: false,
    all: true,
    preferLocal: true,
    localDir: here,
    buffer: false,
  });
  let said = '';
  child.all.on('data', (text: Buffer) => void (said += text));
  const until = async (what: string, holds: () => boolean | Promise<boolean>) => {
    for (let turn = 0; turn < 400; turn += 1) {
      if (await holds()) return;
      await sleep(100);
    }
    assert.fail(`${what}\n${said}`);
  };
  const shown = async (address = 'posts/two-lists') =>
    await fetch(`http://localhost:${/localhost:(\d+)/.exec(said)?.[1]}/${address}/`).then(
      (response) => response.text(),
      () => '',
    );
  // As a formatter does, which saves a file again right after the author.
  const saveTwice = async (path: string, first: string, second: string) => {
    writeFileSync(path, first);
    await sleep(20);
    writeFileSync(path, second);
  };
  try {
    await until('the site is served', () => said.includes('Serving the blog'));
    await until(
      'both samples run',
      async () => said.split('recorded, ').length === 3 && /It peaks at <span class="value"[^>]*>[\d.]+ MB/.test(await shown()),
    );
    const old = record('before');
    const text = readFileSync(path, 'utf8');
    await saveTwice(path, text.replace('It peaks', 'It ends'), text.replace('It peaks', 'It stops'));
    await until('prose shows', async () => (await shown()).includes('It stops at'));
    await saveTwice(page, '# About\n\nTwo.\n', '# About\n\nThree.\n');
    await until('a page shows', async () => (await shown('about')).includes('Three.'));
    assert.equal(record('before'), old);
    assert.equal(said.split('running in three conditions').length, 3);
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, good.replace('    kept.append([i])', '    while True: pass'));
    await until('the hanging sample has started', () => said.split('running in three conditions').length === 4);
    await until('old figures stay, under a ribbon', async () => /Running again: before/.test(await shown()));
    writeFileSync(path, good.replace('    kept.append([i])', '    kept.append(1 // 0)'));
    await until('the next save ends it', () => said.includes('Saved again: the running samples were stopped.'));
    await until('the traceback is reported at its line', () =>
      /two-lists\.md:11:5: error: On \S+ the sample "before" raised ZeroDivisionError/.test(said),
    );
    writeFileSync(path, good);
    await until('fixed', () => said.includes('No problems are left.'));
  } finally {
    child.kill('SIGTERM');
    await child;
  }
});

test('a file that cannot be imported is reported, and nothing is overwritten', async () => {
  const old = (name: string, bytes: string | Buffer) => writeFileSync(join(root, name), bytes);
  old('2023-01-02-latin.md', Buffer.from('---\ntitle: Caf\xE9\n---\n', 'latin1'));
  old('no-day.md', 'Text.\n');
  old('2023-01-02-marked.md', '\uFEFF---\r\ntitle: Marked\r\ndate: 2023-01-02\r\n---\r\n\r\nText.\r\n');
  const importOf = async (...args: readonly string[]) => {
    const { exitCode, all } = await command('import', ...args);
    return `${exitCode} ${all}`;
  };
  assert.match(await importOf('nope.md'), /^2 There is no file nope\.md\n/);
  assert.match(await importOf('heap.rst'), /^2 heap\.rst is not Markdown\n.*pandoc -t gfm -o heap\.md heap\.rst/);
  assert.match(await importOf('src'), /^2 src is a folder, not a post\n/);
  assert.match(await importOf('2023-01-02-latin.md'), /^1 2023-01-02-latin\.md:2:11: The file is not UTF-8/);
  assert.match(await importOf('no-day.md'), /^1 no-day\.md has no date/);
  assert.match(await importOf('2023-01-02-marked.md'), /^0 Wrote content\/posts\/2023-01-02-marked\.md\./);
  assert.match(await importOf('2023-01-02-marked.md'), /^1 content\/posts\/2023-01-02-marked\.md already exists, and is left unchanged\n/);
});

test('an import copies what the post shows, and tells at its place all that check finds in it', async () => {
  const old = join(root, 'old');
  mkdirSync(join(old, 'content'), { recursive: true });
  writeFileSync(join(old, 'config.toml'), '');
  writeFileSync(join(old, 'content', 'heap.png'), 'image');
  const text = '+++\ntitle = "Heaps"\ndate = 2023-01-03\n+++\n\n![A heap](heap.png) ![](heap.png)\n\n[there](/nowhere/)\n';
  writeFileSync(join(old, 'content', 'heaps.md'), text);
  const dry = await command('import', 'old/content/heaps.md', '--dry-run');
  assert.match(String(dry.all), /Nothing was written; without --dry-run it would be content\/posts\/2023-01-03-heaps\.md/);
  assert.doesNotMatch(String(dry.all), /There is no file public/);
  assert.ok(!existsSync(join(root, 'public', 'heaps')));
  const { all } = await command('import', 'old/content/heaps.md');
  assert.match(String(all), /heaps\.md:6: heap\.png: copied to public\/heaps\/heap\.png/);
  assert.equal(readFileSync(join(root, 'public', 'heaps', 'heap.png'), 'utf8'), 'image');
  const path = 'content/posts/2023-01-03-heaps.md';
  const told = (output: unknown) => [...String(output).matchAll(/^(\S+heaps\.md:\d+:\d+): error/gm)].map(([, place]) => place);
  assert.deepEqual(told(all), [`${path}:6:28`, `${path}:8:1`]);
  assert.deepEqual(told((await command('check')).all), told(all));
  rmSync(join(root, path));
});

test('every command explains itself', async () => {
  for (const name of ['new', 'import', 'refresh', 'build', 'check', 'verify', 'log', 'plan', 'merge', 'dev', 'preview', 'bench']) {
    const { exitCode, stdout } = await command(name, '--help');
    assert.equal(exitCode, 0);
    assert.match(stdout, new RegExp(`^npm run ${name} -- .*\\n\\n[A-Z]`));
  }
  const { exitCode, all } = await command('build', '--nonsense');
  assert.equal(exitCode, 2);
  assert.match(all, /Unknown option '--nonsense'/);
  assert.match((await command('check', 'two-lists')).all, /^Unexpected argument 'two-lists'\.\n\nnpm run check -- /);
});
