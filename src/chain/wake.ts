import type { Clock } from '../core/ports.js';

/** A doorbell: rings are remembered (once) until somebody waits. */
export class Wake {
  #rung = false;
  #ring: () => void = () => {};

  ring(): void {
    this.#rung = true;
    this.#ring();
  }

  /** Waits for the bell, for `ms`, or for the signal, whichever comes first. */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(ms, end);
        function end(): void {
          cancel();
          signal.removeEventListener('abort', end);
          resolve();
        }
        signal.addEventListener('abort', end, { once: true });
        this.#ring = end;
      });
      this.#ring = () => {};
    }
    this.#rung = false;
  }
}
