import { Addresses } from './addresses.ts';
import { maxTypes, otherTypes } from './counts.ts';
import { decodeText, placeholder } from './line.ts';
import { identityCodec, type Log, type Codec } from './log.ts';
import { LongLine, maxSegmentBytes } from './long-line.ts';
import { ObjectLines, readObjectLine, type KnownLine } from './object-line.ts';
import { fullLimit, LogWriter, type LogLimit, type TypeLine } from './writer.ts';

const newline = 10;

/** Limit on the total size of the names of types that are counted separately, in bytes. */
const maxTypeBytes = 1 << 16;

export interface ReaderOptions {
  /** A folder whose path is removed from the log; its parent is shown as `..`. */
  readonly hidden?: string;
  /** Compresses the blocks; by default they are not compressed. */
  readonly codec?: Codec;
  /** How much of the log is kept. */
  readonly limit?: LogLimit;
}

/**
 * Reads a log, given in chunks that may end anywhere, into a Log, in bounded memory: lines that repeat or only count up take
 * next to nothing. A line longer than `maxSegmentBytes` is kept in segments. Never throws, whatever the bytes.
 */
export class LogReader {
  readonly #hidden: string;
  readonly #base: string;
  readonly #addresses = new Addresses();
  readonly #known = new ObjectLines();
  readonly #writer: LogWriter;
  readonly #long: LongLine;
  #others: TypeLine | undefined;
  #typeBytes = 0;
  #types = 0;
  #ended = false;
  /** Whether the run phase ends with the line that is being read. */
  #ending = false;

  constructor({ hidden = '', codec = identityCodec, limit = fullLimit }: ReaderOptions = {}) {
    this.#hidden = hidden;
    this.#base = hidden.slice(0, hidden.lastIndexOf('/'));
    this.#writer = new LogWriter(codec, limit);
    this.#long = new LongLine(hidden);
  }

  /** Reads the next bytes of the log; the chunk may be reused afterwards. */
  write(chunk: Uint8Array): void {
    this.#writer.bytes += chunk.length;
    let start = this.#long.open ? this.#goOn(chunk) : 0;
    if (start >= chunk.length) return;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    for (;;) {
      start = this.#objects(chunk, view, start);
      const end = chunk.indexOf(newline, start);
      if (end === -1) break;
      if (end - start > maxSegmentBytes) {
        this.#keep(chunk.subarray(start, end));
        this.#endLine();
      } else this.#line(chunk, start, end, true);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Marks the end of the program: what follows is the shutdown. An incomplete line belongs to the run phase. */
  endRun(): void {
    if (this.#ended) return;
    if (this.#long.open) this.#ending = true;
    else {
      this.#ended = true;
      this.#writer.endRun();
    }
  }

  /** Ends the log and returns it; the reader cannot be used afterwards. */
  end(): Log {
    const { open, split } = this.#long;
    const rest = this.#long.take();
    if (split) this.#text(latin1(rest, 0, rest.length), rest.length, false);
    else if (open) this.#line(rest, 0, rest.length, false);
    this.#addresses.free();
    return this.#writer.end({ open, ranToEnd: this.#ended });
  }

  /** Continues a line that the last chunk left incomplete; returns where the next line starts. */
  #goOn(chunk: Uint8Array): number {
    const end = chunk.indexOf(newline);
    this.#keep(end === -1 ? chunk : chunk.subarray(0, end));
    if (end === -1) return chunk.length;
    this.#endLine();
    return end + 1;
  }

  /** Keeps bytes of an incomplete line, and adds segments once it is too long. */
  #keep(bytes: Uint8Array): void {
    this.#long.add(bytes, (segment) => this.#text(latin1(segment, 0, segment.length), segment.length, false));
  }

  #endLine(): void {
    const { split } = this.#long;
    const line = this.#long.take();
    if (split) this.#text(latin1(line, 0, line.length), line.length + 1, true);
    else this.#line(line, 0, line.length, true);
    if (!this.#ending) return;
    this.#ending = false;
    this.endRun();
  }

  /** Reads consecutive object lines of known types, by far the most frequent lines; returns where they end. */
  #objects(chunk: Uint8Array, view: DataView, from: number): number {
    const [known, addresses, writer, size] = [this.#known, this.#addresses, this.#writer, chunk.length];
    let start = from;
    for (;;) {
      const line = known.find(chunk, view, start, size);
      if (line === undefined) return start;
      const end = known.end + 1;
      writer.object(line.type, addresses.name(known.high, known.low), end - start);
      start = end;
    }
  }

  /** Reads a complete line; the last one of a log may have no newline (`ends`). */
  #line(bytes: Uint8Array, start: number, end: number, ends: boolean): void {
    const object = readObjectLine(bytes, start, end);
    const size = end - start + Number(ends);
    if (object === undefined) {
      this.#text(latin1(bytes, start, end), size, ends);
      return;
    }
    const name = this.#addresses.name(object.high, object.low);
    const type = (this.#known.get(object.key) ?? this.#newType(object))?.type ?? this.#otherType();
    if (type !== this.#others && ends) {
      this.#writer.object(type, name, size);
      return;
    }
    type.count += 1;
    this.#writer.text(object.template, [name], size, ends);
  }

  #otherType(): TypeLine {
    return (this.#others ??= this.#writer.type(otherTypes, ''));
  }

  #newType({
    key,
    typeName,
    template,
  }: {
    readonly key: string;
    readonly typeName: string;
    readonly template: string;
  }): KnownLine | undefined {
    if (this.#types === maxTypes || this.#typeBytes + key.length > maxTypeBytes) return undefined;
    this.#types += 1;
    this.#typeBytes += key.length;
    return this.#known.add(key, this.#writer.type(decodeText(typeName), template));
  }

  #text(line: string, size: number, ends: boolean): void {
    const shown = this.#base !== '' && line.includes(this.#base) ? this.#hide(line) : line;
    if (!shown.includes('0x')) {
      this.#writer.text(shown, [], size, ends);
      return;
    }
    const torn = shown.includes('gc: ');
    const objects: number[] = [];
    const template = shown.replace(
      /( at |[Tt]hread )?0x([0-9a-fA-F]{1,16})(?![0-9a-zA-Z])/g,
      (whole, before: string | undefined, digits: string) => {
        const [high, low] = [Number.parseInt(digits.slice(0, -8) || '0', 16) | 0, Number.parseInt(digits.slice(-8), 16) | 0];
        // Other hexadecimal numbers in the program's output stay, unless the collector reported an object at that address.
        const meant = before !== undefined || (torn && digits.length > 5) || this.#addresses.has(high, low);
        if (!meant || (high === 0 && low === 0)) return whole;
        objects.push(this.#addresses.name(high, low));
        return `${before ?? ''}${placeholder}`;
      },
    );
    this.#writer.text(template, objects, size, ends);
  }

  #hide(line: string): string {
    return line.replaceAll(`${this.#hidden}/`, '').replaceAll(this.#hidden, '.').replaceAll(this.#base, '..');
  }
}

/** Decodes bytes as Latin-1, one character each, so that nothing is lost. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let from = start; from < end; from += 4096)
    text += String.fromCharCode.apply(null, bytes.subarray(from, Math.min(end, from + 4096)) as unknown as number[]);
  return text;
}
