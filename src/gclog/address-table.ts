/** A region is 64 kB, at least as much as Python's or any other allocator sets aside for objects of one size. */
const regionBits = 16;
/** Slots of a direct-mapped cache, which finds recent regions without a Map lookup. */
const recentRegions = 1 << 12;

/** Layout of an object: [low half of its address, its number, offset of the previous object of its region]. */
const nameField = 1;
const beforeField = 2;
const objectFields = 3;

/*
 * Layout of a region:
 *   0–127  a bitmap with a bit for every 16 bytes, set where there is an object
 *   128    the high half of its address
 *   129    the upper 16 bits of the low half
 *   130    offset of its last object
 *   131    offset of the last object that its index holds
 *   132    where its index starts
 *   133    how many slots its index has
 *   134    how many objects its index holds
 */
const highField = 128;
const topField = 129;
const lastField = 130;
const indexedField = 131;
const indexField = 132;
const slotsField = 133;
const countField = 134;
const regionFields = 136;

/**
 * The objects seen in one part of a log, with their numbers. Most objects are new, so each region has a bitmap of the places
 * seen; only an object whose bit is set is looked up, in an index of its region that is built on demand. Objects and regions
 * are structs in flat arrays, identified by their offset, which is never 0: JavaScript objects are slower to allocate and to reach.
 */
export class AddressTable {
  /** The number of regions with objects. */
  regions = 0;
  #objects = new Int32Array(objectFields << 10);
  #end = objectFields;
  #regions = new Int32Array(regionFields << 3);
  #indexes = new Int32Array(1);
  #indexesEnd = 0;
  /** Regions by the high and the low part of their 64-bit address. */
  readonly #byAddress = new Map<number, Map<number, number>>();
  readonly #recent = new Int32Array(recentRegions);
  readonly #capacity: number;

  /** `capacity` is the largest number of objects that it can hold. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    // The entry at offset 0 stands for "none" and must match no address.
    this.#regions[topField] = -1;
  }

  /** The number of objects. */
  get size(): number {
    return this.#end / objectFields - 1;
  }

  /** The object's number; an unknown object is added with the number `fresh`. */
  name(high: number, low: number, fresh: number): number {
    const region = this.#find(high, low >>> regionBits) || this.#open(high, low >>> regionBits);
    const regions = this.#regions;
    const place = region + placeOf(low);
    const bits = regions[place] as number;
    if ((bits & bitOf(low)) !== 0) {
      const known = this.#look(region, low);
      if (known !== 0) return known;
    }
    regions[place] = bits | bitOf(low);
    const objects = this.#objects;
    const object = this.#end;
    this.#end = object + objectFields;
    objects[object] = low;
    objects[object + nameField] = fresh;
    objects[object + beforeField] = regions[region + lastField] as number;
    regions[region + lastField] = object;
    // Grow straight to the maximum: untouched pages cost nothing, copies do.
    if (this.#end === objects.length) this.#objects = enlarge(objects, (this.#capacity + 2) * objectFields);
    return fresh;
  }

  /** Replaces the number of the object added last. */
  rename(name: number): void {
    this.#objects[this.#end - objectFields + nameField] = name;
  }

  /** The object's number, or 0 if it is unknown. */
  find(high: number, low: number): number {
    const region = this.#find(high, low >>> regionBits);
    return region === 0 || ((this.#regions[region + placeOf(low)] as number) & bitOf(low)) === 0 ? 0 : this.#look(region, low);
  }

  /** Removes everything but keeps the arrays: new ones of the same size would not fit into the space of the old. */
  clear(): void {
    this.regions = 0;
    this.#end = objectFields;
    this.#indexesEnd = 0;
    this.#byAddress.clear();
    this.#recent.fill(0);
  }

  /** Releases the memory at once; the table cannot be used afterwards. */
  free(): void {
    for (const { buffer } of [this.#objects, this.#regions, this.#indexes, this.#recent]) buffer.transfer(0);
  }

  /** The offset of a region, or 0 if it is unknown. */
  #find(high: number, top: number): number {
    const region = this.#recent[top & (recentRegions - 1)] as number;
    const regions = this.#regions;
    return regions[region + topField] === top && regions[region + highField] === high ? region : this.#recall(high, top);
  }

  #recall(high: number, top: number): number {
    const region = this.#byAddress.get(high)?.get(top) ?? 0;
    if (region !== 0) this.#recent[top & (recentRegions - 1)] = region;
    return region;
  }

  #open(high: number, top: number): number {
    const region = (this.regions += 1) * regionFields;
    if (region + regionFields > this.#regions.length) this.#regions = enlarge(this.#regions, this.#regions.length * 2);
    this.#regions.fill(0, region, region + regionFields);
    this.#regions[region + highField] = high;
    this.#regions[region + topField] = top;
    const regions = this.#byAddress.get(high) ?? new Map<number, number>();
    this.#byAddress.set(high, regions.set(top, region));
    return (this.#recent[top & (recentRegions - 1)] = region);
  }

  /** The number of an object from the index of its region, or 0 if it is not there. */
  #look(region: number, low: number): number {
    const regions = this.#regions;
    if (regions[region + indexedField] !== regions[region + lastField]) this.#index(region);
    const object = this.#indexes[this.#slot(region, low)] as number;
    return object === 0 ? 0 : (this.#objects[object + nameField] as number);
  }

  /** Brings the index of a region up to date: an open-addressing hash table with at least twice as many slots as objects. */
  #index(region: number): void {
    const [objects, regions] = [this.#objects, this.#regions];
    const [last, indexed] = [regions[region + lastField] as number, regions[region + indexedField] as number];
    let count = regions[region + countField] as number;
    for (let object = last; object > indexed; object = objects[object + beforeField] as number) count += 1;
    const enough = count * 2 <= (regions[region + slotsField] as number);
    if (!enough) this.#renew(region, 4 << (31 - Math.clz32(count)));
    for (let object = last; object > (enough ? indexed : 0); object = objects[object + beforeField] as number) {
      this.#indexes[this.#slot(region, objects[object] as number)] = object;
    }
    regions[region + countField] = count;
    regions[region + indexedField] = last;
  }

  /** Gives a region a new, empty index at the end of the array; its old one is abandoned in place. */
  #renew(region: number, slots: number): void {
    const start = this.#indexesEnd;
    this.#indexesEnd += slots;
    if (this.#indexesEnd > this.#indexes.length) this.#indexes = enlarge(this.#indexes, this.#indexesEnd * 2);
    this.#indexes.fill(0, start, this.#indexesEnd);
    this.#regions[region + indexField] = start;
    this.#regions[region + slotsField] = slots;
  }

  /** The slot in the region's index that holds the object, or would hold it. */
  #slot(region: number, low: number): number {
    const [objects, indexes] = [this.#objects, this.#indexes];
    const start = this.#regions[region + indexField] as number;
    const mask = (this.#regions[region + slotsField] as number) - 1;
    let slot = Math.imul(low, 0x9e3779b1) >>> Math.clz32(mask);
    for (let object = indexes[start + slot] as number; object !== 0 && objects[object] !== low; object = indexes[start + slot] as number)
      slot = (slot + 1) & mask;
    return start + slot;
  }
}

function placeOf(low: number): number {
  return (low >>> 9) & 127;
}

function bitOf(low: number): number {
  return 1 << ((low >>> 4) & 31);
}

function enlarge(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(length);
  more.set(numbers);
  numbers.buffer.transfer(0);
  return more;
}
