/**
 * One deed at a time beside the pulling, so that no head waits for a slow answer that it does not need. What came of it
 * is taken up when the puller comes by. A deed that throws is a programming error: it is thrown where it is taken up.
 */
export class Aside<T> {
  #running: Promise<void> | null = null;
  #found: { readonly value: T } | { readonly thrown: unknown } | null = null;

  /** Does nothing while one is under way or waits to be taken up. */
  start(deed: () => Promise<T>): void {
    if (this.#running !== null || this.#found !== null) return;
    this.#running = deed()
      .then(
        (value) => {
          this.#found = { value };
        },
        (thrown) => {
          this.#found = { thrown };
        },
      )
      .finally(() => {
        this.#running = null;
      });
  }

  /** What came of the last deed, once; null where there is none. */
  take(): T | null {
    const found = this.#found;
    this.#found = null;
    if (found === null) return null;
    if ('thrown' in found) throw found.thrown;
    return found.value;
  }

  /** Resolves when nothing is under way. */
  async ended(): Promise<void> {
    await this.#running;
  }
}
