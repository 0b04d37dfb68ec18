/** A region has 64 kB, the most that Python's allocator or another hands out for objects of one size, and more. */
export const regionBits = 16;
/** With fewer objects than these, they are looked through one by one. */
const fewObjects = 8;

/**
 * The objects told of in one region of memory, with their names. Most are new, so it notes places, a bit for every 16
 * bytes, and looks an object up, in an index made then, only where its place was told of.
 */
export class Region {
  readonly high: number;
  readonly top: number;
  #size = 0;
  /** Of each object the low half of its address, and its name. */
  #entries = new Int32Array(2 * fewObjects);
  #places: Int32Array<ArrayBuffer> | undefined;
  #index: Uint16Array<ArrayBuffer> | undefined;
  #indexed = 0;

  constructor(high: number, top: number) {
    this.high = high;
    this.top = top;
  }

  /** The object's name; 0 where it was not told of. */
  find(low: number): number {
    const places = this.#places;
    if (places === undefined) return this.#search(low);
    return (((places[(low >>> 9) & 127] as number) >>> ((low >>> 4) & 31)) & 1) === 0 ? 0 : this.#look(low);
  }

  /** Adds an object that is not there. */
  add(low: number, name: number): void {
    const at = this.#size * 2;
    if (at === this.#entries.length) this.#grow(at * 4);
    this.#entries[at] = low;
    this.#entries[at + 1] = name;
    this.#size += 1;
    if (this.#places !== undefined) (this.#places[(low >>> 9) & 127] as number) |= 1 << ((low >>> 4) & 31);
  }

  /** Gives its memory back, at once. */
  free(): void {
    for (const numbers of [this.#entries, this.#places, this.#index]) numbers?.buffer.transfer(0);
  }

  #grow(length: number): void {
    const entries = new Int32Array(length);
    entries.set(this.#entries);
    this.#entries = entries;
    if (this.#places !== undefined) return;
    const places = new Int32Array(128);
    for (let at = 0; at < this.#size * 2; at += 2) {
      const low = this.#entries[at] as number;
      (places[(low >>> 9) & 127] as number) |= 1 << ((low >>> 4) & 31);
    }
    this.#places = places;
  }

  #search(low: number): number {
    for (let at = 0; at < this.#size * 2; at += 2) if (this.#entries[at] === low) return this.#entries[at + 1] as number;
    return 0;
  }

  #look(low: number): number {
    // More than one object in a place of 16 bytes is no program's doing.
    if (this.#size > mostIndexed) return this.#search(low);
    let index = this.#index;
    if (index === undefined || this.#size * 2 > index.length) {
      index?.buffer.transfer(0);
      index = new Uint16Array(2 << (32 - Math.clz32(this.#size)));
      this.#index = index;
      this.#indexed = 0;
    }
    for (; this.#indexed < this.#size; this.#indexed += 1) index[this.#slot(index, this.#entries[this.#indexed * 2] as number)] = this.#indexed + 1;
    const entry = index[this.#slot(index, low)] as number;
    return entry === 0 ? 0 : (this.#entries[entry * 2 - 1] as number);
  }

  /** Where in the index the object is, or would be: an open-addressed table of entries, from 1. */
  #slot(index: Uint16Array, low: number): number {
    const mask = index.length - 1;
    let slot = Math.imul(low, 0x9e3779b1) >>> Math.clz32(mask);
    for (let entry = index[slot] as number; entry !== 0 && this.#entries[entry * 2 - 2] !== low; entry = index[slot] as number) slot = (slot + 1) & mask;
    return slot;
  }
}

const mostIndexed = 0xffff;
