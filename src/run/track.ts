/** Lets runs go on side by side, so many at once, and some of them alone: those whose times are shown. First come, first served. */
export class Track {
  readonly #lanes: number;
  readonly #waiting: { readonly alone: boolean; readonly go: () => void }[] = [];
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
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const most = first.alone ? 1 : this.#lanes;
      if (this.#isAlone || this.#running >= most) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#isAlone = first.alone;
      first.go();
    }
  }
}
