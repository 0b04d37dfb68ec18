import { readProc, sizeIn } from './processes.ts';

/** Where the machine has less than this left, the run that goes on is ended. */
const minAvailableBytes = 200e6;

/** The machine's memory while a run goes on: what is not the run's own is no finding about its sample. */
export class MachineWatch {
  readonly #sharedBytes = readSizes().sharedBytes;
  readonly #kills = countKills();
  #rise = 0;
  #left = Infinity;

  /** Looks once, as the properties below then tell. */
  look(): void {
    const { availableBytes, sharedBytes } = readSizes();
    this.#left = availableBytes;
    this.#rise = sharedBytes - this.#sharedBytes;
  }

  /** How much more shared memory there is on the machine than when the run began, whoever has it, in bytes. */
  get sharedRise(): number {
    return Math.max(0, this.#rise);
  }

  get availableBytes(): number {
    return this.#left;
  }

  get isShort(): boolean {
    return this.#left < minAvailableBytes;
  }

  /** Whether the kernel has killed a program since, for want of memory (proc_vmstat(5)). */
  hasKilled(): boolean {
    return countKills() > this.#kills;
  }
}

/** In bytes (proc_meminfo(5)); the machine has plenty where that cannot be read. */
function readSizes(): { readonly availableBytes: number; readonly sharedBytes: number } {
  const text = readProc('/proc/meminfo');
  return { availableBytes: sizeIn(text, 'MemAvailable') ?? Infinity, sharedBytes: sizeIn(text, 'Shmem') ?? 0 };
}

function countKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(readProc('/proc/vmstat'))?.[1] ?? 0);
}
