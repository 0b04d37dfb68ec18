import { BlockWriter } from './block.ts';
import { sumTypes, type TypeCounts } from './counts.ts';
import { RepeatingGroup } from './group.ts';
import { continuation } from './line.ts';
import type { Block, Log, Codec, Skipped } from './log.ts';
import { Tail } from './tail.ts';

/** How much of a log is kept: so many bytes of lines, and of which objects they tell, packed, and of both together, unpacked. */
export interface LogLimit {
  readonly text: number;
  readonly objects: number;
  readonly unpacked: number;
}

/** What the log that a page shows may take, so that its record can be read and committed; and what others may. */
export const fullLimit: LogLimit = { text: 1_500_000, objects: 500_000, unpacked: 1 << 23 };
export const controlLimit: LogLimit = { text: 375_000, objects: 125_000, unpacked: 1 << 21 };

/** A type of object that the collector reports, in one form of its line. */
export interface TypeLine {
  readonly typeName: string;
  readonly template: string;
  /** Whether there are digits in it. */
  readonly isNumbered: boolean;
  /** Its number in the block of that serial. */
  id: number;
  serial: number;
  count: number;
  runCount: number;
}

const none: Skipped = { lines: 0, bytes: 0, within: false };

/**
 * Packs lines into a log while they come, counting on the way. Of a log that takes more than its room, the start and the
 * end of each phase are kept, and counts of the rest.
 */
export class LogWriter {
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
  /** Whether the phase is cut: only its tail is kept by now. */
  #truncated = false;
  /** Whether there is room to tell which objects lines tell of; they are kept without, else. */
  #namesObjects = true;
  /** Whether the last segment that was kept goes on. */
  #midLine = false;

  constructor(codec: Codec, limit: LogLimit) {
    this.#codec = codec;
    this.#limit = limit;
    this.#block = new BlockWriter((templates, times) => {
      if (this.#phase === 'run') this.#group.add(templates, times);
    });
  }

  /** A new type, to be counted with each line. */
  type(typeName: string, template: string): TypeLine {
    const type = { typeName, template, isNumbered: /\d/.test(template), id: -1, serial: -1, count: 0, runCount: 0 };
    this.#types.push(type);
    return type;
  }

  /** Adds a whole line that reports an object. */
  object(type: TypeLine, name: number, bytes: number): void {
    type.count += 1;
    this.lines += 1;
    if (name > this.#named) this.#named = name;
    if (this.#truncated) {
      this.#tail.push({ template: type.template, objects: [name], bytes, ends: true });
      return;
    }
    const block = this.#block;
    // Of lines whose numbers differ, only the last few of a shape keep theirs.
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

  /** Adds any other line, or a segment that the line goes on after. */
  text(text: string, objects: readonly number[], bytes: number, ends: boolean): void {
    const template = ends ? text : text + continuation;
    this.lines += Number(ends);
    for (const name of objects) this.#named = Math.max(this.#named, name);
    if (this.#truncated) this.#tail.push({ template, objects, bytes, ends });
    else this.#add(template, objects, ends);
    if (!this.#truncated && this.#block.full) this.#close();
  }

  /** Says that the run ends here. */
  endRun(): void {
    this.#endPhase();
    this.#phase = 'shutdown';
    this.#runLines = this.lines;
    for (const type of this.#types) type.runCount = type.count;
  }

  /** The log. An open last line is one, too. */
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

  /** Ends the blocks of a phase; the next one has some room of its own, however much this one took. */
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
