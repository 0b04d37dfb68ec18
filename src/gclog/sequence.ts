import { LogError } from './log-error.ts';
import { RepeatEncoder, maxPeriod, ringMask, type RepeatSink } from './repeat-encoder.ts';
import { Bytes, BytesReader } from './varints.ts';

/*
 * A sequence of numbers as varints. A group that repeats is 0, its period, how many times it occurs, and one period of it. A
 * run of numbers that are each one more than the highest so far is 1 and its length. Any other number n is n + 2.
 */

const repeated = 0;
const risen = 1;
const first = 2;

/** Encodes a sequence of numbers below 2³², repeated groups only once. */
export class SequenceWriter implements RepeatSink {
  readonly #encoder = new RepeatEncoder(this);
  readonly #bytes = new Bytes();
  readonly #onRepeat: ((period: number, times: number, ring: Uint32Array, from: number) => void) | undefined;
  readonly #rising: boolean;
  #next = 0;
  #run = 0;

  /** `rising`: encode runs of new ids, each one more than the highest so far. `onRepeat` is called with each group that repeats. */
  constructor({ rising = false, onRepeat }: { readonly rising?: boolean; readonly onRepeat?: RepeatSink['repeat'] } = {}) {
    this.#rising = rising;
    this.#onRepeat = onRepeat;
  }

  /** Adds a number `times` times. */
  push(number: number, times = 1): void {
    if (times === 1) this.#encoder.push(number);
    else this.#encoder.pushMany(number, times);
  }

  /** The size so far, in bytes, without what is still pending in the encoder. */
  get size(): number {
    return this.#bytes.length;
  }

  /** The encoded sequence; the bytes are valid until `clear`. */
  end(): Uint8Array {
    this.#encoder.end();
    this.#flush();
    return this.#bytes.view();
  }

  /** Starts a new sequence. */
  clear(): void {
    this.#bytes.clear();
    this.#next = 0;
  }

  plain(number: number): void {
    if (this.#rising && number === this.#next) {
      this.#next += 1;
      this.#run += 1;
      return;
    }
    this.#flush();
    this.#bytes.write(number + first);
  }

  repeat(period: number, times: number, ring: Uint32Array, from: number): void {
    this.#onRepeat?.(period, times, ring, from);
    this.#flush();
    this.#bytes.write(repeated);
    this.#bytes.write(period);
    this.#bytes.write(times);
    for (let index = 0; index < period; index += 1) this.plain(ring[(from + index) & ringMask] as number);
    this.#flush();
  }

  #flush(): void {
    if (this.#run === 0) return;
    this.#bytes.write(risen);
    this.#bytes.write(this.#run);
    this.#run = 0;
  }
}

/** Decodes a sequence group by group. Errors: LogError if it is invalid. */
export class SequenceReader {
  /** The numbers of the current group, `period` of them, which occurs `times` times. */
  readonly group = new Float64Array(maxPeriod);
  period = 0;
  times = 0;
  readonly #bytes: BytesReader;
  #next = 0;
  #run = 0;
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = new BytesReader(bytes);
  }

  /** Moves to the next group, or to a single number; false at the end. */
  advance(): boolean {
    this.period = 1;
    this.times = 1;
    this.#place = 0;
    if (this.#run > 0) {
      this.group[0] = this.#number(first);
      return true;
    }
    if (this.#bytes.ended) {
      this.times = 0;
      return false;
    }
    const token = this.#bytes.read();
    if (token !== repeated) {
      this.group[0] = this.#number(token);
      return true;
    }
    this.period = this.#bytes.read();
    this.times = this.#bytes.read();
    if (this.period < 1 || this.period > maxPeriod || this.times < 1)
      throw new LogError('The log has a group without lines, or with too many.');
    for (let index = 0; index < this.period; index += 1) this.group[index] = this.#number(this.#run > 0 ? first : this.#bytes.read());
    return true;
  }

  /** The next number, across groups; -1 at the end. */
  next(): number {
    if (this.#place >= this.period * this.times && !this.advance()) return -1;
    const number = this.group[this.#place % this.period] as number;
    this.#place += 1;
    return number;
  }

  /** Whether all numbers have been read. */
  get ended(): boolean {
    return this.left <= 0 && this.#run === 0 && this.#bytes.ended;
  }

  /** How many numbers of the current group have not been read. */
  get left(): number {
    return this.period * this.times - this.#place;
  }

  /** Skips whole periods of the current group. */
  skipPeriods(periods: number): void {
    this.#place += periods * this.period;
  }

  #number(token: number): number {
    if (this.#run > 0) {
      this.#run -= 1;
      return this.#next++;
    }
    if (token === risen) {
      this.#run = this.#bytes.read() - 1;
      return this.#next++;
    }
    if (token < first) throw new LogError('The log has a group within a group.');
    return token - first;
  }
}
