import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { readFamily } from '../run/processes.ts';

/** What one turn took: elapsed time, and CPU time and peak memory of a program if the system reports them. */
export interface Taken {
  readonly ms: number;
  readonly cpuMs?: number | undefined;
  readonly peakBytes?: number | undefined;
}

/** Something that is measured, and the command to do the same by hand. */
export interface Contender {
  readonly command: string;
  readonly turn: () => Promise<Taken>;
  /** Restores the state before a turn; it is not measured. */
  readonly prepare?: () => Promise<void>;
}

/** The turns of several contenders, one list each. */
export type Turns = readonly (readonly Taken[])[];

/** Lets contenders take turns for some rounds, so that other load on the machine affects all of them. */
export async function takeTurns(contenders: readonly Contender[], rounds: number): Promise<Turns> {
  const turns: Taken[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { prepare, turn }] of contenders.entries()) {
      await prepare?.();
      turns[index]?.push(await turn());
    }
  }
  return turns;
}

/** The median; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** The median of the ratios of turns taken in the same round. */
export function ratioOf(ours: readonly Taken[], theirs: readonly Taken[], quantity: keyof Taken = 'ms'): number {
  return median(ours.map((taken, index) => (taken[quantity] ?? NaN) / (theirs[index]?.[quantity] ?? NaN)));
}

/** Times work of this process. */
export async function time(work: () => unknown): Promise<Taken> {
  const began = performance.now();
  await work();
  return { ms: performance.now() - began };
}

/** How often a program's CPU time and memory are read. */
const lookMs = 25;

export interface ProgramOptions {
  readonly cwd?: string;
  /** The file for its output. */
  readonly log?: string;
  /** What is done while it runs; by default its CPU time and memory are read. */
  readonly watch?: Watch | 'none';
}

/** Something that is done at intervals while a program runs. */
export interface Watch {
  readonly everyMs: number;
  readonly start: (pid: number) => () => void;
}

/** Runs a program to its end and measures it. Errors: Error if its status is not 0. */
export async function timeProgram(
  program: string,
  args: readonly string[],
  { cwd, log = '/dev/null', watch }: ProgramOptions = {},
): Promise<Taken> {
  const output = openSync(log, 'w');
  try {
    const began = performance.now();
    // In a session of its own, like our runs, as Linux distributes CPU time by session.
    const child = spawn(program, args, {
      cwd,
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
    });
    const { pid } = child;
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    let [cpuMs, peakBytes] = [0, 0];
    const look = (pid: number) => () => {
      cpuMs = Math.max(cpuMs, readFamily(pid).cpuMs);
      peakBytes = Math.max(peakBytes, peakOf(pid));
    };
    const { everyMs, start } = watch === undefined || watch === 'none' ? { everyMs: lookMs, start: look } : watch;
    const timer = pid === undefined || watch === 'none' ? undefined : setInterval(start(pid), everyMs);
    const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve));
    const ms = performance.now() - began;
    clearInterval(timer);
    process.off('exit', end);
    if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with status ${status}`);
    return { ms, cpuMs: cpuMs || undefined, peakBytes: peakBytes || undefined };
  } finally {
    closeSync(output);
  }
}

/** The peak memory of a process so far, in bytes; 0 if it is unknown. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
