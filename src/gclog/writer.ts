import { BlockWriter } from './block.ts';
import { sumTypes, type TypeCounts } from './counts.ts';
import { RepeatingGroup } from './group.ts';
import { continuation } from './line.ts';
import type { Block, Log, Codec, Skipped } from './log.ts';
import { Tail } from './tail.ts';

/** How much of a log is kept, in bytes: of lines and of their objects, each compressed, and of both together, uncompressed. */
export interface LogLimit {
  readonly text: number;
  readonly objects: number;
  readonly unpacked: number;
}

/** The limit for the log that a page shows: its record must be practical to read and to commit. */
export const fullLimit: LogLimit = { text: 1_500_000, objects: 500_000, unpacked: 1 << 23 };
/** The limit for the logs of all other runs. */
export const controlLimit: LogLimit = { text: 375_000, objects: 125_000, unpacked: 1 << 21 };

/** A type of object that the collector reports, with one form of its line. */
export interface TypeLine {
  readonly typeName: string;
  readonly template: string;
  /** Whether the template contains digits. */
  readonly isNumbered: boolean;
  /** The id of its template in the block with this serial number. */
  id: number;
  serial: number;
  /** Lines so far: in the whole log, and in the run phase. */
  count: number;
  runCount: number;
}

const none: Skipped = { lines: 0, bytes: 0, within: false };

/**
 * Encodes lines into a log as they come, and counts them. If a log exceeds its limit, the start and the end of each phase are
 * kept, and the rest is only counted.
 */
export class LogWriter {
  /** The size of the raw log so far; the caller counts it. */
  bytes = 0;
  /** How many lines have ended. */
  lines = 0;
  readonly #codec: Codec;
  readonly #limit: LogLimit;
  readonly #blocks = { run: [] as Block[], shutdown: [] as Block[] };
  readonly #group = new RepeatingGroup();
  readonly #block: BlockWriter;
  readonly #types: TypeLine[] = [];
  readonly #tail = new Tail();
  #phase: 'run' | 'shutdown' = 'run';
  #runLines = 0;
  #textSize = 0;
  #objectsSize = 0;
  #unpackedSize = 0;
  #named = 0;
  /** Whether the phase has reached its limit: from now on only its tail is kept. */
  #truncated = false;
  /** Whether the objects of lines are still kept, or have reached their limit. */
  #namesObjects = true;
  /** Whether the last segment that was kept is not the end of its line. */
  #midLine = false;

  constructor(codec: Codec, limit: LogLimit) {
    this.#codec = codec;
    this.#limit = limit;
    this.#block = new BlockWriter((templates, times) => {
      if (this.#phase === 'run') this.#group.add(templates, times);
    });
  }

  /** Registers a type of object. */
  type(typeName: string, template: string): TypeLine {
    const type = { typeName, template, isNumbered: /\d/.test(template), id: -1, serial: -1, count: 0, runCount: 0 };
    this.#types.push(type);
    return type;
  }

  /** Adds a complete line that reports an object, given by its number; `bytes` is the size of the line. */
  object(type: TypeLine, name: number, bytes: number): void {
    type.count += 1;
    this.lines += 1;
    if (name > this.#named) this.#named = name;
    if (this.#truncated) {
      this.#tail.push({ template: type.template, objects: [name], bytes, ends: true });
      return;
    }
    const block = this.#block;
    // Of lines that differ in their numbers, only the most recent ones of a shape keep their id.
    if (type.serial !== block.serial || type.isNumbered) {
      type.id = block.id(type.template);
      type.serial = block.serial;
    }
    block.line(type.id, type.template);
    if (this.#namesObjects) block.object(name);
    block.lines += 1;
    this.#midLine = false;
    if ((this.lines & 1023) === 0 && block.full) this.#close();
  }

  /** Adds any other line (`ends`), or a segment of one that continues. */
  text(text: string, objects: readonly number[], bytes: number, ends: boolean): void {
    const template = ends ? text : text + continuation;
    this.lines += Number(ends);
    for (const name of objects) this.#named = Math.max(this.#named, name);
    if (this.#truncated) this.#tail.push({ template, objects, bytes, ends });
    else this.#add(template, objects, ends);
    if (!this.#truncated && this.#block.full) this.#close();
  }

  /** Marks the end of the run phase. */
  endRun(): void {
    this.#endPhase();
    this.#phase = 'shutdown';
    this.#runLines = this.lines;
    for (const type of this.#types) type.runCount = type.count;
  }

  /** The log. An incomplete last line (`open`) counts as one. */
  end({ open, ranToEnd }: { readonly open: boolean; readonly ranToEnd: boolean }): Log {
    if (ranToEnd) this.#endPhase();
    else this.endRun();
    const lines = this.lines + Number(open);
    const runLines = ranToEnd ? this.#runLines : lines;
    return {
      lines,
      runLines,
      bytes: this.bytes,
      types: this.#count(({ count }) => count),
      runTypes: this.#count(({ runCount }) => runCount),
      group: this.#group.find(runLines),
      ...this.#blocks,
      codec: this.#codec,
    };
  }

  #count(count: (type: TypeLine) => number): TypeCounts {
    return sumTypes(this.#types.map((type) => [type.typeName, count(type)] as const));
  }

  #add(template: string, objects: readonly number[], ends: boolean): void {
    this.#block.line(this.#block.id(template), template);
    if (this.#namesObjects) for (const name of objects) this.#block.object(name);
    this.#block.lines += Number(ends);
    this.#midLine = !ends;
  }

  #close(skipped = none): void {
    const { lines, named, text, objects } = this.#block.end();
    const block = {
      skipped,
      lines,
      named,
      text: this.#codec.pack(text),
      objects: objects.length === 0 ? new Uint8Array(0) : this.#codec.pack(objects),
    };
    this.#textSize += block.text.length;
    this.#objectsSize += block.objects.length;
    this.#unpackedSize += text.length + objects.length;
    this.#blocks[this.#phase].push(block);
    this.#truncated = this.#textSize >= this.#limit.text || this.#unpackedSize >= this.#limit.unpacked;
    this.#namesObjects = this.#objectsSize < this.#limit.objects;
    this.#block.begin(this.#named);
  }

  /** Ends a phase. The next one has at least a quarter of the limit, however much this one took. */
  #endPhase(): void {
    if (this.#truncated) {
      const { skipped, segments } = this.#tail.take();
      const within = this.#midLine;
      this.#block.begin(this.#named);
      for (const { template, objects, ends } of segments) this.#add(template, objects, ends);
      if (segments.length > 0) this.#close({ ...skipped, within });
    } else if (!this.#block.empty) this.#close();
    this.#textSize = Math.min(this.#textSize, this.#limit.text * 0.75);
    this.#objectsSize = Math.min(this.#objectsSize, this.#limit.objects * 0.75);
    this.#unpackedSize = Math.min(this.#unpackedSize, this.#limit.unpacked * 0.75);
    this.#truncated = false;
    this.#namesObjects = true;
  }
}
