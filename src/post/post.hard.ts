import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { parsePost } from './post.ts';

/** Makes the same posts in every run. */
const seed = 20_230_922;

const attribute = fc.oneof(
  fc.constantFrom(
    'sample=a',
    'sample=b',
    'sample',
    'sample=../x',
    'title="a/b.py"',
    'title="con.py"',
    'timeout=1s',
    'timeout=-1s',
    'memory=9999999GB',
    'expect=leak',
    'expect=nothing',
    'args="-n \\"3"',
    'python=">=3.8"',
    'python="x"',
    'axis=f.i',
    'exit=256',
    'exit=SIGSEGV',
    'stop=5s',
    'stop=2m',
    '"',
    '=',
    '{of=a}',
  ),
  fc.string({ maxLength: 8 }),
);
const block = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('```', '~~~', '````', '``'),
      fc.constantFrom('python', 'py', ''),
      fc.array(attribute, { maxLength: 4 }),
      fc.string({ maxLength: 20 }),
      fc.constantFrom('\n```', '\n~~~', ''),
    )
    .map(([fence, language, attributes, code, end]) => `${fence}${language} ${attributes.join(' ')}\n${code}${end}`),
  fc
    .tuple(
      fc.constantFrom('::', ':::', ':'),
      fc.constantFrom('log', 'memory', 'verdict', 'diff', 'versions', 'cycle', 'lgo', ''),
      fc.constantFrom('{of=a}', '{of="a b"}', '{of=}', '{', '', '{of=zz #id .c}'),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    '`= a.peak`',
    '`= a.peak / b.peak`',
    '`= a.peak < 3 * b.end`',
    '`= a.`',
    '`= (((((`',
    '`=`',
    '[x](2023-01-01-x.md)',
    '<script>alert(1)</script>',
    '# h',
    '### h',
    '> '.repeat(40),
    '- '.repeat(40),
    '|a|\n|-|',
    '[^1]',
    '[a]: b',
    '\0',
    '\ufeff',
    '\r\n',
    '10:30',
    'gc:done',
  ),
  fc.string({ maxLength: 30 }),
);
const frontMatter = fc.oneof(
  fc.constantFrom(
    '---\ntitle: a\ndate: 2024-01-01\n---\n',
    '---\r\ntitle: a\r\ndate: 2024-01-01\r\n---\r\n',
    '\ufeff---\ntitle: a\ndate: 2024-01-01\n---\n',
    '',
    '---\n',
    '---\ntitle: [\n---\n',
    '---\na: &a [*a]\n---\n',
    '---\n? {\n---\n',
  ),
  fc
    .array(
      fc.tuple(
        fc.constantFrom('title', 'date', 'tags', 'author', 'draft', 'updated', 'x'),
        fc.oneof(
          fc.string({ maxLength: 12 }),
          fc.constantFrom('2024-02-30', '[a, b]', '{a: b}', '!!js/function x', '*x', '2024-01-01T99:00'),
        ),
      ),
      { maxLength: 4 },
    )
    .map((entries) => `---\n${entries.map(([key, value]) => `${key}: ${value}`).join('\n')}\n---\n`),
);
const path = fc.oneof(
  fc.constantFrom(
    'content/posts/2024-01-01-a.md',
    'content/posts/x.md',
    '2024-13-01-a.md',
    '2024-01-01-.md',
    'content/posts/2024-01-01-ä b.md',
  ),
);

test('100,000 posts, whatever they hold, are read, and each problem is reported at a place', () => {
  const property = fc.property(
    path,
    frontMatter,
    fc.array(block, { maxLength: 4 }),
    fc.constantFrom('\n', '\n\n', '\r\n'),
    (path, head, blocks, between) => {
      const value = head + blocks.join(between);
      const { file, samples } = parsePost(new VFile({ path, value }));
      const lines = value.split(/\r\n|\r|\n/).length;
      for (const { line } of file.messages)
        assert.ok(line === undefined || line === null || (line >= 1 && line <= lines + 1), `line ${line} of ${lines}`);
      assert.equal(new Set(samples.map(({ name }) => name)).size, samples.length);
    },
  );
  fc.assert(property, { seed, numRuns: 100_000 });
});
