import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findPython } from '../run/runtime.ts';
import { throwAway } from './throw-away.ts';

const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here' };
const project = throwAway();
after(() => project.remove());

function write(slug: string, attributes: string, code: string): void {
  const fence = `\`\`\`python sample=one${attributes}\n${code}\n\`\`\`\n`;
  project.write(`content/posts/2024-05-06-${slug}.md`, `---\ntitle: ${slug}\ndate: 2024-05-06\n---\n\n${fence}`);
}

write('endless', ' expect=leak stop=500ms', 'kept = []\nwhile True:\n    kept.append([1])');
write('lacking', '', 'x = 1\nimport no_such_module');
write('broken', '', 'x = 1\n\nx = = 2');
const run = async (name: string, ...args: readonly string[]) => project.start(name, args).ended;

test('an endless program is stopped and judged, and a refresh of its post only counts the errors elsewhere', native, async () => {
  const { exitCode, all } = await run('refresh', 'endless');
  assert.equal(exitCode, 1, all);
  assert.match(all, /^endless\/one on \S+: one more run, with a look at the lines that allocate, which may take 1\.0 s$/m);
  assert.match(all, /^endless\/one on \S+: recorded, leak \(/m);
  assert.match(all, /^2 errors in 2 other posts: npm run check$/m);
  assert.match(all, /^2 errors: dist\/ is unchanged\. None is in a post that you named/m);
  assert.doesNotMatch(all, /record-missing/);
});

test('an unintended end is an error at the line that raised, even if nothing is claimed', native, async () => {
  const { exitCode, all } = await run('build');
  assert.equal(exitCode, 1, all);
  assert.ok(all.includes(`; there is no module no_such_module in ${python?.command[0]} (`), all);
  for (const text of [all, (await run('check')).all]) {
    assert.match(text, /^\S+-broken\.md:9:1: error: On \S+ the sample "one" raised SyntaxError: invalid syntax \[sample-failed\]$/m);
    assert.match(text, /^\S+-lacking\.md:8:1: error: On \S+ the sample "one" raised ModuleNotFoundError: .* \[sample-failed\]$/m);
    const flat = text.replace(/\s+/g, ' ');
    assert.match(flat, /Python 3\.\d+\.\d+, the python3 of your PATH unless you say otherwise, has no module no_such_module\./);
    assert.match(
      flat,
      /npm run refresh -- lacking --python PATH, or say that it needs the package, by PEP 723 .*\. If that end is meant, say so: exit=1\./,
    );
  }
  const refreshed = await run('refresh', 'broken');
  assert.equal(refreshed.exitCode, 1);
  assert.match(refreshed.all, /broken\.md:9:1: error: [^]*\nand 1 error in 1 other post: npm run check\n/);
  assert.match(refreshed.all, /\n2 errors: dist\/ is unchanged\. Fix the lines above/);
});

test('if each end is intended, the site is built, and a page says how its program ended', native, async () => {
  write('lacking', ' exit=1', 'x = 1\nimport no_such_module');
  write('broken', ' exit=any', 'x = 1\n\nx = = 2');
  const { exitCode, all } = await run('build');
  assert.equal(exitCode, 0, all);
  assert.match(project.read('dist/posts/endless/index.html'), / · stopped · /);
});
