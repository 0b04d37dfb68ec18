import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadSettings, SettingsError } from './settings.ts';

const leaklog = pathToFileURL(join(import.meta.dirname, '../leaklog.mjs')).href;
const leak = "leaklog({ title: 'N' })";

/** What is said of a config file, in which the imports take the first three lines. */
async function settle(lines: string, opening = 'export default defineConfig({\n'): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), 'settings-'));
  try {
    mkdirSync(join(root, 'node_modules/astro'), { recursive: true });
    writeFileSync(join(root, 'node_modules/astro/config.js'), 'export const defineConfig = (config) => config;\n');
    writeFileSync(join(root, 'node_modules/astro/package.json'), '{"type":"module","exports":{"./config":"./config.js"}}');
    const head = `import { defineConfig } from 'astro/config';\nimport leaklog from '${leaklog}';\n\n`;
    writeFileSync(join(root, 'astro.config.mjs'), `${head}${opening}${lines}\n});\n`);
    const { findings } = await loadSettings(root);
    return findings.map(({ line, column, reason, hint }) => `${line}:${column} ${reason} | ${hint}`);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const { line, column, reason, hint } = error.finding;
    return [`${line}:${column} ${reason} | ${hint}`];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test('a config file that nothing can be done with is one error at its place', async () => {
  const site = "  site: 'https://a.test',\n";
  const write = "Write integrations: [leaklog({ title: '…' })]";
  const unreadable = 'The file cannot be loaded:';
  const check = 'Check its JavaScript: a comma, a quote or a bracket may be missing.';
  const cases: Readonly<Record<string, string>> = {
    [`${site}  integrations: ${leak},`]: `6:3 The integrations are not in a list | ${write}`,
    [`${site}  integrations: [leaklog],`]: `6:3 leaklog is not called | ${write}`,
    [`${site}  integrations: [],`]: `6:3 There is no leaklog() among the integrations | ${write}`,
    [`${site}  intergrations: [${leak}],`]: `6:3 Astro has no setting "intergrations". Did you mean "integrations"? | ${write}`,
    [`${site}  integrations: [${leak}, ${leak}],`]: '6:3 leaklog() is there more than once | Keep one, with all options.',
    [`  site: 'https://a.test'\n  integrations: [${leak}],`]: `6:3 ${unreadable} Unexpected identifier 'integrations' | ${check}`,
    [`${site}  integrations: [leaklog({ title: Notes })],`]: `6:35 ${unreadable} Notes is not defined | ${check}`,
  };
  for (const [lines, told] of Object.entries(cases)) assert.deepEqual(await settle(lines), [told], lines);
  assert.deepEqual(await settle(`${site}  integrations: [${leak}],`, 'defineConfig({\n'), [
    '4:1 The file has no settings as its default export | Write export default defineConfig({ … })',
  ]);
  assert.match(
    (await settle(`${site}  integrations: [${leak}],`, "import mdx from '@astrojs/none';\nexport default defineConfig({\n"))[0] ?? '',
    /^4:18 The file cannot be loaded: Cannot find package '@astrojs\/none'.*\| Install that package/,
  );
});

test('a setting of Astro’s is reported at its own place, not at the one of leaklog()', async () => {
  const lines = `  site: 'https://a.test/notes', // output: 'x'\n  trailingSlash: 'never',\n  output: 'server',\n  title: 'N',\n`;
  assert.deepEqual(await settle(`${lines}  integrations: [${leak}],`), [
    "5:3 The address of the blog has a folder | Write site: 'https://a.test', base: '/notes'",
    '7:3 A blog cannot be built with output: "server" | Remove the line: it is static.',
    "6:3 A blog cannot be built with trailingSlash: 'never' | Remove the line: addresses of pages end in a slash.",
    '8:3 "title" is an option of Leaklog\'s | Move it between the brackets: leaklog({ title: … })',
  ]);
  assert.deepEqual(await settle(`  site: 'https://a.test/notes/',\n  base: '/notes',\n  integrations: [[${leak}], undefined],`), []);
});
