import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { handMade } from '../capture/fixtures/hand-made.ts';
import { recordPath } from '../capture/record-files.ts';
import type { StoredRecord } from '../capture/store.ts';
import { findingsOf } from '../experiment/finding.ts';
import type { Sample } from '../experiment/sample.ts';
import { parsePost, type Post } from '../post/post.ts';
import { checkRecords } from './check.ts';

function post(code: string, attributes = ''): Post & { readonly sample: Sample } {
  const read = parsePost(
    new VFile({
      path: 'content/posts/2024-01-01-a.md',
      value: `---\ntitle: a\ndate: 2024-01-01\n---\n\n\`\`\`python sample=one${attributes}\n${code}\n\`\`\`\n`,
    }),
  );
  return { ...read, sample: read.samples[0] as Sample };
}

function stored(runtime: string, capture: Capture): StoredRecord {
  return { sample: 'one', runtime, path: recordPath('a', 'one', runtime), capture, reason: undefined };
}

function reported({ file }: Post): readonly string[] {
  return findingsOf(file).map(({ line, level, rule, reason, hint }) => `${line} ${level} ${rule} ${reason} | ${hint}`);
}

const pythons = ['cpython-3.9', 'cpython-3.10', 'cpython-3.11', 'cpython-3.13', 'pyodide-3.14'];

test('records that are stale together are reported together, with what changed', () => {
  const [now, before] = [post('print(2)'), post('print(1)')];
  checkRecords(
    now,
    pythons.map((runtime) => stored(runtime, handMade(runtime === 'cpython-3.13' ? now.sample : before.sample, runtime))),
  );
  const [only = '', ...more] = reported(now);
  assert.deepEqual(more, []);
  const [reason = '', hint = ''] = only.split(' | ');
  assert.equal(
    reason,
    '6 warning record-stale The records of "one" on cpython-3.9 to 3.11, pyodide-3.14 ' +
      'are of other code or other limits than it has now (line 7 changed)',
  );
  assert.match(hint, /^Take it again with npm run build where that Python is, or delete it/);
});

/** A fresh record of the sample, with these changes to its run as written, and this log. */
function ended({ sample }: { readonly sample: Sample }, changes: Partial<RunRecord>, log = '', runtime = 'cpython-3.11'): StoredRecord {
  const capture = handMade(sample, runtime, { log });
  const written = { ...capture.conditions['as-written'], ...changes };
  return stored(runtime, { ...capture, conditions: { ...capture.conditions, 'as-written': written } });
}

test('a program that ends otherwise than it is meant to is an error, whatever it claims', () => {
  for (const attributes of ['', ' expect=leak', ' expect=unclear', ' expect=no-leak']) {
    const failing = post('raise SystemExit(3)', attributes);
    checkRecords(failing, [ended(failing, { exit: 3 })]);
    const [only = ''] = reported(failing);
    assert.match(only, /^6 error sample-failed On cpython-3\.11 the sample "one" ended with exit status 3, after 0\.4 s, at 9 MB \| /);
    assert.match(only, /say so: exit=3\. The whole log: npm run log -- a one$/);
  }
});

test('an end that is meant is no error', () => {
  const meant = {
    'exit=3': { exit: 3 },
    'exit=SIGSEGV': { exit: null, signal: 'SIGSEGV' },
    'exit=timeout': { exit: null, signal: 'SIGKILL', limit: 'time' },
    'exit=any': { exit: 7 },
    'stop=5s': { exit: null, limit: 'stop' },
  } as const;
  for (const [attribute, changes] of Object.entries(meant)) {
    const right = post('pass', ` ${attribute}`);
    checkRecords(right, [ended(right, changes)]);
    assert.deepEqual(reported(right), [], attribute);
    const wrong = post('pass', ` ${attribute === 'exit=any' ? '' : attribute} timeout=50s`);
    checkRecords(wrong, [ended(wrong, { exit: 9 })]);
    assert.match(reported(wrong).join('\n'), /sample-failed/, attribute);
  }
});

test('the hint names the attribute that would make this end the one that is meant', () => {
  const ends: readonly Partial<RunRecord>[] = [
    { exit: 1 },
    { exit: 255 },
    { exit: null, signal: 'SIGSEGV' },
    { exit: null, signal: 'SIGKILL' },
    { exit: null, signal: 'signal 40' },
    { exit: 1, limit: 'memory' },
    { exit: null, signal: 'SIGKILL', limit: 'output' },
    { exit: null, signal: 'SIGKILL', limit: 'processes' },
    { exit: null, signal: 'SIGKILL', limit: 'time' },
  ];
  for (const end of ends) {
    for (const timeout of ['', ' timeout=50ms']) {
      const failing = post('pass', timeout);
      checkRecords(failing, [ended(failing, end)]);
      const [, attribute = ''] = /(?:say so|when to stop): (\S+)\. The whole/.exec(reported(failing).join()) ?? [];
      const mended = post('pass', `${timeout} ${attribute}`);
      // With stop= a sample no longer reaches its time limit.
      checkRecords(mended, [ended(mended, attribute.startsWith('stop') ? { exit: null, limit: 'stop' } : end)]);
      assert.deepEqual(reported(mended), [], `${JSON.stringify(end)}: ${attribute}`);
    }
  }
});

test('a limit that was reached is reported with the ways to fix it', () => {
  const hints = {
    time: /Give it longer, timeout=2m, or less to do\. If it never ends by itself, say when to stop: stop=5s\./,
    memory: /Give it more, memory=4GB, or less to keep\. .*exit=memory\./,
    output: /Give it more, output=512MB, or less to write\. .*exit=output\./,
  } as const;
  for (const [limit, hint] of Object.entries(hints)) {
    const late = post('while True: pass');
    checkRecords(late, [ended(late, { exit: null, signal: 'SIGKILL', limit: limit as RunRecord['limit'] })]);
    assert.match(reported(late).join('\n'), /^6 error sample-failed On cpython-3\.11 the sample "one" came to its limit of /);
    assert.match(reported(late).join('\n'), hint);
  }
});

const head = 'Traceback (most recent call last):\n';
const frame = (line: number, code: string) => `  File "one.py", line ${line}, in <module>\n    ${code}\n`;
const inMain = (line: number, code: string, message: string) => `${head}${frame(line, code)}${message}\n`;
/** The traceback of an exception that a library raises, called from a line of the sample. */
const inLibrary = `${head}${frame(3, 'json.loads("")')}  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode\n`;

test('what a program raised is reported at the line that raised it, with the way to fix it', () => {
  const lacking = inMain(2, 'import psutil', "ModuleNotFoundError: No module named 'psutil'");
  const cases: readonly (readonly [log: string, line: number, reported: RegExp])[] = [
    [inMain(2, 'f()', 'ValueError: first\nsecond'), 8, /raised ValueError: first \| Fix this line\. .*exit=1\./],
    [lacking, 8, /\| Python 3\.11\.1, the python3 of your PATH .* has no module psutil\./],
    [
      lacking,
      8,
      /Install it there, run .*npm run refresh -- a --python PATH, or say that it needs the package, by PEP 723 at the top of its code\. /,
    ],
    [inMain(2, 'input()', 'EOFError: EOF when reading a line'), 8, /\| Samples get no input: take input\(\) away, or .*args="…"\./],
    ['  File "one.py", line 3\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n', 9, /raised SyntaxError: invalid syntax \| Fix/],
    ['  File "one.py", line 3\n    pass\n    ^\nIndentationError: expected an indented block\n', 9, /raised IndentationError/],
    [
      `${inLibrary}    raise JSONDecodeError("Expecting value")\njson.decoder.JSONDecodeError: Expecting value\n`,
      9,
      /raised json\.decoder\.JSON/,
    ],
  ];
  for (const [log, line, message] of cases) {
    const failing = post('if 1:\n  print(2)\nprint(3)');
    checkRecords(failing, [ended(failing, { exit: 1 }, log)]);
    assert.match(reported(failing).join('\n'), new RegExp(`^${line} error sample-failed On cpython-3\\.11 the sample "one" `));
    assert.match(reported(failing).join('\n'), message);
  }
});

test('arguments that a program asks for are reported as args', () => {
  const lacking = post('pass');
  const usage = 'usage: one.py [-h] -n COUNT file\none.py: error: the following arguments are required: -n/--loop_count, file\n';
  checkRecords(lacking, [ended(lacking, { exit: 2 }, usage)]);
  assert.match(reported(lacking).join('\n'), /ended with exit status 2, after .*: error: the following arguments are required/);
  assert.match(reported(lacking).join('\n'), / \| Give it its arguments: args="--loop_count … file"\. .*exit=2\./);
});

test('a program that only prints a traceback did not raise', () => {
  const leaving = post('pass');
  checkRecords(leaving, [ended(leaving, { exit: 3 }, inMain(1, 'f()', 'ValueError: reported'))]);
  assert.match(reported(leaving).join('\n'), /^6 error sample-failed .*ended with exit status 3/);
});

test('where another Python ends as it should, the hint names that way, too', () => {
  const failing = post('pass');
  checkRecords(failing, [ended(failing, { exit: 1 }), stored('cpython-3.13', handMade(failing.sample, 'cpython-3.13'))]);
  assert.match(reported(failing).join('\n'), /^6 error sample-failed [^]*\nOn cpython-3\.13 it ends as it should: .*python=">=3\.8"/);
  assert.match(reported(failing).join('\n'), /, or delete content\/captures\/a\/one\/cpython-3\.11\.json$/);
});

test('records of no sample are reported once for each sample, and not while a fence is open that may hold it', () => {
  const [gone, open] = [post('print(1)'), post('print(1)\n```python sample=two')];
  const strays = (each: Post & { readonly sample: Sample }) =>
    pythons.map((runtime) => ({
      ...stored(runtime, handMade(each.sample, runtime)),
      sample: 'two',
      path: recordPath('a', 'two', runtime),
    }));
  checkRecords(gone, [stored('cpython-3.11', handMade(gone.sample)), ...strays(gone)]);
  assert.deepEqual(reported(gone), [
    '1 warning record-orphan The records in content/captures/a/two (cpython-3.9 to 3.11, 3.13, pyodide-3.14) ' +
      'belong to no sample of this post | Delete the folder, or name a fence sample=two.',
  ]);
  checkRecords(open, strays(open));
  assert.deepEqual(
    open.file.messages.map(({ ruleId }) => ruleId),
    ['fence-open'],
  );
});

test('records that cannot be read for the same reason are one message', () => {
  const damaged = post('print(1)');
  const record = (runtime: string, reason: string): StoredRecord => ({
    sample: 'one',
    runtime,
    path: `content/captures/a/one/${runtime}.json`,
    capture: undefined,
    reason,
  });
  checkRecords(damaged, [
    ...['cpython-3.9', 'cpython-3.10', 'cpython-3.11'].map((runtime) => record(runtime, 'it has schema 4, not 5')),
    record('pyodide-3.14', 'it is cut short, or not JSON'),
  ]);
  const said = reported(damaged).filter((line) => line.includes('record-damaged'));
  assert.equal(said.length, 2, said.join('\n'));
  assert.match(said[0] ?? '', /The records of "one" on cpython-3\.9 to 3\.11 cannot be read: it has schema 4, not 5/);
  assert.match(said[1] ?? '', /The record content\/captures\/a\/one\/pyodide-3\.14\.json cannot be read: it is cut short, or not JSON/);
});
