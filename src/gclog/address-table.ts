/** A region has 64 kB, the most that Python's allocator or another hands out for objects of one size, and more. */
const regionBits = 16;
/** Regions told of lately are found without a Map. */
const recentRegions = 1 << 12;

/** The fields of an object: the low half of its address, its name, and the object of its region before it. */
const nameField = 1;
const beforeField = 2;
const objectFields = 3;
/** The fields of a region: a bit for every 16 bytes, set where there is an object; the halves of its address; its last object. */
const highField = 128;
const topField = 129;
const lastField = 130;
/** Its index, for objects up to this one: where it starts, how many slots it has, and how many objects. */
const indexedField = 131;
const indexField = 132;
const slotsField = 133;
const countField = 134;
const regionFields = 136;

/**
 * The objects told of in a stretch of the log, with their names. Most are new, so it notes places, and looks an object up,
 * in an index of its region made then, only where its place was told of. Objects and regions are fields in flat arrays,
 * known by where those start, which is never 0: objects of the engine's would take longer to make, and to find in memory.
 */
export class AddressTable {
  /** How many regions have objects. */
  regions = 0;
  #objects = new Int32Array(objectFields << 10);
  #end = objectFields;
  #regions = new Int32Array(regionFields << 3);
  #indexes = new Int32Array(1);
  #indexesEnd = 0;
  /** Regions by the halves of their address: those of 64 bits are two numbers. */
  readonly #byAddress = new Map<number, Map<number, number>>();
  readonly #recent = new Int32Array(recentRegions);
  readonly #capacity: number;

  /** `most` is how many objects it has room for. */
  constructor(most: number) {
    this.#capacity = most;
    // No region is the one at 0, whatever its address.
    this.#regions[topField] = -1;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#end / objectFields - 1;
  }

  /** The object's name; one that was not told of is from now on, by the name of `fresh`. */
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
    // The system gives memory as it is used: what is not copied on the way is won.
    if (this.#end === objects.length) this.#objects = enlarge(objects, (this.#capacity + 2) * objectFields);
    return fresh;
  }

  /** Gives the last object that was new another name. */
  rename(name: number): void {
    this.#objects[this.#end - objectFields + nameField] = name;
  }

  /** The object's name; 0 where it was not told of. */
  find(high: number, low: number): number {
    const region = this.#find(high, low >>> regionBits);
    return region === 0 || ((this.#regions[region + placeOf(low)] as number) & bitOf(low)) === 0 ? 0 : this.#look(region, low);
  }

  /** Forgets all, and keeps the memory: other arrays, as large again, would not fit where these were. */
  clear(): void {
    this.regions = 0;
    this.#end = objectFields;
    this.#indexesEnd = 0;
    this.#byAddress.clear();
    this.#recent.fill(0);
  }

  /** Gives the memory back, at once; nothing can be named any more. */
  free(): void {
    for (const { buffer } of [this.#objects, this.#regions, this.#indexes, this.#recent]) buffer.transfer(0);
  }

  /** The region; 0 where it was not told of. */
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

  /** The name of an object, looked up in the index of its region; 0 where there is none. */
  #look(region: number, low: number): number {
    const regions = this.#regions;
    if (regions[region + indexedField] !== regions[region + lastField]) this.#index(region);
    const object = this.#indexes[this.#slot(region, low)] as number;
    return object === 0 ? 0 : (this.#objects[object + nameField] as number);
  }

  /** Puts all objects of a region into its index, an open-addressed table of at least twice as many slots. */
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

  /** Gives a region an empty index, behind all others; one that it had is left where it is. */
  #renew(region: number, slots: number): void {
    const start = this.#indexesEnd;
    this.#indexesEnd += slots;
    if (this.#indexesEnd > this.#indexes.length) this.#indexes = enlarge(this.#indexes, this.#indexesEnd * 2);
    this.#indexes.fill(0, start, this.#indexesEnd);
    this.#regions[region + indexField] = start;
    this.#regions[region + slotsField] = slots;
  }

  /** Where in the index of its region the object is, or would be. */
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
