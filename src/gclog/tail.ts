/** Of a truncated phase, at most this many lines or segments at its end are kept, and this many bytes. */
const maxSegments = 256;
const maxBytes = 1 << 16;

/** A line, or a segment of one: its template, the objects of its placeholders, and its size in the raw log. */
export interface Segment {
  readonly template: string;
  readonly objects: readonly number[];
  readonly bytes: number;
  readonly ends: boolean;
}

/** Keeps the last lines of a phase that is too long, and counts the others. */
export class Tail {
  readonly #ring: Segment[] = [];
  #count = 0;
  #lines = 0;
  #bytes = 0;

  /** Adds a line or segment. */
  push(segment: Segment): void {
    this.#ring[this.#count % maxSegments] = segment;
    this.#count += 1;
    this.#lines += Number(segment.ends);
    this.#bytes += segment.bytes;
  }

  /** What was left out, and the lines and segments after it; the tail is empty afterwards. */
  take(): { readonly skipped: { readonly lines: number; readonly bytes: number }; readonly segments: readonly Segment[] } {
    const segments: Segment[] = [];
    let [lines, bytes] = [this.#lines, this.#bytes];
    let free = maxBytes;
    for (let back = 1; back <= Math.min(this.#count, maxSegments); back += 1) {
      const segment = this.#ring[(this.#count - back) % maxSegments] as Segment;
      free -= segment.bytes;
      if (free < 0) break;
      segments.unshift(segment);
      lines -= Number(segment.ends);
      bytes -= segment.bytes;
    }
    this.#ring.length = 0;
    [this.#count, this.#lines, this.#bytes] = [0, 0, 0];
    return { skipped: { lines, bytes }, segments };
  }
}
