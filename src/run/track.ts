/**
 * Lets runs go on side by side, so many at once, and some of them alone: those whose times are shown. First come, first
 * served, but those that go alone are served before the others: the fewer times all others have to end, the fewer lanes wait.
 */
export class Track {
  readonly #lanes: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #isAlone = false;

  constructor(lanes: number) {
    this.#lanes = Math.max(1, lanes);
  }

  /** Waits for a place, does the work, and makes room for the next. What the work throws is thrown. */
  async take<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => {
      this.#waiting.push({ alone, go });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#isAlone = false;
      this.#next();
    }
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const place = Math.max(
        0,
        this.#waiting.findIndex(({ alone }) => alone),
      );
      const first = this.#waiting[place] as Waiting;
      const most = first.alone ? 1 : this.#lanes;
      if (this.#isAlone || this.#running >= most) return;
      this.#waiting.splice(place, 1);
      this.#running += 1;
      this.#isAlone = first.alone;
      first.go();
    }
  }
}

interface Waiting {
  readonly alone: boolean;
  readonly go: () => void;
}
