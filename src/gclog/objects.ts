import { SequenceReader, SequenceWriter } from './sequence.ts';
import { unzigzag, zigzag } from './varints.ts';

/*
 * The objects of all holes, line after line: 0 for one not seen before, which has the next name; else how far its name is
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

/** Reads them again. */
export class ObjectsReader {
  readonly #sequence: SequenceReader;
  #named: number;
  #last: number;

  constructor(bytes: Uint8Array, named: number) {
    this.#sequence = new SequenceReader(bytes);
    this.#named = named;
    this.#last = named;
  }

  /** The next object's name, from 1; 0 where names were not kept. */
  next(): number {
    const token = this.#sequence.next();
    if (token === -1) return 0;
    if (token === 0) this.#last = this.#named += 1;
    else this.#last += 1 + unzigzag(token - 1);
    return this.#last;
  }

  /** Passes so many objects, groups that repeat at once. */
  skip(count: number): void {
    for (let rest = count; rest > 0; rest -= 1) {
      if (this.next() === 0) return;
      const { period, left } = this.#sequence;
      const periods = Math.floor(Math.min(rest - 1, left) / period);
      if (periods < 2) continue;
      this.#skipPeriods(periods - 1);
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
