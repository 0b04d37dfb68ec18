import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeCapture } from '../capture/take.ts';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { RunQueue } from '../run/run-queue.ts';
import { chooseRuntimes, findPython, type Runtime } from '../run/runtime.ts';
import { judge } from './verdict.ts';

/** Modules in the standard library of every Python from 3.6 to 3.14: small and large, written in Python and in C. */
const modules = [
  'argparse',
  'ast',
  'asyncio',
  'base64',
  'calendar',
  'concurrent.futures',
  'configparser',
  'csv',
  'ctypes',
  'datetime',
  'decimal',
  'difflib',
  'doctest',
  'enum',
  'email.mime.multipart',
  'fractions',
  'gzip',
  'html.parser',
  'http.client',
  'http.server',
  'inspect',
  'ipaddress',
  'json',
  'logging.config',
  'multiprocessing',
  'pdb',
  'pickle',
  'pydoc',
  'random',
  're',
  'sqlite3',
  'ssl',
  'statistics',
  'subprocess',
  'tarfile',
  'tempfile',
  'typing',
  'unittest.mock',
  'urllib.request',
  'xml.etree.ElementTree',
  'xmlrpc.client',
  'zipfile',
];
const onPyodide = ['asyncio', 'enum', 'email.mime.multipart', 'json', 'typing', 'xml.etree.ElementTree'];

/** Verdicts that would be wrong for a program that does nothing. */
const accusations = ['leak', 'native-leak', 'cycles', 'debug-artifact'];

const python = await findPython('python3');
const [pyodide] = await chooseRuntimes('pyodide');

async function accuse(code: string, runtime: Runtime): Promise<void> {
  const sample: Sample = {
    name: 'a',
    code,
    title: 'a.py',
    ...plainSample,
    timeoutMs: 60_000,
    memoryBytes: 2e9,
    outputBytes: 1e6,
  };
  const capture = await takeCapture(sample, runtime, { needs: () => 'nothing', queue: new RunQueue(2) });
  assert.equal(capture.conditions['as-written'].exit, 0);
  const { name, sentence } = judge(capture, sample);
  assert.ok(!accusations.includes(name), `${name}: ${sentence}`);
}

for (const [runtime, names] of [
  [python, modules],
  [pyodide, onPyodide],
] as const) {
  for (const name of names) {
    test(
      `to import ${name} and say hello is no leak on ${runtime?.id ?? 'python3'}`,
      { skip: runtime === undefined && 'there is no python3 here' },
      () => accuse(`import ${name}; print("hello")\n`, runtime as Runtime),
    );
  }
  const [first = '', ...more] = names;
  test(
    `to import ${names.length} modules and say hello is no leak on ${runtime?.id ?? 'python3'}`,
    { skip: runtime === undefined && 'there is no python3 here' },
    () => accuse([first, ...more].map((name) => `import ${name}\n`).join('') + 'print("hello")\n', runtime as Runtime),
  );
}
