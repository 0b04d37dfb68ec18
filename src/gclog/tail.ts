/** So many pieces at the end of a log that is cut are kept, up to so many bytes. */
const mostPieces = 256;
const mostBytes = 1 << 16;

/** A line, or a piece of one, as it came: its template, the objects of its holes, its size in the raw log. */
export interface Piece {
  readonly template: string;
  readonly objects: readonly number[];
  readonly bytes: number;
  readonly ends: boolean;
}

/** Keeps the last pieces of a log whose middle is too much, and counts the others. */
export class Tail {
  readonly #ring: Piece[] = [];
  #count = 0;
  #lines = 0;
  #bytes = 0;

  push(piece: Piece): void {
    this.#ring[this.#count % mostPieces] = piece;
    this.#count += 1;
    this.#lines += Number(piece.ends);
    this.#bytes += piece.bytes;
  }

  /** What was left out, and the pieces after that; it is empty then. */
  take(): { readonly skipped: { readonly lines: number; readonly bytes: number }; readonly pieces: readonly Piece[] } {
    const pieces: Piece[] = [];
    let [lines, bytes] = [this.#lines, this.#bytes];
    let room = mostBytes;
    for (let back = 1; back <= Math.min(this.#count, mostPieces); back += 1) {
      const piece = this.#ring[(this.#count - back) % mostPieces] as Piece;
      room -= piece.bytes;
      if (room < 0) break;
      pieces.unshift(piece);
      lines -= Number(piece.ends);
      bytes -= piece.bytes;
    }
    this.#ring.length = 0;
    [this.#count, this.#lines, this.#bytes] = [0, 0, 0];
    return { skipped: { lines, bytes }, pieces };
  }
}
