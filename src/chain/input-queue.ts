/**
 * What the follower has read and the engine has not taken yet. Bounded: a producer waits until there is room, so
 * nothing is dropped; heads that arrive meanwhile collapse to the newest, because blocks are pulled by number anyway.
 */
export class InputQueue<Item> {
  readonly name = 'chain-inputs';
  readonly #items: Item[] = [];
  #ended = false;
  #error: unknown = null;
  #wakeTaker: () => void = () => {};
  #wakePutters: (() => void)[] = [];

  constructor(readonly maximum: number) {}

  get length(): number {
    return this.#items.length;
  }

  /** True while a producer waits for room. */
  get stuck(): boolean {
    return this.#wakePutters.length > 0;
  }

  /** Resolves false where the queue ended meanwhile. */
  async put(item: Item): Promise<boolean> {
    while (this.#items.length >= this.maximum && !this.#ended) {
      await new Promise<void>((resolve) => this.#wakePutters.push(resolve));
    }
    return this.force(item);
  }

  /** Puts without waiting: for the few items that are bounded by nature. */
  force(item: Item): boolean {
    if (this.#ended) return false;
    this.#items.push(item);
    this.#wakeTaker();
    return true;
  }

  /** The next item; undefined after the end. What waits at the end is not delivered any more. */
  async take(): Promise<Item | undefined> {
    while (this.#items.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve;
      });
    }
    if (this.#error !== null) throw this.#error;
    if (this.#ended) return undefined;
    const item = this.#items.shift();
    for (const wake of this.#wakePutters.splice(0)) wake();
    return item;
  }

  /** Ends the queue; an error is thrown to the taker. */
  end(error: unknown = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wakeTaker();
    for (const wake of this.#wakePutters.splice(0)) wake();
  }
}
