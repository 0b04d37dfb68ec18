/** The longest group that is detected, in symbols. */
export const maxPeriod = 8;

/** Receives the output of a RepeatEncoder: single symbols, and groups that occur `times` times in a row. */
export interface RepeatSink {
  readonly plain: (symbol: number) => void;
  /** The group's symbols are `ring[(from + 0 … period - 1) & ringMask]`, valid until this returns. */
  readonly repeat: (period: number, times: number, ring: Uint32Array, from: number) => void;
}

const ringSize = 64;
/** Turns a position in the sequence into an index of the ring. */
export const ringMask = ringSize - 1;

/**
 * Run-length encodes groups of 1 to 8 symbols that repeat in a sequence, as it comes in. At each position it takes the group
 * that covers the most symbols, and the shortest such group. A repeat must save at least four symbols and two copies of the
 * group. Linear time, constant memory. Symbols are integers from 0 to 2³² − 1.
 */
export class RepeatEncoder {
  readonly #sink: RepeatSink;
  readonly #ring = new Uint32Array(ringSize);
  /** For each period that no longer matches: the first position whose symbol differs from the one a period later. */
  readonly #ends = new Float64Array(maxPeriod + 1);
  /** Bit set of the periods that still match at the end of the input so far. */
  #alive = allPeriods;
  /** The shortest period that still matches, if all others that do are its multiples and so match as long as it does; else 0. */
  #least = 0;
  #length = 0;
  /** The first position that has not been output yet. */
  #at = 0;

  constructor(sink: RepeatSink) {
    this.#sink = sink;
  }

  /** Adds a symbol. */
  push(symbol: number): void {
    const place = this.#length;
    this.#ring[place & ringMask] = symbol;
    this.#length = place + 1;
    if (this.#least !== 0 && this.#ring[(place - this.#least) & ringMask] === symbol) return;
    this.#compare(symbol, place);
  }

  /** Adds a symbol `times` times. */
  pushMany(symbol: number, times: number): void {
    const some = Math.min(times, 2 * ringSize);
    for (let time = 0; time < some; time += 1) this.push(symbol);
    // By now the ring holds only this symbol, and period 1 still matches.
    this.#length += times - some;
  }

  /** Ends the sequence and outputs the rest of it; the next symbol starts a new one. */
  end(): void {
    while (this.#at < this.#length) this.#decide();
    this.#length = 0;
    this.#at = 0;
    this.#alive = allPeriods;
    this.#least = 0;
  }

  #compare(symbol: number, place: number): void {
    for (let period = 1; period <= maxPeriod; period += 1) {
      if ((this.#alive & (1 << period)) === 0 || place - period < this.#at) continue;
      if (this.#ring[(place - period) & ringMask] === symbol) continue;
      this.#alive &= ~(1 << period);
      this.#ends[period] = place - period;
    }
    while (this.#alive === 0) this.#decide();
    this.#least = basePeriod(this.#alive);
  }

  /** Outputs the best repeat at the current position, or a single symbol, and goes on behind it. */
  #decide(): void {
    const at = this.#at;
    let best = 0;
    let most = 0;
    for (let period = 1; period <= maxPeriod; period += 1) {
      const end = (this.#alive & (1 << period)) === 0 ? (this.#ends[period] as number) : this.#length - period;
      const times = end < at ? 1 : Math.floor((end - at) / period) + 1;
      const covered = times * period;
      if (times >= 3 && covered - period >= 4 && covered > most) [best, most] = [period, covered];
    }
    if (best === 0) {
      this.#at = at + 1;
      this.#sink.plain(this.#ring[at & ringMask] as number);
    } else {
      this.#at = at + most;
      this.#sink.repeat(best, most / best, this.#ring, this.#at - best);
    }
    this.#look();
  }

  /** Determines again how far each period matches from the current position on. */
  #look(): void {
    for (let period = 1; period <= maxPeriod; period += 1) {
      if ((this.#alive & (1 << period)) !== 0 || (this.#ends[period] as number) >= this.#at) continue;
      let end = this.#at;
      while (end + period < this.#length && this.#ring[end & ringMask] === this.#ring[(end + period) & ringMask]) end += 1;
      this.#ends[period] = end;
      if (end + period >= this.#length) this.#alive |= 1 << period;
    }
  }
}

const allPeriods = (1 << (maxPeriod + 1)) - 2;

/** The shortest of a bit set of periods if all others are its multiples; otherwise 0. */
function basePeriod(periods: number): number {
  const least = 31 - Math.clz32(periods & -periods);
  return periods !== 0 && (periods & ~(multiples[least] as number)) === 0 ? least : 0;
}

/** For each period, the bit set of its multiples. */
const multiples = Array.from({ length: maxPeriod + 1 }, (_, period) => {
  let bits = 0;
  for (let multiple = 1; multiple <= maxPeriod; multiple += 1) if (multiple % period === 0) bits |= 1 << multiple;
  return bits;
});
