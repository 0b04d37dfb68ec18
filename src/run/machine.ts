import { readProc, sizeIn } from './processes.ts';

/** If the machine has less memory available than this, in bytes, the current run is ended. */
const minAvailableBytes = 200e6;

/** Watches the machine's memory during a run, so that a shortage is not blamed on the sample. */
export class MachineWatch {
  readonly #sharedBytes = readSizes().sharedBytes;
  readonly #kills = countKills();
  #rise = 0;
  #left = Infinity;

  /** Reads the machine's memory; the properties below return what was read last. */
  look(): void {
    const { availableBytes, sharedBytes } = readSizes();
    this.#left = availableBytes;
    this.#rise = sharedBytes - this.#sharedBytes;
  }

  /** How much shared memory on the whole machine has grown since the run began, in bytes. */
  get sharedRise(): number {
    return Math.max(0, this.#rise);
  }

  /** The memory available on the machine, in bytes. */
  get availableBytes(): number {
    return this.#left;
  }

  /** Whether so little is available that the run has to be ended. */
  get isShort(): boolean {
    return this.#left < minAvailableBytes;
  }

  /** Whether the kernel has killed a process for lack of memory since the run began (proc_vmstat(5)). */
  hasKilled(): boolean {
    return countKills() > this.#kills;
  }
}

/** Memory in bytes (proc_meminfo(5)); Infinity available if that cannot be read. */
function readSizes(): { readonly availableBytes: number; readonly sharedBytes: number } {
  const text = readProc('/proc/meminfo');
  return { availableBytes: sizeIn(text, 'MemAvailable') ?? Infinity, sharedBytes: sizeIn(text, 'Shmem') ?? 0 };
}

function countKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(readProc('/proc/vmstat'))?.[1] ?? 0);
}
