/*
 * Many machines for real: git clones, the array of Slurm and the call of GNU parallel that the manual gives to copy. What they
 * record and merge is held against what one machine records. Nothing here needs another machine: Slurm's daemons are started with
 * a configuration of their own, and the hosts of GNU parallel are folders behind an sshd of this test.
 */
import { execa, execaSync } from 'execa';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { satisfies } from 'semver';
import { VFile } from 'vfile';
import { readCapture } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import { rawBytes } from '../gclog/log.ts';
import { parsePost } from '../post/post.ts';
import { findRuntimes } from '../run/runtime.ts';
import { judge } from '../verdict/verdict.ts';
import { throwAway } from './throw-away.ts';

/** The Pythons of this test: not the embedded one, which takes ten times as long. */
const runtimes = (await findRuntimes()).filter(({ kind, version }) => kind === 'cpython' && satisfies(version, '<3.14'));
const minUnits = 60;
const shards = 7;

const kinds = {
  leak: ['', 'kept = []\nfor i in range(60000):\n    kept.append([i])'],
  clean: ['', 'for i in range(60000):\n    [i]'],
  peak: ['', 'for i in range(600):\n    list(range(20000))'],
  cycles: ['', 'import gc\ngc.set_debug(gc.DEBUG_LEAK)\nfor i in range(20000):\n    a = []\n    a.append(a)\ngc.collect()'],
  fails: [' exit=3', 'for i in range(40):\n    print(i, "é\\t\\x1b[1m")\nraise SystemExit(3)'],
  raises: [' exit=1', 'def find(name):\n    return {}[name]\nfor i in range(40):\n    print(i)\nfind("Ada")'],
} as const;
const fences = Array.from({ length: Math.ceil(minUnits / Math.max(1, runtimes.length)) }, (_, index) => {
  const [name, [attributes, code]] = Object.entries(kinds)[index % Object.keys(kinds).length] as [string, readonly [string, string]];
  return `\`\`\`python sample=${name}-${index} python="<3.14"${attributes}\n${code}\n\`\`\`\n`;
});
/** Posts with up to six samples. */
const posts = Array.from({ length: Math.ceil(fences.length / 6) }, (_, index) => ({
  path: `content/posts/2024-05-${String(index + 1).padStart(2, '0')}-tiny-${index}.md`,
  text: `---\ntitle: Tiny ${index}\ndate: 2024-05-06\n---\n\n${fences.slice(6 * index, 6 * index + 6).join('\n')}`,
}));
const samples = new Map(
  posts.flatMap(({ path, text }) => {
    const post = parsePost(new VFile({ path, value: text }));
    return post.samples.map((sample) => [`${post.slug}/${sample.name}`, sample] as const);
  }),
);
const units = fences.length * runtimes.length;
const machines = `${units} units on ${runtimes.length} ${runtimes.length === 1 ? 'Python' : 'Pythons'} over ${shards} shards`;

const origin = throwAway();
const home = join(origin.root, 'machines');
const node = resolve('node_modules/.bin/node');
const git = (cwd: string, ...args: readonly string[]) =>
  execaSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@blog.example', ...args], { cwd }).stdout;
const leaklog = (cwd: string, ...args: readonly string[]) =>
  execa(node, ['scripts/leaklog.mjs', ...args], { cwd, reject: false, all: true, stdin: 'ignore' });

/** Another machine: a git clone of the blog in a folder of its own, with packages. Returns the folder. */
function clone(path: string): string {
  const folder = join(home, path);
  mkdirSync(dirname(folder), { recursive: true });
  git(home, 'clone', '-q', origin.root, folder);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What the manual gives to copy: the one block of code with these words, for the Pythons of this test. */
function fromManual(words: string): string {
  const blocks = [...readFileSync('src/manual/manual.md', 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block);
  const found = blocks.filter((block) => block.includes(words));
  assert.equal(found.length, 1, words);
  assert.match(found[0] ?? '', / --python 3\.12 /);
  return (found[0] ?? '').replace('--python 3.12', '--python all');
}

/**
 * A record without times and measured memory, as text, with its verdict. Which further runs there are follows from memory. Logs are
 * whole, but for addresses.
 */
function essenceOf(path: string, json: string): string {
  const read = readCapture(json);
  assert.ok('capture' in read, path);
  const { capturedAt: _day, conditions, heat: _heat, holder: _holder, types: _types, looks: _looks, ...rest } = read.capture;
  const runs = (['as-written', 'debug-off', 'gc-disabled'] as const).map((name) => {
    const { exit, signal, limit, garbage, flags, collections, log } = conditions[name];
    const { data: _data, bytes: _bytes, ...said } = log;
    const text = Buffer.concat([...rawBytes(decodeLog(log))].map((chunk) => Buffer.from(chunk))).toString('latin1');
    // With the debug flags off, collections come from time to time.
    const { counts, collected, uncollectable } = collections;
    const found = name === 'debug-off' ? [] : [counts, collected, uncollectable];
    return { name, exit, signal, limit, garbage, flags, found, said, types: [...log.types], text: text.replaceAll(/0x[0-9a-f]+/gi, '0x…') };
  });
  const [, , slug, sample] = path.split('/');
  const verdict = judge(read.capture, samples.get(`${slug}/${sample}`));
  return JSON.stringify({ ...rest, verdict: verdict.name, runs }, undefined, 1);
}

const recordsIn = (folder: string) => globSync('content/captures/*/*/*.json', { cwd: folder }).toSorted();
const essences = (folder: string) =>
  Object.fromEntries(recordsIn(folder).map((path) => [path, essenceOf(path, readFileSync(join(folder, path), 'utf8'))]));

/** Asserts that a folder has all that one machine recorded, and that Leaklog takes it as fresh and sound. */
async function assertSame(folder: string): Promise<void> {
  const [alone, merged] = [essences(join(home, 'alone')), essences(folder)];
  assert.deepEqual(Object.keys(merged), Object.keys(alone));
  for (const [path, text] of Object.entries(alone)) {
    const [is, was] = [merged[path]?.split('\n') ?? [], text.split('\n')];
    const at = was.findIndex((line, index) => line !== is[index]);
    assert.ok(merged[path] === text, `${path}, line ${at}: ${is[at]} where one machine has ${was[at]}`);
  }
  assert.match((await leaklog(folder, 'plan', '--python', 'all')).all, /^Every record on .* is fresh\.$/);
  const { exitCode, all } = await leaklog(folder, 'check');
  assert.equal(exitCode, 0, all);
}

before(async () => {
  if (runtimes.length === 0) return;
  mkdirSync(home);
  for (const { path, text } of posts) origin.write(path, text);
  git(origin.root, 'init', '-q');
  git(origin.root, 'add', 'content', 'src', 'scripts', 'astro.config.mjs', 'package.json');
  git(origin.root, 'commit', '-q', '-m', 'Add a blog');
  const { exitCode, all } = await leaklog(clone('alone'), 'refresh', '--python', 'all');
  assert.equal(exitCode, 0, all);
  assert.equal(recordsIn(join(home, 'alone')).length, units);
});

const native = { skip: runtimes.length === 0 && 'there is no CPython from 3.6 to 3.13 here' };
/** Skips a test if a program is not installed. */
const needs = (...programs: readonly string[]) => {
  const missing = programs.filter((name) => execaSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${name}`], { reject: false }).failed);
  return { skip: native.skip || (missing.length > 0 && `not installed here: ${missing.join(', ')}`) };
};

test(`${machines}, in separate clones, two of them killed and started again, are what one machine records`, native, async () => {
  const record = async (index: number) => {
    const folder = clone(`clone-${index}`);
    const start = () => leaklog(folder, 'refresh', '--missing', '--python', 'all', '--shard', `${index}/${shards}`, '--to', 'out');
    const kept = new Map<string, string>();
    if (index === 2 || index === 5) {
      const killed = start();
      const ended = new AbortController();
      void killed.finally(() => ended.abort());
      while (recordsIn(join(folder, 'out')).length < 2 && !ended.signal.aborted) await sleep(5);
      killed.kill('SIGKILL');
      assert.equal((await killed).signal, 'SIGKILL');
      for (const path of recordsIn(join(folder, 'out'))) kept.set(path, readFileSync(join(folder, 'out', path), 'utf8'));
      assert.ok(kept.size >= 2 && kept.size < Math.floor(units / shards), `${kept.size} records at the kill`);
    }
    const { exitCode, all } = await start();
    assert.equal(exitCode, 0, all);
    for (const [path, text] of kept) assert.equal(readFileSync(join(folder, 'out', path), 'utf8'), text, 'it goes on from what is there');
    return join(folder, 'out');
  };
  const folders: string[] = [];
  for (let index = 1; index <= shards; index += 1) folders.push(await record(index));
  const merged = clone('merged');
  const { exitCode, all } = await leaklog(merged, 'merge', ...folders);
  assert.equal(exitCode, 0, all);
  assert.match(all, new RegExp(`^${units} records copied\\.`, 'm'));
  await assertSame(merged);
});

/** Programs that this test has started by hand: they are ended by their ids, the last one first. */
const started: ChildProcess[] = [];
/** The environment of Slurm's commands, once it has been started. */
let slurm: Readonly<Record<string, string>> | undefined;
after(async () => {
  // A task outlives the daemons.
  if (slurm !== undefined)
    await execa('sh', ['-c', 'scancel --full --me; while squeue -h | grep -q .; do sleep 1; done'], { env: slurm, reject: false });
  for (const child of started.toReversed()) {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill();
    await ended;
  }
  origin.remove();
});
const startDaemon = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const PATH = `${process.env['PATH']}:/usr/sbin`;
  started.push(spawn(program, args, { env: { ...process.env, PATH, ...env }, stdio: 'ignore' }));
};

/** Waits until a command succeeds; fails with what it said last after ten minutes. */
async function untilDone(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { failed, all } = await execa(program, args, { env, reject: false, all: true });
    if (!failed) return;
    assert.ok(tries < 1200, all);
    await sleep(500);
  }
}

/** Starts Slurm with this machine as its only node. Returns the environment of its commands. */
async function startSlurm(folder: string): Promise<Readonly<Record<string, string>>> {
  const at = (name: string) => join(folder, name);
  for (const name of ['state', 'spool']) mkdirSync(at(name), { recursive: true });
  writeFileSync(at('munge.key'), Buffer.alloc(1024, 'leaklog'), { mode: 0o400 });
  const here = hostname().split('.')[0] ?? '';
  const settings = [
    'ClusterName=leaklog',
    `SlurmctldHost=${here}(127.0.0.1)`,
    'SlurmctldPort=26817',
    'SlurmdPort=26818',
    `SlurmUser=${userInfo().username}`,
    `SlurmdUser=${userInfo().username}`,
    'AuthType=auth/munge',
    `AuthInfo=socket=${at('munge.socket')}`,
    `StateSaveLocation=${at('state')}`,
    `SlurmdSpoolDir=${at('spool')}`,
    `SlurmctldPidFile=${at('slurmctld.pid')}`,
    `SlurmdPidFile=${at('slurmd.pid')}`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'MpiDefault=none',
    `NodeName=${here} NodeAddr=127.0.0.1 CPUs=${availableParallelism()}`,
    'PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
  ];
  writeFileSync(at('slurm.conf'), `${settings.join('\n')}\n`);
  const env = { SLURM_CONF: at('slurm.conf') };
  const files = ['key-file', 'socket', 'pid-file', 'seed-file', 'log-file'].map((name) => `--${name}=${at(`munge.${name.split('-')[0]}`)}`);
  startDaemon('munged', ['--foreground', '--force', ...files]);
  await untilDone('munge', ['--no-input', '--socket', at('munge.socket')], env);
  startDaemon('slurmctld', ['-D', '-c', '-f', at('slurm.conf')], env);
  startDaemon('slurmd', ['-D', '-f', at('slurm.conf')], env);
  await untilDone('sh', ['-c', 'sinfo --noheader --states=idle | grep -q idle'], env);
  return env;
}

test(
  `${machines}, by the array of Slurm in the manual, are the same`,
  needs('slurmctld', 'slurmd', 'sbatch', 'munged', 'npx'),
  async () => {
    slurm = await startSlurm(join(home, 'slurm'));
    const env = slurm;
    const blog = clone('nodes');
    writeFileSync(join(blog, 'record.sh'), fromManual('#SBATCH'));
    // A file is where the folder of the third shard is to be: a fault of the machine, until it is taken away.
    const fault = join(blog, 'shards/3/content');
    mkdirSync(dirname(fault), { recursive: true });
    writeFileSync(fault, '');
    const { stdout } = await execa('sbatch', ['--parsable', `--array=1-${shards}`, 'record.sh'], { cwd: blog, env });
    const task = `${stdout.trim()}_3`;
    await untilDone('sh', ['-c', `scontrol show job ${task} | grep -q 'Restarts=[123]'`], env);
    rmSync(fault);
    await execa('sh', ['-c', 'while squeue -h | grep -q .; do sleep 1; done'], { env });
    const said = globSync('slurm-*.out', { cwd: blog }).map((name) => readFileSync(join(blog, name), 'utf8'));
    const { exitCode, all } = await execa('sh', ['-c', 'npx leaklog merge shards/*'], { cwd: blog, all: true, reject: false });
    assert.equal(exitCode, 0, [all, ...said].join('\n'));
    await assertSame(blog);
  },
);

/** Starts an sshd that knows three hosts by their keys, each a folder with a clone of the blog. Returns a configuration of ssh. */
async function startHosts(folder: string, names: readonly string[]): Promise<string> {
  const at = (name: string) => join(folder, name);
  mkdirSync(folder);
  // sshd wants it, and the service makes it when it starts.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  for (const name of ['host', ...names]) execaSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  const keys = names.map((name) => {
    const blog = clone(`hosts/${name}/blog`);
    // A shell that sshd starts reads the settings of its user, which may have another Python.
    const shell = `export PATH='${process.env['PATH']}' && cd '${dirname(blog)}' && exec sh -c \\"$SSH_ORIGINAL_COMMAND\\"`;
    return `command="${shell}" ${readFileSync(at(`${name}.pub`), 'utf8')}`;
  });
  writeFileSync(at('keys'), keys.join(''), { mode: 0o600 });
  const server = [
    'Port 26819',
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host')}`,
    `AuthorizedKeysFile ${at('keys')}`,
    `PidFile ${at('pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'MaxStartups 100',
    `SetEnv PATH=${process.env['PATH']}`,
  ];
  writeFileSync(at('sshd_config'), `${server.join('\n')}\n`);
  const common = [
    'HostName 127.0.0.1',
    'Port 26819',
    'IdentitiesOnly yes',
    'StrictHostKeyChecking no',
    `UserKnownHostsFile ${at('known')}`,
  ];
  const hosts = names.map((name) => [`Host ${name}`, `IdentityFile ${at(name)}`, ...common].join('\n  '));
  writeFileSync(at('ssh_config'), `${hosts.join('\n')}\n`);
  startDaemon('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')]);
  await untilDone('ssh', ['-F', at('ssh_config'), names[0] ?? '', 'true'], {});
  return at('ssh_config');
}

test(`${machines}, by the call of GNU parallel in the manual, are the same`, needs('parallel', 'sshd', 'ssh', 'rsync', 'npx'), async () => {
  const call = fromManual('parallel -j 1').replace('{}/12', `{}/${shards}`).replace('$(seq 12)', `$(seq ${shards})`);
  const [, names = ''] = / -S (\S+)/.exec(call) ?? [];
  const config = await startHosts(join(home, 'sshd'), names.split(','));
  const here = clone('here');
  const { exitCode, all } = await execa('sh', ['-ec', call], {
    cwd: here,
    env: { PARALLEL_SSH: `ssh -F ${config}`, PARALLEL_HOME: join(home, 'parallel') },
    all: true,
    reject: false,
  });
  assert.equal(exitCode, 0, all);
  await assertSame(here);
});
