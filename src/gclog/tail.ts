/** So many segments at the end of a log that is cut are kept, up to so many bytes. */
const maxSegments = 256;
const maxBytes = 1 << 16;

/** A line, or a segment of one, as it came: its template, the objects of its placeholders, its size in the raw log. */
export interface Segment {
  readonly template: string;
  readonly objects: readonly number[];
  readonly bytes: number;
  readonly ends: boolean;
}

/** Keeps the last segments of a log whose middle is too much, and counts the others. */
export class Tail {
  readonly #ring: Segment[] = [];
  #count = 0;
  #lines = 0;
  #bytes = 0;

  push(segment: Segment): void {
    this.#ring[this.#count % maxSegments] = segment;
    this.#count += 1;
    this.#lines += Number(segment.ends);
    this.#bytes += segment.bytes;
  }

  /** What was left out, and the segments after that; it is empty then. */
  take(): { readonly skipped: { readonly lines: number; readonly bytes: number }; readonly segments: readonly Segment[] } {
    const segments: Segment[] = [];
    let [lines, bytes] = [this.#lines, this.#bytes];
    let room = maxBytes;
    for (let back = 1; back <= Math.min(this.#count, maxSegments); back += 1) {
      const segment = this.#ring[(this.#count - back) % maxSegments] as Segment;
      room -= segment.bytes;
      if (room < 0) break;
      segments.unshift(segment);
      lines -= Number(segment.ends);
      bytes -= segment.bytes;
    }
    this.#ring.length = 0;
    [this.#count, this.#lines, this.#bytes] = [0, 0, 0];
    return { skipped: { lines, bytes }, segments };
  }
}
