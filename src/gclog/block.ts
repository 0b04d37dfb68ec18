import { placeholder, continuation } from './line.ts';
import { LogError } from './log-error.ts';
import { ObjectsReader, ObjectsWriter } from './objects.ts';
import { maxPeriod, ringMask, type RepeatSink } from './repeat-encoder.ts';
import { SequenceReader, SequenceWriter } from './sequence.ts';
import { cutNumbers, fillShape, largestNumber, openShape, type OpenShape } from './shape.ts';
import { Bytes, BytesReader, unzigzag, zigzag } from './varints.ts';

/*
 * A block of lines that can be read alone. Its text: the lengths of the shapes and of three sequences, then those. A shape
 * is a line without its numbers: its length in UTF-8, and its characters. The sequences: the shape of each distinct line,
 * the numbers of each, as zigzag differences to the last line of that shape, and which distinct line each line is.
 * Its objects: objects.ts.
 */

/** A block is closed when it has so many distinct lines, or takes so much. */
const maxDistinctLines = 1 << 16;
const maxBytes = 1 << 19;
/** Shapes are strings while they are written, many times as large. */
const maxShapeChars = 1 << 17;

interface Shape {
  readonly id: number;
  /** The numbers of its last lines, and which lines those are; the latest is at `at`. A group has eight at most. */
  readonly recent: (readonly number[])[];
  readonly ids: number[];
  at: number;
}

/** What a block holds. */
export interface EncodedBlock {
  /** How many lines end in it. */
  readonly lines: number;
  /** How many objects had a name when it began. */
  readonly named: number;
  readonly text: Uint8Array;
  readonly objects: Uint8Array;
}

/** Writes blocks, one after the other. A line is its template, and the names of the objects in its placeholders. */
export class BlockWriter {
  /** Counts blocks: a template's number holds for one. */
  serial = 0;
  lines = 0;
  readonly #onGroup: (templates: readonly string[], times: number) => void;
  /** The last templates, each at its line's place in the sequence. */
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

  /** `onGroup` is told of each group of lines that repeats. */
  constructor(onGroup: (templates: readonly string[], times: number) => void) {
    this.#onGroup = onGroup;
    const onRepeat: RepeatSink['repeat'] = (period, times, _ring, from) =>
      this.#onGroup(
        Array.from({ length: period }, (_, index) => this.#templates[(from + index) & ringMask] as string),
        times,
      );
    this.#lines = new SequenceWriter({ rising: true, onRepeat });
  }

  /** The number of a template in this block: the one that it has already, if it is new or was told of among the last of its shape. */
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

  /** Adds a line, or a segment of one: its number, and its template. */
  line(id: number, template: string): void {
    this.#templates[this.#place & ringMask] = template;
    this.#place += 1;
    this.#lines.push(id);
  }

  /** Adds the object of a line's next placeholder. */
  object(name: number): void {
    this.#objects.push(name);
  }

  get empty(): boolean {
    return this.#distinct === 0;
  }

  get full(): boolean {
    return (
      this.#distinct >= maxDistinctLines ||
      this.#characters >= maxShapeChars ||
      this.#lines.size + this.#numbers.size >= maxBytes ||
      this.#objects.size >= maxBytes
    );
  }

  /** Begins a block where so many objects have a name. */
  begin(named: number): void {
    this.#named = named;
    this.#objects.clear(named);
  }

  /** The block; what follows is of the next one. Its bytes are valid until then. */
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

/** The line of a shape that has these numbers, if it is among the last. */
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
  /** The line's bytes, one character each, a placeholder for each address. */
  readonly template: string;
  /** What stands around its placeholders. */
  readonly parts: readonly string[];
  readonly placeholders: number;
  /** Whether a newline ends it; else it is a segment, and its line goes on. */
  readonly ends: boolean;
}

/** Reads a block group by group. Errors: LogError where it is none, or has more in it than its lines need. */
export class BlockReader {
  /** The group's lines, `times` times in a row. */
  readonly group: DistinctLine[] = [];
  times = 0;
  readonly objects: ObjectsReader;
  readonly #shapes: { readonly shape: OpenShape; readonly last: number[]; readonly ids: number[]; at: number }[] = [];
  readonly #shapeTexts: BytesReader;
  readonly #shapeOf: SequenceReader;
  readonly #numbers: SequenceReader;
  readonly #lines: SequenceReader;
  /** The lines that may come again: of those with numbers, the last of each shape. */
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

  /** Moves to the next group, or a line alone; false at the end. */
  advance(): boolean {
    if (!this.#lines.advance()) {
      const isRead = this.#shapeTexts.ended && this.#shapeOf.ended && this.#numbers.ended && this.objects.ended;
      if (!isRead || this.#distinct === 0) throw new LogError('A block of the log holds more than its lines tell of, or nothing.');
      return false;
    }
    const { period, times, group } = this.#lines;
    this.times = times;
    // Setting it takes longer than all else.
    if (this.group.length !== period) this.group.length = period;
    for (let index = 0; index < period; index += 1) this.group[index] = this.#distinctLine(group[index] as number);
    return true;
  }

  #distinctLine(id: number): DistinctLine {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (id !== this.#distinct) throw new LogError('The log has a line that it never told.');
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
    if (shape === undefined) throw new LogError('The log has a line of no shape.');
    this.#known.delete(shape.ids[shape.at] ?? -1);
    shape.ids[shape.at] = line;
    shape.at = (shape.at + 1) % maxPeriod;
    for (let index = 0; index < shape.last.length; index += 1) {
      const difference = this.#numbers.next();
      const number = (shape.last[index] as number) + unzigzag(difference);
      if (difference < 0 || number < 0 || number > largestNumber) throw new LogError('The log has a number that no line holds.');
      shape.last[index] = number;
    }
    const text = fillShape(shape.shape, shape.last);
    const ends = !text.endsWith(continuation);
    const template = ends ? text : text.slice(0, -1);
    const parts = template.split(placeholder);
    return { template, parts, placeholders: parts.length - 1, ends };
  }
}
