import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { parsePost } from './post.ts';

const parse = (value: string, path = 'content/posts/2023-09-22-a-post.md') => parsePost(new VFile({ path, value }));
const head = '---\ntitle: A post\ndate: 2023-09-22\n---\n';
const problems = (value: string) =>
  parse(value).file.messages.map(({ line, column, ruleId, fatal }) => `${line}:${column} ${ruleId}${fatal === true ? '' : ' (warning)'}`);
const fence = (info: string) => `${head}\`\`\`${info}\nprint(1)\n\`\`\`\n`;

test('front matter takes Jekyll’s forms', () => {
  const { frontMatter } = parse(
    '---\nlayout: post\ntitle: "memory leak (python)"\nauthor: "melon"\ndate: 2023-09-22 22:13\n' +
      'categories: "2023"\ntags:\n  - python\n---\n',
  );
  assert.deepEqual(frontMatter, {
    title: 'memory leak (python)',
    author: ['melon'],
    date: '2023-09-22',
    categories: ['2023'],
    tags: ['python'],
    draft: false,
  });
  assert.deepEqual(
    parse('---\ntitle: a\ndate: 2023-09-22\ntags: python gc\ncategories: [a, b]\ndraft: true\nupdated: 2024-01-02T10:00:00Z\n---\n')
      .frontMatter,
    {
      title: 'a',
      date: '2023-09-22',
      tags: ['python', 'gc'],
      categories: ['a', 'b'],
      draft: true,
      updated: '2024-01-02',
    },
  );
});

test('everything wrong with the front matter is reported at its line and column', () => {
  assert.deepEqual(problems('---\ntitle:\ndate: 2023-02-30\ntags: {a: 1}\nautor: me\ndraft: perhaps\n---\n').toSorted(), [
    '2:1 front-matter-missing',
    '3:7 front-matter-value',
    '4:7 front-matter-value',
    '5:1 front-matter-unknown (warning)',
    '6:8 front-matter-value',
  ]);
  assert.deepEqual(problems('no front matter'), ['1:1 front-matter-missing']);
  assert.deepEqual(problems('---\ntitle: a: b\ndate: 2023-09-22\n---\n'), ['2:8 front-matter-yaml']);
  assert.deepEqual(problems('---\ntitle: a\ntitle: b\ndate: 2023-09-22\n---\n'), ['3:1 front-matter-yaml']);
});

test('a named Python fence is a sample, with defaults applied', () => {
  const [sample] = parse(fence('python sample=before')).samples;
  assert.deepEqual(
    { ...sample, place: 0, places: 0 },
    {
      name: 'before',
      title: 'before.py',
      code: 'print(1)\n',
      expect: undefined,
      timeoutMs: 60_000,
      memoryBytes: 2e9,
      outputBytes: 256e6,
      args: [],
      exit: 0,
      stopMs: undefined,
      python: '*',
      axis: undefined,
      files: [],
      requires: [],
      constraints: [],
      place: 0,
      places: 0,
    },
  );
});

test('every attribute is read', () => {
  const [sample] = parse(
    fence(
      'py sample=a title="test.py" expect=no-leak timeout=1.5s memory=512MB output=64kB args="-n 3" exit=2 stop=1s ' +
        'python=">=3.8" axis=main.i',
    ),
  ).samples;
  assert.deepEqual(
    { ...sample, place: 0, places: 0 },
    {
      name: 'a',
      title: 'test.py',
      code: 'print(1)\n',
      expect: 'no-leak',
      timeoutMs: 1500,
      memoryBytes: 512e6,
      outputBytes: 64e3,
      args: ['-n', '3'],
      exit: 2,
      stopMs: 1000,
      python: '>=3.8',
      axis: 'main.i',
      files: [],
      requires: [],
      constraints: [],
      place: 0,
      places: 0,
    },
  );
});

test('a fence without a name, or in another language, is only shown', () => {
  assert.deepEqual(parse(`${head}\`\`\`python\nx\n\`\`\`\n\n\`\`\`sh sample=a\nx = 1\n\`\`\`\n`).samples, []);
  assert.deepEqual(problems(fence('python title=x.py')), []);
});

test('what is wrong with a fence is reported at the attribute', () => {
  assert.deepEqual(problems(fence('python sample=a timeout=60 expct=leak memory=2GB memory=3GB junk')), [
    '5:64 attribute-form',
    '5:20 attribute-value',
    '5:31 attribute-unknown',
    '5:53 attribute-twice',
  ]);
  assert.deepEqual(problems(fence('python expect=leak')), ['5:11 sample-name']);
  assert.deepEqual(problems(fence('python sample = a')), ['5:11 attribute-form']);
  assert.deepEqual(problems(fence('python sample=../a')), ['5:11 attribute-value']);
  assert.deepEqual(problems(fence('python sample=a title=../../etc/x.py')), ['5:20 attribute-value']);
});

test('a message says what was meant and what to do', () => {
  const [message] = parse(fence('python sample=a expect=no-leek')).file.messages;
  assert.equal(message?.reason, 'expect="no-leek" cannot be read. Did you mean "no-leak"?');
  assert.match(message?.note ?? '', /expect=no-leak/);
});

test('two samples of one name are reported at the second', () => {
  const one = '```python sample=a\nx = 1\n```\n';
  assert.deepEqual(problems(head + one + one), ['8:11 sample-twice']);
});

const sampled = `${head}\`\`\`python sample=before\nx = 1\n\`\`\`\n\n\`\`\`python sample=after\nx = 1\n\`\`\`\n\n`;

test('figures and values name samples; colons in prose stay prose', () => {
  const post = parse(
    `${sampled}At 10:30 we saw gc:done and ::nothing.\n\n::log{of=before}\n\n::memory{of="before after"}\n\n::diff\n\n` +
      'Peak `= before.peak`, then `= after.debug-off.peak` and `=x`.\n',
  );
  assert.deepEqual(post.file.messages, []);
  assert.deepEqual(
    post.figures.map(({ name, of }) => [name, ...of]),
    [
      ['log', 'before'],
      ['memory', 'before', 'after'],
      ['diff', 'before', 'after'],
    ],
  );
  assert.deepEqual(
    post.values.flatMap(({ measures }) => Object.values(measures)).map(({ sample, condition, metric }) => [sample, condition, metric]),
    [
      ['before', 'as-written', 'peak'],
      ['after', 'debug-off', 'peak'],
    ],
  );
});

test('figures and values that mean nothing are reported at their place', () => {
  assert.deepEqual(
    problems(
      `${sampled}::lgo{of=before}\n\n::log{of=befor}\n\n::log\n\n::memory{off=before}\n\n` +
        'Peak `= before.peek`, `= nobody.peak`, `= before.debug.peak`\n',
    ),
    [
      '13:1 figure-unknown',
      '15:1 sample-unknown',
      '17:1 figure-samples',
      '19:1 figure-attribute',
      '21:6 value-unknown',
      '21:23 value-unknown',
      '21:40 value-unknown',
    ],
  );
});

test('places are right after CRLF, a BOM and inside a list', () => {
  assert.deepEqual(problems(fence('python sample=a timeout=6').replaceAll('\n', '\r\n')), ['5:20 attribute-value']);
  assert.deepEqual(problems(`\uFEFF${fence('python sample=a timeout=6')}`), ['5:20 attribute-value']);
  assert.deepEqual(problems(`${head}- item\n\n  \`\`\`python sample=a timeout=6\n  x = 1\n  \`\`\`\n`), ['7:22 attribute-value']);
});

test('a file name gives the slug, or a hint how to write it', () => {
  assert.equal(parse(head).slug, 'a-post');
  assert.equal(parse(head, 'content/posts/A post.md').file.messages[0]?.ruleId, 'file-name');
});

test('the first post has nothing wrong with it', () => {
  const path = 'content/posts/2023-09-22-memory-leak-python.md';
  const post = parse(readFileSync(path, 'utf8'), path);
  assert.deepEqual(post.file.messages.map(String), []);
  assert.deepEqual(
    post.samples.map(({ name, expect }) => [name, expect]),
    [
      ['before', 'debug-artifact'],
      ['after', 'no-leak'],
    ],
  );
});

test('prose that a reader would stumble over is a warning with a hint', () => {
  const post = parse(`${head}## One\n\n#### Two\n\n## One\n\n[a]() and [b][nowhere]\n\n[unused]: https://x.example\n`);
  const shown = post.file.messages.map(({ line, ruleId, fatal, note }) => [line, ruleId, fatal, (note ?? '').length > 10]);
  assert.deepEqual(shown.toSorted(), [
    [11, 'no-empty-url', false, true],
    [11, 'no-undefined-references', false, true],
    [13, 'no-unused-definitions', false, true],
    [7, 'heading-increment', false, true],
    [9, 'no-duplicate-headings', false, true],
  ]);
});

test('a fence that swallows what follows, or has a name in another language, is reported', () => {
  assert.deepEqual(problems(`${head}\`\`\`python sample=a\nx = 1\n\nprose\n`), ['5:1 fence-open']);
  assert.deepEqual(problems(`${head}\`\`\`\`python sample=a\nx = 1\n\`\`\`\n`), ['5:1 fence-open']);
  // The figure of the swallowed sample is not reported.
  assert.deepEqual(problems(`${head}\`\`\`python sample=a\nx = 1\n\n\`\`\`python sample=b\ny = 1\n\`\`\`\n\n::log{of=b}\n`), [
    '5:1 fence-open',
  ]);
  assert.deepEqual(problems(`${head}~~~python sample=a\nx = 1\n~~~~\n\n> \`\`\`python sample=b\n> y = 1\n> \`\`\`\n`), []);
  for (const info of ['text sample=a', 'sample=a', '{python sample=a}', 'python{sample=a}', 'pyton sample=a'])
    assert.deepEqual(problems(`${head}\`\`\`${info}\nx\n\`\`\`\n`), ['5:1 sample-language'], info);
  assert.deepEqual(problems(`${head}\`\`\`sh\npython sample=a\n\`\`\`\n`), []);
});

test('Python in prose stays Python', () => {
  assert.deepEqual(problems(`${fence('python sample=before')}\n\`= os.path\` \`= self.cache\` \`=> x\` \`= x + y\`\n`), []);
  assert.deepEqual(problems(`${fence('python sample=before')}\n\`= befor.peak\` \`= before.peek\`\n`).length, 2);
});

test('front matter that is not closed, and a date of another form, are reported once', () => {
  const reasons = (text: string) => parse(text).file.messages.map(({ reason }) => reason);
  assert.match(reasons('---\ntitle: a\ndate: 2024-01-01\n\nprose\n').join(), /^The front matter is not closed/);
  assert.match(reasons('prose\n').join(), /^The post has no front matter$/);
  assert.deepEqual(reasons('---\ntitle: a\ndate: 06/05/2024\n---\n').length, 1);
});

test('a line with two colons that is not a figure stays text', () => {
  const post = parse(`${head}::1\n\n- ::ffff\n`);
  assert.deepEqual(post.file.messages, []);
  assert.match(JSON.stringify(post.tree), /"value":"::1".*"value":"::ffff"/);
});

test('text that is nested deeper than can be read is reported at its line, and nothing else is', () => {
  assert.deepEqual(problems(`${head}${'>'.repeat(10_000)} deep`), ['5:1 nested-deep']);
  assert.deepEqual(problems(`${head}text\n\n${'- '.repeat(10_000)}deep`), ['7:1 nested-deep']);
  assert.deepEqual(
    problems(`${head}${Array.from({ length: 150 }, (_, level) => `${'  '.repeat(level)}- x`).join('\n')}`).map(
      (line) => line.split(' ')[1],
    ),
    ['nested-deep'],
  );
  assert.deepEqual(problems(`${head}${'*'.repeat(10_000)}\n\n${'- '.repeat(5000)}\n\n${'> '.repeat(40)}deep`), []);
});

test('a sample that HTML swallows is an error, other code there a warning, and what is HTML’s own nothing', () => {
  const lost = '```python sample=a\nx = 1\n```\n';
  assert.deepEqual(problems(`${head}<details>\n${lost}</details>\n`), ['6:1 fence-in-html']);
  assert.deepEqual(problems(`${head}<div>\n~~~js\nx\n~~~\n</div>\n`), ['6:1 fence-in-html (warning)']);
  assert.deepEqual(problems(`${sampled}<p>\nPeak \`= before.peak\`, not \`= other.peak\`.\n</p>\n`), ['14:6 value-form']);
  assert.deepEqual(problems(`${sampled}<!--\nPeak \`= before.peak\`.\n-->\n`), []);
  for (const [open, close] of [
    ['<details>\n', '\n</details>'],
    ['<pre>', '</pre>'],
    ['<!--', '-->'],
  ])
    assert.deepEqual(problems(`${head}${open}\n${lost}${close}\n`), [], open);
});

test('a decimal comma is told from a missing unit', () => {
  const hintOf = (attribute: string) => parse(`${head}\`\`\`python sample=a ${attribute}\nx = 1\n\`\`\`\n`).file.messages[0]?.note;
  assert.equal(hintOf('memory=1,5GB'), 'Decimals follow a point: memory=1.5GB');
  assert.equal(hintOf('memory=1,5'), 'A size has a unit: memory=2GB, memory=512MB');
});

test('an axis that is a local variable names its function', () => {
  const told = (axis: string, code: string) =>
    parse(`${head}\`\`\`python sample=a axis=${axis}\n${code}\n\`\`\`\n`).file.messages.map(({ reason, note }) => `${reason} | ${note}`);
  const main = 'def main():\n    for i in range(9):\n        print(i)\n\nmain()';
  assert.deepEqual(told('i', main), ['axis=i names a local variable of a function | Name its function, too: axis=main.i']);
  assert.deepEqual(told('main.i', main), []);
  assert.deepEqual(told('i', 'def main():\n    global i\n    for i in range(9):\n        print(i)\n\nmain()'), []);
  assert.deepEqual(told('i', 'if True:\n    for i in range(9):\n        print(i)'), []);
  assert.deepEqual(told('i', `i = 0\n${main}`), []);
});

test('Markdown of other tools that is shown as text is told, and what only looks like it is not', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    '{% log before %}': ['5:1 liquid (warning)'],
    'See ![[heap.png]] and [[2023-01-01-other]].': ['5:5 link-form (warning)', '5:23 link-form (warning)'],
    'A list of lists, [[1, 2], [3]], and [[x]].': [],
    '![A heap](/heap.png =300x200)': ['5:1 image-form (warning)'],
    '## Intro {#intro}': ['5:10 attribute-list (warning)'],
    'The set {a} and the dict {x=1}': [],
    '####### Deep': ['5:1 heading-form (warning)'],
    '## ': ['5:1 heading-form (warning)'],
    'This is the end of my part.\n---': ['5:1 heading-form (warning)'],
    'The end\n-------\n\nof it.\n\n---': [],
    '| a | b |\n| 1 | 2 |': ['5:1 table-form (warning)'],
    '| a | b |\n| - | - |\n| 1 | 2 |': [],
    '> [!NOTE]\n> Mind this.': ['5:3 callout (warning)'],
    '!!! note\n    Mind this.': ['5:1 callout (warning)'],
    'It costs $5, and $$ is money.': [],
    '<details>\n<summary>More</summary>\n\nText.': ['5:1 html-open (warning)'],
    '<details>\n<summary>More</summary>\n\nText.\n\n</details>': [],
  };
  for (const [text, told] of Object.entries(cases)) assert.deepEqual(problems(`${head}${text}\n`), told, text);
  assert.deepEqual(problems(`${head}\`\`\`python sample=a\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n\`\`\`\n`), [
    '6:1 merge-conflict',
  ]);
});
