import { limitWords, type Limit } from './limit.ts';
import type { Sample } from './sample.ts';

/** How a run ended: with an exit status, by a signal, or at a limit. A limit may set either of them, too. */
export interface Ended {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly limit: Limit | null;
}

/** How a sample says that its runs should end. */
export type IntendedEnd = Pick<Sample, 'exit' | 'stopMs'>;

/** How a run should end if its sample does not say. */
export const defaultEnd: IntendedEnd = { exit: 0, stopMs: undefined };

/** The limits that each attribute of a sample sets. */
const limitsOf: Readonly<Record<string, readonly Limit[]>> = { timeout: ['time', 'cpu'], memory: ['memory'], output: ['output'] };

/** Whether a run ended as its sample intends: in that way or, if the sample sets `stop`, by being stopped. */
export function endedAsMeant({ exit, signal, limit }: Ended, meant: IntendedEnd): boolean {
  if (meant.exit === 'any') return true;
  if (limit === 'stop') return meant.stopMs !== undefined;
  if (limit !== null) return limitsOf[meant.exit]?.includes(limit) === true;
  return (signal ?? exit) === meant.exit;
}

/** Whether a clock ended a run, so that its progress depends on the machine's speed. */
export function endedByClock({ limit }: Ended): boolean {
  return limit === 'stop' || limit === 'time' || limit === 'cpu';
}

/** How a run ended, in a few words. */
export function endWords({ exit, signal, limit }: Ended): string {
  if (limit === 'stop') return 'stopped';
  if (limit !== null) return `came to its limit of ${limitWords[limit]}`;
  return signal === null ? `exit ${exit}` : `killed by ${signal}`;
}
