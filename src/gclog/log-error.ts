/** The data of a log is not valid: truncated, damaged or forged. */
export class LogError extends Error {
  override name = 'LogError';
}
