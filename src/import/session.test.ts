import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSession, toProgram, works } from './session.ts';

const program = (...lines: readonly string[]) => {
  const session = readSession(lines.join('\n'));
  return session && toProgram(session);
};

test('a session of Python or IPython is read, with what each input answered', () => {
  assert.deepEqual(
    readSession('Python 3.11.2 (main)\nType "help" for more.\n>>> x = 1\n>>> for i in "ab":\n...     i\n... \n\'a\'\n\'b\'\n>>>\n'),
    [
      { at: 2, input: ['x = 1'], output: [] },
      { at: 3, input: ['for i in "ab":', '    i'], output: ["'a'", "'b'"] },
    ],
  );
  assert.deepEqual(readSession('In [1]: x = 1\n\nIn [2]: x\nOut[2]: 1\n'), [
    { at: 0, input: ['x = 1'], output: [] },
    { at: 2, input: ['x'], output: ['1'] },
  ]);
  assert.deepEqual(readSession('>>>x = 1\n'), [{ at: 0, input: ['x = 1'], output: [] }]);
  assert.equal(readSession('def f():\n    """\n    >>> f()\n    """\n'), undefined);
  assert.equal(readSession('$ python -i x.py\nsome output\n>>> x\n'), undefined);
});

test('a program prints what the shell showed by itself, and no more', () => {
  assert.equal(program('>>> import gc', '>>> gc.collect()', '12'), 'import gc\nprint(gc.collect())');
  assert.equal(program('>>> x = "a"  # why', '>>> x  # see', "'a'"), 'x = "a"  # why\nprint(repr(x))  # see');
  assert.equal(program('>>> print(1)', '1', '>>> [].sort()'), 'print(1)\n[].sort()');
  assert.equal(program('>>> def f():', '...     print(2)', '...', '>>> f()', '2'), 'def f():\n    print(2)\nf()');
});

test('only loops, comprehensions and collections are work', () => {
  for (const code of ['for i in range(3): i', 'x = [i for i in y]', 'sum(i for i in y)', 'import gc\ngc.collect()'])
    assert.ok(works(code), code);
  for (const code of ['a = []\na', 'class A: pass\nA().x', 'def f(): pass\nf', 'import sys\nsys.getrefcount(a)'])
    assert.ok(!works(code), code);
});
