/** Successes in a row at the ceiling after which a wider range is tried: limits are often those of a moment's load. */
const patience = 16;

/** Where nothing is known yet, the first answer must not be a giant. */
const firstBlocks = 16;

/**
 * How many blocks to ask for in one `eth_getLogs`, between one and the configured width: it doubles while answers stay
 * small, shrinks with their size, and stays below what was refused.
 */
export class RangeWidth {
  #width: number;
  #ceiling: number;
  #successes = 0;

  constructor(
    private readonly most: number,
    private readonly mostLogs: number,
  ) {
    this.#ceiling = Math.max(1, most);
    this.#width = Math.min(this.#ceiling, firstBlocks);
  }

  get blocks(): number {
    return this.#width;
  }

  /** A range of `asked` blocks was refused; returns the width to use now, below `asked` unless that is one block. */
  tooWide(asked: number, suggested: number | null): number {
    const half = Math.max(1, Math.floor(asked / 2));
    const next = suggested !== null && suggested >= 1 && suggested < asked ? suggested : half;
    this.#ceiling = Math.min(this.#ceiling, next);
    this.#width = Math.min(this.#width, next);
    this.#successes = 0;
    return next;
  }

  /** A range was answered with so many logs. */
  went(asked: number, logs: number): void {
    if (logs > this.mostLogs) {
      const fitting = Math.floor((asked * this.mostLogs) / logs);
      this.#width = Math.max(1, Math.min(this.#width, fitting));
      return;
    }
    if (asked < this.#width) return;
    if (asked >= this.#ceiling && ++this.#successes >= patience) {
      this.#ceiling = Math.min(this.most, Math.ceil(this.#ceiling * 1.5));
      this.#successes = 0;
    }
    if (logs * 2 <= this.mostLogs) this.#width = Math.min(this.#ceiling, this.#width * 2);
  }
}
