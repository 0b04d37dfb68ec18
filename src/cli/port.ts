import { UserError } from '../experiment/user-error.ts';

/** The port of --port. Error: UserError where it is none. */
export function readPort(text = '4321'): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UserError(`--port ${text} is no port`, 'Ports go from 1 to 65535: --port 8080');
}
