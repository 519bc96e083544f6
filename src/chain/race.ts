import type { Clock } from '../core/ports.js';
import type { Endpoint } from './endpoint.js';
import type { RpcAnswer } from './json-rpc.js';

export interface Answered {
  readonly endpoint: Endpoint;
  readonly answers: readonly RpcAnswer[];
}

/** One request at several endpoints: whoever is slow is not waited for alone. */
export class Race {
  readonly #running = new Map<Endpoint, Promise<Answered>>();

  constructor(
    /** How long to wait for an endpoint before the next one is asked too; null: as long as it takes. */
    private readonly slowAfterMs: number | null,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.#running.size;
  }

  /** Those that have not answered. */
  get running(): Iterable<Endpoint> {
    return this.#running.keys();
  }

  enter(endpoint: Endpoint, answers: Promise<readonly RpcAnswer[]>): void {
    this.#running.set(
      endpoint,
      answers.then((all) => ({ endpoint, answers: all })),
    );
  }

  /** The next answer; null where nobody answers in time. A request that waits for its endpoint's budget is not late. */
  async first(): Promise<Answered | null> {
    if (this.slowAfterMs === null) return this.last();
    let cancel = (): void => {};
    const late = new Promise<null>((resolve) => {
      const again = (afterMs: number): void => {
        cancel = this.clock.after(afterMs, () => (this.#waitsForBudget() ? again(afterMs) : resolve(null)));
      };
      again(this.slowAfterMs ?? 0);
    });
    const answered = await Promise.race([...this.#running.values(), late]);
    cancel();
    if (answered !== null) this.#running.delete(answered.endpoint);
    return answered;
  }

  /** The next answer, however long it takes. */
  async last(): Promise<Answered> {
    const answered = await Promise.race(this.#running.values());
    this.#running.delete(answered.endpoint);
    return answered;
  }

  #waitsForBudget(): boolean {
    return [...this.#running.keys()].some((endpoint) => endpoint.isSpent);
  }
}
