/** The longest group that is looked for. */
export const maxPeriod = 8;

/** What a RepeatEncoder makes of a sequence: symbols alone, and groups that stand `times` times in a row. */
export interface RepeatSink {
  readonly plain: (symbol: number) => void;
  /** The group's symbols are `ring[(from + 0 … period - 1) & ringMask]`; they may be read until this returns. */
  readonly repeat: (period: number, times: number, ring: Uint32Array, from: number) => void;
}

const ringSize = 64;
export const ringMask = ringSize - 1;

/**
 * Folds groups of 1 to 8 symbols that repeat in a sequence, while it comes in. At each place the group that covers most is
 * taken, the shortest of those; a fold hides at least four symbols and two repeats, else it saves nothing. Linear, and in
 * constant memory. Symbols are integers from 0, below 2³².
 */
export class RepeatEncoder {
  readonly #sink: RepeatSink;
  readonly #ring = new Uint32Array(ringSize);
  /** How far symbols go on to equal those one period later, for periods that came to their end. */
  readonly #ends = new Float64Array(maxPeriod + 1);
  /** Bits of the periods that go on as far as can be seen. */
  #alive = allPeriods;
  /** The shortest period that goes on, if all others that do are its multiples: those go on as long as it does. */
  #least = 0;
  #length = 0;
  /** The first symbol that is not folded or passed yet. */
  #at = 0;

  constructor(sink: RepeatSink) {
    this.#sink = sink;
  }

  push(symbol: number): void {
    const place = this.#length;
    this.#ring[place & ringMask] = symbol;
    this.#length = place + 1;
    if (this.#least !== 0 && this.#ring[(place - this.#least) & ringMask] === symbol) return;
    this.#compare(symbol, place);
  }

  /** Adds a symbol so many times. */
  pushMany(symbol: number, times: number): void {
    const some = Math.min(times, 2 * ringSize);
    for (let time = 0; time < some; time += 1) this.push(symbol);
    // By now the ring holds nothing else, and a period of one goes on.
    this.#length += times - some;
  }

  /** Says that the sequence ends, or starts anew, here. */
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

  /** Takes the best fold at the first place, or passes it, and looks again from there. */
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

  /** Follows each period from the first place on, as far as there are symbols. */
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

/** The shortest of some periods, if all are its multiples; 0 else, or for none. */
function basePeriod(periods: number): number {
  const least = 31 - Math.clz32(periods & -periods);
  return periods !== 0 && (periods & ~(multiples[least] as number)) === 0 ? least : 0;
}

/** Bits of the multiples of each period. */
const multiples = Array.from({ length: maxPeriod + 1 }, (_, period) => {
  let bits = 0;
  for (let multiple = 1; multiple <= maxPeriod; multiple += 1) if (multiple % period === 0) bits |= 1 << multiple;
  return bits;
});
