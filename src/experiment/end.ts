import { limitWords, type Limit } from './limit.ts';
import type { Sample } from './sample.ts';

/** How a run ended: with an exit status, by a signal, or at a limit, which may have ended it by either. */
export interface Ended {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly limit: Limit | null;
}

/** What a sample says of the end that is meant. */
export type Meant = Pick<Sample, 'exit' | 'stopMs'>;

/** The end that is meant where a sample says nothing of it. */
export const usualEnd: Meant = { exit: 0, stopMs: undefined };

/** The limits that the attribute of a sample sets. */
const limitsOf: Readonly<Record<string, readonly Limit[]>> = { timeout: ['time', 'cpu'], memory: ['memory'], output: ['output'] };

/** Whether a run ended as its sample means it to: that way, or, where it says when to stop, by being stopped. */
export function endedAsMeant({ exit, signal, limit }: Ended, meant: Meant): boolean {
  if (meant.exit === 'any') return true;
  if (limit === 'stop') return meant.stopMs !== undefined;
  if (limit !== null) return limitsOf[meant.exit]?.includes(limit) === true;
  return (signal ?? exit) === meant.exit;
}

/** Whether a clock ended a run, so that how far it came depends on the machine. */
export function endedByClock({ limit }: Ended): boolean {
  return limit === 'stop' || limit === 'time' || limit === 'cpu';
}

/** How a run ended, in a few words. */
export function endWords({ exit, signal, limit }: Ended): string {
  if (limit === 'stop') return 'stopped';
  if (limit !== null) return `came to its limit of ${limitWords[limit]}`;
  return signal === null ? `exit ${exit}` : `killed by ${signal}`;
}
