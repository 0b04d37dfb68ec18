/** A list of unsigned 32-bit integers that grows. */
export class Numbers {
  #values = new Uint32Array(1 << 10);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Uint32Array(this.length * 2);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  /** The numbers so far, without a copy. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}
