import { LogError } from './log-error.ts';

/** A growing buffer of bytes, with numbers as little-endian varints of 7 bits a byte (LEB128). */
export class Bytes {
  #bytes = new Uint8Array(1 << 8);
  length = 0;

  /** Writes a number as a varint: a safe integer, 0 or more. */
  write(number: number): void {
    if (this.length + 8 > this.#bytes.length) this.#grow(8);
    let rest = number;
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  /** Copies bytes to the end. */
  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The bytes so far, as a view that further writes may change. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Empties the buffer and keeps its memory. */
  clear(): void {
    this.length = 0;
  }

  #grow(more: number): void {
    const bytes = new Uint8Array(Math.max(this.length + more, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

/** Reads what Bytes wrote. Errors: LogError if the data ends too early, or a number is too large. */
export class BytesReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether everything has been read. */
  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next varint. */
  read(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > 2 ** 49) throw new LogError('The log is cut short.');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** The next `length` bytes, without a copy. */
  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new LogError('The log is cut short.');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** Maps the integers 0, -1, 1, -2 … to 0, 1, 2, 3 … */
export function zigzag(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

/** The inverse of `zigzag`. */
export function unzigzag(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
