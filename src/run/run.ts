import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync } from 'node:fs';
import { copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Condition } from '../experiment/condition.ts';
import { endedAsMeant } from '../experiment/end.ts';
import type { Limit } from '../experiment/limit.ts';
import type { Sample } from '../experiment/sample.ts';
import { MachineError } from '../experiment/user-error.ts';
import type { Log } from '../gclog/log.ts';
import { fullLimit, controlLimit } from '../gclog/writer.ts';
import { assertFreeSpace } from './disk.ts';
import { assertMeasured } from './fault.ts';
import { follow } from './follow.ts';
import { compileHarness } from './harness.ts';
import { limitInLog, maxStartMs, reached, reachedByFamily, rlimits } from './limit.ts';
import { MachineWatch } from './machine.ts';
import type { HarnessReport } from './marks.ts';
import { probeMemory, type MemoryProbe } from './memory.ts';
import { ownMark } from './owner.ts';
import { childrenOf, endFamily, endProcess, readChildren } from './processes.ts';
import { prepareSnapshot, type Runtime } from './runtime.ts';
import { claimUser } from './sandbox-parts.ts';
import { wrapCommand, findSandbox, prepareFolder, type SandboxedCommand, type SandboxKind } from './sandbox.ts';
import { clockShiftMs, listen } from './warden.ts';

/** What a run says of itself while it goes on. */
export interface Progress {
  readonly elapsedMs: number;
  readonly rssBytes: number;
  readonly logBytes: number;
}

/**
 * A condition, or one of the runs that answer one question more: `traced` has every byte counted with the flags off, `heat`
 * tells which lines allocate what is held, `heat-flags` the same as written, and `cycle` looks at what a group of garbage is made of.
 */
export type RunKind = Condition | 'traced' | 'heat' | 'heat-flags' | 'cycle';

/** From which moment on allocations are traced, in CPU time without collections, and what the run may take of CPU time. */
export interface Window {
  readonly fromMs: number;
  readonly maxMs: number;
}

export interface RunRequest {
  readonly sample: Sample;
  readonly condition: RunKind;
  readonly runtime: Runtime;
  /** What of a run is traced that tells of lines; all of it by default. */
  readonly window?: Window | undefined;
  /** What the run is shut into: the best that works here by default. */
  readonly sandbox?: SandboxKind | undefined;
  /** Where to leave the log as it was written; nowhere if undefined. */
  readonly keepLogAt?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the run, and all that it started, when it is no longer wanted. */
  readonly signal?: AbortSignal | undefined;
}

/** One run of a sample, as it was measured. All times count from the start of the process. */
export interface RawRun extends HarnessReport {
  readonly sandbox: SandboxKind;
  readonly exit: number | null;
  readonly signal: string | null;
  /** The limit that ended the run, if one did. */
  readonly limit: Limit | null;
  readonly wallMs: number;
  /** Memory seen from outside: [atMs, rssBytes]. */
  readonly polls: readonly (readonly [number, number])[];
  /** Of processes that it started, from when there were any: [atMs, how many, bytes that none of them shares]. */
  readonly children: readonly (readonly [number, number, number])[];
  readonly log: Log;
}

/** How often a run is looked at from outside, every how many times its whole family is, and what it has started. */
const pollMs = 5;
const [familyPolls, childPolls] = [10, 4];
/** How long it may take until everyone in a run has ended. */
const graceMs = 1500;
const maxBytesPerPoll = 512 * 1024;
const wardenPath = fileURLToPath(new URL('./warden.py', import.meta.url));

/** What runs now, and its folder: none of it outlives this process. */
const running = new Map<number, string>();
process.on('exit', () => {
  for (const [pid, base] of running) {
    endFamily(pid);
    rmSync(base, { recursive: true, force: true });
  }
});

/**
 * Runs a sample once, in a sandbox, a throw-away folder and a clean environment, until it ends or a limit ends it and
 * everything that it started. Both streams go to one file, in the order written. Errors: MachineError where the machine
 * kept the run from starting, from going on, or from being measured; nothing of it is true of the sample then.
 */
export async function run(request: RunRequest): Promise<RawRun> {
  const sandbox = request.sandbox ?? (await findSandbox());
  // The real path: tracebacks name it, and it must never show.
  const base = await realpath(await mkdtemp(join(tmpdir(), `leaklog-${ownMark}-`)));
  const { user, release } = await claimUser();
  try {
    return await runIn(base, user, { ...request, sandbox });
  } finally {
    await discard(base);
    release();
  }
}

/** Removes a throw-away folder, also where a program that was not shut in has closed folders, or nested them too deep for Node. */
async function discard(base: string): Promise<void> {
  await rm(base, { recursive: true, force: true, maxRetries: 3 }).catch(async () => {
    await execa('chmod', ['-R', 'u+rwX', base], { reject: false });
    await execa('rm', ['-rf', base], { reject: false });
  });
}

type Shut = RunRequest & { readonly sandbox: SandboxKind };

async function runIn(base: string, user: number, request: Shut): Promise<RawRun> {
  const { sample, condition, runtime, window = { fromMs: 0, maxMs: sample.timeoutMs }, sandbox, keepLogAt } = request;
  await prepareFolder(base, user);
  await Promise.all([
    writeFile(join(base, 'work', sample.title), sample.code),
    runtime.kind === 'cpython'
      ? compileHarness(runtime).then((code) => writeFile(join(base, 'harness', 'sitecustomize.pyc'), code))
      : undefined,
    copyFile(wardenPath, join(base, 'harness', 'warden.py')),
  ]);
  if (runtime.kind === 'pyodide') await prepareSnapshot();
  // What the program may do to its descriptors must not reach ours, which are for reading only.
  const [logTo, marksTo] = ['log', 'marks'].map((name) => openSync(join(base, name), 'ax')) as [number, number];
  const [log, marks] = ['log', 'marks'].map((name) => openSync(join(base, name), 'r')) as [number, number];
  try {
    const needs = { base, reads: runtime.reads, spaceBytes: sample.outputBytes, user };
    const program = (folder: string) => {
      const command = [...runtime.command, sample.title, ...sample.args];
      return runtime.kind === 'pyodide'
        ? command
        : [runtime.command[0] as string, '-I', '-S', '-B', join(folder, 'harness/warden.py'), rlimits(sample), ...command];
    };
    const sandboxed = wrapCommand(sandbox, needs, program);
    const [seal, tells] = [newSeal(), newSeal()];
    const seconds = [sample.stopMs ?? 0, window.fromMs, window.maxMs].map((ms) => ms / 1000);
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: join(sandboxed.base, 'work'),
      TMPDIR: sandboxed.temporary,
      LANG: 'C.UTF-8',
      PYTHONHASHSEED: '0',
      PYTHONPATH: join(sandboxed.base, 'harness'),
      LEAKLOG_TELLS: tells,
      LEAKLOG_RUN: [condition, sample.axis ?? '', sample.memoryBytes, ...seconds, seal, sample.title].join(' '),
    };
    const result = await watch(request, sandboxed, { cwd: join(base, 'work'), env, log, marks, logTo, marksTo, seal, tells });
    assertFreeSpace(base);
    // By our descriptor: the program may have closed the file to us, or removed it.
    if (keepLogAt !== undefined) await writeFile(keepLogAt, createReadStream('', { fd: log, start: 0, autoClose: false }));
    return result;
  } finally {
    for (const file of [log, marks, logTo, marksTo]) closeSync(file);
  }
}

function newSeal(): string {
  return randomBytes(8).toString('hex');
}

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** To read them by, and for the program to write to. */
  readonly log: number;
  readonly marks: number;
  readonly logTo: number;
  readonly marksTo: number;
  /** What stands before every mark of the harness. */
  readonly seal: string;
  /** What stands before all that the warden tells. */
  readonly tells: string;
}

async function watch(
  request: Shut,
  sandboxed: SandboxedCommand,
  { cwd, env, log, marks, logTo, marksTo, seal, tells }: Place,
): Promise<RawRun> {
  const { sample, runtime, sandbox, onProgress, signal: unwanted } = request;
  unwanted?.throwIfAborted();
  const [program = '', ...args] = sandboxed.command;
  const spawned = performance.now();
  // A group of its own lets us end all of it. The end of our standard input ends it, too: whoever kills us ends the run.
  const child = execa(program, args, {
    // execa takes any descriptor; its types name only the first ten.
    cwd,
    env,
    extendEnv: false,
    detached: true,
    reject: false,
    stdio: ['pipe', 'pipe', 'pipe', marksTo as 3, logTo as 3],
    maxBuffer: 64_000,
  });
  const { pid } = child;
  if (pid === undefined) throw new MachineError(`The program ${program} could not be started`, (await child).message ?? 'Is it installed?');
  running.set(pid, dirname(cwd));
  const machine = new MachineWatch();
  const told = listen(child.stdout, tells);
  const follower = follow({
    log,
    marks,
    seal,
    hidden: join(sandboxed.base, 'work'),
    maxBytes: sample.outputBytes,
    limit: request.condition === 'as-written' ? fullLimit : controlLimit,
  });
  // Without a sandbox only the warden knows who belongs to the run.
  let patience: NodeJS.Timeout | undefined;
  const finish = () => {
    // The sandbox ends with its first process, and says so when nobody is left.
    if (sandboxed.depth > 0) endProcess(childrenOf(pid)[0] ?? -pid);
    else child.stdin.destroy();
    // Once: a timer that nobody clears would end whoever has the number later.
    patience ??= setTimeout(endFamily, graceMs, pid);
  };
  const polls: [number, number][] = [];
  const children: [number, number, number][] = [];
  let memory: { readonly probe: MemoryProbe; readonly pid: number } | undefined;
  let peakBytes = 0;
  let limit: Limit | null = null;
  let startMs = 0;
  let turn = 0;
  const poll = () => {
    const began = told.began();
    const elapsedMs = performance.now() - (began?.atMs ?? spawned);
    if (began !== undefined) memory ??= openProbe(pid, began.pid, runtime, sandboxed);
    const { rssBytes, dataBytes } = memory?.probe.read() ?? { rssBytes: 0, dataBytes: 0 };
    if (rssBytes > 0) polls.push([elapsedMs, rssBytes]);
    peakBytes = Math.max(peakBytes, rssBytes, dataBytes);
    if (memory !== undefined && turn % childPolls === 0) {
      const { count, bytes } = readChildren(memory.pid);
      if (count > 0 || children.length > 0) children.push([elapsedMs, count, bytes]);
    }
    const { size, started, ended: hasEnded } = follower.step(maxBytesPerPoll);
    if (!started) startMs = Math.min(elapsedMs, maxStartMs[runtime.kind]);
    if (limit !== null || machine.isShort) return;
    turn += 1;
    const own = reached({ sample, runtime, elapsedMs, startMs, hasEnded, size, rssBytes });
    // A machine that is full of processes is late to look.
    const isTurn = own === 'time' || turn % familyPolls === 0;
    if (isTurn) machine.look();
    limit = (isTurn ? reachedByFamily(pid, sample, runtime, machine.sharedRise) : null) ?? own;
    if (limit !== null || machine.isShort) finish();
    onProgress?.({ elapsedMs, rssBytes, logBytes: size });
  };
  const timer = setInterval(poll, pollMs);
  unwanted?.addEventListener('abort', finish, { once: true });
  const { stderr } = await child;
  unwanted?.removeEventListener('abort', finish);
  const returned = performance.now();
  clearTimeout(patience);
  clearInterval(timer);
  memory?.probe.close();
  running.delete(pid);
  unwanted?.throwIfAborted();
  const seen = follower.end();
  const end = told.ended();
  const { exit, signal } = end ?? { exit: null, signal: 'SIGKILL' };
  assertMeasured({
    sample,
    runtime,
    sandbox,
    told,
    stderr,
    machine,
    ended: { exit, signal, limit },
    hasStarted: follower.hasStarted(),
    log: seen.log,
  });
  const beganMs = told.began()?.atMs ?? 0;
  const shift = clockShiftMs();
  const wallMs = (end?.atMs ?? returned) - beganMs;
  const heapFull = runtime.kind === 'pyodide' && (seen.marks.at(-1)?.rssBytes ?? 0) > sample.memoryBytes;
  limit ??= heapFull ? 'memory' : exit === 0 && wasStopped(seen, sample) ? 'stop' : null;
  if (limit === null && !endedAsMeant({ exit, signal, limit }, sample)) {
    const most = seen.marks.reduce((most, { rssBytes }) => Math.max(most, rssBytes), peakBytes);
    limit = limitInLog(seen.log, signal, { sample, runtime, sandbox, peakBytes: most });
  }
  return {
    sandbox,
    // A program that was stopped has no end of its own.
    ...(limit === 'stop' ? { exit: null, signal: null, limit } : { exit, signal, limit }),
    wallMs,
    ...seen,
    // One of another time was forged; threads may write theirs in another order.
    marks: seen.marks
      .map((mark) => ({ ...mark, atMs: mark.atMs - shift - beganMs }))
      .filter(({ atMs }) => atMs >= 0 && atMs <= wallMs + 1)
      .toSorted((a, b) => a.atMs - b.atMs),
    polls,
    children,
  };
}

/** Whether the harness has stopped the program: it ended when its time had come, on which no program can count. */
function wasStopped({ marks }: HarnessReport, { stopMs }: Sample): boolean {
  const [start, end] = [marks.find(({ kind }) => kind === 'start'), marks.find(({ kind }) => kind === 'end')];
  return stopMs !== undefined && start !== undefined && end !== undefined && end.atMs - start.atMs >= stopMs;
}

/** The process of the sample itself: the warden's child, whose number outside the sandbox is another one than inside. */
function openProbe(
  pid: number,
  told: number,
  runtime: Runtime,
  { depth }: SandboxedCommand,
): { readonly probe: MemoryProbe; readonly pid: number } | undefined {
  const steps = depth + (runtime.kind === 'cpython' ? 1 : 0);
  let at: number | undefined = pid;
  for (let step = 0; step < steps && at !== undefined; step += 1) at = childrenOf(at)[0];
  const found = at ?? (depth === 0 ? told : undefined);
  return found === undefined ? undefined : { probe: probeMemory(found), pid: found };
}
