import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPython } from './python.ts';

const read = (...lines: readonly string[]) => readPython(lines.join('\n'), { lineAt: (index) => index + 1, isPython: true });
const why = (...lines: readonly string[]) => {
  const reading = read(...lines);
  return reading.kind === 'snippet' ? reading.why : reading.kind;
};
const isPython = (...lines: readonly string[]) =>
  readPython(lines.join('\n'), { lineAt: (index) => index + 1, isPython: false }).kind !== 'other';

test('bare expressions, short programs and docstrings with prompts are programs', () => {
  assert.equal(why('for i in range(60000):', '    [i]'), 'program');
  assert.equal(why('a = {}', 'a', 'a.keys', 'd = {1: 2}', 'd[1]', '1 + 1', 'a == d'), 'program');
  assert.equal(why('def g():', '    (yield)', 'for i in g():', '    pass'), 'program');
  assert.equal(why('leak = [bytes(1000) for _ in range(1000)]', 'print(len(leak))'), 'program');
  assert.equal(why('def f(x):', '    """', '    >>> f(1)', '    """', '    return x', 'f(1)'), 'program');
  assert.equal(why('import gc; gc.collect(); x = 1'), 'program');
  assert.equal(why('with (open("/dev/null") as a, open("/dev/null") as b):', '    print(a, b)'), 'program');
});

test('what Python reads and the parser does not is no fault', () => {
  assert.equal(why('p = [1., 2.]', 'print(p, max(1., 2))'), 'program');
  assert.equal(why('match []:', '    case []:', '        print(1)'), 'program');
});

test('what is left out is told before what cannot be read', () => {
  assert.equal(why('APPS = (', '    ...', "    'nose',", ')', 'print(APPS)'), 'line 2 leaves something out');
  assert.equal(why('x = 1', '...', 'print(x)'), 'line 2 leaves something out');
});

test('what the code lacks is told', () => {
  assert.equal(why('mylist = [x for x in somedata]'), 'it does not define somedata');
  assert.equal(why('app.debug = True', 'print(1)'), 'it does not define app');
  assert.equal(why('vd["a"] = 1.', 'print(1)'), 'it does not define vd');
  assert.equal(why('print(str(object=site))', 'x = 1'), 'it does not define site');
  assert.equal(why('match 1:', '    case Driver(name=x): print(x)'), 'it does not define Driver');
  assert.equal(why('print(counter)', 'counter = 1'), 'it does not define counter');
  assert.equal(why('list = list(range(3))', 'print(list)'), 'program');
  assert.equal(why('import os', 'def f():', '    return later', 'later = 1', 'f()'), 'program');
  assert.equal(
    why('from guppy import hpy', 'h = hpy()', 'import pdb; pdb.set_trace()'),
    'it needs guppy: declare it with PEP 723, see the manual',
  );
  assert.equal(why('# /// script', '# dependencies = ["guppy3"]', '# ///', 'import guppy', 'guppy.hpy()'), 'program');
  assert.equal(why('try:', '    import numpy', 'except ImportError:', '    numpy = None', 'print(numpy)'), 'program');
  assert.equal(why('from .heap import grow', 'grow()'), 'it imports from its own package');
  assert.equal(why('import tkinter', 'tkinter.Tk()'), 'it opens a window, and samples have no display');
  assert.equal(why('import winreg', 'print(winreg)'), 'it imports winreg, which only Windows has');
  assert.equal(why('import _testcapi', 'print(_testcapi)'), 'program');
});

test('what a run does not have is told at its line', () => {
  assert.equal(
    why('x = 1', 'for line in open("data.txt"):', '    print(line)'),
    'it reads the file data.txt in line 2: give that a fence of its own with file="data.txt", and this one files="data.txt"',
  );
  assert.equal(
    why('from pathlib import Path', 'print(Path("a.csv").read_text())'),
    'it reads the file a.csv in line 2: give that a fence of its own with file="a.csv", and this one files="a.csv"',
  );
  for (const code of [
    'open("/proc/self/status").read()',
    'open("out.txt", "w").write("x")',
    'open("a", "w"); open("a").read()',
    'open(__file__).read()',
  ])
    assert.notEqual(why(code, 'x = 1').split(' ')[1], 'reads', code);
  assert.equal(
    why('import urllib.request', 'urllib.request.urlopen("http://x.example")'),
    'it needs the network (urlopen in line 2), and samples have none',
  );
  assert.equal(why('import http.client', 'http.client.HTTPConnection("127.0.0.1").connect()'), 'program');
  assert.equal(why('def urlopen(x): return x', 'urlopen(1)'), 'program');
  assert.equal(why('x = 1', 'print(input())'), 'it waits for input in line 2, and samples get none');
});

test('what catches its own error can do without, and a debugger waits for input', () => {
  assert.equal(
    why('while True:', '    try:', '        x = input()', '        break', '    except ValueError:', '        pass').slice(0, 20),
    'it waits for input i',
  );
  assert.equal(why('try:', '    x = input()', 'except EOFError:', '    x = 1', 'print(x)'), 'program');
  assert.equal(why('try:', '    open("a.txt").read()', 'except OSError:', '    print(1)'), 'program');
  assert.equal(why('import pdb', 'x = 1', 'pdb.set_trace()'), 'it stops in the debugger in line 3, and samples get no input');
});

test('a loop that nothing ends is noted', () => {
  const endless = (...lines: readonly string[]) => {
    const reading = read(...lines);
    return reading.kind === 'program' ? reading.program.endless : reading.kind;
  };
  assert.equal(endless('kept = []', 'while True:', '    kept.append(1)'), true);
  assert.equal(endless('while True:', '    for i in range(3):', '        break'), true);
  assert.equal(endless('i = iter([])', 'while True:', '    print(next(i, None))'), true);
  assert.equal(endless('import asyncio', 'asyncio.new_event_loop().run_forever()'), true);
  assert.equal(endless('i = iter([])', 'while True:', '    print(next(i))'), false);
  assert.equal(endless('while True:', '    if id(1):', '        break'), false);
  assert.equal(endless('def f():', '    while True:', '        yield 1', 'print(f())'), false);
});

test('Python 2 is told by its form, and text that is no Python is not taken for it', () => {
  for (const [line, what] of [
    ['print "a"', 'print'],
    ['exec "x = 1"', 'exec'],
    ['raise ValueError, "a"', 'raise with a comma'],
    ['if 1 <> 2: pass', '<>'],
    ['x = 0777', '0777'],
    ['for k, v in {}.iteritems(): pass', 'iteritems'],
    ['x = `1`', '`'],
    ['import urllib2', 'import urllib2'],
    ['from itertools import izip', 'izip'],
    ['for i in xrange(3): pass', 'xrange'],
  ])
    assert.equal(why('y = 1', line as string), `Python 2: ${what} in line 2`, line);
  assert.equal(why('def f((x, y), z): return x', 'f((1, 2), 3)'), 'Python 2: a tuple as a parameter in line 1');
  assert.equal(why('try:', '    pass', 'except ValueError, e:', '    pass'), 'Python 2: except with a comma in line 1');
  assert.equal(why('def xrange(n): return range(n)', 'xrange(3)'), 'program');
  assert.equal(why('try:', '    text = unicode', 'except NameError:', '    text = str', 'print(text)').includes('Python 2'), false);
  assert.match(
    why('>leftover', 'Partition of a set of 134243 objects.', ' 0 16081 12 unicode', ' 1 18714 14 dict (no owner)'),
    /^syntax error|cannot be read/,
  );
});

test('the syntax of a newer Python is noted', () => {
  const versions = (...lines: readonly string[]) => {
    const reading = read(...lines);
    return reading.kind === 'program' ? reading.program.versions : reading.kind;
  };
  assert.equal(versions('type X = list[int]', 'print(X)'), '>=3.12');
  assert.equal(versions('def f[T](x): return x', 'print(f(1))'), '>=3.12');
  assert.equal(versions('print(f"{len("abc")}")', 'print(1)'), '>=3.12');
  assert.equal(versions('print(f"{len(\'abc\')}")', 'print(1)'), undefined);
  assert.equal(versions('print(f"{', '  1', '}")', 'print(1)'), '>=3.12');
  assert.equal(versions('match 1:', '    case 1:', '        print(1)'), '>=3.10');
});

test('a text of any language is Python only if it looks like it', () => {
  assert.ok(isPython('import gc', 'gc.collect()'));
  assert.ok(isPython('print "a"', 'print "b"'));
  for (const text of [
    'a plan:\n  one, two',
    'gc: collectable <dict 0x7f>\ngc: done',
    '{"a": 1}',
    'def foo\n  1\nend',
    'for (i = 0; i < 3; i++) {}',
    'hello',
    'import foo from "bar";',
    'See 2022-01-01\nand 2022-02-02',
  ])
    assert.ok(!isPython(...text.split('\n')), text);
});
