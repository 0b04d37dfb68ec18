import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Condition } from '../experiment/condition.ts';
import { endedAsMeant } from '../experiment/end.ts';
import type { Limit } from '../experiment/limit.ts';
import type { Lines, Sample, SampleFile } from '../experiment/sample.ts';
import { MachineError } from '../experiment/user-error.ts';
import type { Log } from '../gclog/log.ts';
import { fullLimit, controlLimit } from '../gclog/writer.ts';
import { assertFreeSpace } from './disk.ts';
import { assertMeasured } from './fault.ts';
import { follow } from './follow.ts';
import { compileHarness } from './harness.ts';
import { bounds, limitInLog, maxStartMs, reached, reachedByFamily, rlimits } from './limit.ts';
import { MachineWatch } from './machine.ts';
import type { HarnessReport } from './marks.ts';
import { probeMemory, type MemoryProbe } from './memory.ts';
import { ownMark } from './owner.ts';
import type { Packages } from './packages/prepare.ts';
import { childrenOf, endFamily, endProcess, readChildren } from './processes.ts';
import { prepareSnapshot, type Runtime } from './runtime.ts';
import { claimUser } from './sandbox-parts.ts';
import { wrapCommand, findSandbox, prepareFolder, type SandboxedCommand, type SandboxKind } from './sandbox.ts';
import { clockShiftMs, listen } from './warden.ts';

/** The state of a run in progress. */
export interface Progress {
  readonly elapsedMs: number;
  readonly rssBytes: number;
  readonly logBytes: number;
}

/**
 * A condition, or a further run that answers one more question: `traced` counts every byte with the debug flags off; `heat`
 * finds the lines that allocate what is held, with the flags off; `heat-flags` does so as written; `cycle` examines a group of garbage.
 */
export type RunKind = Condition | 'traced' | 'heat' | 'heat-flags' | 'cycle' | 'holder';

/**
 * In CPU time without collections: when tracing of allocations starts, and how much the run may take; or, in a `holder` run, when
 * its two looks are due.
 */
export interface Window {
  readonly fromMs: number;
  readonly maxMs: number;
  /** The lines of the loop in which those looks are taken. */
  readonly loop?: Lines | undefined;
}

export interface RunRequest {
  readonly sample: Sample;
  readonly condition: RunKind;
  readonly runtime: Runtime;
  /** The packages that it may import, beside the standard library; undefined for what is installed. */
  readonly packages?: Packages | undefined;
  /** The part of a `heat` run that is traced; all of it by default. */
  readonly window?: Window | undefined;
  /** The kind of sandbox; by default the best that works here. */
  readonly sandbox?: SandboxKind | undefined;
  /** A path to save the raw log at, if any. */
  readonly keepLogAt?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Aborts the run, and kills everything that it started. */
  readonly signal?: AbortSignal | undefined;
}

/** The measurements of one run of a sample. Times in milliseconds from the start of the process. */
export interface RawRun extends HarnessReport {
  readonly sandbox: SandboxKind;
  readonly exit: number | null;
  readonly signal: string | null;
  /** The limit that ended the run, if one did. */
  readonly limit: Limit | null;
  readonly wallMs: number;
  /** Memory seen from outside: [atMs, rssBytes]. */
  readonly polls: readonly (readonly [number, number])[];
  /** Its descendants, from the first one on: [atMs, number of processes, bytes of private memory]. */
  readonly children: readonly (readonly [number, number, number])[];
  readonly log: Log;
}

/** How often a run is polled from outside, and at every how many polls the whole family and the descendants' memory are. */
const pollMs = 5;
const [familyPolls, childPolls] = [10, 4];
/** How long all processes of a run may take to end, before they are killed. */
const graceMs = 1500;
/** How much of the log is read at each poll. */
const maxBytesPerPoll = 512 * 1024;
const wardenPath = fileURLToPath(new URL('./warden.py', import.meta.url));

/** The current runs, by process id, and their folders: none of them outlives this process. */
const running = new Map<number, string>();
process.on('exit', () => {
  for (const [pid, base] of running) {
    endFamily(pid);
    rmSync(base, { recursive: true, force: true });
  }
});

/**
 * Runs a sample once, in a sandbox, a temporary folder and a clean environment, until it ends, or until a limit ends it and
 * everything that it started. Both output streams go to one file, in the order written. Errors: MachineError if the machine
 * kept the run from starting, from finishing, or from being measured, so that it says nothing about the sample.
 */
export async function run(request: RunRequest): Promise<RawRun> {
  const sandbox = request.sandbox ?? (await findSandbox());
  // The real path, as tracebacks show it: it is removed from the log.
  const base = await realpath(await mkdtemp(join(tmpdir(), `leaklog-${ownMark}-`)));
  const { user, release } = await claimUser();
  try {
    return await runIn(base, user, { ...request, sandbox });
  } finally {
    await discard(base);
    release();
  }
}

/** Removes a temporary folder, even if a program without a sandbox took away permissions, or nested folders too deeply for Node. */
async function discard(base: string): Promise<void> {
  await rm(base, { recursive: true, force: true, maxRetries: 3 }).catch(async () => {
    await execa('chmod', ['-R', 'u+rwX', base], { reject: false });
    await execa('rm', ['-rf', base], { reject: false });
  });
}

function wholeRun({ timeoutMs }: Sample): Window {
  return { fromMs: 0, maxMs: timeoutMs };
}

type SandboxedRequest = RunRequest & { readonly sandbox: SandboxKind };

async function runIn(base: string, user: number, request: SandboxedRequest): Promise<RawRun> {
  const { sample, condition, runtime, packages, window = wholeRun(sample), sandbox, keepLogAt } = request;
  await prepareFolder(base, user);
  await Promise.all([
    writeFiles(join(base, 'work'), [...sample.files, { name: sample.title, text: sample.code }]),
    runtime.kind === 'cpython'
      ? compileHarness(runtime, condition).then((code) => writeFile(join(base, 'harness', 'sitecustomize.pyc'), code))
      : undefined,
    copyFile(wardenPath, join(base, 'harness', 'warden.py')),
  ]);
  if (runtime.kind === 'pyodide') await prepareSnapshot();
  // Separate descriptors, ours read-only: what the program does to its own must not affect them.
  const [logTo, marksTo] = ['log', 'marks'].map((name) => openSync(join(base, name), 'ax')) as [number, number];
  const [log, marks] = ['log', 'marks'].map((name) => openSync(join(base, name), 'r')) as [number, number];
  try {
    const needs = {
      base,
      reads: runtime.reads,
      packages: packages?.folder,
      installed: runtime.installed,
      spaceBytes: sample.outputBytes,
      user,
    };
    const program = ({ base: folder, packages: shown }: Pick<SandboxedCommand, 'base' | 'packages'>) => {
      const command = [...runtime.command, sample.title, ...sample.args];
      const [node = '', ...host] = command;
      const reads = [join(folder, 'work'), ...(shown === undefined ? [] : [shown])];
      return runtime.kind === 'pyodide'
        ? [node, ...reads.map((path) => `--allow-fs-read=${path}`), ...host]
        : [runtime.command[0] as string, '-I', '-S', '-B', join(folder, 'harness/warden.py'), rlimits(sample), ...command];
    };
    const sandboxed = wrapCommand(sandbox, needs, program);
    const [seal, wardenSeal] = [newSeal(), newSeal()];
    const seconds = [sample.stopMs ?? 0, window.fromMs, window.maxMs].map((ms) => ms / 1000);
    const lines = [window.loop?.from ?? 0, window.loop?.to ?? 0];
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: join(sandboxed.base, 'work'),
      TMPDIR: sandboxed.temporary,
      LANG: 'C.UTF-8',
      PYTHONHASHSEED: '0',
      PYTHONPATH: join(sandboxed.base, 'harness'),
      ...(sandboxed.packages !== undefined && { LEAKLOG_PACKAGES: sandboxed.packages }),
      LEAKLOG_TELLS: wardenSeal,
      LEAKLOG_RUN: [condition, sample.axis ?? '', sample.memoryBytes, ...seconds, ...lines, seal, sample.title].join(' '),
    };
    const result = await watch(request, sandboxed, { cwd: join(base, 'work'), env, log, marks, logTo, marksTo, seal, wardenSeal });
    assertFreeSpace(base);
    // Through our descriptor: the program may have made the file inaccessible, or removed it.
    if (keepLogAt !== undefined) await writeFile(keepLogAt, createReadStream('', { fd: log, start: 0, autoClose: false }));
    return result;
  } finally {
    for (const file of [log, marks, logTo, marksTo]) closeSync(file);
  }
}

/** Writes files below a folder, by their paths in it. */
async function writeFiles(folder: string, files: readonly SampleFile[]): Promise<void> {
  for (const { name, text } of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

function newSeal(): string {
  return randomBytes(8).toString('hex');
}

/** Where a run takes place, and its files. */
interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Descriptors to read the log and the marks, and to hand to the program for writing. */
  readonly log: number;
  readonly marks: number;
  readonly logTo: number;
  readonly marksTo: number;
  /** The nonce that starts every mark of the harness. */
  readonly seal: string;
  /** The nonce that starts every report of the warden. */
  readonly wardenSeal: string;
}

async function watch(
  request: SandboxedRequest,
  sandboxed: SandboxedCommand,
  { cwd, env, log, marks, logTo, marksTo, seal, wardenSeal }: Place,
): Promise<RawRun> {
  const { sample, runtime, sandbox, onProgress, signal: unwanted } = request;
  unwanted?.throwIfAborted();
  const [program = '', ...args] = sandboxed.command;
  const spawned = performance.now();
  // In a process group of its own, to be killed as a whole. It also ends when its standard input closes, as when we are killed.
  const child = execa(program, args, {
    // execa accepts any descriptor; its types only the first ten.
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
  const warden = listen(child.stdout, wardenSeal);
  const follower = follow({
    log,
    marks,
    seal,
    hidden: join(sandboxed.base, 'work'),
    maxBytes: sample.outputBytes,
    limit: request.condition === 'as-written' ? fullLimit : controlLimit,
  });
  // The last resort, if the run does not end by itself after `finish`.
  let killTimer: NodeJS.Timeout | undefined;
  const finish = () => {
    // A sandbox ends with its first process. Without one, only the warden knows all processes of the run: it ends them.
    if (sandboxed.depth > 0) endProcess(childrenOf(pid)[0] ?? -pid);
    else child.stdin.destroy();
    // Start it once; a second timer could kill an unrelated process that reuses the pid.
    killTimer ??= setTimeout(endFamily, graceMs, pid);
  };
  const polls: [number, number][] = [];
  const children: [number, number, number][] = [];
  let memory: { readonly probe: MemoryProbe; readonly pid: number } | undefined;
  let peakBytes = 0;
  let limit: Limit | null = null;
  let startMs = 0;
  let turn = 0;
  const poll = () => {
    const began = warden.began();
    const elapsedMs = performance.now() - (began?.atMs ?? spawned);
    if (began !== undefined) memory ??= openProbe(pid, began.pid, runtime, sandboxed);
    const { rssBytes, dataBytes } = memory?.probe.read() ?? { rssBytes: 0, dataBytes: 0 };
    if (rssBytes > 0) polls.push([elapsedMs, rssBytes]);
    peakBytes = Math.max(peakBytes, rssBytes, dataBytes);
    if (memory !== undefined && turn % childPolls === 0) {
      const found = readChildren(memory.pid, bounds.processes);
      if (found !== undefined && (found.count > 0 || children.length > 0)) children.push([elapsedMs, found.count, found.bytes]);
    }
    const { size, started, ended: hasEnded } = follower.step(maxBytesPerPoll);
    if (!started) startMs = Math.min(elapsedMs, maxStartMs[runtime.kind]);
    if (limit !== null || machine.isShort) return;
    turn += 1;
    const own = reached({ sample, runtime, elapsedMs, startMs, hasEnded, size, rssBytes });
    // On a machine full of processes, polls are rare.
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
  clearTimeout(killTimer);
  clearInterval(timer);
  memory?.probe.close();
  running.delete(pid);
  unwanted?.throwIfAborted();
  const seen = follower.end();
  const end = warden.ended();
  if (warden.wasTooMany()) limit = 'processes';
  const { exit, signal } = end ?? { exit: null, signal: 'SIGKILL' };
  assertMeasured({
    sample,
    runtime,
    sandbox,
    warden,
    stderr,
    machine,
    ended: { exit, signal, limit },
    hasStarted: follower.hasStarted(),
    log: seen.log,
  });
  const beganMs = warden.began()?.atMs ?? 0;
  const shift = clockShiftMs();
  const wallMs = (end?.atMs ?? returned) - beganMs;
  const heapFull = runtime.kind === 'pyodide' && (seen.marks.at(-1)?.rssBytes ?? 0) > sample.memoryBytes;
  limit ??= heapFull ? 'memory' : exit === 0 && wasStopped(seen, sample) ? 'stop' : null;
  if (limit === null && !endedAsMeant({ exit, signal, limit }, sample)) {
    const most = seen.marks.reduce((most, { rssBytes }) => Math.max(most, rssBytes), peakBytes);
    limit = limitInLog(seen.log, { exit, signal }, { sample, runtime, sandbox, lowered: warden.lowered(), peakBytes: most });
  }
  return {
    sandbox,
    // A program that was stopped did not end by itself.
    ...(limit === 'stop' ? { exit: null, signal: null, limit } : { exit, signal, limit }),
    wallMs,
    ...seen,
    // Marks outside the run are forged; those of several threads may be out of order.
    marks: seen.marks
      .map((mark) => ({ ...mark, atMs: mark.atMs - shift - beganMs }))
      .filter(({ atMs }) => atMs >= 0 && atMs <= wallMs + 1)
      .toSorted((a, b) => a.atMs - b.atMs),
    polls,
    children,
  };
}

/** Whether the harness stopped the program: it ended at the stop time or later, which cannot be a coincidence. */
function wasStopped({ marks }: HarnessReport, { stopMs }: Sample): boolean {
  const [start, end] = [marks.find(({ kind }) => kind === 'start'), marks.find(({ kind }) => kind === 'end')];
  return stopMs !== undefined && start !== undefined && end !== undefined && end.atMs - start.atMs >= stopMs;
}

/** A probe for the sample's own process, the warden's child, whose pid outside the sandbox differs from the reported one. */
function openProbe(
  pid: number,
  reportedPid: number,
  runtime: Runtime,
  { depth }: SandboxedCommand,
): { readonly probe: MemoryProbe; readonly pid: number } | undefined {
  const steps = depth + (runtime.kind === 'cpython' ? 1 : 0);
  let at: number | undefined = pid;
  for (let step = 0; step < steps && at !== undefined; step += 1) at = childrenOf(at)[0];
  const found = at ?? (depth === 0 ? reportedPid : undefined);
  return found === undefined ? undefined : { probe: probeMemory(found), pid: found };
}
