import { BlockReader, type DistinctLine } from './block.ts';
import type { TypeCounts } from './counts.ts';
import { decodeText, readLine, type Line } from './line.ts';
import { LogError } from './log-error.ts';

export type Phase = 'run' | 'shutdown';

/** Packs bytes, which are used again afterwards, and unpacks them. */
export interface Codec {
  readonly pack: (bytes: Uint8Array) => Uint8Array;
  readonly unpack: (bytes: Uint8Array) => Uint8Array;
  /** Gives back what was unpacked. */
  readonly free?: (bytes: Uint8Array) => void;
}

/** Leaves bytes as they are. */
export const identityCodec: Codec = { pack: (bytes) => new Uint8Array(bytes), unpack: (bytes) => bytes };

/** What a log is too long to keep whole leaves out. */
export interface Skipped {
  readonly lines: number;
  readonly bytes: number;
  /** Whether it starts within a line. */
  readonly within: boolean;
}

/** Some lines of a log, packed: block.ts. */
export interface Block {
  /** What is left out before it. */
  readonly skipped: Skipped;
  /** How many lines end in it. */
  readonly lines: number;
  /** How many objects had a name when it began. */
  readonly named: number;
  readonly text: Uint8Array;
  /** Which objects its lines tell of; empty where that is not kept. */
  readonly objects: Uint8Array;
}

/** A whole log: every line, in order, objects numbered from 1 in order of first appearance instead of their addresses. */
export interface Log {
  readonly lines: number;
  /** How many lines were written before the program ended; the others are the interpreter's shutdown. */
  readonly runLines: number;
  /** The size of the raw log. */
  readonly bytes: number;
  /** Objects that the collector reported, by type, in the whole log and while the program ran. */
  readonly types: TypeCounts;
  readonly runTypes: TypeCounts;
  /** The group of lines that the run phase repeats, addresses left out. */
  readonly group: readonly string[];
  /** The blocks of the run, and those of the shutdown. */
  readonly run: readonly Block[];
  readonly shutdown: readonly Block[];
  readonly codec: Codec;
}

/**
 * Goes through a phase of a log row by row. A row is a group of lines, which stands `times` times, or a line or a segment of
 * one alone, or what is left out (`skipped`; then it has no lines). Errors: LogError where it is no such log.
 */
export class RowCursor {
  /** How many lines end before the row. */
  from: number;
  times = 0;
  group: readonly DistinctLine[] = [];
  skipped: Skipped | undefined;
  readonly #codec: Codec;
  readonly #blocks: readonly Block[];
  #next = 0;
  #reader: BlockReader | undefined;
  #unpacked: readonly Uint8Array[] = [];
  /** How many of the group's lines end, how many objects it has, and how often its objects were read. */
  #lines = 0;
  #placeholders = 0;
  #read = 0;
  /** The objects of the time that is written, and how the last time came out. */
  readonly #names: number[] = [];
  #pattern: Pattern | undefined;
  /** How many lines of the block are left. */
  #left = 0;
  /** How many bytes of the log the rows so far are at least, and how many it has. */
  #bytes = 0;
  readonly #most: number;

  /** `from` is a line that the rows may start before: blocks that end before it are passed. */
  constructor(log: Log, phase: Phase, from = 0) {
    this.#codec = log.codec;
    this.#blocks = log[phase];
    this.#most = log.bytes;
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

  /** How many lines end in one time of the group. */
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
      if (this.#left !== 0) throw new LogError('A block of the log has fewer lines than it says.');
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
      // Of a segment of a line, the name of a folder may have been left out.
      bytes += Math.max(1, line.template.length + end);
    }
    this.group = group;
    this.times = times;
    this.#lines = lines;
    this.#placeholders = placeholders;
    this.#left -= lines * times;
    this.#bytes += bytes * times;
    if (this.#left < 0 || this.#bytes > this.#most) throw new LogError('The log has more lines or bytes than it says.');
    return true;
  }

  /** How many bytes of the log the rows so far are at least: an address is a byte here, and what is left out counts. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The text of each line of the group, bytes as characters, objects as `#n`; the next time's objects on every call. */
  texts(): readonly string[] {
    this.#read += 1;
    return this.group.map(({ template, placeholders }) =>
      placeholders === 0 ? template : template.replace(/\n/g, () => `#${this.#object()}`),
    );
  }

  /** Writes the text of each line of the group, as texts gives it, with the newlines; the next time's objects on every call. */
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

  /** Passes so many times of the group. */
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

/** Goes through a log to its end, what repeats at once. Errors: LogError where it is not as it says, whatever is read of it. */
export function checkLog(log: Log): void {
  let bytes = 0;
  for (const phase of ['run', 'shutdown'] as const) {
    const rows = new RowCursor(log, phase);
    while (rows.advance());
    bytes += rows.bytes;
  }
  if (bytes > log.bytes) throw new LogError('The log has more bytes than it says.');
}

/** A line of a log: its number from 0, its bytes, one character each, or the first of them, and how many there are. */
export interface TextLine {
  readonly number: number;
  readonly text: string;
  readonly bytes: number;
}

/** The lines of a phase from `from` on (`to` excluded), of very long ones the first segment alone. */
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
    // Where lines are in segments, the last time before tells how the first one starts.
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

/** The text of some lines of a log, decoded: of a very long line its first segment. What is left out has none. */
export function lineTexts(log: Log, from: number, to: number): readonly string[] {
  return [...linesOf(log, 'run', from, to), ...linesOf(log, 'shutdown', from, to)].map(({ text }) => decodeText(text));
}

/**
 * The whole log as text, in segments of some size, whose bytes are valid until the next. What is left out is told of in a
 * line of its own.
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

/** Characters as bytes, in one place that is used again: strings put together would be garbage by the gigabyte. */
class Text {
  length = 0;
  #bytes = new Uint8Array(textChunk + (textChunk >> 2));

  write(text: string): void {
    this.#make(text.length);
    for (let index = 0; index < text.length; index += 1) this.#bytes[this.length + index] = text.charCodeAt(index);
    this.length += text.length;
  }

  /** An object by its name; 0 is none that was kept. */
  name(name: number): void {
    if (name === 0) {
      this.write('#?');
      return;
    }
    this.write(room.slice(0, digitsOf(name) + 1));
    this.#digits(this.length, name);
  }

  /** Writes a group once more, with other names; false where they are not as long as those of the time before. */
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

  /** By digits: numbers made strings stay for a while in a cache of the engine's, and are garbage later. */
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

/** How a group came out: its bytes, where in them the names of objects end, and the least name as long as each. */
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
const room = `#${'0'.repeat(20)}`;

/** What each line of a log says; of a very long one, each of its segments. */
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
