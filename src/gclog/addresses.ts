/** So many objects are named before those that were not told of meanwhile may be forgotten. */
export const rememberedObjects = 3 << 19;

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
    const table = this.#now.of(high);
    const slot = table.slot(low);
    const known = table.names(slot);
    if (known !== 0) return known;
    const name = this.#before.find(high, low) || (this.#count += 1);
    table.put(slot, low, name);
    this.#now.size += 1;
    if (this.#now.size === rememberedObjects) {
      const old = this.#before;
      old.clear();
      this.#before = this.#now;
      this.#now = old;
    }
    return name;
  }

  /** Gives the memory back, at once; nothing can be named any more. */
  free(): void {
    this.#now.free();
    this.#before.free();
  }

  has(high: number, low: number): boolean {
    return (this.#now.find(high, low) || this.#before.find(high, low)) !== 0;
  }
}

/** The objects told of in a stretch of the log, a table for each region of 4 GB: a program lives in two or three. */
class Generation {
  size = 0;
  readonly #tables = new Map<number, Table>();
  #last = new Table();
  #lastHigh = -1;

  of(high: number): Table {
    if (high === this.#lastHigh) return this.#last;
    const table = this.#tables.get(high) ?? new Table();
    this.#tables.set(high, table);
    this.#last = table;
    this.#lastHigh = high;
    return table;
  }

  find(high: number, low: number): number {
    if (this.size === 0) return 0;
    const table = high === this.#lastHigh ? this.#last : this.#tables.get(high);
    return table === undefined ? 0 : table.names(table.slot(low));
  }

  free(): void {
    for (const table of this.#tables.values()) table.free();
  }

  /** Forgets all, and keeps the room for as many again. */
  clear(): void {
    this.size = 0;
    this.#lastHigh = -1;
    const kept = [...this.#tables].filter(([, table]) => table.size > rememberedObjects / 8);
    this.#tables.clear();
    for (const [high, table] of kept) {
      table.clear();
      this.#tables.set(high, table);
    }
  }
}

/** The next collection of garbage may be far, and megabytes until then. */
function free({ buffer }: Int32Array<ArrayBuffer>): void {
  buffer.transfer(0);
}

/** Of a table that holds all that is remembered, three quarters full. */
const mostNumbers = (rememberedObjects / 3) * 8;

/** An open-addressed table: the low half of an address and its object's name, side by side. */
class Table {
  size = 0;
  #pairs = new Int32Array(2 << 4);
  #shift = 32 - 4;

  /** Where the address is, or would be. */
  slot(low: number): number {
    const pairs = this.#pairs;
    const mask = pairs.length - 1;
    // The high bits of the product: addresses are multiples of 16, and so are its low ones.
    let slot = (Math.imul(low, 0x9e3779b1) >>> this.#shift) << 1;
    while (pairs[slot + 1] !== 0 && pairs[slot] !== low) slot = (slot + 2) & mask;
    return slot;
  }

  /** The name in a slot, 0 for none. */
  names(slot: number): number {
    return this.#pairs[slot + 1] as number;
  }

  put(slot: number, low: number, name: number): void {
    this.#pairs[slot] = low;
    this.#pairs[slot + 1] = name;
    this.size += 1;
    if (this.size * 8 > this.#pairs.length * 3) this.#grow();
  }

  clear(): void {
    this.size = 0;
    this.#pairs.fill(0);
  }

  free(): void {
    free(this.#pairs);
  }

  #grow(): void {
    const old = this.#pairs;
    // By four, as every step costs a look at all; up to where all that is remembered fits.
    const steps = old.length * 2 < mostNumbers ? 2 : 1;
    this.#pairs = new Int32Array(old.length << steps);
    this.#shift -= steps;
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot + 1] === 0) continue;
      const place = this.slot(old[slot] as number);
      this.#pairs[place] = old[slot] as number;
      this.#pairs[place + 1] = old[slot + 1] as number;
    }
    free(old);
  }
}
