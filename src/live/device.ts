import { liveMegabytes } from '../page/live-size.ts';

/** The least memory of a device that a run may be tried on, in gigabytes. */
const minMemory = 2;

/** Why a run may fail on this device, before anything is loaded. `isFinal` if it cannot be run at all. */
export interface Obstacle {
  readonly text: string;
  readonly isFinal: boolean;
}

/** What a browser tells of its device: not all tell all. */
interface Device {
  /** In gigabytes, rounded. */
  readonly deviceMemory?: number;
  readonly connection?: { readonly saveData?: boolean };
}

/** What is in the way of a run in this browser; undefined if nothing is. */
export function obstacleOf(navigator: object): Obstacle | undefined {
  const { deviceMemory, connection } = navigator as Device;
  if (typeof WebAssembly !== 'object')
    return { text: 'This browser has no WebAssembly, without which Python cannot run in it.', isFinal: true };
  if (typeof DecompressionStream !== 'function') return { text: 'This browser is too old to run Python in it.', isFinal: true };
  if (deviceMemory !== undefined && deviceMemory < minMemory)
    return { text: `This device has about ${deviceMemory} GB of memory, and a run may need as much.`, isFinal: false };
  if (connection?.saveData === true) return { text: `Your browser saves data, and this loads ${liveMegabytes} MB.`, isFinal: false };
  return undefined;
}
