/** Names objects by their address: 1, 2, 3 … in order of first appearance. An open-addressed table, for millions. */
export class Addresses {
  #keys = new Float64Array(1 << 12);
  #names = new Uint32Array(1 << 12);
  #shift = 32 - 12;
  #count = 0;

  /** How many objects have a name. */
  get count(): number {
    return this.#count;
  }

  /** The object's name, a new one where the address is new. */
  name(address: number): number {
    const slot = this.#slot(address);
    const known = this.#names[slot] as number;
    if (known !== 0) return known;
    this.#count += 1;
    this.#keys[slot] = address;
    this.#names[slot] = this.#count;
    if (this.#count * 2 > this.#keys.length) this.#grow();
    return this.#count;
  }

  has(address: number): boolean {
    return this.#names[this.#slot(address)] !== 0;
  }

  #slot(address: number): number {
    const mask = this.#keys.length - 1;
    const low = address >>> 0;
    // The high bits of the product: addresses are multiples of 16, and so are its low ones.
    let slot = Math.imul(low ^ Math.imul((address / 4294967296) | 0, 0x85ebca6b), 0x9e3779b1) >>> this.#shift;
    while (this.#names[slot] !== 0 && this.#keys[slot] !== address) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const names = this.#names;
    this.#shift -= 1;
    this.#keys = new Float64Array(keys.length * 2);
    this.#names = new Uint32Array(keys.length * 2);
    for (let index = 0; index < keys.length; index += 1) {
      if (names[index] === 0) continue;
      const slot = this.#slot(keys[index] as number);
      this.#keys[slot] = keys[index] as number;
      this.#names[slot] = names[index] as number;
    }
  }
}
