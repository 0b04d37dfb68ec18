import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProgram } from './program-tree.ts';

const lines = (...code: readonly string[]) => `${code.join('\n')}\n`;
/** `2-3 in f`, `within` another. */
const loopsOf = (code: string) =>
  readProgram(code).loops.map(
    ({ from, to, owner, within }) => `${from}-${to}${owner === undefined ? '' : ` in ${owner}`}${within ? ' within' : ''}`,
  );
const bindsOf = (code: string) => readProgram(code).loops.map(({ binds }) => [...binds].toSorted().join(' '));
const lastOf = (code: string) => code.split('\n').flatMap((_, index) => (readProgram(code).isLast(index + 1) ? [index + 1] : []));

test('for and while statements are loops, with all their lines, else and comments included', () => {
  assert.deepEqual(
    loopsOf(
      lines('for i in range(3):', '    print(i)', 'else:', '    print("end")', 'x = 1', 'while x:', '    x = 0', '    # done', 'print(x)'),
    ),
    ['1-4', '6-7'],
  );
  assert.deepEqual(loopsOf('for i in range(3): print(i)\nprint()\n'), ['1-1']);
  assert.deepEqual(loopsOf('while True:\n    pass'), ['1-2']);
  assert.deepEqual(loopsOf(lines('async def main():', '    async for row in rows():', '        print(row)')), ['2-3 in main']);
});

test('blank lines and a comment after a loop are not part of it', () => {
  assert.deepEqual(loopsOf('for i in "ab":\n    print(i)\n\n\n\n# the end\nprint()\n'), ['1-2']);
  assert.deepEqual(loopsOf('def f():\n    for i in "ab":\n        print(i)\n\n\nf()\n'), ['2-3 in f']);
});

test('comprehensions and generators are no loops', () => {
  assert.deepEqual(loopsOf(lines('a = [i for i in range(3)]', 'b = {i: i for i in a}', 'c = sum(i for i in a)', 'd = {i for i in a}')), []);
});

test('a loop knows the function around it, and whether another loop of that function is around it', () => {
  const code = lines(
    'for a in "ab":',
    '    for b in "ab":',
    '        pass',
    'def outer():',
    '    for c in "ab":',
    '        def inner():',
    '            while c:',
    '                pass',
    '        inner()',
    'class K:',
    '    def method(self):',
    '        for d in "ab":',
    '            if d:',
    '                while d:',
    '                    pass',
  );
  assert.deepEqual(loopsOf(code), ['1-3', '2-3 within', '5-9 in outer', '7-8 in inner', '12-15 in method', '14-15 in method within']);
});

test('the body of a class belongs to the top level', () => {
  assert.deepEqual(loopsOf(lines('class K:', '    for name in "ab":', '        locals()[name] = 1')), ['2-3']);
});

test('a loop binds its targets, tuples and stars and nesting included', () => {
  assert.deepEqual(bindsOf('for i, (a, [b, *c]) in rows: pass\n'), ['a b c i']);
  assert.deepEqual(bindsOf('for (i, j) in rows: pass\n'), ['i j']);
  assert.deepEqual(bindsOf('for self.x in rows: pass\nfor table[k] in rows: pass\n'), ['', '']);
});

test('a loop binds what its body assigns: plain, at once, in place, annotated, by := and by with', () => {
  assert.deepEqual(bindsOf('while True:\n    a, b = f()\n'), ['a b']);
  assert.deepEqual(bindsOf('while True:\n    n += 1\n'), ['n']);
  assert.deepEqual(bindsOf('while True:\n    n: int = 1\n'), ['n']);
  assert.deepEqual(bindsOf('while (line := read()):\n    pass\n'), ['line']);
  assert.deepEqual(bindsOf('while True:\n    with open(p) as file:\n        pass\n'), ['file']);
  assert.deepEqual(bindsOf('while True:\n    with (open(p) as one, open(q) as two):\n        pass\n'), ['one two']);
});

test('a loop binds every name of a chain of assignments', () => {
  assert.deepEqual(bindsOf('while True:\n    a = b = c, d = f(e)\n'), ['a b c d']);
});

test('what a with statement only enters, a loop does not bind', () => {
  assert.deepEqual(bindsOf('while True:\n    with lock, other as held:\n        pass\n'), ['held']);
});

test('what a loop only reads, or changes inside an object, it does not bind', () => {
  assert.deepEqual(bindsOf('for i in rows:\n    kept[i] = total\n    self.x = f(other)\n    kept.append(i)\n'), ['i']);
  assert.deepEqual(bindsOf('for i in rows:\n    f(key=i)\n'), ['i']);
});

test('a loop does not bind the names of a function in it, but those of a loop in it', () => {
  assert.deepEqual(
    bindsOf(
      lines(
        'for i in rows:',
        '    def f():',
        '        inner = 1',
        '        for own in rows:',
        '            pass',
        '    for j in rows:',
        '        x = f()',
      ),
    ),
    ['i j x', 'own', 'j x'],
  );
  assert.deepEqual(bindsOf('for i in rows:\n    f = lambda: (y := i)\n'), ['f i']);
});

test('functions have their names and all their lines, also methods, async and nested ones', () => {
  const { functions } = readProgram(
    lines(
      '@cache',
      'def one():',
      '    def two():',
      '        return 1',
      '    return two',
      '',
      'class K:',
      '    async def three(self): pass',
    ),
  );
  assert.deepEqual(functions, [
    { from: 2, to: 5, name: 'one' },
    { from: 3, to: 4, name: 'two' },
    { from: 8, to: 8, name: 'three' },
  ]);
});

test('imports are found wherever they are, over several lines too', () => {
  const { imports } = readProgram(
    lines(
      'import os, sys',
      'from a import (',
      '    b,',
      '    c,',
      ')',
      'def f():',
      '    import json',
      'try: import x',
      'except ImportError: pass',
      'm = __import__("os")',
    ),
  );
  assert.deepEqual(imports, [
    { from: 1, to: 1 },
    { from: 2, to: 5 },
    { from: 7, to: 7 },
    { from: 8, to: 8 },
  ]);
});

test('statements with a comprehension are tables, with all their lines; those without one, or with one for later, are not', () => {
  assert.deepEqual(
    readProgram(
      lines(
        'a = [i for i in r]',
        'b = list(r)',
        'c = {',
        '    i: i',
        '    for i in r',
        '}',
        'd = f((i for i in r), 1)',
        'g = lambda: [i for i in r]',
      ),
    ).tables,
    [1, 3, 4, 5, 6, 7],
  );
  assert.deepEqual(readProgram('for i in [j for j in r]:\n    print(i)\n').tables, []);
});

test('a statement with a generator as its only argument is a table like any other', () => {
  assert.deepEqual(readProgram('a = dict((i, i) for i in r)\nb = set(i for i in r)\n').tables, [1, 2]);
});

test('a call is last where nothing follows: main() at the end, not main() and then print()', () => {
  assert.deepEqual(lastOf('def main():\n    work()\n\nmain()\n'), [2, 4]);
  assert.deepEqual(lastOf('def main():\n    work()\n\nmain()\nprint("done")\n'), [2, 5]);
  assert.deepEqual(lastOf('main()\n# the end\n'), [1]);
  assert.deepEqual(lastOf('main()\ndef late():\n    pass\n'), [1, 3]);
  assert.deepEqual(lastOf('main();\n'), [1]);
  assert.deepEqual(lastOf('main(); print()\n'), [1]);
});

test('a call at the end of if __name__, of a branch, of try or of with is last', () => {
  assert.deepEqual(lastOf('if __name__ == "__main__":\n    setup()\n    main()\n'), [3]);
  assert.deepEqual(lastOf('if __name__ == "__main__":\n    main()\n    print()\n'), [3]);
  assert.deepEqual(lastOf('if a:\n    main()\nelse:\n    other()\n'), [2, 4]);
  assert.deepEqual(lastOf('if a:\n    main()\nprint()\n'), [3]);
  assert.deepEqual(lastOf('try:\n    main()\nexcept OSError:\n    failed()\nfinally:\n    close()\n'), [2, 4, 6]);
  assert.deepEqual(lastOf('with pool:\n    main()\n'), [2]);
});

test('in a loop or in a class nothing is last; of a loop that comes last, its first line is', () => {
  assert.deepEqual(lastOf('for i in r:\n    main()\n'), [1]);
  assert.deepEqual(lastOf('while True:\n    main()\nprint()\n'), [3]);
  assert.deepEqual(lastOf('def f():\n    while x:\n        for i in r:\n            main()\nf()\nprint()\n'), [2, 6]);
  assert.deepEqual(lastOf('class K:\n    x = f()\n'), []);
});

test('a return of a call ends its function, a call before a return only if that calls nothing', () => {
  assert.deepEqual(lastOf('def f():\n    return g()\n\nx = f()\nprint(x)\n'), [2, 5]);
  assert.deepEqual(lastOf('def f():\n    g()\n    return\nf()\nprint()\n'), [2, 3, 5]);
  assert.deepEqual(lastOf('def f():\n    g()\n    return kept\nf()\nprint()\n'), [2, 3, 5]);
  assert.deepEqual(lastOf('def f():\n    g()\n    return h()\nf()\nprint()\n'), [3, 5]);
  assert.deepEqual(lastOf('def f():\n    g()\n    pass\nf()\nprint()\n'), [2, 3, 5]);
});

test('a return of a call ends its function even in a branch that others follow', () => {
  assert.deepEqual(lastOf('def f():\n    if quick:\n        return g()\n    return h()\nf()\nprint()\n'), [3, 4, 6]);
});

test('in a case of a match statement only the last call is last', () => {
  assert.deepEqual(lastOf('match command:\n    case "run":\n        setup()\n        main()\n'), [4]);
});

test('a helper in tail position is last in its function, one before others is not', () => {
  assert.deepEqual(
    lastOf(lines('def main():', '    first()', '    second()', 'def first():', '    loop()', '    more()', 'main()')),
    [3, 6, 7],
  );
});

test('all lines of a statement over several lines are last, so that any line of a call counts', () => {
  assert.deepEqual(lastOf('main(\n    1,\n    2,\n)\n'), [1, 2, 3, 4]);
});

test('a program with errors is read as far as it can be, and nothing throws', () => {
  assert.deepEqual(loopsOf('for i in range(3:\n    print(i)\nfor j in "ab":\n    print(j)\n').at(-1), '3-4');
  assert.deepEqual(loopsOf('def f(:\n    while True:\n        pass\n'), ['2-3 in f']);
  for (const code of [
    '',
    '\n',
    '    ',
    'for',
    'for i in',
    'while',
    'def',
    'def (:',
    ')))',
    '"""',
    '\t\tfor i in x:\n  y',
    '\u{FEFF}for i in x: pass',
    'for i in x: pass\r\nfor j in x: pass\r\n',
    '\0',
    '\u{1F40D} = 1\n',
  ]) {
    const { loops, functions, imports, isLast } = readProgram(code);
    const count = code.split('\n').length;
    for (const { from, to } of [...loops, ...functions, ...imports])
      assert.ok(from >= 1 && from <= to && to <= count, JSON.stringify(code));
    assert.equal(isLast(count + 5), false);
  }
});

test('the loops, functions and imports of Python 2 are read', () => {
  const code = lines(
    'import gc',
    'def f():',
    '    for i in xrange(10):',
    '        print i',
    '        exec "x = 1"',
    'try:',
    '    f()',
    'except ValueError, e:',
    '    print e',
    'while 1:',
    '    print >>out, "x"',
  );
  assert.deepEqual(loopsOf(code), ['3-5 in f', '10-11']);
  assert.deepEqual(readProgram(code).imports, [{ from: 1, to: 1 }]);
});

test('lines are counted as in the text, whatever the line breaks', () => {
  assert.deepEqual(loopsOf('x = """\na\nb\n"""\nfor i in x:\n    pass\n'), ['5-6']);
  assert.deepEqual(loopsOf('x = 1 + \\\n    2\nfor i in x:\n    pass\n'), ['3-4']);
  assert.deepEqual(loopsOf('x = 1\r\nfor i in x:\r\n    pass\r\nprint()\r\n'), ['2-3']);
});
