/** Successes in a row after which a wider range is tried again: limits are often those of a moment's load. */
const patience = 16;

/**
 * How many blocks to ask for in one `eth_getLogs`: learned from refusals and from the size of answers,
 * between one block and the configured width.
 */
export class RangeWidth {
  #width: number;
  #successes = 0;

  constructor(
    private readonly most: number,
    private readonly mostLogs: number,
  ) {
    this.#width = Math.max(1, most);
  }

  get blocks(): number {
    return this.#width;
  }

  /** A range of `asked` blocks was refused; returns the width to use now, always below `asked`. */
  tooWide(asked: number, suggested: number | null): number {
    const half = Math.max(1, Math.floor(asked / 2));
    const next = suggested !== null && suggested >= 1 && suggested < asked ? suggested : half;
    this.#width = Math.min(this.#width, next);
    this.#successes = 0;
    return next;
  }

  /** A range was answered with so many logs. */
  went(asked: number, logs: number): void {
    if (logs > this.mostLogs && asked > 1) {
      this.#width = Math.max(1, Math.min(this.#width, Math.floor((asked * this.mostLogs) / logs)));
      this.#successes = 0;
    } else if (asked >= this.#width && ++this.#successes >= patience) {
      this.#width = Math.min(this.most, Math.ceil(this.#width * 1.5));
      this.#successes = 0;
    }
  }
}
