/**
 * A semaphore for runs: up to `slots` at once, and exclusive ones, whose times are shown, with no other beside them. First
 * come, first served, but exclusive runs go before the others, so that the slots have to become idle as seldom as possible.
 */
export class RunQueue {
  readonly #slots: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #isExclusive = false;

  constructor(slots: number) {
    this.#slots = Math.max(1, slots);
  }

  /** Waits for a free slot, or for all of them if `exclusive`, then does the work. Errors of the work are passed on. */
  async run<T>(exclusive: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => {
      this.#waiting.push({ exclusive, go });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#isExclusive = false;
      this.#next();
    }
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const place = Math.max(
        0,
        this.#waiting.findIndex(({ exclusive }) => exclusive),
      );
      const first = this.#waiting[place] as Waiting;
      const max = first.exclusive ? 1 : this.#slots;
      if (this.#isExclusive || this.#running >= max) return;
      this.#waiting.splice(place, 1);
      this.#running += 1;
      this.#isExclusive = first.exclusive;
      first.go();
    }
  }
}

interface Waiting {
  readonly exclusive: boolean;
  readonly go: () => void;
}
