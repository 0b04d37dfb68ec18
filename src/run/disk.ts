import { existsSync, statfsSync } from 'node:fs';
import { MachineError } from '../experiment/user-error.ts';

/** With less free space than this, in bytes, the disk counts as full: a program that cannot write behaves differently. */
const minFreeBytes = 64 * 1024;

/** Errors: MachineError if the disk of a run's folder is full, so that the run is not a valid measurement. */
export function assertFreeSpace(folder: string): void {
  // Without a sandbox, the program may have removed it.
  if (!existsSync(folder)) return;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= minFreeBytes) return;
  throw new MachineError(
    `No disk space is left where samples run, in ${folder}, so the run is not a valid measurement`,
    'Nothing of it is recorded. Free some space there, choose another temp folder (TMPDIR=/var/tmp npm run build), ' +
      'or lower the sample’s limit: output=1MB',
  );
}
