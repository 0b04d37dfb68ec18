import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockedFor, type Lock } from '../experiment/packages.ts';
import { printLock, readLock } from '../post/lock.ts';
import type { Runtime } from '../run/runtime.ts';
import { describeChanges, joinLocks } from './make-lock.ts';

const asked = { requires: ['ledger'], constraints: [] };
const python = (name: string): Runtime => ({
  id: `cpython-${name}`,
  kind: 'cpython',
  version: `${name.replace('t', '')}.1`,
  collector: name.endsWith('t') ? 'free-threaded' : 'generational',
  command: [],
  reads: [],
  installed: [],
});
const chosen = (version: string, tag: string, letter = 'a') => [
  { name: 'ledger', version, wheel: { name: `ledger-${version}-${tag}.whl`, path: 'x', sha256: letter.repeat(64) } },
];
const stored = (lock: Omit<Lock, 'path'>): Lock => {
  const read = readLock('p', printLock(lock));
  assert.ok(!('reason' in read), JSON.stringify(read));
  assert.deepEqual(read, { path: 'p', ...lock });
  return read;
};
const wheelsOf = ({ packages }: Omit<Lock, 'path'>) =>
  packages.flatMap(({ version, wheels }) => wheels.map(({ name, sha256 }) => `${version} ${name} ${sha256[0]}`));

test('a lock that is made again keeps the wheels of other systems, and takes the new one of this', () => {
  const runtime = python('3.11');
  const lock = stored({
    ...asked,
    pythons: ['3.11'],
    packages: [
      {
        name: 'ledger',
        version: '1.0',
        pythons: ['3.11'],
        wheels: ['cp311-cp311-any', 'cp311-cp311-plan9_mips', 'py3-none-any'].map((tag) => chosen('1.0', tag)[0]!.wheel),
      },
    ],
  });
  const again = joinLocks(asked, [{ runtime, chosen: chosen('1.0', 'cp311-cp311-any', 'b') }], lock);
  assert.deepEqual(wheelsOf(again), ['1.0 ledger-1.0-cp311-cp311-any.whl b', '1.0 ledger-1.0-cp311-cp311-plan9_mips.whl a']);
  const newer = joinLocks(asked, [{ runtime, chosen: chosen('1.1', 'cp311-cp311-any') }], lock);
  assert.deepEqual(wheelsOf(newer), ['1.1 ledger-1.1-cp311-cp311-any.whl a']);
});

test('a free-threaded Python has its own place in a lock, with other versions where it needs them', () => {
  const [plain, threaded] = [python('3.14'), python('3.14t')];
  const first = stored(joinLocks(asked, [{ runtime: plain, chosen: chosen('1.0', 'cp314-cp314-any') }], undefined));
  assert.equal(lockedFor(first, threaded), undefined);
  const both = stored(joinLocks(asked, [{ runtime: threaded, chosen: chosen('1.1', 'cp314-cp314t-any') }], first));
  assert.deepEqual(both.pythons, ['3.14', '3.14t']);
  assert.deepEqual(describeChanges(first, both), ['ledger 1.1 (Python 3.14t)']);
  const of = (runtime: Runtime) => lockedFor(both, runtime)?.map(({ version, wheels }) => `${version} ${wheels.map(({ name }) => name)}`);
  assert.deepEqual(of(plain), ['1.0 ledger-1.0-cp314-cp314-any.whl']);
  assert.deepEqual(of(threaded), ['1.1 ledger-1.1-cp314-cp314t-any.whl']);
  assert.deepEqual(of({ ...plain, kind: 'pyodide', version: '3.99.0' }), of(plain));
  const same = stored(joinLocks(asked, [{ runtime: threaded, chosen: chosen('1.0', 'cp314-cp314t-any') }], first));
  assert.deepEqual(wheelsOf(same), ['1.0 ledger-1.0-cp314-cp314-any.whl a', '1.0 ledger-1.0-cp314-cp314t-any.whl a']);
  assert.doesNotMatch(printLock(first), /\[packages\.tool|tool = /, 'what markers tell is not told twice');
});
