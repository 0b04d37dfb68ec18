import { endWords, type Ended } from '../experiment/end.ts';
import type { Sample } from '../experiment/sample.ts';
import { MachineError } from '../experiment/user-error.ts';
import { lineTexts, type Log } from '../gclog/log.ts';
import type { MachineWatch } from './machine.ts';
import type { Runtime } from './runtime.ts';
import type { SandboxKind } from './sandbox.ts';
import type { listen } from './warden.ts';

/** A finished run, as observed from outside. */
export interface FinishedRun {
  readonly sample: Sample;
  readonly runtime: Runtime;
  readonly sandbox: SandboxKind;
  /** What its warden reported, and its error output. */
  readonly warden: ReturnType<typeof listen>;
  readonly stderr: string;
  readonly machine: MachineWatch;
  /** How it ended, with the limit that ended it as far as that was seen from outside. */
  readonly ended: Ended;
  /** Whether the harness ever reported anything. */
  readonly hasStarted: boolean;
  readonly log: Log;
}

const nothingKept = 'Nothing of this run is recorded, and an earlier record is left unchanged.';

/** Errors: MachineError if the machine, not the sample, kept the run from starting, from finishing, or from being measured. */
export function assertMeasured(run: FinishedRun): void {
  const fault = findFault(run);
  if (fault === undefined) return;
  const [what, wayOut] = fault;
  throw new MachineError(`The sample "${run.sample.name}" ${what}`, `${wayOut}${nothingKept}`);
}

type Fault = readonly [what: string, wayOut: string];

function findFault({ runtime: { id, command }, sandbox, warden, stderr, machine, ended, hasStarted, log }: FinishedRun): Fault | undefined {
  const { limit, signal } = ended;
  const denied = warden.denied();
  if (warden.began() === undefined) {
    return [
      `could not be started${sandbox === 'none' ? '' : ` in its sandbox (${sandbox})`} on ${id}`,
      `${stderr.trim() || 'The program that starts it exited at once.'}\n`,
    ];
  }
  if (denied !== undefined) return [`could not be started on ${id}: ${denied}`, 'The machine refused that; the sample is not to blame. '];
  if (limit === null && machine.isShort) {
    const left = Math.round(machine.availableBytes / 1e6);
    return [
      `was stopped on ${id} because the machine had only ${left} MB of memory left`,
      'Free some memory, or give the sample less of it with memory=, and run it again. ',
    ];
  }
  if (limit === null && warden.ended() === undefined) {
    return [`was killed on ${id} together with the program that supervises it`, 'Someone killed them, or the machine ran out of memory. '];
  }
  if (limit === null && signal === 'SIGKILL' && machine.hasKilled()) {
    return [`was killed on ${id} because the machine ran out of memory`, 'Give it less with memory=, or run it where there is more. '];
  }
  // A program may destroy the report of its start; an interpreter that fails says so, or exits with another status than 0.
  const isBroken = ended.exit !== 0 || lineTexts(log, 0, Math.min(log.lines, 5)).some((line) => line.startsWith('Error in sitecustomize'));
  if (!hasStarted && (limit === null || limit === 'time') && isBroken) {
    return [`left no sign of its first statement on ${id} (${endWords(ended)})`, `${lastWords(log)}Does ${command[0]} run at all? `];
  }
  return undefined;
}

/** The last line that a run printed, as a line of a hint; empty if it printed nothing. */
function lastWords(log: Log): string {
  const [text] = lineTexts(log, Math.max(0, log.lines - 1), log.lines);
  return text === undefined || text === '' ? '' : `It printed: ${text.slice(0, 300)}\n`;
}
