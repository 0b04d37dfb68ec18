import { constants } from 'node:os';

/** The offset of the system's monotonic clock from `performance.now()`, in milliseconds. */
export function clockShiftMs(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now();
}

/**
 * Collects the warden's reports from its output, with times converted to `performance.now()`: when the program began and with
 * which process id; which step of starting it failed and why (`denied`); which of its limits the program had lowered itself
 * (`lowered`, as in the warden's own command); whether it was ended for its number of processes (`wasTooMany`); and how it
 * ended. Its lines start with a nonce (`seal`), as the program may write to the same stream.
 */
export function listen(stream: NodeJS.ReadableStream, seal: string) {
  let text = '';
  let start: RegExpExecArray | undefined;
  let end: RegExpExecArray | undefined;
  let denied: RegExpExecArray | undefined;
  let lowered: RegExpExecArray | undefined;
  let wasTooMany = false;
  stream.on('data', (chunk: Buffer) => {
    // The program may write any amount of other output.
    text = (text + chunk.toString('latin1')).slice(-maxChars);
    start ??= new RegExp(`^${seal} B ([\\d.]+) (\\d+)$`, 'm').exec(text) ?? undefined;
    denied ??= new RegExp(`^${seal} F (.+)$`, 'm').exec(text) ?? undefined;
    lowered ??= new RegExp(`^${seal} L (.+)$`, 'm').exec(text) ?? undefined;
    wasTooMany ||= new RegExp(`^${seal} P$`, 'm').test(text);
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
  return { began, denied: () => denied?.[1], lowered: () => lowered?.[1]?.split(',') ?? [], wasTooMany: () => wasTooMany, ended };
}

/** How much of the output is kept. */
const maxChars = 10_000;

/** The exit status, or the signal that ended a process, from a status of waitpid(2). */
function readStatus(status: number): { readonly exit: number | null; readonly signal: string | null } {
  const number = status & 127;
  if (number === 0) return { exit: status >> 8, signal: null };
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return { exit: null, signal: name ?? `signal ${number}` };
}
