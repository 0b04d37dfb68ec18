import { recoverDist } from '../build/dist.ts';
import { clearHalfRecords } from '../capture/store.ts';
import { clearFolders, ownFolder } from '../run/leftovers.ts';
import { root } from './project.ts';
import { say } from './terminal.ts';

/** Clears away what runs that were killed have left here and in the temp folder, tells of it, and takes a temp folder for this run. */
export async function startClean(): Promise<void> {
  const left = [...recoverDist(root), ...(await clearHalfRecords(root)), ...clearFolders()];
  if (left.length > 0) say(`An earlier run was killed. What it left is cleared away: ${left.join(', ')}`);
  ownFolder();
}
