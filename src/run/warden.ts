import { constants } from 'node:os';

/** How far the monotonic clock of other processes is ahead of ours. */
export function clockShiftMs(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now();
}

/** What the warden tells, on our clock: when the program started and as which process, and how it ended. */
export function listen(stream: NodeJS.ReadableStream) {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    // A sandbox may be noisy, but not for long.
    if (text.length < 10_000) text += chunk.toString('latin1');
  });
  const shift = clockShiftMs();
  const began = () => {
    const [, seconds, pid] = /^B ([\d.]+) (\d+)$/m.exec(text) ?? [];
    return seconds === undefined ? undefined : { atMs: Number(seconds) * 1000 - shift, pid: Number(pid) };
  };
  const ended = () => {
    const [, seconds, status] = /^E ([\d.]+) (\d+)$/m.exec(text) ?? [];
    return seconds === undefined ? undefined : { atMs: Number(seconds) * 1000 - shift, ...readStatus(Number(status)) };
  };
  return { began, ended };
}

/** An exit status, or the signal that ended a process, as waitpid(2) tells them. */
function readStatus(status: number): { readonly exit: number | null; readonly signal: string | null } {
  const number = status & 127;
  if (number === 0) return { exit: status >> 8, signal: null };
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return { exit: null, signal: name ?? `signal ${number}` };
}

