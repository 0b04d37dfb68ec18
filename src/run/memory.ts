import { closeSync, openSync, readSync } from 'node:fs';
import pidusage from 'pidusage';

/** Reads a process's resident set size, in bytes, from outside; undefined where it cannot be read (any more). */
export interface MemoryProbe {
  readonly read: () => number | undefined;
  readonly close: () => void;
}

/** Linux counts in pages; every platform that Node runs on with another size than this one tells it nowhere. */
export const pageBytes = process.arch === 'ppc64' ? 65_536 : 4096;

/** A probe for a process: /proc where there is one, else `pidusage`, which is slower and lags behind. */
export function probeMemory(pid: number): MemoryProbe {
  try {
    const file = openSync(`/proc/${pid}/statm`, 'r');
    const buffer = Buffer.alloc(96);
    const read = () => {
      try {
        const length = readSync(file, buffer, 0, 96, 0);
        return Number(buffer.toString('latin1', 0, length).split(' ')[1]) * pageBytes;
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
  let last: number | undefined;
  let busy = false;
  const ask = async () => {
    busy = true;
    last = await pidusage(pid).then(({ memory }) => memory, () => undefined);
    busy = false;
  };
  const read = () => {
    if (!busy) void ask();
    return last;
  };
  return { read, close: () => pidusage.clear() };
}
