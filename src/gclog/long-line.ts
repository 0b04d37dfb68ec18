/** A line longer than this is split into segments of at most this size. */
export const maxSegmentBytes = 1 << 14;

/** Collects a line that arrives in chunks and splits it into segments, at the same places wherever the chunks end. */
export class LongLine {
  readonly #bytes = new Uint8Array(maxSegmentBytes + 1);
  readonly #hidden: Uint8Array;
  #length = 0;
  /** Whether a segment of the line was already split off. */
  split = false;

  /** `hidden` is a name that is never split. */
  constructor(hidden: string) {
    this.#hidden = new TextEncoder().encode(hidden);
  }

  /** Whether a line is being collected. */
  get open(): boolean {
    return this.#length > 0 || this.split;
  }

  /** Adds bytes of the line. `onSegment` gets each segment that is full; its bytes are valid until it returns. */
  add(bytes: Uint8Array, onSegment: (segment: Uint8Array) => void): void {
    for (let from = 0; from < bytes.length;) {
      const to = Math.min(bytes.length, from + this.#bytes.length - this.#length);
      this.#bytes.set(bytes.subarray(from, to), this.#length);
      this.#length += to - from;
      from = to;
      if (this.#length < this.#bytes.length) continue;
      const end = this.#place();
      onSegment(this.#bytes.subarray(0, end));
      this.#bytes.copyWithin(0, end, this.#length);
      this.#length -= end;
      this.split = true;
    }
  }

  /** Ends the line and returns the rest of it; the bytes are valid until more are added. */
  take(): Uint8Array {
    const rest = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    this.split = false;
    return rest;
  }

  /** Where to split: behind the last bracket, comma or quote nearby, so that no address is split, and not within the hidden name. */
  #place(): number {
    for (let end = maxSegmentBytes; end > maxSegmentBytes - 256; end -= 1) {
      const byte = this.#bytes[end - 1] as number;
      if (byte === 60 || byte === 62 || byte === 44 || byte === 39 || byte === 34) return end;
    }
    for (let length = Math.min(this.#hidden.length, maxSegmentBytes - 1); length > 0; length -= 1) {
      if (this.#hidden.subarray(0, length).every((byte, index) => this.#bytes[maxSegmentBytes - length + index] === byte))
        return maxSegmentBytes - length;
    }
    return maxSegmentBytes;
  }
}
