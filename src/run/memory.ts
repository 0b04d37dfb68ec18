import { closeSync, openSync, readSync } from 'node:fs';
import pidusage from 'pidusage';

/** Reads a process's memory from outside; undefined if it cannot be read (any more). */
export interface MemoryProbe {
  readonly read: () => ProcessMemory | undefined;
  readonly close: () => void;
}

/** The memory of a process in bytes: resident, and private memory that it has reserved, if that is known. */
export interface ProcessMemory {
  readonly rssBytes: number;
  readonly dataBytes: number;
}

/** The page size in bytes, the unit of /proc/PID/statm. */
export const pageBytes = process.arch === 'ppc64' ? 65_536 : 4096;

/** A probe for a process, using /proc if it exists, otherwise `pidusage`, which is slower and lags behind. */
export function probeMemory(pid: number): MemoryProbe {
  try {
    const file = openSync(`/proc/${pid}/statm`, 'r');
    const buffer = Buffer.alloc(96);
    const read = () => {
      try {
        const length = readSync(file, buffer, 0, 96, 0);
        const pages = buffer.toString('latin1', 0, length).split(' ').map(Number);
        return { rssBytes: (pages[1] ?? 0) * pageBytes, dataBytes: (pages[5] ?? 0) * pageBytes };
      } catch {
        return undefined;
      }
    };
    return { read, close: () => closeSync(file) };
  } catch {
    return slowProbe(pid);
  }
}

function slowProbe(pid: number): MemoryProbe {
  let last: ProcessMemory | undefined;
  let busy = false;
  const ask = async () => {
    busy = true;
    last = await pidusage(pid).then(
      ({ memory }) => ({ rssBytes: memory, dataBytes: memory }),
      () => undefined,
    );
    busy = false;
  };
  const read = () => {
    if (!busy) void ask();
    return last;
  };
  return { read, close: () => pidusage.clear() };
}
