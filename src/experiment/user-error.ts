/** A failure caused by the user or the machine, not by a bug: one sentence, and a hint on how to fix it. */
export class UserError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UserError';
    this.hint = hint;
  }
}

/** A command that was given words or options that it cannot take. Commands end with 2 then. */
export class UsageError extends UserError {}

/** A failure caused by the machine: the same may work elsewhere or later. Commands end with `EX_TEMPFAIL` then (sysexits(3)). */
export class MachineError extends UserError {}
