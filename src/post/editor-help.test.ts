import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { metrics } from '../experiment/condition.ts';
import { describeFinding, findingsOf } from '../experiment/finding.ts';
import { verdictNames } from '../experiment/sample.ts';
import { figureNames } from './figures/figure.ts';
import { frontMatterJsonSchema } from './front-matter/front-matter.ts';
import { parsePost } from './post.ts';

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

const snippets: Readonly<Record<string, Snippet>> = JSON.parse(readFileSync('.vscode/leaklog.code-snippets', 'utf8'));
const snippet = (name: string) =>
  Object.values(snippets)
    .find(({ prefix }) => prefix === `leaklog-${name}`)
    ?.body.join('\n') ?? '';

/** The text of a snippet in which its author changes nothing. */
function accept(text: string): string {
  const chosen = new Map<string, string>();
  const first = text
    .replace(/\$CURRENT_YEAR-\$CURRENT_MONTH-\$CURRENT_DATE/g, '2024-05-06')
    .replace(/\$\{(\d+)(?::([^{}]*)|\|([^,|]*)[^|]*\|)\}/g, (_, number: string, standard?: string, choice?: string) => {
      chosen.set(number, standard ?? choice ?? '');
      return standard ?? choice ?? '';
    });
  return first.replace(/\$(\d)/g, (_, number: string) => chosen.get(number) ?? '');
}

test('the JSON Schema of the front matter is the one that posts are read with', (t) => {
  const path = 'content/front-matter.schema.json';
  try {
    t.assert.fileSnapshot(frontMatterJsonSchema(), path, { serializers: [(schema: object) => JSON.stringify(schema, undefined, 2)] });
  } catch {
    assert.fail(`${path} is another. Write it again: npx node --test --test-update-snapshots src/post/editor-help.test.ts`);
  }
});

test('every snippet gives text that a post may have', () => {
  const post = accept(snippet('post'));
  const pair = `---\ntitle: Two\ndate: 2024-05-06\n---\n\n${accept(snippet('pair'))}`;
  for (const text of [post, pair]) {
    const { file, samples } = parsePost(new VFile({ path: '2024-05-06-two.md', value: text }));
    assert.deepEqual(findingsOf(file), [], text);
    assert.deepEqual(
      samples.map(({ name }) => name),
      ['before', 'after'],
    );
    for (const name of [...figureNames, 'value']) {
      const { file } = parsePost(new VFile({ path: '2024-05-06-two.md', value: `${text}\n\n${accept(snippet(name))}\n` }));
      assert.deepEqual(findingsOf(file), [], name);
    }
  }
});

test('there is a snippet for every figure, and its choices are complete', () => {
  const names = Object.values(snippets).map(({ prefix }) => prefix.replace('leaklog-', ''));
  assert.deepEqual(names.toSorted(), ['post', 'pair', ...figureNames, 'value'].toSorted());
  assert.ok(snippet('pair').includes(`|${verdictNames.join(',')}|`));
  assert.ok(snippet('value').includes(`|${Object.keys(metrics).join(',')}|`));
});

test('the editor can read what a check reports', () => {
  const { tasks } = JSON.parse(readFileSync('.vscode/tasks.json', 'utf8'));
  const { regexp, file, line, column, severity, message, code } = tasks[0].problemMatcher.pattern;
  const post = parsePost(
    new VFile({ path: 'content/posts/2024-05-06-two.md', value: '---\ntitle: "a: [b]"\ndate: 2024-02-30\ntag: python\n---\n' }),
  );
  const found = findingsOf(post.file).map((finding) => new RegExp(regexp).exec(describeFinding(finding).split('\n')[0] ?? ''));
  assert.deepEqual(
    found.map((match) => [file, line, column, severity, message, code].map((group) => match?.[group])),
    [
      ['content/posts/2024-05-06-two.md', '3', '7', 'error', 'The front matter\'s "date" is not a calendar day', 'front-matter-value'],
      [
        'content/posts/2024-05-06-two.md',
        '4',
        '1',
        'warning',
        'The front matter key "tag" is not used. Did you mean "tags"?',
        'front-matter-unknown',
      ],
    ],
  );
});
