import { LogError } from './log-error.ts';
import { SequenceReader, SequenceWriter } from './sequence.ts';
import { unzigzag, zigzag } from './varints.ts';

/*
 * The objects of all placeholders in order, one token each: 0 for a new object, which gets the next number; otherwise
 * zigzag(number − previous number − 1) + 1. Listing the same objects again so gives 1, 1, 1.
 */

/** The token of an object that was not mentioned before. */
const newObject = 0;

/** Encodes the objects that the lines of a block mention. */
export class ObjectsWriter {
  readonly #sequence = new SequenceWriter();
  #named: number;
  #last: number;
  /** The last token, and how many times it is pending: listing new objects, or the same ones again, repeats one token. */
  #token = newObject;
  #times = 0;

  /** `named` is how many objects have been numbered so far. */
  constructor(named: number) {
    this.#named = named;
    this.#last = named;
  }

  /** The size so far, in bytes. */
  get size(): number {
    this.#flush();
    return this.#sequence.size;
  }

  /** Adds an object by its number. */
  push(name: number): void {
    let token = 0;
    if (name > this.#named) this.#named = name;
    else token = zigzag(name - this.#last - 1) + 1;
    this.#last = name;
    if (token !== this.#token) {
      this.#flush();
      this.#token = token;
    }
    this.#times += 1;
  }

  /** The encoded objects; the bytes are valid until `clear`. */
  end(): Uint8Array {
    this.#flush();
    return this.#sequence.end();
  }

  clear(named: number): void {
    this.#sequence.clear();
    this.#named = named;
    this.#last = named;
  }

  #flush(): void {
    if (this.#times > 0) this.#sequence.push(this.#token, this.#times);
    this.#times = 0;
  }
}

/** Decodes objects. Errors: LogError if there are fewer than are asked for, or a number that was not given yet. */
export class ObjectsReader {
  readonly #sequence: SequenceReader;
  /** Whether the numbers of objects were kept. */
  readonly #isKept: boolean;
  #named: number;
  #last: number;

  constructor(bytes: Uint8Array, named: number) {
    this.#sequence = new SequenceReader(bytes);
    this.#isKept = bytes.length > 0;
    this.#named = named;
    this.#last = named;
  }

  /** Whether all objects have been read. */
  get ended(): boolean {
    return this.#sequence.ended;
  }

  /** The number of the next object, from 1; 0 if numbers were not kept. */
  next(): number {
    if (!this.#isKept) return 0;
    const token = this.#sequence.next();
    if (token === newObject) this.#last = this.#named += 1;
    else this.#last += 1 + unzigzag(token - 1);
    if (token === -1 || this.#last < 1 || this.#last > this.#named) throw new LogError('The log refers to an object that does not exist.');
    return this.#last;
  }

  /** Skips `count` objects, repeated groups without reading each repetition. */
  skip(count: number): void {
    if (!this.#isKept) return;
    for (let rest = count; rest > 0; rest -= 1) {
      this.next();
      const { period, left } = this.#sequence;
      const periods = Math.floor(Math.min(rest - 1, left) / period);
      if (periods < 4) continue;
      // From the second period on, numbers change by the same amount per period: if the first two periods and the last are valid, all are.
      for (let index = 0; index < period * 2; index += 1) this.next();
      this.#skipPeriods(periods - 3);
      rest -= (periods - 1) * period;
    }
  }

  /**
   * Advances the state past some periods. For example, tokens 0, 0 add 2 new objects a period; tokens 1, 2 move the last
   * number by +1 and by 0; and with tokens 0, 2, a new object and the same again, only the count of objects needs to move.
   */
  #skipPeriods(periods: number): void {
    const tokens = this.#sequence.group.subarray(0, this.#sequence.period);
    const newObjects = tokens.filter((token) => token === newObject).length;
    if (newObjects === tokens.length) this.#last = this.#named += newObjects * periods;
    else if (newObjects === 0) this.#last += periods * tokens.reduce((sum, token) => sum + 1 + unzigzag(token - 1), 0);
    // At least one more period is read afterwards; its new object sets the last number.
    else this.#named += newObjects * periods;
    this.#sequence.skipPeriods(periods);
  }
}
