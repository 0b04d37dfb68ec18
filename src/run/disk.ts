import { existsSync, statfsSync } from 'node:fs';
import { MachineError } from '../experiment/user-error.ts';

/** Less room than this is none: a program that could not write does otherwise than it would. */
const minFreeBytes = 64 * 1024;

/** Error: MachineError where a run's folder has no room left, so that what the program did there is no measurement. */
export function assertFreeSpace(folder: string): void {
  // A program that is not shut in may have taken it away.
  if (!existsSync(folder)) return;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= minFreeBytes) return;
  throw new MachineError(
    `There is no room left where samples run, in ${folder}, so the run tells nothing`,
    'Nothing of it is recorded. Make room there, name another temp folder (TMPDIR=/var/tmp npm run build), or lower the sample’s limit: output=1MB',
  );
}
