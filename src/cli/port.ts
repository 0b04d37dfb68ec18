import { UsageError } from '../experiment/user-error.ts';

/** The value of --port; 4321 by default. Throws a UsageError if it is not a port. */
export function readPort(text = '4321'): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`--port ${text} is not a port`, 'Ports go from 1 to 65535: --port 8080');
}
