import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { printCapture, readCapture } from '../capture/capture.ts';
import { UsageError } from '../experiment/user-error.ts';
import { findPython } from '../run/runtime.ts';
import { readShard, splitUnits } from './shards.ts';
import { throwAway } from './throw-away.ts';

/** 60 units, most of them short and a few long, as samples are. */
const units = Array.from({ length: 60 }, (_, index) => ({
  name: `post-${index % 12}/sample-${index} on cpython-3.1${index % 4}`,
  expectedMs: index % 9 === 0 ? 60_000 + 700 * index : 2_000 + ((index * 7919) % 9000),
}));

test('no shard has much more to do than the mean, and each unit is in one shard', () => {
  const shards = splitUnits(units, 7);
  const loads = shards.map((shard) => shard.reduce((sum, { expectedMs }) => sum + expectedMs, 0));
  const mean = loads.reduce((sum, load) => sum + load, 0) / 7;
  assert.ok(Math.max(...loads) <= 1.25 * mean, `${loads}`);
  assert.deepEqual(new Set(shards.flat()), new Set(units));
  assert.equal(shards.flat().length, units.length);
  for (const shard of shards)
    assert.deepEqual(
      shard,
      shard.toSorted((a, b) => b.expectedMs - a.expectedMs),
      'the longest first',
    );
});

test('the split does not depend on the order of the units, nor on the language of the machine', () => {
  const equal = ['b', 'a', 'B', 'ä', 'A'].map((name) => ({ name, expectedMs: 1000 }));
  assert.deepEqual(splitUnits(units.toReversed(), 7), splitUnits(units, 7));
  assert.deepEqual(
    splitUnits(
      units.toSorted((a, b) => (a.name < b.name ? 1 : -1)),
      7,
    ),
    splitUnits(units, 7),
  );
  assert.deepEqual(
    splitUnits(equal, 2).map((shard) => shard.map(({ name }) => name)),
    [
      ['A', 'a', 'ä'],
      ['B', 'b'],
    ],
  );
  assert.deepEqual(
    splitUnits(equal.slice(0, 1), 3).map(({ length }) => length),
    [1, 0, 0],
  );
});

test('a shard is named on the command line, or by what runs it', () => {
  assert.deepEqual(readShard('2/8', { CI_NODE_INDEX: '5', CI_NODE_TOTAL: '9' }), [2, 8]);
  const slurm = { SLURM_ARRAY_TASK_ID: '4', SLURM_ARRAY_TASK_COUNT: '8' };
  assert.deepEqual(readShard('auto', { ...slurm, SLURM_ARRAY_TASK_MIN: '0' }), [5, 8]);
  assert.deepEqual(readShard('auto', { ...slurm, SLURM_ARRAY_TASK_MIN: '1' }), [4, 8]);
  assert.deepEqual(readShard('auto', { ...slurm, SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_STEP: '2' }), [3, 8]);
  assert.deepEqual(readShard('auto', { JOB_COMPLETION_INDEX: '0', JOB_COMPLETIONS: '3' }), [1, 3]);
  assert.deepEqual(readShard('auto', { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '3' }), [3, 3]);
  for (const [text, env] of [
    ['0/3', {}],
    ['4/3', {}],
    ['1/0', {}],
    ['1', {}],
    ['1/3/5', {}],
    ['-1/3', {}],
    ['two-lists', {}],
    ['1/99999999', {}],
    ['auto', {}],
    ['auto', { JOB_COMPLETION_INDEX: '0' }],
    ['auto', { CI_NODE_INDEX: '0', CI_NODE_TOTAL: '3' }],
    ['auto', { CI_NODE_INDEX: 'one', CI_NODE_TOTAL: '3' }],
    // An array that leaves out some numbers: its tasks cannot tell which they are.
    ['auto', { SLURM_ARRAY_TASK_ID: '9', SLURM_ARRAY_TASK_COUNT: '3', SLURM_ARRAY_TASK_MIN: '1' }],
  ] as const)
    assert.throws(() => readShard(text, env), UsageError, `${text} ${JSON.stringify(env)}`);
});

const python = await findPython('python3');
const native = { skip: python === undefined && 'there is no python3 here' };
const machines = [throwAway(), throwAway()] as const;
const [here, there] = machines;
after(() => {
  for (const machine of machines) machine.remove();
});

const path = 'content/posts/2024-05-06-tiny.md';
const names = ['one', 'two', 'three', 'four'];
const post = names.map((name, index) => `\`\`\`python sample=${name}\nprint(${index})\n\`\`\`\n`).join('\n');
const record = (name: string) => `content/captures/tiny/${name}/${python?.id}.json`;
const git = (machine: (typeof machines)[number], ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@blog.example', ...args], { cwd: machine.root, encoding: 'utf8' });
const run = async (machine: (typeof machines)[number], name: string, ...args: readonly string[]) => machine.start(name, args).ended;
const noteOf = (folder: string) => JSON.parse(readFileSync(join(here.root, folder, 'shard.json'), 'utf8')) as Note;
const writeNote = (folder: string, note: Note) => writeFileSync(join(here.root, folder, 'shard.json'), JSON.stringify(note));
/** A copy of shard 1 to spoil. */
function copyOfFirst(): string {
  rmSync(join(here.root, 'spoilt'), { recursive: true, force: true });
  cpSync(join(here.root, 'shards/1'), join(here.root, 'spoilt'), { recursive: true });
  return 'spoilt';
}

interface Note {
  readonly commit: string | null;
  readonly method: number;
  readonly shard: readonly [number, number];
  readonly units: readonly { readonly sample: string; readonly key: string; readonly done: boolean }[];
}

before(() => {
  here.write(path, `---\ntitle: Tiny\ndate: 2024-05-06\n---\n\n${post}`);
  git(here, 'init', '-q');
  git(here, 'add', 'content');
  git(here, 'commit', '-q', '-m', 'Add a post');
  for (const name of ['.git', 'content']) cpSync(join(here.root, name), join(there.root, name), { recursive: true });
});

test('plan lists every unit that is missing, for people and for tools', native, async () => {
  const text = await run(here, 'plan');
  assert.equal(text.exitCode, 0, text.all);
  for (const name of names) assert.match(text.all, new RegExp(`^tiny/${name} on ${python?.id}: never run, 10\\.0 s expected$`, 'm'));
  assert.match(text.all, /^4 records to make, 40\.0 s expected, one after the other\./m);
  const { all } = await run(here, 'plan', 'tiny', '--format', 'jsonl');
  const lines = all.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ key, ...rest }) => [/^[0-9a-f]{32}$/.test(String(key)), rest]),
    names.map((sample) => [true, { post: 'tiny', sample, runtime: python?.id, reason: 'never run', seconds: 10 }]),
  );
});

test('what cannot be meant ends with 2, and runs nothing', native, async () => {
  const calls = [
    ['refresh', '--shard', '3/2', '--to', 'shards/3'],
    ['refresh', '--shard', '--to', 'shards/3'],
    ['refresh', '--shard', '1/2'],
    ['refresh', '--shard', '1/2', '--to', '.'],
    ['build', '--shard', '1/2', '--to', 'shards/1'],
    ['refresh', 'nobody', '--shard', '1/2', '--to', 'shards/1'],
    ['verify', '--python', '3.99'],
    ['plan', '--format', 'xml'],
    ['plan', '--nonsense'],
    ['merge'],
    ['merge', 'shards/none'],
  ] as const;
  const ends = await Promise.all(calls.map(([name, ...args]) => run(here, name, ...args)));
  for (const [index, { exitCode, all }] of ends.entries()) {
    assert.equal(exitCode, 2, `${calls[index]?.join(' ')}: ${all}`);
    assert.doesNotMatch(all, /running in three conditions|^ +at /m);
    if (calls[index]?.[0] === 'build') assert.match(all.replace(/\s+/g, ' '), /npm run refresh -- --missing --shard k\/n --to DIR/);
  }
  assert.ok(!existsSync(join(here.root, 'shards')) && !existsSync(join(here.root, 'content/captures')));
});

test('two machines record a share each, and one that is started again goes on where it was', native, async () => {
  const first = await run(here, 'refresh', '--shard', '1/2', '--to', 'shards/1');
  assert.equal(first.exitCode, 0, first.all);
  assert.match(first.all, /^2 runs: 0 confirmed, 0 rewritten, 2 recorded anew\.$/m);
  const made = noteOf('shards/1');
  assert.equal(made.commit, git(here, 'rev-parse', 'HEAD').trim());
  assert.deepEqual(
    [made.shard, made.units.map(({ sample, done }) => [sample, done])],
    [
      [1, 2],
      [
        ['four', true],
        ['three', true],
      ],
    ],
  );
  assert.ok(!existsSync(join(here.root, 'content/captures')) && !existsSync(join(here.root, 'dist')), 'nothing outside of its folder');
  // The other machine is stopped with one record made.
  const killed = there.start('refresh', ['--shard', '--to', 'out'], { env: { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '2' } });
  const folder = join(there.root, 'out/content/captures/tiny');
  const count = () =>
    existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => `${name}`.endsWith('.json')).length : 0;
  const ended = new AbortController();
  void killed.ended.then(() => ended.abort());
  while (count() === 0 && !ended.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!ended.signal.aborted) process.kill(killed.pid, 'SIGKILL');
  await killed.ended;
  const kept = Object.fromEntries(
    ['one', 'two'].flatMap((name) =>
      existsSync(join(there.root, 'out', record(name))) ? [[name, there.read(`out/${record(name)}`)]] : [],
    ),
  );
  assert.ok(Object.keys(kept).length > 0);
  const again = await there.start('refresh', ['--shard', '2/2', '--to', 'out']).ended;
  assert.equal(again.exitCode, 0, again.all);
  for (const [name, text] of Object.entries(kept)) {
    assert.equal(there.read(`out/${record(name)}`), text, 'a record that was made is not made again');
    assert.doesNotMatch(again.all, new RegExp(`tiny/${name} on `));
  }
  cpSync(join(there.root, 'out'), join(here.root, 'shards/2'), { recursive: true });
  assert.deepEqual(
    noteOf('shards/2').units.map(({ sample, done }) => [sample, done]),
    [
      ['one', true],
      ['two', true],
    ],
  );
});

test('a fault of the machine ends a shard with 75, what it had recorded stays, and its note says what is missing', native, async () => {
  const path = record('three');
  rmSync(join(here.root, copyOfFirst(), dirname(path)), { recursive: true });
  here.write(join('spoilt', dirname(path)), 'no folder');
  const { exitCode, all } = await run(here, 'refresh', '--shard', '1/2', '--to', 'spoilt');
  assert.equal(exitCode, 75, all);
  assert.match(all, /three\/\S+ could not be written: /);
  assert.equal(here.read(`spoilt/${record('four')}`), here.read(`shards/1/${record('four')}`));
  assert.deepEqual(
    noteOf('spoilt').units.map(({ sample, done }) => [sample, done]),
    [
      ['four', true],
      ['three', false],
    ],
  );
});

test('a merge refuses what does not belong together, and copies nothing then', native, async () => {
  const refuse = async (reason: RegExp, ...folders: readonly string[]) => {
    const { exitCode, all } = await run(here, 'merge', ...folders, '--partial');
    assert.equal(exitCode, 1, all);
    assert.match(all, reason);
    assert.match(all, /nothing was copied/);
    assert.ok(!existsSync(join(here.root, 'content/captures')), 'nothing was copied');
  };
  const note = noteOf('shards/1');
  const [unit] = note.units;
  assert.ok(unit !== undefined);
  const own = record(unit.sample);
  writeNote(copyOfFirst(), { ...note, commit: '0'.repeat(40) });
  await refuse(/^spoilt: it is of commit 000000000000, and here is commit [0-9a-f]{12}$/m, 'shards/2', 'spoilt');
  writeNote(copyOfFirst(), { ...note, method: 1 });
  await refuse(/^spoilt: it was measured by another version of Leaklog/m, 'shards/2', 'spoilt');
  writeNote(copyOfFirst(), { ...note, units: note.units.map((each) => ({ ...each, key: 'f'.repeat(32) })) });
  await refuse(/^spoilt\/\S+\.json: its key in shard\.json is not that of the sample$/m, 'shards/2', 'spoilt');
  writeNote(copyOfFirst(), { ...note, shard: [2, 2] });
  await refuse(/^spoilt: its shard\.json contradicts itself$/m, 'shards/2', 'spoilt');
  rmSync(join(here.root, copyOfFirst(), 'shard.json'));
  await refuse(/^spoilt: there is no shard\.json$/m, 'shards/2', 'spoilt');
  here.write('spoilt/shard.json', here.read('shards/1/shard.json').slice(0, -9));
  await refuse(/^spoilt: shard\.json cannot be read: /m, 'shards/2', 'spoilt');
  const text = here.read(join('shards/1', own));
  here.write(join(copyOfFirst(), own), text.slice(0, -200));
  await refuse(/^spoilt\/\S+: damaged: it is cut short, or not JSON$/m, 'shards/2', 'spoilt');
  // A record that is sound, but was made on another day.
  const read = readCapture(text);
  assert.ok('capture' in read);
  here.write(join(copyOfFirst(), own), printCapture({ ...read.capture, capturedAt: '2020-02-02' }));
  await refuse(/^spoilt\/\S+: shards\/1 has another record of the same sample and Python$/m, 'shards/1', 'shards/2', 'spoilt');
  // One of another program.
  here.write(join(copyOfFirst(), own), printCapture({ ...read.capture, key: 'f'.repeat(32) }));
  await refuse(/^spoilt\/\S+: stale: /m, 'shards/2', 'spoilt');
  here.write(join(copyOfFirst(), record('one')), there.read(`out/${record('one')}`));
  await refuse(/^spoilt\/\S+: it is none of the records of this shard$/m, 'shards/2', 'spoilt');
  // A shard of another division.
  assert.equal((await run(here, 'refresh', '--shard', '3/3', '--to', 'shards/other')).exitCode, 0);
  await refuse(/^shards\/other: it was shared out otherwise than shards\/1: /m, 'shards/1', 'shards/other');
});

test('a merge lists what is missing, by shard, and copies the rest only if that is asked for', native, async () => {
  const gap = await run(here, 'merge', 'shards/1');
  assert.equal(gap.exitCode, 1, gap.all);
  for (const name of ['one', 'two']) assert.match(gap.all, new RegExp(`^shard 2/2: tiny/${name} on ${python?.id} is missing$`, 'm'));
  assert.match(gap.all, /^2 units missing: nothing was copied\./m);
  assert.ok(!existsSync(join(here.root, 'content/captures')));
  const partial = await run(here, 'merge', 'shards/1', '--partial');
  assert.equal(partial.exitCode, 1, partial.all);
  assert.match(partial.all, /^2 records copied\./m);
  assert.ok(existsSync(join(here.root, record('three'))) && !existsSync(join(here.root, record('one'))));
});

test('a merge of all shards makes every record fresh; the same merge again changes nothing', native, async () => {
  const merged = await run(here, 'merge', 'shards/1', 'shards/2', 'shards/2');
  assert.equal(merged.exitCode, 0, merged.all);
  assert.match(merged.all, /^2 records copied, 2 were the same before\./m);
  for (const name of ['one', 'two']) assert.equal(here.read(record(name)), there.read(`out/${record(name)}`));
  const again = await run(here, 'merge', 'shards/1', 'shards/2');
  assert.deepEqual([again.exitCode, /^0 records copied, 4 were the same before\./m.test(again.all)], [0, true], again.all);
  assert.equal((await run(here, 'plan')).all, `Every record on ${python?.id} is fresh.`);
  assert.equal((await run(here, 'plan', '--format', 'jsonl')).all, '');
  const checked = await run(here, 'check');
  assert.equal(checked.exitCode, 0, checked.all);
});

test(
  'with records that are not committed no shard is taken; with them verify takes its share, and a refresh brings them all',
  native,
  async () => {
    const refused = await run(here, 'refresh', '--shard', '1/2', '--to', 'again/1');
    assert.equal(refused.exitCode, 2, refused.all);
    assert.match(refused.all.replace(/\s+/g, ' '), /content\/ is not as it was committed \(\?\? content\/captures\/\)/);
    git(here, 'add', 'content');
    git(here, 'commit', '-q', '-m', 'Add the records');
    const older = await run(here, 'merge', 'shards/1', 'shards/2');
    assert.equal(older.exitCode, 1, older.all);
    assert.match(older.all, /^shards\/1: it is of commit/m);
    const shares = await Promise.all(['1/2', '2/2'].map((shard) => run(here, 'verify', '--shard', shard)));
    for (const { exitCode, all } of shares) assert.ok(exitCode === 0 && /^2 runs as recorded/m.test(all), all);
    const nothing = await run(here, 'refresh', '--missing', '--shard', '1/1', '--to', 'none');
    assert.match(nothing.all, /^0 runs: /m);
    const confirmed = await run(here, 'refresh', '--shard', '1/1', '--to', 'again/1', '--report', 'reports/1');
    assert.match(confirmed.all, /^4 runs: 4 confirmed/m);
    assert.equal(here.read('reports/1/drift.md'), '4 runs: 4 confirmed, 0 rewritten, 0 recorded anew.\n');
    for (const name of names) assert.equal(here.read(`again/1/${record(name)}`), here.read(record(name)));
    const took = (name: string) => {
      const read = readCapture(here.read(record(name)));
      assert.ok('capture' in read);
      return Math.round(Object.values(read.capture.conditions).reduce((sum, each) => sum + (each?.wallMs ?? 0), 0));
    };
    assert.deepEqual(
      noteOf('again/1').units.map(({ sample }) => sample),
      names.toSorted().toSorted((a, b) => took(b) - took(a)),
      'the longest first, by the records',
    );
  },
);
