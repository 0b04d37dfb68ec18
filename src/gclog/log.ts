import { BlockReader, type DistinctLine } from './block.ts';
import type { TypeCounts } from './counts.ts';
import { decodeText, readLine, type Line } from './line.ts';
import { LogError } from './log-error.ts';

/** The two phases of a log: before and after the end of the program. */
export type Phase = 'run' | 'shutdown';

/** Compresses the bytes of blocks. `pack` must copy its input, which the caller reuses; `unpack` throws LogError on invalid data. */
export interface Codec {
  readonly pack: (bytes: Uint8Array) => Uint8Array;
  readonly unpack: (bytes: Uint8Array) => Uint8Array;
  /** Releases what `unpack` returned. */
  readonly free?: (bytes: Uint8Array) => void;
}

/** Stores bytes uncompressed. */
export const identityCodec: Codec = { pack: (bytes) => new Uint8Array(bytes), unpack: (bytes) => bytes };

/** What was left out of a log that is too long to be kept whole. */
export interface Skipped {
  readonly lines: number;
  readonly bytes: number;
  /** Whether it starts in the middle of a line. */
  readonly within: boolean;
}

/** Consecutive lines of a log, encoded (block.ts) and compressed. */
export interface Block {
  /** What was left out before it. */
  readonly skipped: Skipped;
  /** How many lines end in it. */
  readonly lines: number;
  /** How many objects had been numbered when it began. */
  readonly named: number;
  readonly text: Uint8Array;
  /** Which objects its lines mention; empty if that was not kept. */
  readonly objects: Uint8Array;
}

/** A whole log: every line in order, with objects numbered from 1 in order of first appearance instead of their addresses. */
export interface Log {
  readonly lines: number;
  /** How many lines were written before the program ended; the others are from the interpreter's shutdown. */
  readonly runLines: number;
  /** The size of the raw log, in bytes. */
  readonly bytes: number;
  /** Objects that the collector reported, by type: in the whole log, and in the run phase. */
  readonly types: TypeCounts;
  readonly runTypes: TypeCounts;
  /** The group of lines that repeats most in the run phase, without addresses (group.ts); empty if there is none. */
  readonly group: readonly string[];
  /** The blocks of the run, and those of the shutdown. */
  readonly run: readonly Block[];
  readonly shutdown: readonly Block[];
  readonly codec: Codec;
}

/**
 * Steps through a phase of a log row by row. A row is a group of lines that occurs `times` times, a single line or segment, or
 * a gap (`skipped`, with no lines). Errors: LogError if the log is invalid.
 */
export class RowCursor {
  /** How many lines end before the current row. */
  from: number;
  times = 0;
  group: readonly DistinctLine[] = [];
  skipped: Skipped | undefined;
  readonly #codec: Codec;
  readonly #blocks: readonly Block[];
  #next = 0;
  #reader: BlockReader | undefined;
  #unpacked: readonly Uint8Array[] = [];
  /** Lines that end in the group, objects in it, and how many of its repetitions have been read. */
  #lines = 0;
  #placeholders = 0;
  #read = 0;
  /** The objects of the repetition being written, and the output of the previous one. */
  readonly #names: number[] = [];
  #pattern: Pattern | undefined;
  /** How many lines of the block are still to come. */
  #left = 0;
  /** A lower bound for the bytes of the rows so far, and the size of the log. */
  #bytes = 0;
  readonly #maxBytes: number;

  /** Skips the blocks that end before line `from`; the first row may still start before that line. */
  constructor(log: Log, phase: Phase, from = 0) {
    this.#codec = log.codec;
    this.#blocks = log[phase];
    this.#maxBytes = log.bytes;
    this.from = phase === 'run' ? 0 : log.runLines;
    for (
      let block = this.#blocks[0];
      block !== undefined && this.from + block.skipped.lines + block.lines <= from && this.#next < this.#blocks.length - 1;
      block = this.#blocks[this.#next]
    ) {
      this.from += block.skipped.lines + block.lines;
      this.#next += 1;
    }
  }

  /** How many lines end in one repetition of the group. */
  get lines(): number {
    return this.#lines;
  }

  /** Moves to the next row; false at the end. */
  advance(): boolean {
    this.from += this.skipped?.lines ?? this.#lines * this.times;
    this.skipped = undefined;
    this.#pattern = undefined;
    this.#pass();
    while (this.#reader?.advance() !== true) {
      if (this.#left !== 0) throw new LogError('A block of the log has fewer lines than it states.');
      const block = this.#blocks[this.#next];
      if (block === undefined) {
        this.#free();
        return false;
      }
      this.#next += 1;
      this.#open(block);
      if (block.skipped.bytes > 0) {
        [this.skipped, this.group, this.times, this.#lines, this.#placeholders] = [block.skipped, [], 1, 0, 0];
        return true;
      }
    }
    const { group, times } = this.#reader;
    let [lines, placeholders, bytes] = [0, 0, 0];
    for (let index = 0; index < group.length; index += 1) {
      const line = group[index] as DistinctLine;
      const end = line.ends ? 1 : 0;
      lines += end;
      placeholders += line.placeholders;
      // A segment may be empty, as the name of a hidden folder is left out.
      bytes += Math.max(1, line.template.length + end);
    }
    this.group = group;
    this.times = times;
    this.#lines = lines;
    this.#placeholders = placeholders;
    this.#left -= lines * times;
    this.#bytes += bytes * times;
    if (this.#left < 0 || this.#bytes > this.#maxBytes) throw new LogError('The log has more lines or bytes than it states.');
    return true;
  }

  /** A lower bound for the bytes of the rows so far: an address counts as one byte, and gaps count in full. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The lines of the group's next repetition, one character a byte, with objects as `#n`. */
  texts(): readonly string[] {
    this.#read += 1;
    return this.group.map(({ template, placeholders }) =>
      placeholders === 0 ? template : template.replace(/\n/g, () => `#${this.#object()}`),
    );
  }

  /** Writes the lines of the group's next repetition as `texts` gives them, with their newlines. */
  write(text: Text): void {
    this.#read += 1;
    for (let placeholder = 0; placeholder < this.#placeholders; placeholder += 1)
      this.#names[placeholder] = this.#reader?.objects.next() ?? 0;
    if (this.#pattern !== undefined && text.again(this.#pattern, this.#names)) return;
    const from = text.length;
    const ends: number[] = [];
    for (const { parts, ends: whole } of this.group) {
      for (let index = 0; index < parts.length; index += 1) {
        if (index > 0) {
          text.name(this.#names[ends.length] as number);
          ends.push(text.length - from);
        }
        text.write(parts[index] as string);
      }
      if (whole) text.write('\n');
    }
    if (this.times > 1)
      this.#pattern = {
        bytes: text.view().slice(from),
        ends,
        least: ends.map((_, placeholder) => 10 ** (digitsOf(this.#names[placeholder] as number) - 1)),
      };
  }

  /** Skips some repetitions of the group. */
  pass(times: number): void {
    this.#reader?.objects.skip(this.#placeholders * times);
    this.#read += times;
  }

  #pass(): void {
    if (this.#placeholders > 0 && this.times > this.#read) this.pass(this.times - this.#read);
    this.#read = 0;
  }

  #object(): number | string {
    return this.#reader?.objects.next() || '?';
  }

  #open({ skipped, lines, text, objects, named }: Block): void {
    this.#free();
    this.#left = lines;
    this.#bytes += skipped.bytes;
    this.#unpacked = [text, objects].map((bytes) => (bytes.length === 0 ? bytes : this.#codec.unpack(bytes)));
    const [lineBytes = text, objectBytes = objects] = this.#unpacked;
    this.#reader = new BlockReader({ text: lineBytes, objects: objectBytes, named });
  }

  #free(): void {
    for (const bytes of this.#unpacked) if (bytes.length > 0) this.#codec.free?.(bytes);
    this.#unpacked = [];
  }
}

/** Checks a whole log, each repeated group once. Errors: LogError if it is invalid; a log that passes can be read without errors. */
export function checkLog(log: Log): void {
  let bytes = 0;
  for (const phase of ['run', 'shutdown'] as const) {
    const rows = new RowCursor(log, phase);
    while (rows.advance());
    bytes += rows.bytes;
  }
  if (bytes > log.bytes) throw new LogError('The log has more bytes than it states.');
}

/** A line of a log: its number, from 0; its bytes, one character each, or the first segment of them; and its size in bytes. */
export interface TextLine {
  readonly number: number;
  readonly text: string;
  readonly bytes: number;
}

/** The lines of a phase from `from` up to, but not including, `to`; of very long ones only the first segment. */
export function linesOf(log: Log, phase: Phase, from: number, to: number): readonly TextLine[] {
  const lines: TextLine[] = [];
  const rows = new RowCursor(log, phase, from);
  let open: TextLine | undefined;
  while (rows.from < to && rows.advance()) {
    if (rows.skipped !== undefined && open !== undefined) {
      if (open.number >= from) lines.push(open);
      open = undefined;
    }
    const before = rows.lines === 0 ? 0 : Math.max(0, Math.min(rows.times, Math.floor((from - rows.from) / rows.lines)));
    // If lines are in segments, the previous repetition has the start of the first one.
    const passed = open === undefined && rows.group.every(({ ends }) => ends) ? before : Math.max(0, before - 1);
    rows.pass(passed);
    let number = rows.from + rows.lines * passed;
    for (let time = passed; time < rows.times && number < to; time += 1) {
      for (const [index, text] of rows.texts().entries()) {
        open = { number, text: open?.text ?? text, bytes: (open?.bytes ?? 0) + text.length };
        if (!(rows.group[index] as DistinctLine).ends) continue;
        if (number >= from && number < to) lines.push(open);
        open = undefined;
        number += 1;
      }
    }
  }
  return open === undefined || open.number < from || open.number >= to ? lines : [...lines, open];
}

/** The lines from `from` up to `to` as decoded text; of a very long line its first segment. Lines left out of the record are missing. */
export function lineTexts(log: Log, from: number, to: number): readonly string[] {
  return [...linesOf(log, 'run', from, to), ...linesOf(log, 'shutdown', from, to)].map(({ text }) => decodeText(text));
}

/**
 * The whole log as text, in chunks of about a megabyte, whose bytes are valid until the next one. A gap is stated in a line
 * of its own. Errors: LogError if the log is invalid.
 */
export function* rawBytes(log: Log): Generator<Uint8Array> {
  const text = new Text();
  for (const phase of ['run', 'shutdown'] as const) {
    const rows = new RowCursor(log, phase);
    while (rows.advance()) {
      if (rows.skipped !== undefined)
        text.write(`${rows.skipped.within ? '\n' : ''}[${rows.skipped.lines} lines, ${rows.skipped.bytes} bytes: not in the record]\n`);
      for (let time = 0; time < rows.times; time += 1) {
        rows.write(text);
        if (text.length < textChunk) continue;
        yield text.view();
        text.length = 0;
      }
    }
  }
  if (text.length > 0) yield text.view();
}

const textChunk = 1 << 20;

/** Turns characters into bytes in one reused buffer: concatenated strings would be garbage by the gigabyte. */
class Text {
  length = 0;
  #bytes = new Uint8Array(textChunk + (textChunk >> 2));

  write(text: string): void {
    this.#make(text.length);
    for (let index = 0; index < text.length; index += 1) this.#bytes[this.length + index] = text.charCodeAt(index);
    this.length += text.length;
  }

  /** Writes an object by its number; 0 if that was not kept. */
  name(name: number): void {
    if (name === 0) {
      this.write('#?');
      return;
    }
    this.write(blankNumber.slice(0, digitsOf(name) + 1));
    this.#digits(this.length, name);
  }

  /** Writes a group once more with other numbers; false if these do not have the same lengths as before. */
  again({ bytes, ends, least }: Pattern, names: readonly number[]): boolean {
    for (let placeholder = 0; placeholder < ends.length; placeholder += 1) {
      const [name, low] = [names[placeholder] as number, least[placeholder] as number];
      if (name < low || name >= low * 10) return false;
    }
    this.#make(bytes.length);
    this.#bytes.set(bytes, this.length);
    for (let placeholder = 0; placeholder < ends.length; placeholder += 1)
      this.#digits(this.length + (ends[placeholder] as number), names[placeholder] as number);
    this.length += bytes.length;
    return true;
  }

  /** Digit by digit: V8 caches the strings of converted numbers for a while, and they become garbage later. */
  #digits(end: number, name: number): void {
    for (let at = end - 1, rest = name; rest > 0; at -= 1) {
      const tenth = rest < 0x80000000 ? (rest / 10) | 0 : Math.floor(rest / 10);
      this.#bytes[at] = zero + rest - tenth * 10;
      rest = tenth;
    }
  }

  #make(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const bytes = new Uint8Array((this.length + size) * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** A group as it was written: its bytes, where in them the numbers of objects end, and the smallest number as long as each. */
interface Pattern {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  readonly least: readonly number[];
}

function digitsOf(name: number): number {
  let digits = 1;
  for (let least = 10; least <= name; least *= 10) digits += 1;
  return digits;
}

const zero = 48;
const blankNumber = `#${'0'.repeat(20)}`;

/** What each line of a log says; a very long line counts once for each of its segments. */
export function lineKinds(log: Log): readonly Line[] {
  const kinds: Line[] = [];
  for (const phase of ['run', 'shutdown'] as const) {
    const rows = new RowCursor(log, phase);
    while (rows.advance()) {
      const group = rows.group.map(({ template }) => readLine(template));
      for (let time = 0; time < rows.times; time += 1) kinds.push(...group);
    }
  }
  return kinds;
}
