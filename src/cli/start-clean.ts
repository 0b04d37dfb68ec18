import { recoverDist } from '../build/dist.ts';
import { clearHalfRecords } from '../capture/store.ts';
import { clearFolders, ownFolder } from '../run/leftovers.ts';
import { root } from './root.ts';
import { say } from './terminal.ts';

/** Removes what killed runs have left in the project and in the temp folder, prints what it was, and creates this run's temp folder. */
export async function startClean(): Promise<void> {
  const left = [...recoverDist(root), ...(await clearHalfRecords(root)), ...clearFolders()];
  if (left.length > 0) say(`An earlier run was killed. Its leftovers have been removed: ${left.join(', ')}`);
  ownFolder();
}
