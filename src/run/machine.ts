import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFamily } from './processes.ts';

/** Where the machine has less than this left, the run that goes on is ended. */
const leastAvailableBytes = 200e6;
/** What the kernel keeps for all programs comes and goes by so much on its own. */
const slackBytes = 100e6;
/** How long it may take until the kernel has given back what it kept for a run. */
const [returnMs, returnStepMs] = [5000, 50];
/** What was kept for a run goes with it; of what was kept for others, not so much does. */
const returnShare = 0.5;

/**
 * The memory of the machine while a run goes on. What a program has of it shows in its processes, but for what the kernel
 * keeps for it: shared memory that it no longer maps, page tables, full sockets and pipes. Where that rises by more than the
 * run may have, the run is ended; if it falls with it, it was the run's.
 */
export class MachineWatch {
  /** Why the run is to be ended, for the end of a sentence; undefined while all is well. */
  reason: string | undefined;
  readonly #memoryBytes: number;
  readonly #start = readMachine();
  readonly #kills = countKills();
  #keptBytes = 0;
  #end = this.#start;

  /** `memoryBytes` is what the run may have. */
  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
  }

  get ended(): boolean {
    return this.reason !== undefined;
  }

  /** Looks once; `running` are the first processes of all runs that go on here, each of which may have as much. */
  look(running: readonly number[]): void {
    const now = readMachine();
    const most = (this.#memoryBytes + slackBytes) * Math.max(1, running.length);
    const rise = now.keptBytes - this.#start.keptBytes;
    const isShort = now.availableBytes < leastAvailableBytes;
    if (!isShort && rise <= most) return;
    // Shared memory that is mapped counts as its process's.
    const shown = running.flatMap((pid) => readFamily(pid).pids).reduce((sum, pid) => sum + sharedBytesOf(pid), 0);
    if (!isShort && rise - shown <= most) return;
    this.#keptBytes = rise - shown;
    this.#end = now;
    this.reason = isShort
      ? `the machine had only ${Math.round(now.availableBytes / 1e6)} MB of memory left`
      : `${(rise / 1e9).toFixed(1)} GB of memory went meanwhile that no program shows`;
  }

  /** After a run has been ended for that: whether it had taken the memory (`run`) or not (`machine`); undefined where it was not ended for that. */
  async findTaker(): Promise<'run' | 'machine' | undefined> {
    if (!this.ended) return undefined;
    for (let waited = 0; this.#keptBytes > this.#memoryBytes && waited < returnMs; waited += returnStepMs) {
      const now = readMachine();
      // What is kept under a name goes at once, what is not somewhat later.
      const back = Math.max(this.#end.keptBytes - now.keptBytes, this.#end.namedBytes - now.namedBytes);
      if (back >= this.#keptBytes * returnShare) return 'run';
      await sleep(returnStepMs);
    }
    return 'machine';
  }

  /** Whether the kernel has killed a program since, for want of memory (proc_vmstat(5)). */
  hasKilled(): boolean {
    return countKills() > this.#kills;
  }
}

/** What the machine can still give, and what the kernel keeps that is no program's own and no file's, all of it and what has a name, in bytes (proc_meminfo(5)). */
function readMachine(): { readonly availableBytes: number; readonly keptBytes: number; readonly namedBytes: number } {
  const sizes = new Map([...read('/proc/meminfo').matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, name = '', kibibytes]) => [name, Number(kibibytes) * 1024]));
  const size = (name: string) => sizes.get(name) ?? 0;
  // Shared memory counts as files that are cached.
  const sum = (...names: readonly string[]) => names.reduce((total, name) => total + size(name), 0);
  const others = sum('MemFree', 'Buffers', 'Cached', 'SReclaimable', 'AnonPages');
  return {
    availableBytes: sizes.get('MemAvailable') ?? Infinity,
    keptBytes: size('MemTotal') - others + size('Shmem'),
    namedBytes: sum('Shmem', 'PageTables', 'SUnreclaim'),
  };
}

function countKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(read('/proc/vmstat'))?.[1] ?? 0);
}

function sharedBytesOf(pid: number): number {
  return Number(/^RssShmem:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
