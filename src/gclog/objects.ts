import { LogError } from './log-error.ts';
import { SequenceReader, SequenceWriter } from './sequence.ts';
import { unzigzag, zigzag } from './varints.ts';

/*
 * The objects of all placeholders, line after line: 0 for one not seen before, which has the next name; else how far its name is
 * from the one after the object told of before, as a zigzag number from 1. Who lists the same objects again writes 1, 1, 1.
 */

/** Writes which objects a log tells of. */
export class ObjectsWriter {
  readonly #sequence = new SequenceWriter();
  #named: number;
  #last: number;
  /** The last token, and how often it is still to be written: a list of new objects, or the same list again, is one token. */
  #token = 0;
  #times = 0;

  /** `named` is how many objects have a name so far. */
  constructor(named: number) {
    this.#named = named;
    this.#last = named;
  }

  get size(): number {
    this.#flush();
    return this.#sequence.size;
  }

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

  /** What was written, until it is cleared. */
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

/** Reads them again. Errors: LogError where there are fewer than are asked for, or one that was not told of. */
export class ObjectsReader {
  readonly #sequence: SequenceReader;
  /** Whether names were kept. */
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

  /** The next object's name, from 1; 0 where names were not kept. */
  next(): number {
    if (!this.#isKept) return 0;
    const token = this.#sequence.next();
    if (token === 0) this.#last = this.#named += 1;
    else this.#last += 1 + unzigzag(token - 1);
    if (token === -1 || this.#last < 1 || this.#last > this.#named) throw new LogError('The log has an object that it never told of.');
    return this.#last;
  }

  /** Passes so many objects, groups that repeat at once. */
  skip(count: number): void {
    if (!this.#isKept) return;
    for (let rest = count; rest > 0; rest -= 1) {
      this.next();
      const { period, left } = this.#sequence;
      const periods = Math.floor(Math.min(rest - 1, left) / period);
      if (periods < 4) continue;
      // From the second period on, names move evenly: if those of the first two and of the last are right, all are.
      for (let index = 0; index < period * 2; index += 1) this.next();
      this.#skipPeriods(periods - 3);
      rest -= (periods - 1) * period;
    }
  }

  #skipPeriods(periods: number): void {
    const tokens = this.#sequence.group.subarray(0, this.#sequence.period);
    const fresh = tokens.filter((token) => token === 0).length;
    if (fresh === tokens.length) this.#last = this.#named += fresh * periods;
    else if (fresh === 0) this.#last += periods * tokens.reduce((sum, token) => sum + 1 + unzigzag(token - 1), 0);
    // One more period is read as it stands, and its new object sets the last name.
    else this.#named += fresh * periods;
    this.#sequence.skipPeriods(periods);
  }
}
