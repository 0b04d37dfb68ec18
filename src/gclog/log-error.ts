/** A log in a record that is none: cut, damaged or made up. */
export class LogError extends Error {
  override name = 'LogError';
}
