import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { parsePost } from '../post/post.ts';
import { importPost as importInto } from './post.ts';

const nowhere = { isFile: () => false, nameOf: () => undefined, oldRoot: '/old', posts: [], root: '/blog' };
const importPost = (path: string, text: string, wanted?: string) => importInto(path, text, nowhere, wanted);
const head = '---\ntitle: "Two ways"\ndate: 2023-09-22\n---\n';
const fence = (info: string, ...lines: readonly string[]) => `\`\`\`${info}\n${lines.join('\n')}\n\`\`\`\n`;
const convert = (body: string, path = '2023-09-22-two-ways.md') => importPost(path, head + body);
const stepsOf = (body: string) => convert(body).steps.map(({ line, what, details }) => [`${line}: ${what}`, ...details]);
const reportOf = (body: string) => stepsOf(body).flat().join('\n');
const body = (text: string) => convert(text).text.slice(head.length);
const samples = (text: string) => parsePost(new VFile({ path: '2023-09-22-two-ways.md', value: text }));

const leaky = [
  'import gc',
  '',
  'gc.set_debug(gc.DEBUG_LEAK)',
  '',
  'class Owner(object):',
  '    def make(self):',
  '        class IssueClass(object):',
  '            big = range(1000000)',
  '        return None',
  '',
  'for i in range(1000):',
  '    Owner().make()',
  'gc.collect()',
  'print("\\ngarbage objects:")',
  'for x in gc.garbage:',
  '    try: s = str(x)',
  '    except: s = "no text"',
  '    print(type(x))',
  '    print(\'obj="%s"\' % s)',
];
const fixed = leaky.map((line) =>
  line.replace('        class IssueClass(object):', '        pass').replace('            big = range(1000000)', ''),
);

test('a post with two programs, their commands and their logs', () => {
  const command = '$ python3 test.py 2>&1 | tee ./logs';
  const firstLog = fence(
    'txt',
    'gc: collectable <tuple 0x7f7bb7a729e8>',
    'gc: collectable <ModuleSpec 0x7f7bb7a729e9>',
    '',
    '...',
    '',
    'garbage objects:',
    "<class 'tuple'>",
    'obj="(<class \'object\'>,)"',
    'obj="<class \'__main__.Owner.make.<locals>.Inner\'>"',
    "obj=\"<attribute '__dict__' of 'Inner' objects>\"",
  );
  const secondLog = fence(
    'txt',
    'gc: collectable <function 0x7f1e4811e730>',
    'GARBAGE OBJECTS:',
    'o="<function OrderedDict.__init__ at 0x7f1e4811e730>"',
    '...',
  );
  const old = [
    ['### words\nIt leaks:\n', fence('text', ...leaky), 'run it:\n', fence('text', command), 'the logs are:\n', firstLog],
    ['now fixed:\n', fence('text', ...fixed), 'the logs:\n', secondLog],
  ]
    .flat()
    .join('');
  assert.equal(
    body(old),
    [
      ['### words\nIt leaks:\n', fence('python sample=before title="test.py"', ...leaky)],
      ['run it:\n', fence('console', command), 'the logs are:\n::log{of=before}\n'],
      ['now fixed:\n', fence('python sample=after', ...fixed), 'the logs:\n::log{of=after}\n'],
    ]
      .flat()
      .join(''),
  );
  assert.deepEqual(stepsOf(old), [
    ['7: python program → sample "before" (19 lines)'],
    ['29: shell, only shown'],
    [
      '33: log, 10 lines dropped → ::log{of=before}; stale: the code cannot print 2 of them',
      [
        'line 42: obj="<class \'__main__.Owner.make.<locals>.Inner\'>"',
        '    the code has no class Inner; the nearest is Owner.make.<locals>.IssueClass (also line 43)',
      ].join('\n'),
    ],
    ['46: python program → sample "after" (19 lines)'],
    [
      '68: log, 4 lines dropped → ::log{of=after}; stale: the code cannot print 2 of them',
      'line 70: GARBAGE OBJECTS:\n    the code prints no such line; the nearest is garbage objects:',
      'line 71: o="<function OrderedDict.__init__ at 0x7f1e4811e730>"\n    the code prints no such line; the nearest is obj="…"',
    ],
  ]);
  const post = samples(convert(old).text);
  assert.deepEqual(post.file.messages.map(String), []);
  assert.deepEqual(
    post.samples.map(({ name, title, code }) => [name, title, code]),
    [
      ['before', 'test.py', `${leaky.join('\n')}\n`],
      ['after', 'after.py', `${fixed.join('\n')}\n`],
    ],
  );
  assert.deepEqual(
    post.figures.map(({ name, of }) => [name, ...of]),
    [
      ['log', 'before'],
      ['log', 'after'],
    ],
  );
});

const small = [
  'kept = []',
  'for i in range(10):',
  '    kept.append([i])',
  'print("kept", len(kept), "lists")',
  'print(f"{i:>3} of {len(kept)}: done")',
];

test('a line that the code can print is not reported as stale', () => {
  const log = (...lines: readonly string[]) => reportOf(`${fence('python', ...small)}\nThe output:\n\n${fence('', ...lines)}`);
  assert.match(log('kept 10 lists', '  9 of 10: done'), /output, 2 lines dropped → ::log\{of=sample-1\}$/);
  assert.match(
    log('kept 10 lists', '...', 'Killed', '(and so on)', '  9 of 10: done  # the last', 'sys:1: ResourceWarning: unclosed file'),
    /\{of=[\w-]+\}$/,
  );
  assert.match(
    log('held 10 lists', '  9 of 10: done'),
    /stale: the code cannot print 1 of them\nline 16: held 10 lists\n {4}the code prints no such line; the nearest is kept … lists$/,
  );
  const open = fence('python', ...small, 'print(kept)');
  assert.match(reportOf(`${open}\nOutput:\n${fence('', 'anything at all')}`), /\{of=[\w-]+\}$/);
});

test('lines of the collector need a program that asks for them', () => {
  assert.match(
    reportOf(fence('python', ...small) + fence('', 'gc: collectable <dict 0x7f1e4811e730>')),
    /the code never asks the collector for such lines$/,
  );
  const asks = ['import gc', 'gc.set_debug(gc.DEBUG_COLLECTABLE)', ...small];
  assert.match(
    reportOf(fence('python', ...asks) + fence('', 'gc: collectable <dict 0x7f1e4811e730>', 'gc: collectable <FileFinder 0x7f1e4811e730>')),
    /\{of=[\w-]+\}$/,
  );
  assert.match(
    reportOf(fence('python', ...asks) + fence('', 'gc: done, 3 unreachable, 0 uncollectable, 0.0200s elapsed')),
    /never asks the collector for statistics$/,
  );
  assert.match(
    reportOf(fence('python', ...asks) + fence('', 'gc: collectable <TreeNode 0x7f1e4811e730>')),
    /the code has no class TreeNode$/,
  );
});

test('lines of a program that can write in other ways are not reported as stale', () => {
  const log = (...code: readonly string[]) =>
    reportOf(`${fence('python', 'vals = [1]', ...code, 'print("known", len(vals))')}\nIt prints:\n${fence('', 'unknown')}`);
  const stale = /stale: the code cannot print 1 of them/;
  assert.match(log('x = "one line"'), stale);
  for (const line of [
    'print(vals)',
    'p = print',
    'x = "two\\nlines"',
    'print("a", end="")',
    'import logging',
    'exec("1")',
    'raise SystemExit("unknown")',
    'import sys; sys.stdout.write("x")',
    'print(type(vals)())',
    'x = f"{chr(10)}"',
  ]) {
    assert.doesNotMatch(log(line), stale, line);
  }
  const ofMade = fence('', 'gc: collectable <dict 0x7f1e4811e730>', '<__main__.Made object at 0x7f1e4811e730>');
  const named = (code: string) => reportOf(`${fence('python', 'vals = [1]', code, 'print(vals)')}${ofMade}`);
  assert.match(named('made = 1'), /the code has no class Made/);
  for (const line of ['Made = 1', 'x = type("Made", (), {})', 'x = type("Ma" + "de", (), {})', 'exec("1")'])
    assert.doesNotMatch(named(line), /has no class/, line);
});

test('a traceback is checked against the lines of its program', () => {
  const program = fence('python title="x.py"', ...small, 'raise ValueError(kept)');
  const place = '  File "/home/me/x.py", line 6, in <module>';
  const crash = (line: string) =>
    reportOf(`${program}\n${fence('', 'Traceback (most recent call last):', place, `    ${line}`, 'ValueError: [[0]]')}`);
  assert.match(crash('raise ValueError(kept)'), /\{of=[\w-]+\}$/);
  assert.match(crash('raise KeyError(kept)'), /line 17: raise KeyError\(kept\)\n {4}the code has no such line$/);
});

test('code that does not run on its own is only shown, with the reason', () => {
  const why = (...lines: readonly string[]) => /only shown: (.*)/.exec(reportOf(fence('python', ...lines)))?.[1];
  assert.equal(why('print(1)'), 'one line');
  assert.equal(why('print "a"', 'x = 1', 'print x'), 'Python 2: print in line 6');
  assert.equal(why('import gc', 'for i in xrange(3):', '    gc.collect()'), 'Python 2: xrange in line 7');
  assert.equal(why('import numpy as np', 'a = np.zeros(3)', 'print(a)'), 'it needs numpy: declare it with PEP 723, see the manual');
  assert.equal(why('import gc', 'for x in things:', '    print(x)'), 'it does not define things');
  assert.equal(why('def f(a):', '    b = a', '    return b'), 'it only defines things and runs nothing');
  assert.equal(why('x = 1', '...', 'print(x)'), 'line 7 leaves something out');
  assert.equal(why('    x = 1', '    y = 2', '    print(x)'), 'it starts indented');
  assert.equal(why('x = [1', 'y = 2', 'print(x)'), 'syntax error in line 6: the bracket [ is not closed');
  assert.equal(why('for i in range(3):', 'print(i)', 'print(i)'), 'syntax error in line 7: the line above has no body');
  assert.equal(why('name = input("who? ")', 'a = 1', 'print(name)'), 'it waits for input in line 6, and samples get none');
});

test('other languages, sessions and text that no program printed stay', () => {
  const old = [
    fence('ruby', 'puts 1'),
    fence('', '>>> 1 + 1', '2'),
    fence('text', 'a plan:', '  one, two'),
    fence('', '$ pip install x', 'Collecting x'),
  ].join('\n');
  assert.equal(body(old), old.replace('```\n$ pip', '```console\n$ pip'));
  assert.deepEqual(
    stepsOf(old).map(([first]) => first),
    [
      '5: ruby, stays',
      '9: interactive session, stays: it only shows values',
      '14: text, stays: it follows line 9, which is not run',
      '19: shell, stays: it follows line 9, which is not run',
    ],
  );
});

test('the log of code that is not run stays', () => {
  const old = [
    fence('python', ...small),
    fence('python', 'import numpy', 'print(numpy)', 'print(1)'),
    fence('', 'gc: collectable <dict 0x7f1e4811e730>'),
  ].join('\n');
  assert.match(reportOf(old), /log, stays: it follows line 13, which is not run$/);
});

test('a command shown with its output becomes the log of the program', () => {
  assert.equal(
    body(`${fence('python', ...small)}\n${fence('bash', '$ python3 lists.py 10', 'kept 10 lists')}`),
    `${fence('python sample=lists args="10"', ...small)}\n::log{of=lists}\n`,
  );
});

test('a program that the post shows to fail is meant to, and one that nothing ends is stopped', () => {
  const fails = `${fence('python', ...small, 'raise ValueError')}\n${fence('', 'Traceback (most recent call last):', 'ValueError')}`;
  assert.match(body(fails), /```python sample=sample-1 exit=1\n/);
  assert.match(reportOf(fails), /an error ends it, as line 14 shows/);
  assert.doesNotMatch(body(`${fence('python', ...small)}\n${fence('', 'kept 10 lists')}`), /exit=/);
  const endless = fence('python', 'kept = []', 'while True:', '    kept.append(1)');
  assert.match(body(endless), /```python sample=sample-1 stop=5s\n/);
  assert.match(reportOf(endless), /nothing in it ends its loop: it is stopped after 5s/);
});

test('a session that works becomes a program, and its output stays where the text speaks of it', () => {
  const session = fence('pycon', '>>> import gc', '>>> for i in range(3): i = [i]', '...', '>>> gc.collect()', '1234');
  const program = 'import gc\nfor i in range(3): i = [i]\nprint(gc.collect())';
  assert.equal(body(session), `\`\`\`python sample=sample-1\n${program}\n\`\`\`\n`);
  assert.deepEqual(stepsOf(session), [
    [
      '5: interactive session → sample "sample-1" (3 lines)',
      'what the shell showed by itself is printed',
      'its output, 1 line, is dropped',
    ],
  ]);
  const spoken = `${session}\nIt freed 1234 lists.\n`;
  assert.equal(body(spoken), `\`\`\`python sample=sample-1\n${program}\n\`\`\`\n\n${fence('text', '1234')}\nIt freed 1234 lists.\n`);
  assert.match(reportOf(spoken), /its output, 1 line, is kept below it, as the text speaks of it/);
  const why = (...lines: readonly string[]) => /stays: (.*)/.exec(reportOf(fence('python', ...lines)))?.[1];
  assert.equal(why('>>> for i in x: i'), 'it does not define x');
  assert.equal(why('>>> import numpy', '>>> [numpy for i in ""]'), 'it needs numpy: declare it with PEP 723, see the manual');
  assert.equal(why('>>> for i in 1: pass', 'Traceback (most recent call last):', 'TypeError', '>>> 2'), 'an error ends it in line 6');
});

test('headings and labels say whose log it is', () => {
  const two = `${fence('python', ...small)}\n${fence('python', ...small, 'print("end")')}\n`;
  assert.match(
    body(`${two}## Before\n\n${fence('', 'kept 10 lists')}\n## After\n\n${fence('', 'kept 10 lists')}`),
    /## Before\n\n::log\{of=before\}\n\n## After\n\n::log\{of=after\}\n$/,
  );
});

test('Jekyll’s other blocks: tildes, indented code, highlight and kramdown attributes', () => {
  const code = small.join('\n');
  const indented = small.map((line) => `    ${line}`).join('\n');
  assert.equal(body(`~~~ python\n${code}\n~~~\n`), `~~~python sample=sample-1\n${code}\n~~~\n`);
  assert.equal(body(`Words\n\n${indented}\n\nMore\n`), `Words\n\n\`\`\`python sample=sample-1\n${code}\n\`\`\`\n\nMore\n`);
  assert.equal(body(`{% highlight python linenos %}\n${code}\n{% endhighlight %}\n`), `\`\`\`python sample=sample-1\n${code}\n\`\`\`\n`);
  assert.equal(
    body(`\`\`\`\n${code}\n\`\`\`\n{: .language-python file="leak.py" }\n\nMore\n`),
    `\`\`\`python sample=leak\n${code}\n\`\`\`\n\nMore\n`,
  );
  assert.equal(
    body(`> quoted\n>\n${small.map((line) => `>     ${line}\n`).join('')}`),
    `> quoted\n>\n> \`\`\`python sample=sample-1\n${small.map((line) => `> ${line}\n`).join('')}> \`\`\`\n`,
  );
});

test('everything else stays byte for byte', () => {
  const prose = `\uFEFF${head}Trailing  \n\n\tTab text\n\n* a  \n  b\n\n<div>x</div>\n{{ site.url }}\n\n`.replaceAll('\n', '\r\n');
  const old = `${prose}${fence('text', ...small)}last line without an end`.replace(/(?<!\r)\n/g, '\r\n');
  const { text, steps } = importPost('2023-09-22-a.md', old);
  assert.equal(text, old.replace('```text', '```python sample=sample-1'));
  assert.deepEqual(
    steps.map(({ line, what }) => `${line}: ${what}`),
    [
      '7: text, stays: no program comes before it',
      '13: {{ site.url }} stays, and shows as text: delete it, or write in Markdown what it stood for',
      '15: python program → sample "sample-1" (5 lines)',
    ],
  );
});

test('the file name is made of the day and some words', () => {
  const name = (path: string, front: string, wanted?: string) => importPost(path, `---\n${front}\n---\nx\n`, wanted).name;
  assert.equal(name('_posts/2023-09-22-Some_Words.markdown', 'title: a\ndate: 2024-01-01'), '2024-01-01-some-words.md');
  assert.equal(name('draft.md', 'title: "Größe (zwei)"\ndate: 2023-09-22 22:13:05 +0900'), '2023-09-22-groesse-zwei.md');
  assert.equal(name('메모리.md', 'title: 메모리\ndate: 2023-09-22'), '2023-09-22-post.md');
  assert.equal(name('draft.md', 'title: a'), undefined);
});

test('front matter gets the title and the date that Jekyll takes from the file name, and loses what means nothing here', () => {
  const { text, steps } = importPost('2023-09-22-some-words.md', '---\nlayout: post\npublished: false\ncomments: true\n---\nx\n');
  assert.equal(text, '---\ndraft: true\ntitle: "some words"\ndate: 2023-09-22\n---\nx\n');
  assert.deepEqual(steps[0], {
    line: 1,
    what: 'front matter',
    details: [
      'title: "some words", from the file’s name',
      'date: 2023-09-22, from the file’s name',
      'published: false → draft: true',
      'dropped: layout, comments',
    ],
  });
  assert.equal(importPost('2023-09-22-some-words.md', 'x\n').text, '---\ntitle: "some words"\ndate: 2023-09-22\n---\n\nx\n');
});
