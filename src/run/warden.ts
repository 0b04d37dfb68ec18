import { constants } from 'node:os';

/** How far the monotonic clock of other processes is ahead of ours. */
export function clockShiftMs(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now();
}

/**
 * What the warden tells, on our clock: when the program started and as which process, what the machine denied it instead,
 * and how it ended. Its lines start with a seal, for a program may write to the same stream.
 */
export function listen(stream: NodeJS.ReadableStream, seal: string) {
  let text = '';
  let start: RegExpExecArray | undefined;
  let end: RegExpExecArray | undefined;
  let denied: RegExpExecArray | undefined;
  stream.on('data', (chunk: Buffer) => {
    // What else is written there may be much.
    text = (text + chunk.toString('latin1')).slice(-maxChars);
    start ??= new RegExp(`^${seal} B ([\\d.]+) (\\d+)$`, 'm').exec(text) ?? undefined;
    denied ??= new RegExp(`^${seal} F (.+)$`, 'm').exec(text) ?? undefined;
    end ??= new RegExp(`^${seal} E ([\\d.]+) (\\d+)$`, 'm').exec(text) ?? undefined;
  });
  const shift = clockShiftMs();
  const began = () => {
    const [, seconds, pid] = start ?? [];
    return seconds === undefined ? undefined : { atMs: Number(seconds) * 1000 - shift, pid: Number(pid) };
  };
  const ended = () => {
    const [, seconds, status] = end ?? [];
    return seconds === undefined ? undefined : { atMs: Number(seconds) * 1000 - shift, ...readStatus(Number(status)) };
  };
  return { began, denied: () => denied?.[1], ended };
}

const maxChars = 10_000;

/** An exit status, or the signal that ended a process, as waitpid(2) tells them. */
function readStatus(status: number): { readonly exit: number | null; readonly signal: string | null } {
  const number = status & 127;
  if (number === 0) return { exit: status >> 8, signal: null };
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return { exit: null, signal: name ?? `signal ${number}` };
}
