import { zipSync } from 'fflate';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { takeCapture } from '../../capture/take.ts';
import { plainSample } from '../../experiment/fixtures/sample.ts';
import { lockName, type Lock } from '../../experiment/packages.ts';
import { lineTexts } from '../../gclog/log.ts';
import { run } from '../run.ts';
import { chooseRuntimes, findPython, findRuntimes, type Runtime } from '../runtime.ts';
import { findSandbox, type SandboxKind } from '../sandbox.ts';
import { packOwnWheels } from './fixtures/own-wheels.ts';
import { packWheel, writeWheel } from './fixtures/wheel.ts';
import { explainPip } from './pip.ts';
import { preparePackages } from './prepare.ts';
import { resolvePackages, type Chosen } from './resolve.ts';
import { fits } from './wheel-tags.ts';

const python = await findPython('python3');
const home = process.cwd();
const hasPip = python !== undefined && (await pipOf(python));
const skip = !hasPip && 'there is no python3 with pip here';
const root = mkdtempSync(join(tmpdir(), 'leaklog-packages-'));
after(() => rmSync(root, { recursive: true }));
const wheels = join(root, 'wheels');
const locks = join(root, 'content/locks/a');
for (const folder of [wheels, locks]) mkdirSync(folder, { recursive: true });
const sources = { findLinks: [wheels], offline: true };

/** A wheel that leaves a trace wherever its code runs. */
const trace = join(root, 'TRACE');
const code = (version: string) => ({
  'ledger/__init__.py': `version = "${version}"\ntry:\n    open(${JSON.stringify(trace)}, "w").close()\nexcept OSError:\n    pass\n`,
});
writeWheel(wheels, { name: 'ledger', version: '1.0', files: code('1.0'), requires: ['shelf>=1'] });
writeWheel(wheels, { name: 'ledger', version: '1.1', files: code('1.1'), requires: ['shelf>=1'] });
writeWheel(wheels, { name: 'shelf', version: '1.0', files: { 'shelf.py': 'x = 1\n' } });
writeWheel(wheels, { name: 'old', version: '1.0', files: { 'old.py': '' }, requires: ['ledger==1.0'] });
writeWheel(wheels, { name: 'new', version: '1.0', files: { 'new.py': '' }, requires: ['ledger==1.1'] });
writeWheel(wheels, { name: 'future', version: '1.0', files: { 'future.py': '' }, requiresPython: '>=3.99' });
writeWheel(wheels, { name: 'othertag', version: '1.0', files: { 'o.py': '' }, tag: 'cp36-cp36m-win32' });
writeWheel(wheels, { name: 'hole', version: '1.0', files: { 'hole.py': '' }, requires: ['absent>=3'] });
for (const version of ['1.2', '1.10', '1.9']) writeWheel(wheels, { name: 'many', version, files: { 'many.py': '' } });
// A source distribution, and a wheel that asks for one by its address: both would run setup.py.
const source = join(root, 'crafted-1.0');
mkdirSync(source);
writeFileSync(
  join(source, 'setup.py'),
  `open(${JSON.stringify(trace)}, "w").close()\nfrom setuptools import setup\nsetup(name="crafted", version="1.0")\n`,
);
writeFileSync(join(wheels, 'crafted-1.0.zip'), zipSync({ 'crafted-1.0/setup.py': readFileSync(join(source, 'setup.py')) }));
writeWheel(wheels, { name: 'lure', version: '1.0', files: { 'lure.py': '' }, requires: [`crafted @ file://${source}`] });

async function pipOf(runtime: Runtime): Promise<boolean> {
  const { runPip } = await import('./pip.ts');
  return runPip(runtime, ['list'], { findLinks: [], offline: true }).then(
    () => true,
    () => false,
  );
}

const resolve = (requires: readonly string[], constraints: readonly string[] = [], runtime = python as Runtime) =>
  resolvePackages(runtime, requires, constraints, sources, locks);

function lockOf(runtime: Runtime, chosen: readonly Chosen[]): Lock {
  const pythons = [lockName(runtime)];
  const packages = chosen.map(({ wheel, ...item }) => ({ ...item, pythons, wheels: [wheel] }));
  return { path: 'content/locks/a/pylock.one.toml', requires: [], constraints: [], pythons, packages };
}

test('versions are chosen with what they need, within constraints, and their wheels are named with their hashes', { skip }, async () => {
  const chosen = (await resolve(['Ledger'], ['ledger<1.1'])) as readonly Chosen[];
  assert.deepEqual(
    chosen.map(({ name, version, wheel }) => [name, version, wheel.name, wheel.sha256.length, wheel.path]),
    [
      ['ledger', '1.0', 'ledger-1.0-py3-none-any.whl', 64, '../../../wheels/ledger-1.0-py3-none-any.whl'],
      ['shelf', '1.0', 'shelf-1.0-py3-none-any.whl', 64, '../../../wheels/shelf-1.0-py3-none-any.whl'],
    ],
  );
});

const refusals: readonly (readonly [asked: string, reason: RegExp, name: string | undefined])[] = [
  ['nowhere', /^There is no package nowhere where pip looks$/, 'nowhere'],
  ['ledger==2.0', /^No version of ledger is ledger==2\.0: there are 1\.0, 1\.1$/, 'ledger'],
  ['future', /^future is for Python >=3\.99, and this is 3\.\d+\.\d+$/, 'future'],
  ['othertag', /^othertag has wheels for other Pythons or systems alone: cp36-cp36m-win32$/, 'othertag'],
  ['crafted', /^crafted is there as source alone, which would have to be built: that runs its code$/, 'crafted'],
  ['nowhere>=1 (nowhere==1.0)', /^There is no package nowhere where pip looks$/, 'nowhere'],
  ['crafted (crafted==1.0)', /^crafted is there as source alone, which would have to be built: that runs its code$/, 'crafted'],
  ['othertag (othertag>0)', /^othertag has wheels for other Pythons or systems alone: cp36-cp36m-win32$/, 'othertag'],
  ['ledger (ledger==1.0 ledger==1.1)', /^No version of ledger is ==1\.0 and ==1\.1: there are 1\.0, 1\.1$/, 'ledger'],
  ['ledger==1.0 (ledger==1.1)', /^No version of ledger is ==1\.0 and ==1\.1: there are 1\.0, 1\.1$/, 'ledger'],
  ['ledger>=1 ledger>=2', /^No version of ledger is >=1 and >=2: there are 1\.0, 1\.1$/, 'ledger'],
  ['ledger[x] (ledger==2)', /^No version of ledger is what is asked for: there are 1\.0, 1\.1$/, 'ledger'],
  ['many==2', /^No version of many is many==2: there are 1\.2, 1\.9, 1\.10$/, 'many'],
  ['many (many==2)', /^No version of many is many==2: there are 1\.2, 1\.9, 1\.10$/, 'many'],
  ['hole', /^There is no package absent, which hole asks for, where pip looks$/, 'absent'],
  ['lure', /^A package asks for another one by its address, and not by its name: crafted ?@ file:\S+$/, undefined],
  ['old new', /^No versions fit together: old 1\.0 depends on ledger==1\.0; new 1\.0 depends on ledger==1\.1$/, undefined],
];

for (const [asked, reason, name] of refusals) {
  test(`pip's refusal of ${asked} is told in a sentence`, { skip }, async () => {
    const [, requires = '', constraints = ''] = /^([^(]*?)(?: \((.*)\))?$/.exec(asked) ?? [];
    const refusal = await resolve(requires.split(' '), constraints.split(' ').filter(Boolean));
    assert.ok('reason' in refusal, JSON.stringify(refusal));
    assert.match(refusal.reason, reason);
    assert.equal(refusal.name, name);
    assert.equal(existsSync(trace), false, 'nothing of a package has run');
  });
}

test('what pip prints that is no reason is not told as one, and a Python that no pip can serve is told', async () => {
  const raised = 'ERROR: Exception:\nTraceback (most recent call last):\n  File "x"\npip._vendor.Odd: it is odd\nRemoved build tracker\n';
  assert.equal(explainPip(raised).reason, 'pip says: pip._vendor.Odd: it is odd');
  const bad =
    'WARNING: Ignoring version 1.0 of a since it has invalid metadata:\nERROR: Could not find a version that satisfies the requirement a ' +
    '(from versions: 1.0)\nERROR: No matching distribution found for a\n';
  assert.equal(explainPip(bad).reason, 'a 1.0 says what it needs in a way that pip cannot read');
  const old: Runtime = { ...((await chooseRuntimes('pyodide'))[0] as Runtime), kind: 'cpython', id: 'cpython-3.6', version: '3.6.15' };
  await assert.rejects(
    resolve(['ledger'], [], old),
    /^UserError: The first pip that can choose packages .* needs Python 3\.7, and this is 3\.6\.15$/,
  );
});

test('a sample imports what is locked and nothing that happens to be installed, and none of it runs before', { skip }, async () => {
  const runtime = python as Runtime;
  const packages = await preparePackages(root, lockOf(runtime, (await resolve(['ledger==1.0'])) as readonly Chosen[]), runtime, sources);
  assert.equal(existsSync(trace), false);
  const limits = { timeoutMs: 60_000, memoryBytes: 1e9, outputBytes: 1e8 };
  const program = [
    'import importlib.util, ledger, shelf, sys',
    'print(ledger.version, ledger.__file__, importlib.util.find_spec("pip"), ledger.__spec__.cached is not None)',
    'try:',
    '    open("/packages/ledger/__init__.py", "a")',
    'except OSError as error:',
    '    print(isinstance(error, OSError))',
  ];
  const sample = { ...plainSample, ...limits, name: 'one', title: 'one.py', code: `${program.join('\n')}\n` };
  const log = join(root, 'log');
  const capture = await takeCapture(sample, runtime, { packages, keepLogAt: (condition) => `${log}.${condition}` });
  const shown = capture.sandbox === 'none' ? packages.folder : '/packages';
  assert.equal(readFileSync(`${log}.as-written`, 'utf8').split('\n')[0], `1.0 ${shown}/ledger/__init__.py None True`);
  if (capture.sandbox !== 'none') assert.equal(readFileSync(`${log}.as-written`, 'utf8').split('\n')[1], 'True');
  assert.deepEqual(
    capture.packages?.map(({ name, version }) => `${name} ${version}`),
    ['ledger 1.0', 'shelf 1.0'],
  );
  // It is compiled, so that no run does so.
  assert.ok(readdirSync(join(packages.folder, 'ledger/__pycache__')).length > 0);
  if (capture.sandbox !== 'none') assert.equal(existsSync(trace), false);
});

test('nothing that is installed runs or is seen where packages are locked, and children see what the sample sees', { skip }, async (t) => {
  const runtime = python as Runtime;
  // A Python of its own, with a package and a line of code that each start of it runs.
  const home = join(root, 'own');
  execFileSync(runtime.command[0] as string, ['-m', 'venv', '--without-pip', home]);
  const own = (await findPython(join(home, 'bin/python3'))) as Runtime;
  const site = own.installed.find((path) => path.startsWith(home)) as string;
  writeFileSync(join(site, 'stray.py'), '');
  writeFileSync(join(site, 'stray.pth'), 'import os; os.environ["STRAY"] = "1"\n');
  const packages = await preparePackages(root, lockOf(runtime, (await resolve(['ledger==1.0'])) as readonly Chosen[]), own, sources);
  const seen =
    'import importlib.util as u, os; print(*[u.find_spec(x) is not None for x in ("stray", "pip", "ledger")], "STRAY" in os.environ)';
  const code = [
    'import os, subprocess, sys',
    `seen = ${JSON.stringify(seen)}`,
    'exec(seen, {})',
    'for more in ([], ["-I"], ["-S"]):',
    '    print(subprocess.check_output([sys.executable] + more + ["-c", seen], universal_newlines=True).strip())',
    'print("PYTHONPATH" in os.environ)',
  ];
  const sample = {
    ...plainSample,
    timeoutMs: 60_000,
    memoryBytes: 1e9,
    outputBytes: 1e8,
    name: 'one',
    title: 'one.py',
    code: code.join('\n'),
  };
  const lines = async (sandbox: SandboxKind, more: object) => {
    const { log } = await run({ sample, condition: 'as-written', runtime: own, sandbox, ...more });
    return lineTexts(log, 0, log.lines);
  };
  const kinds = (['bubblewrap', 'namespaces'] as const).map((kind) => findSandbox([kind]));
  for (const kind of await Promise.all(kinds)) {
    if (kind === 'none') t.diagnostic('one kind of sandbox does not work here');
    else {
      const hidden = ['False False True False', 'False False True False', 'False False True False', 'False False False False', 'False'];
      assert.deepEqual(await lines(kind, { packages }), hidden, kind);
      assert.match((await lines(kind, {}))[0] ?? '', /^True (?:True|False) False True$/, 'without a lock it is what it was');
    }
  }
  // Without a sandbox what is installed has run before, and children see it beside the packages.
  const open = await lines('none', { packages });
  assert.deepEqual([open[0], open[1], open[4]], ['False False True True', 'True False True True', 'True']);
});

test('pure packages run on Pyodide, and others are told', { skip }, async () => {
  const [pyodide] = (await chooseRuntimes('pyodide')) as readonly [Runtime];
  const chosen = (await resolve(['ledger==1.1'])) as readonly Chosen[];
  const packages = await preparePackages(root, lockOf(python as Runtime, chosen), pyodide, sources);
  const limits = { timeoutMs: 60_000, memoryBytes: 1e9, outputBytes: 1e8 };
  const sample = {
    ...plainSample,
    ...limits,
    name: 'one',
    title: 'one.py',
    code: 'import ledger, shelf\nprint(ledger.version, shelf.x)\n',
  };
  const log = join(root, 'pyodide');
  await takeCapture(sample, pyodide, { packages, keepLogAt: (condition) => `${log}.${condition}` });
  assert.match(readFileSync(`${log}.as-written`, 'utf8'), /^1\.1 1\n/);
  const native = lockOf(pyodide, [
    { ...(chosen[0] as Chosen), wheel: { name: 'ledger-1.1-cp314-cp314-manylinux_2_28_x86_64.whl', sha256: '' } },
  ]);
  await assert.rejects(preparePackages(root, native, pyodide, sources), /has no wheel of ledger 1\.1 for pyodide-3\.14/);
});

test(
  'a wheel with another hash, one that is not there, and one that leaves its folder are told, and nothing is unpacked',
  { skip },
  async () => {
    const runtime = python as Runtime;
    const [ledger] = (await resolve(['ledger==1.1'])) as readonly [Chosen];
    const other = (wheel: Partial<Chosen['wheel']>) => lockOf(runtime, [{ ...ledger, wheel: { ...ledger.wheel, ...wheel } }]);
    await assert.rejects(
      preparePackages(root, other({ sha256: 'b'.repeat(64) }), runtime, sources),
      /ledger-1\.1-py3-none-any\.whl is another file than the one that \S+pylock\.one\.toml was made with: its SHA-256 differs/,
    );
    await assert.rejects(
      preparePackages(root, other({ name: 'ledger-1.2-py3-none-any.whl', path: 'ledger-1.2-py3-none-any.whl' }), runtime, sources),
      /ledger-1\.2-py3-none-any\.whl, which content\/locks\/a\/pylock\.one\.toml names, is not here/,
    );
    writeWheel(wheels, { name: 'sneak', version: '1.0', files: { '../../../sneaked.py': '' } });
    const sneak = (await resolve(['sneak'])) as readonly Chosen[];
    if (!('reason' in sneak))
      await assert.rejects(
        preparePackages(root, lockOf(runtime, sneak), runtime, sources),
        /it holds a file at "\.\.\/\.\.\/\.\.\/sneaked\.py"/,
      );
    await assert.rejects(
      preparePackages(root, { ...other({}), pythons: ['3.99'] }, runtime, sources),
      /was made for Python 3\.99, and not for 3\./,
    );
    const left = readdirSync(join(root, 'node_modules/.cache/leaklog/packages')).filter((name) => !/^[0-9a-f]{32}$/.test(name));
    assert.deepEqual(left, []);
  },
);

test('wheels fit by the tags of their names', () => {
  const runtime = (id: string, version: string): Runtime => ({
    ...(python as Runtime),
    id,
    version,
    kind: id.startsWith('p') ? 'pyodide' : 'cpython',
  });
  const cases: readonly (readonly [wheel: string, id: string, version: string, fits: boolean])[] = [
    ['a-1-py3-none-any.whl', 'cpython-3.8', '3.8.18', true],
    ['a-1-py2.py3-none-any.whl', 'pyodide-3.14', '3.14.2', true],
    ['a-1-py310-none-any.whl', 'cpython-3.9', '3.9.1', false],
    ['a-1-cp311-cp311-any.whl', 'cpython-3.11', '3.11.7', true],
    ['a-1-cp311-cp311-any.whl', 'cpython-3.12', '3.12.1', false],
    ['a-1-cp38-abi3-any.whl', 'cpython-3.12', '3.12.1', true],
    ['a-1-cp38-abi3-any.whl', 'cpython-3.13t', '3.13.1', false],
    ['a-1-cp313-cp313t-any.whl', 'cpython-3.13t', '3.13.1', true],
    ['a-1-cp313-cp313t-any.whl', 'cpython-3.13', '3.13.1', false],
    ['a-1-1-py3-none-win32.whl', 'cpython-3.11', '3.11.7', false],
    ['a-1-py3-none-emscripten_3_1_wasm32.whl', 'cpython-3.11', '3.11.7', false],
  ];
  for (const [wheel, id, version, expected] of cases) assert.equal(fits(wheel, runtime(id, version)), expected, `${wheel} on ${id}`);
});

test('the wheels of this blog are what their sources make', () => {
  for (const [path, bytes] of packOwnWheels()) assert.ok(Buffer.from(bytes).equals(readFileSync(path)), path);
  assert.ok(packOwnWheels().size >= 3);
  assert.deepEqual(packWheel({ name: 'a', version: '1', files: {} }), packWheel({ name: 'a', version: '1', files: {} }));
});

test('every Python here finds packages, by its own pip or by that of another', { skip }, async () => {
  const here = (await findRuntimes()).filter(({ kind, version }) => kind === 'cpython' && Number(version.split('.')[1]) >= 8);
  for (const runtime of here) {
    const chosen = await resolve(['ledger'], [], runtime);
    assert.ok(Array.isArray(chosen), `${runtime.id}: ${JSON.stringify(chosen)}`);
  }
});

test('nothing of the folder in which a command is started is run, nor asked for by its address', { skip }, async () => {
  const blog = mkdtempSync(join(root, 'blog-'));
  for (const name of ['glob.py', 'json.py', 'logging.py']) writeFileSync(join(blog, name), `open(${JSON.stringify(trace)}, "w").close()\n`);
  rmSync(trace, { force: true });
  process.chdir(blog);
  try {
    assert.ok(Array.isArray(await resolve(['ledger'])));
  } finally {
    process.chdir(home);
  }
  assert.equal(existsSync(trace), false);
  writeWheel(wheels, {
    name: 'caller',
    version: '1.0',
    files: { 'caller.py': '' },
    requires: ['x @ http://127.0.0.1:9/x-1.0-py3-none-any.whl'],
  });
  const refusal = await resolve(['caller']);
  assert.ok('reason' in refusal);
  assert.match(refusal.reason, /by its address, and not by its name: x ?@ http:\/\/127\.0\.0\.1:9\/x-1\.0-py3-none-any\.whl$/);
});
