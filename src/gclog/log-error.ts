/** A log in a record that is none: cut, damaged or made up. Its name tells it where its class is loaded twice. */
export class LogError extends Error {
  override name = 'LogError';
}
