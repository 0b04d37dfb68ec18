import { Region, regionBits } from './region.ts';

/** So many objects are named, or regions of memory told of, before what was not told of meanwhile may be forgotten. */
export const rememberedObjects = 3 << 18;
const rememberedRegions = 1 << 17;

/**
 * Names objects by their address: 1, 2, 3 … in order of first appearance. An object is known again as long as fewer than
 * `rememberedObjects` others were told of since; whoever comes back later has a new name. No name is given twice.
 */
export class Addresses {
  #count = 0;
  #now = new Generation();
  #before = new Generation();

  /** How many names were given. */
  get count(): number {
    return this.#count;
  }

  /** The object's name, a new one where its address is new. An address is two numbers of 32 bits, signed. */
  name(high: number, low: number): number {
    const now = this.#now;
    const region = now.of(high, low >>> regionBits);
    const known = region.find(low);
    if (known !== 0) return known;
    const name = this.#before.find(high, low) || (this.#count += 1);
    region.add(low, name);
    now.size += 1;
    if (now.full) {
      this.#before.clear();
      this.#now = this.#before;
      this.#before = now;
    }
    return name;
  }

  has(high: number, low: number): boolean {
    return (this.#now.find(high, low) || this.#before.find(high, low)) !== 0;
  }

  /** Gives the memory back, at once; nothing can be named any more. */
  free(): void {
    this.#now.clear();
    this.#before.clear();
  }
}

const recentRegions = 1 << 12;

/** The objects told of in a stretch of the log, by region. */
class Generation {
  size = 0;
  /** By the halves of the address: those of 64 bits are two numbers. */
  readonly #regions = new Map<number, Map<number, Region>>();
  #count = 0;
  /** Regions told of lately, by the low bits of theirs. */
  #recent: (Region | undefined)[] = [];

  get full(): boolean {
    return this.size >= rememberedObjects || this.#count >= rememberedRegions;
  }

  of(high: number, top: number): Region {
    const recent = this.#recent[top & (recentRegions - 1)];
    if (recent !== undefined && recent.top === top && recent.high === high) return recent;
    return this.#open(high, top);
  }

  find(high: number, low: number): number {
    if (this.size === 0) return 0;
    const top = low >>> regionBits;
    const recent = this.#recent[top & (recentRegions - 1)];
    const region = recent !== undefined && recent.top === top && recent.high === high ? recent : this.#regions.get(high)?.get(top);
    return region === undefined ? 0 : region.find(low);
  }

  clear(): void {
    for (const regions of this.#regions.values()) for (const region of regions.values()) region.free();
    this.#regions.clear();
    this.#recent = [];
    this.#count = 0;
    this.size = 0;
  }

  #open(high: number, top: number): Region {
    const regions = this.#regions.get(high) ?? new Map<number, Region>();
    this.#regions.set(high, regions);
    let region = regions.get(top);
    if (region === undefined) {
      region = new Region(high, top);
      regions.set(top, region);
      this.#count += 1;
    }
    if (this.#recent.length === 0) this.#recent = Array.from({ length: recentRegions }, () => undefined);
    return (this.#recent[top & (recentRegions - 1)] = region);
  }
}
