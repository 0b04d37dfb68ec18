import { endWords, type Ended } from '../experiment/end.ts';
import type { Sample } from '../experiment/sample.ts';
import { MachineError } from '../experiment/user-error.ts';
import { lineTexts, type Log } from '../gclog/log.ts';
import type { MachineWatch } from './machine.ts';
import type { Runtime } from './runtime.ts';
import type { SandboxKind } from './sandbox.ts';
import type { listen } from './warden.ts';

/** A run that is over, as it was seen. */
export interface Over {
  readonly sample: Sample;
  readonly runtime: Runtime;
  readonly sandbox: SandboxKind;
  /** What its warden told, and what it complained of. */
  readonly told: ReturnType<typeof listen>;
  readonly stderr: string;
  readonly machine: MachineWatch;
  /** The limit that ended it, as far as it was seen from outside, and how it ended. */
  readonly ended: Ended;
  /** Whether anything was ever told of its start. */
  readonly hasStarted: boolean;
  readonly log: Log;
}

const nothingKept = 'Nothing of this run is recorded, and a record of before stays as it is.';

/** Errors: MachineError where the machine, and not the sample, kept a run from starting, from going on, or from being measured. */
export function assertMeasured(run: Over): void {
  const fault = findFault(run);
  if (fault === undefined) return;
  const [what, wayOut] = fault;
  throw new MachineError(`The sample "${run.sample.name}" ${what}`, `${wayOut}${nothingKept}`);
}

type Fault = readonly [what: string, wayOut: string];

function findFault({ runtime: { id, command }, sandbox, told, stderr, machine, ended, hasStarted, log }: Over): Fault | undefined {
  const { limit, signal } = ended;
  const denied = told.denied();
  if (told.began() === undefined) {
    return [
      `could not be started${sandbox === 'none' ? '' : ` in its sandbox (${sandbox})`} on ${id}`,
      `${stderr.trim() || 'The program that starts it ended at once.'}\n`,
    ];
  }
  if (denied !== undefined) return [`could not be started on ${id}: ${denied}`, 'The machine denied it that, not the sample. '];
  if (limit === null && machine.isShort) {
    const left = Math.round(machine.availableBytes / 1e6);
    return [
      `was ended on ${id}, as the machine had only ${left} MB of memory left`,
      'End what else takes memory, or give the sample less of it with memory=, and run it again. ',
    ];
  }
  if (limit === null && told.ended() === undefined) {
    return [`was ended on ${id}, and with it the program that watches it`, 'Somebody killed it, or the machine was out of memory. '];
  }
  if (limit === null && signal === 'SIGKILL' && machine.hasKilled()) {
    return [`was killed on ${id} as the machine was out of memory`, 'Give it less with memory=, or run it where there is more. '];
  }
  // A program may make away with what was told of its start; an interpreter that fails says so, or ends with a status of its own.
  const isBroken = ended.exit !== 0 || lineTexts(log, 0, Math.min(log.lines, 5)).some((line) => line.startsWith('Error in sitecustomize'));
  if (!hasStarted && (limit === null || limit === 'time') && isBroken) {
    return [`left no sign of its first statement on ${id} (${endWords(ended)})`, `${lastWords(log)}Does ${command[0]} run at all? `];
  }
  return undefined;
}

/** What a run printed last, as a line of its own; nothing where it printed nothing. */
function lastWords(log: Log): string {
  const [text] = lineTexts(log, Math.max(0, log.lines - 1), log.lines);
  return text === undefined || text === '' ? '' : `It printed: ${text.slice(0, 300)}\n`;
}
