import { AddressTable } from './address-table.ts';

/** So many objects are named, or regions of memory told of, before what was not told of meanwhile may be forgotten. */
export const rememberedObjects = 3 << 18;
const rememberedRegions = 1 << 17;

/**
 * Names objects by their address: 1, 2, 3 … in order of first appearance. An object is known again as long as fewer than
 * `rememberedObjects` others were told of since; whoever comes back later has a new name. No name is given twice.
 */
export class Addresses {
  #count = 0;
  #newer = new AddressTable(rememberedObjects);
  #older: AddressTable | undefined;

  /** How many names were given. */
  get count(): number {
    return this.#count;
  }

  /** The object's name, a new one where its address is new. An address is two numbers of 32 bits, signed. */
  name(high: number, low: number): number {
    const name = this.#newer.name(high, low, this.#count + 1);
    return name <= this.#count ? name : this.#add(high, low);
  }

  has(high: number, low: number): boolean {
    return (this.#newer.find(high, low) || this.#older?.find(high, low) || 0) !== 0;
  }

  /** Gives the memory back, at once; nothing can be named any more. */
  free(): void {
    this.#newer.free();
    this.#older?.free();
  }

  /** The name of an object that was not told of lately. */
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
