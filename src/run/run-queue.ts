/**
 * Lets runs go on side by side, so many at once, and some of them alone: those whose times are shown. First come, first
 * served, but those that go alone are served before the others: the fewer times all others have to end, the fewer slots wait.
 */
export class RunQueue {
  readonly #slots: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #isExclusive = false;

  constructor(slots: number) {
    this.#slots = Math.max(1, slots);
  }

  /** Waits for a place, does the work, and makes room for the next. What the work throws is thrown. */
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
      const most = first.exclusive ? 1 : this.#slots;
      if (this.#isExclusive || this.#running >= most) return;
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
