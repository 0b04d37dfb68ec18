import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findWork } from './work.ts';

const lines = (...code: readonly string[]) => `${code.join('\n')}\n`;

/** `loop 2-3`, `function 1-3`, `statement 4-4 of 1-6`; or the problem. */
function describe(code: string, text: string): string {
  const found = findWork(code, text);
  if ('reason' in found) return `${found.reason} | ${found.hint}`;
  assert.equal(found.text, text);
  const ranges = found.lines.map(({ from, to }) => `${from}-${to}`).join(' ');
  return `${found.kind} ${ranges}${found.owner === undefined ? '' : ` of ${found.owner.from}-${found.owner.to}`}`;
}

const program = lines(
  'import os', // 1
  'for path in os.listdir():', // 2
  '    print(path)', // 3
  'def fill(kept):', // 4
  '    for i in range(9):', // 5
  '        for j in range(9):', // 6
  '            kept.append(j)', // 7
  '    print(len(kept))', // 8
  'def helper(', // 9
  '    kept,', // 10
  '):', // 11
  '    return [', // 12
  '        k for k in kept', // 13
  '    ]', // 14
  'def plain(): return 1', // 15
  'fill([])', // 16
  'total = 0', // 17
  'while total < 3:', // 18
  '    total += 1', // 19
);

test('a line of a loop names the innermost loop that it is in, its head included', () => {
  assert.deepEqual(
    ['2', '3', '5', '6', '7', '19'].map((text) => describe(program, text)),
    ['loop 2-3', 'loop 2-3', 'loop 5-7', 'loop 6-7', 'loop 6-7', 'loop 18-19'],
  );
  assert.equal(describe(program, 'line 5'), 'loop 5-7');
  assert.equal(describe(program, 'line5'), 'loop 5-7');
});

test('a line outside loops names its statement, with all its lines and the function that it stands in', () => {
  assert.equal(describe(program, '8'), 'statement 8-8 of 4-8');
  assert.equal(describe(program, '13'), 'statement 12-14 of 9-14');
  assert.equal(describe(program, '16'), 'statement 16-16');
  assert.equal(describe(program, '4'), 'statement 4-4 of 4-8');
});

test('a function that is defined in a loop is not that loop, but a loop in it is', () => {
  const made = lines('for i in r:', '    def f():', '        x = 1', '        while x:', '            x = 0', '    f()');
  assert.deepEqual(
    ['3', '5', '6'].map((text) => describe(made, text)),
    ['statement 3-3 of 2-5', 'loop 4-5', 'loop 1-6'],
  );
});

test('a line that the sample does not have is reported, with how many it has', () => {
  for (const text of ['0', '20', '999999'])
    assert.equal(
      describe(program, text),
      `work=${text} names a line that the sample does not have | It has 19 lines, counted from the first below the fence.`,
    );
  assert.equal(describe(program, '19'), 'loop 18-19');
  assert.match(describe('print()\n\n\n', '2'), /names a line that the sample does not have \| It has 1 line/);
});

test('a function names its outermost loops, or, without one, its calls', () => {
  assert.equal(describe(program, 'fill'), 'loop 5-7');
  assert.equal(describe(program, 'helper'), 'function 9-14');
  assert.equal(describe(program, 'plain'), 'function 15-15');
  assert.equal(describe(lines('def f():', '    for i in r: pass', '    while x: pass'), 'f'), 'loop 2-2 3-3');
});

test('function.local names the loops of the function that bind the name, the outermost of them', () => {
  assert.equal(describe(program, 'fill.j'), 'loop 5-7');
  const two = lines(
    'def f():',
    '    for i in r:',
    '        for j in r:',
    '            n = 1',
    '    for i in r:',
    '        m = 1',
    '    while n:',
    '        pass',
  );
  assert.deepEqual(
    ['f.i', 'f.j', 'f.n', 'f.m'].map((text) => describe(two, text)),
    ['loop 2-4 5-6', 'loop 2-4', 'loop 2-4', 'loop 5-6'],
  );
});

test('a global names the loops of the top level that bind it, also where it stands in the body', () => {
  assert.equal(describe(program, 'path'), 'loop 2-3');
  assert.equal(describe(program, 'total'), 'loop 18-19');
  assert.equal(describe(lines('for a, (b, c) in r:', '    d = 1', 'for d in r: pass'), 'd'), 'loop 1-2 3-3');
  assert.equal(describe(lines('for a, (b, c) in r:', '    d = 1', 'for d in r: pass'), 'c'), 'loop 1-2');
});

test('a function goes before a loop’s target of the same name', () => {
  assert.equal(describe(lines('def step():', '    pass', 'for step in r:', '    pass'), 'step'), 'function 1-2');
});

test('methods are named like functions, and a name stands for all of them', () => {
  const code = lines(
    'class A:',
    '    def run(self):',
    '        for i in r: pass',
    'class B:',
    '    def run(self):',
    '        for k in r: pass',
  );
  assert.deepEqual(
    ['run', 'run.i', 'run.k'].map((text) => describe(code, text)),
    ['loop 3-3 6-6', 'loop 3-3', 'loop 6-6'],
  );
});

test('a name that nothing has is reported, with the functions that exist, each once', () => {
  assert.equal(
    describe(program, 'fil.i'),
    'work=fil.i names a function "fil", which the sample does not define | It defines fill, helper, plain. Or name a line: work=12',
  );
  assert.equal(
    describe('def a(): pass\ndef a(): pass\n', 'b.i'),
    'work=b.i names a function "b", which the sample does not define | It defines a. Or name a line: work=12',
  );
  assert.equal(
    describe('print()\n', 'b.i'),
    'work=b.i names a function "b", which the sample does not define | It defines none. Or name a line: work=12',
  );
});

test('a name that no loop binds is reported, whether of a function or global', () => {
  const hint = 'Name a line of the loop, work=12, its function, or a name that the loop binds, as function.local.';
  assert.equal(describe(program, 'fill.kept'), `work=fill.kept names "kept", which no loop there binds | ${hint}`);
  assert.equal(describe(program, 'helper.k'), `work=helper.k names "k", which no loop there binds | ${hint}`);
  assert.equal(describe(program, 'os'), `work=os names "os", which no loop there binds | ${hint}`);
  assert.equal(describe(program, 'i'), `work=i names "i", which no loop there binds | ${hint}`);
  assert.equal(describe(lines('class A:', '    def run(self): pass', 'class B:', '    def run(self): pass'), 'run'), 'function 2-2 4-4');
});

test('in a sample with errors, or of Python 2, what can be read is found', () => {
  assert.equal(describe('def f(:\n    while True:\n        pass\n', 'f'), 'loop 2-3');
  assert.equal(describe('def f():\n    for i in xrange(9):\n        print i\n', 'f.i'), 'loop 2-3');
  assert.match(describe('def f(\n', 'g'), /^work=g names "g"/);
});
