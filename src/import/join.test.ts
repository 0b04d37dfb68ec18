import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importPost } from './post.ts';

const places = { isFile: () => false, nameOf: () => undefined, oldRoot: '/old', posts: [], root: '/blog' };
const convert = (...codes: readonly string[]) =>
  importPost('2020-01-02-a.md', codes.map((code) => `\`\`\`python\n${code}\n\`\`\`\n`).join('\nAnd then:\n\n'), places);
const told = (...codes: readonly string[]) =>
  convert(...codes).steps.flatMap(({ what, details }) => (what.startsWith('front') ? [] : [what, ...details]));

test('a program in two fences is joined in the later one, and the earlier is only shown', () => {
  const { text } = convert('class A:\n    pass', 'for i in range(3):\n    A()');
  assert.match(
    text,
    new RegExp(
      [
        '```python\nclass A:\n {4}pass\n```\n\nAnd then:\n\n',
        '```python sample=sample-1\nclass A:\n {4}pass\n\nfor i in range\\(3\\):\n {4}A\\(\\)\n```\n$',
      ].join(''),
    ),
  );
  assert.deepEqual(told('class A:\n    pass', 'for i in range(3):\n    A()'), [
    'python, only shown: it is part of the program in line 8',
    'python program → sample "sample-1" (5 lines)',
    'it begins with the code of line 1, which it needs',
  ]);
});

test('only what it needs is joined, in the order of the post', () => {
  const [, , , , program, note] = told(
    'import gc',
    'x = 1',
    'def f():\n    gc.collect()',
    'y = 2',
    'for i in range(3):\n    f()',
    '',
  ).filter((line) => line !== '');
  assert.deepEqual(
    [program, note],
    ['python program → sample "sample-1" (7 lines)', 'it begins with the code of lines 1 and 13, which it needs'],
  );
});

test('what goes on from a program that has something to show is told, not joined', () => {
  assert.deepEqual(told('a = []\nfor i in range(3):\n    a.append(i)', 'print(len(a))\nprint(a)'), [
    'python program → sample "sample-1" (3 lines)',
    'python, only shown: it goes on from the program in line 1: to run them as one, put both into one fence',
  ]);
});

test('a name is taken from the last fence that defines it before it is used', () => {
  const codes = [
    'class A:\n    kept = []',
    'class B:\n    a = A()\nb = B()',
    'class A:\n    kept = ()',
    'for i in range(3):\n    print(b)',
  ];
  assert.match(convert(...codes).text, /sample=after\nclass A:\n {4}kept = \[\]\n\nclass B:/);
});

test('code that is left out, or that needs what no run has, joins nothing', () => {
  assert.deepEqual(told('def grow(): ...', 'for i in range(3):\n    grow()').at(-1), 'python, only shown: it does not define grow');
  assert.deepEqual(
    told('import numpy as np', 'for i in range(3):\n    np.zeros(3)').at(-1),
    'python, only shown: it needs numpy: declare it with PEP 723, see the manual',
  );
  assert.deepEqual(told('def f():\n    print "a"', 'for i in range(3):\n    f()').at(-1), 'python, only shown: it does not define f');
});

test('a module that another fence of the post has is a file, not a package', () => {
  const { steps } = importPost(
    '2020-01-02-a.md',
    '`shop.py`:\n\n```python\nclass Cart: pass\n```\n\n```python\nimport shop\nfor i in range(3):\n    shop.Cart()\n```\n',
    places,
  );
  assert.equal(
    steps.at(-1)?.what,
    'python, only shown: it imports shop, which line 3 has: give that fence file="shop.py", and this one files="shop.py"',
  );
});
