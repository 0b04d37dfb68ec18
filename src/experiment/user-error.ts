/** A failure that is the machine's or the user's, not a bug: one sentence, and the way out. */
export class UserError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UserError';
    this.hint = hint;
  }
}

/** A failure that is the machine's: what was asked for may well work elsewhere, or later. Commands end with `EX_TEMPFAIL` then (sysexits(3)). */
export class MachineError extends UserError {}
