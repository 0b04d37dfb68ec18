/** A failure that is the machine's or the user's, not a bug: one sentence, and the way out. */
export class UserError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UserError';
    this.hint = hint;
  }
}
