import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MachineError } from '../experiment/user-error.ts';
import { collectorOf } from './collector.ts';
import { readProc } from './processes.ts';
import { chooseRuntimes, explainDefault, findDefault, findPython, findRuntimes } from './runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'runtime-test-'));
after(() => rmSync(folder, { recursive: true }));

let places = 0;
/** A PATH with programs, given as shell scripts by name. */
function pathOf(programs: Readonly<Record<string, string>>): { readonly PATH: string } {
  places += 1;
  const PATH = mkdtempSync(join(folder, `${places}-`));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(PATH, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(PATH, name), 0o755);
  }
  return { PATH };
}
/** A script that answers like an interpreter of this version. */
const says = (version: string, { name = 'cpython', abi = '' } = {}) =>
  `echo '${JSON.stringify({ name, version, abi, executable: '/x/python', prefixes: [], parts: [], installed: [] })}'`;

test('a python3 that cannot run samples is explained, with what runs instead', async () => {
  const reasons: Readonly<Record<string, string>> = {
    'it is CPython 3.16.0': says('3.16.0'),
    'it is CPython 3.5.10': says('3.5.10'),
    'it is pypy 3.10.14': says('3.10.14', { name: 'pypy' }),
    'it is Python 2': 'exit 0',
    'it does not run: libpython3.12.so: cannot open': 'echo "libpython3.12.so: cannot open" >&2; exit 127',
  };
  for (const [reason, script] of Object.entries(reasons)) {
    const env = pathOf({ python3: script });
    assert.equal(await findPython('python3', env), undefined, reason);
    assert.equal((await findDefault(env)).kind, 'pyodide', reason);
    const explained = await explainDefault(env);
    assert.ok(
      explained?.startsWith(
        `The python3 on this machine cannot run samples, which need CPython 3.6 to 3.15: ${reason}. They run on Pyodide 3.`,
      ),
      explained,
    );
    await assert.rejects(chooseRuntimes('python3', { env }), {
      name: 'UserError',
      message: `No CPython 3.6 to 3.15 was found for "python3": ${reason}`,
    });
  }
  assert.equal(await explainDefault(pathOf({ python3: says('3.15.2') })), undefined);
  assert.equal(await explainDefault(pathOf({})), undefined);
});

test('every Python from 3.6 to 3.15 is found, free-threaded builds by their own names', async () => {
  const env = pathOf({
    python3: says('3.15.2'),
    'python3.6': says('3.6.15'),
    'python3.14': says('3.14.3'),
    'python3.14t': says('3.14.3', { abi: 't' }),
    'python3.15': says('3.15.2'),
  });
  const found = await findRuntimes(env);
  assert.deepEqual(
    found.slice(0, -1).map(({ id, collector }) => `${id} ${collector}`),
    ['cpython-3.15 generational', 'cpython-3.6 generational', 'cpython-3.14 incremental', 'cpython-3.14t free-threaded'],
  );
  const idOf = async (asked: string, exact = false) => (await chooseRuntimes(asked, { env, exact })).map(({ id }) => id).join();
  assert.deepEqual(
    [await idOf('3.14'), await idOf('3.14t'), await idOf('3.14.3'), await idOf('cpython-3.15')],
    ['cpython-3.14', 'cpython-3.14t', 'cpython-3.14', 'cpython-3.15'],
  );
  assert.deepEqual([await idOf('3.14', true), await idOf('3.14t', true)], ['cpython-3.14.3', 'cpython-3.14.3t']);
  await assert.rejects(idOf('3.14.4'), { message: 'No CPython 3.6 to 3.15 was found for "3.14.4": python3.14 is 3.14.3' });
});

test('the version and the ABI determine the collector', () => {
  const collectors = ['3.13.9', '3.14.0', '3.14.4', '3.14.5', '3.15.0'].map((version) => collectorOf(version, ''));
  assert.deepEqual(collectors, ['generational', 'incremental', 'incremental', 'generational', 'generational']);
  assert.equal(collectorOf('3.13.0', 't'), 'free-threaded');
});

test('a python3 that the machine kept from answering is no other Python’s place to take', async () => {
  const faults = { 'killed by SIGKILL': 'kill -9 $$', 'killed by SIGSEGV': 'kill -11 $$', 'ended with status 137': 'exit 137' };
  for (const [fault, script] of Object.entries(faults)) {
    const env = pathOf({ python3: script });
    for (const asked of [findPython('python3', env), findDefault(env), explainDefault(env), chooseRuntimes('all', { env })])
      await assert.rejects(asked, (error: Error) => error instanceof MachineError && error.message.includes(fault), fault);
  }
  // It is asked again: the machine may have recovered.
  const env = pathOf({ python3: `if test -e ${folder}/recovered; then ${says('3.12.1')}; else kill -9 $$; fi` });
  await assert.rejects(findPython('python3', env), MachineError);
  writeFileSync(join(folder, 'recovered'), '');
  assert.equal((await findPython('python3', env))?.version, '3.12.1');
});

test('a python3 that hangs behind a script is ended with all that it started', async () => {
  const env = pathOf({ python3: `/bin/sleep 300 &\necho $! > ${folder}/sleeper\nwait` });
  await assert.rejects(findPython('python3', env, 1000), { message: /^python3 could not be asked .*: it did not answer within 1 s$/ });
  const sleeper = Number(readFileSync(join(folder, 'sleeper'), 'utf8'));
  assert.ok(sleeper > 1);
  // It may be a zombie that nobody waits for.
  assert.doesNotMatch(readProc(`/proc/${sleeper}/stat`), /^\d+ \(sleep\) [^ZX]/);
});
