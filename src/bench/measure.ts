import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { readFamily } from '../run/processes.ts';

/** What one turn of something took; CPU time and memory where the system tells them of another process. */
export interface Taken {
  readonly ms: number;
  readonly cpuMs?: number | undefined;
  readonly peakBytes?: number | undefined;
}

/** Something that is measured, and how a person would do the same by hand. */
export interface Contender {
  readonly command: string;
  readonly turn: () => Promise<Taken>;
  /** What puts things back as they were before a turn; it is not measured. */
  readonly prepare?: () => Promise<void>;
}

/** The turns of several contenders, one list each. */
export type Turns = readonly (readonly Taken[])[];

/** Has contenders take turns, so many rounds: what else the machine does meanwhile falls on all of them. */
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

/** The middle value; the mean of both where there are two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** The median of the ratios of turns taken in the same round. */
export function ratioOf(ours: readonly Taken[], theirs: readonly Taken[], quantity: keyof Taken = 'ms'): number {
  return median(ours.map((taken, index) => (taken[quantity] ?? NaN) / (theirs[index]?.[quantity] ?? NaN)));
}

/** Times something that this process does itself. */
export async function time(work: () => unknown): Promise<Taken> {
  const began = performance.now();
  await work();
  return { ms: performance.now() - began };
}

/** How often a process's memory is looked at. */
const lookMs = 25;

export interface ProgramOptions {
  readonly cwd?: string;
  /** Where what it prints goes. */
  readonly log?: string;
  /** What is done all the while, with its number: by default its CPU time and memory are looked at. */
  readonly watch?: Watch | 'none';
}

/** Something that is done every so many milliseconds while a program runs. */
export interface Watch {
  readonly everyMs: number;
  readonly start: (pid: number) => () => void;
}

/** Runs a program to its end and measures it. Error: it ends with another status than 0. */
export async function timeProgram(
  program: string,
  args: readonly string[],
  { cwd, log = '/dev/null', watch }: ProgramOptions = {},
): Promise<Taken> {
  const output = openSync(log, 'w');
  try {
    const began = performance.now();
    // A session of its own, as a run of ours has: Linux shares a busy machine out among sessions.
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

/** The most memory that a process has had so far, in bytes; 0 where that is not told. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
