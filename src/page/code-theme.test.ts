import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeToTokens } from 'shiki';
import { codeRules } from './code-theme.ts';
import { Highlighter } from './code.ts';

const code = `import gc

class Cycle(object):  # a class
    """A doc."""
    @property
    def x(self, *, y: int = 0x1f) -> None:
        return f"{self!r:>{y}}\\n" if not None else lambda: [1.5, "a" 'b', True]

gc.set_debug(gc.DEBUG_LEAK | gc.DEBUG_STATS)
`;

/** The parts of highlighted code with their colours, as Leaklog's markup and style sheet give them. */
async function ours(language: string, text = code): Promise<readonly string[]> {
  const colours = new Map(
    [...codeRules.matchAll(/\.(sh-\d+|code)\{color:light-dark\((#\w+),(#\w+)\)\}/g)].map(([, name, light, dark]) => [
      name as string,
      `${light} ${dark}`.toLowerCase(),
    ]),
  );
  const shown = (await new Highlighter().lines(text, language)).map(String).join('\n');
  const parts = shown.split(/(<span class="sh-\d+">[^<]*<\/span>)/);
  return parts.flatMap((part) => {
    const [, name = 'code', inside = part] = /^<span class="(sh-\d+)">(.*)<\/span>$/.exec(part) ?? [];
    return [
      ...inside.replace(
        /&(lt|gt|quot|amp|#39);/g,
        (_, entity: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'" })[entity] as string,
      ),
    ]
      .filter((character) => character.trim() !== '')
      .map((character) => `${character} ${colours.get(name)}`);
  });
}

for (const language of ['python', 'bash', 'javascript']) {
  test(`code read once has the colours of both themes: ${language}`, async () => {
    const { tokens } = await codeToTokens(code, {
      lang: language as 'python',
      themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
      defaultColor: false,
    });
    const theirs = tokens.flat().flatMap(({ content, htmlStyle }) => {
      const style = htmlStyle as Record<string, string>;
      return [...content]
        .filter((character) => character.trim() !== '')
        .map((character) => `${character} ${style['--shiki-light']} ${style['--shiki-dark']}`.toLowerCase());
    });
    assert.ok(new Set(theirs.map((text) => text.slice(2))).size > 1);
    assert.deepEqual(
      (await ours(language)).map((text) => text.toLowerCase()),
      theirs,
    );
  });
}

test('long code has the colours that it has in one piece', async () => {
  const part = `${code}text = """\n${'gc.collect()\n'.repeat(700)}"""\n`;
  const [whole, alone] = [await ours('python', part + code), await ours('python', code)];
  assert.deepEqual(whole.slice(-alone.length), alone);
  assert.equal(new Set((await ours('python', part)).slice(-1000)).size, new Set('gc.collect()"').size);
});

test('code in which too much is open has no colours from there on', async () => {
  const deep = '<a b={<a b={\n';
  const lines = (await new Highlighter().lines(deep.repeat(2000), 'tsx')).map(String);
  assert.equal(lines.length, 2000);
  assert.match(lines[0] as string, /<span class="sh-/);
  assert.equal(lines.at(-1), '&lt;a b={&lt;a b={');
  // Blocks that are closed again do not count, however many they are.
  assert.match((await new Highlighter().lines('a(b({}));\n'.repeat(2000), 'tsx')).map(String).at(-1) as string, /<span class="sh-/);
});
