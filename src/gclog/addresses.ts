import { AddressTable } from './address-table.ts';

/** Limits on objects and on memory regions, after which the older of the two address tables is dropped. */
export const rememberedObjects = 3 << 18;
const rememberedRegions = 1 << 17;

/**
 * Names objects by their address with the numbers 1, 2, 3 … in order of first appearance. An object is recognised as long as fewer than
 * `rememberedObjects` others were seen since; one that comes back later gets a new number. No number is given twice.
 */
export class Addresses {
  #count = 0;
  #newer = new AddressTable(rememberedObjects);
  #older: AddressTable | undefined;

  /** How many numbers were given. */
  get count(): number {
    return this.#count;
  }

  /** The object's number, a new one if its address is new. An address is two signed 32-bit halves. */
  name(high: number, low: number): number {
    const name = this.#newer.name(high, low, this.#count + 1);
    return name <= this.#count ? name : this.#add(high, low);
  }

  /** Whether the object at this address was seen lately. */
  has(high: number, low: number): boolean {
    return (this.#newer.find(high, low) || this.#older?.find(high, low) || 0) !== 0;
  }

  /** Releases the memory at once; the instance cannot be used afterwards. */
  free(): void {
    this.#newer.free();
    this.#older?.free();
  }

  /** The number of an object that is not in the newer table. */
  #add(high: number, low: number): number {
    const now = this.#newer;
    const known = this.#older?.find(high, low) ?? 0;
    if (known === 0) this.#count += 1;
    else now.rename(known);
    if (now.size >= rememberedObjects || now.regions >= rememberedRegions) {
      this.#older?.clear();
      this.#newer = this.#older ?? new AddressTable(rememberedObjects);
      this.#older = now;
    }
    return known || this.#count;
  }
}
