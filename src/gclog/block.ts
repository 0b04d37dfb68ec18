import { placeholder, continuation } from './line.ts';
import { LogError } from './log-error.ts';
import { ObjectsReader, ObjectsWriter } from './objects.ts';
import { maxPeriod, ringMask, type RepeatSink } from './repeat-encoder.ts';
import { SequenceReader, SequenceWriter } from './sequence.ts';
import { cutNumbers, fillShape, largestNumber, openShape, type OpenShape } from './shape.ts';
import { Bytes, BytesReader, unzigzag, zigzag } from './varints.ts';

/*
 * A block of lines that can be read without the others. Its text: the lengths in bytes of four parts, then the parts. First
 * the shapes, each its length in bytes and its UTF-8; a shape is a line without its numbers. Then three sequences: the
 * shape of each distinct line; the numbers of each, as zigzag differences to the previous line of that shape; and the
 * distinct line that each line is. Its objects are encoded by objects.ts.
 */

/** A block is closed when it reaches this number of distinct lines, or this size. */
const maxDistinctLines = 1 << 16;
const maxBytes = 1 << 19;
/** The limit for the shapes of a block, in characters: while it is written they are strings, which take many times as much memory. */
const maxShapeChars = 1 << 17;

interface Shape {
  readonly id: number;
  /** The numbers of its most recent lines, and their ids; the latest is at index `at`. Eight are enough: a group has no more lines. */
  readonly recent: (readonly number[])[];
  readonly ids: number[];
  at: number;
}

/** An encoded block, before compression. */
export interface EncodedBlock {
  /** How many lines end in it. */
  readonly lines: number;
  /** How many objects had been numbered when it began. */
  readonly named: number;
  readonly text: Uint8Array;
  readonly objects: Uint8Array;
}

/** Writes one block after the other. A line is given as its template and the numbers of the objects in its placeholders. */
export class BlockWriter {
  /** Identifies the current block: ids of templates are valid within one block only. */
  serial = 0;
  /** How many lines end in the current block; the caller counts them. */
  lines = 0;
  readonly #onGroup: (templates: readonly string[], times: number) => void;
  /** The most recent templates, in a ring like that of the encoder. */
  readonly #templates: string[] = Array.from({ length: ringMask + 1 }, () => '');
  #place = 0;
  #distinct = 0;
  readonly #shapes = new Map<string, Shape>();
  readonly #shapeTexts = new Bytes();
  readonly #shapeOf = new SequenceWriter({ rising: true });
  readonly #numbers = new SequenceWriter();
  readonly #lines: SequenceWriter;
  readonly #objects = new ObjectsWriter(0);
  readonly #text = new Bytes();
  #named = 0;
  #characters = 0;

  /** `onGroup` is called with each group of lines that repeats. */
  constructor(onGroup: (templates: readonly string[], times: number) => void) {
    this.#onGroup = onGroup;
    const onRepeat: RepeatSink['repeat'] = (period, times, _ring, from) =>
      this.#onGroup(
        Array.from({ length: period }, (_, index) => this.#templates[(from + index) & ringMask] as string),
        times,
      );
    this.#lines = new SequenceWriter({ rising: true, onRepeat });
  }

  /** The id of a template in this block: its earlier one if it is among the most recent lines of its shape, otherwise a new one. */
  id(template: string): number {
    const numbers: number[] = [];
    const text = cutNumbers(template, numbers);
    const shape = this.#shapes.get(text) ?? this.#newShape(text);
    const known = find(shape, numbers);
    if (known !== undefined) return known;
    this.#shapeOf.push(shape.id);
    const last = shape.recent[shape.at];
    for (const [index, number] of numbers.entries()) this.#numbers.push(zigzag(number - (last?.[index] ?? 0)));
    shape.at = (shape.at + 1) % maxPeriod;
    shape.recent[shape.at] = numbers;
    return (shape.ids[shape.at] = this.#distinct++);
  }

  /** Adds a line, or a segment of one, by its id and template. */
  line(id: number, template: string): void {
    this.#templates[this.#place & ringMask] = template;
    this.#place += 1;
    this.#lines.push(id);
  }

  /** Adds the object of the line's next placeholder, by its number. */
  object(name: number): void {
    this.#objects.push(name);
  }

  /** Whether the block has no lines yet. */
  get empty(): boolean {
    return this.#distinct === 0;
  }

  /** Whether the block has to be closed. */
  get full(): boolean {
    return (
      this.#distinct >= maxDistinctLines ||
      this.#characters >= maxShapeChars ||
      this.#lines.size + this.#numbers.size >= maxBytes ||
      this.#objects.size >= maxBytes
    );
  }

  /** Begins a block after `named` objects have been numbered. */
  begin(named: number): void {
    this.#named = named;
    this.#objects.clear(named);
  }

  /** Ends the block and returns it. Its bytes are valid until the next block is written to. */
  end(): EncodedBlock {
    const parts = [this.#shapeTexts.view(), this.#shapeOf.end(), this.#numbers.end(), this.#lines.end()];
    const text = this.#text;
    text.clear();
    for (const part of parts) text.write(part.length);
    for (const part of parts) text.append(part);
    const encoded = { lines: this.lines, named: this.#named, text: text.view(), objects: this.#objects.end() };
    this.serial += 1;
    this.#place = 0;
    this.#distinct = 0;
    this.#shapes.clear();
    this.#characters = 0;
    this.lines = 0;
    for (const part of [this.#shapeTexts, this.#shapeOf, this.#numbers, this.#lines]) part.clear();
    return encoded;
  }

  #newShape(text: string): Shape {
    const bytes = new TextEncoder().encode(text);
    this.#shapeTexts.write(bytes.length);
    this.#shapeTexts.append(bytes);
    this.#characters += text.length;
    const shape = { id: this.#shapes.size, recent: [], ids: [], at: maxPeriod - 1 };
    this.#shapes.set(text, shape);
    return shape;
  }
}

/** The id of the line of a shape with these numbers, if it is among the most recent. */
function find({ recent, ids }: Shape, numbers: readonly number[]): number | undefined {
  for (let line = 0; line < recent.length; line += 1) {
    const others = recent[line] as readonly number[];
    let index = 0;
    while (index < numbers.length && numbers[index] === others[index]) index += 1;
    if (index === numbers.length) return ids[line];
  }
  return undefined;
}

/** A distinct line of a block. */
export interface DistinctLine {
  /** The line's bytes, one character each, with a placeholder for each address. */
  readonly template: string;
  /** The text around its placeholders. */
  readonly parts: readonly string[];
  readonly placeholders: number;
  /** Whether a newline ends it; otherwise it is a segment whose line continues. */
  readonly ends: boolean;
}

/** Reads a block group by group. Errors: LogError if the block is invalid or holds more than its lines use. */
export class BlockReader {
  /** The lines of the current group, which occurs `times` times in a row. */
  readonly group: DistinctLine[] = [];
  times = 0;
  readonly objects: ObjectsReader;
  readonly #shapes: { readonly shape: OpenShape; readonly last: number[]; readonly ids: number[]; at: number }[] = [];
  readonly #shapeTexts: BytesReader;
  readonly #shapeOf: SequenceReader;
  readonly #numbers: SequenceReader;
  readonly #lines: SequenceReader;
  /** The lines that may occur again, by id: the eight most recent of each shape. */
  readonly #known = new Map<number, DistinctLine>();
  #distinct = 0;

  constructor({ text, objects, named }: Pick<EncodedBlock, 'text' | 'objects' | 'named'>) {
    const bytes = new BytesReader(text);
    const lengths = [bytes.read(), bytes.read(), bytes.read(), bytes.read()] as const;
    this.#shapeTexts = new BytesReader(bytes.take(lengths[0]));
    this.#shapeOf = new SequenceReader(bytes.take(lengths[1]));
    this.#numbers = new SequenceReader(bytes.take(lengths[2]));
    this.#lines = new SequenceReader(bytes.take(lengths[3]));
    this.objects = new ObjectsReader(objects, named);
  }

  /** Moves to the next group, or to a single line; false at the end. */
  advance(): boolean {
    if (!this.#lines.advance()) {
      const isRead = this.#shapeTexts.ended && this.#shapeOf.ended && this.#numbers.ended && this.objects.ended;
      if (!isRead || this.#distinct === 0) throw new LogError('A block of the log holds more than its lines use, or nothing.');
      return false;
    }
    const { period, times, group } = this.#lines;
    this.times = times;
    // Setting the length takes longer than everything else here.
    if (this.group.length !== period) this.group.length = period;
    for (let index = 0; index < period; index += 1) this.group[index] = this.#distinctLine(group[index] as number);
    return true;
  }

  #distinctLine(id: number): DistinctLine {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (id !== this.#distinct) throw new LogError('The log refers to a line that it does not define.');
    const line = this.#define(id);
    this.#known.set(id, line);
    this.#distinct += 1;
    return line;
  }

  #define(line: number): DistinctLine {
    const id = this.#shapeOf.next();
    if (id === this.#shapes.length) {
      const shape = openShape(new TextDecoder().decode(this.#shapeTexts.take(this.#shapeTexts.read())));
      this.#shapes.push({ shape, last: shape.widths.map(() => 0), ids: [], at: 0 });
    }
    const shape = this.#shapes[id];
    if (shape === undefined) throw new LogError('The log refers to a shape that it does not define.');
    this.#known.delete(shape.ids[shape.at] ?? -1);
    shape.ids[shape.at] = line;
    shape.at = (shape.at + 1) % maxPeriod;
    for (let index = 0; index < shape.last.length; index += 1) {
      const difference = this.#numbers.next();
      const number = (shape.last[index] as number) + unzigzag(difference);
      if (difference < 0 || number < 0 || number > largestNumber) throw new LogError('The log has a number out of range.');
      shape.last[index] = number;
    }
    const text = fillShape(shape.shape, shape.last);
    const ends = !text.endsWith(continuation);
    const template = ends ? text : text.slice(0, -1);
    const parts = template.split(placeholder);
    return { template, parts, placeholders: parts.length - 1, ends };
  }
}
