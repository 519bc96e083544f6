import type { Disagreement } from '../core/disagreement.js';
import type { Unstamped } from './chain-input.js';
import type { ChainDeps } from './ports.js';

/** What was seen, before it is asked whether it is to be told. */
export type SeenDisagreement = Omit<Disagreement, 'sinceMs' | 'times'>;

/** The same of one endpoint is told no more often than this; the rest is counted. */
const leastMs = 600_000;
/** What a backend that lags or a fork that ends explains is over by then. */
const insistsMs = 300_000;
const insistsTimes = 3;
/** So long without a word, and the next one is a beginning again. */
const forgottenMs = 900_000;

interface Suspicion {
  readonly sinceMs: number;
  lastMs: number;
  times: number;
}

/** Decides which disagreements of a chain's endpoints are news for the engine. It never waits. */
export class Disagreements {
  readonly #toldAtMs = new Map<string, number>();
  /** Seen since they were told last. */
  readonly #untold = new Map<string, number>();
  readonly #suspicions = new Map<string, Suspicion>();

  constructor(
    private readonly chain: string,
    /** Bounded by nature: few kinds for each endpoint, and each of them seldom. */
    private readonly force: (input: Unstamped) => void,
    private readonly deps: Pick<ChainDeps, 'clock' | 'meter'>,
  ) {}

  /** An endpoint was asked for this very block by its hash, and what it told is not what others or proofs say. */
  found(seen: SeenDisagreement): void {
    this.#count(seen);
    this.#tell(seen, this.deps.clock.now());
  }

  /** A backend that lags or a fork that ends looks like this too: news only where it goes on. */
  suspected(seen: SeenDisagreement): void {
    this.#count(seen);
    const nowMs = this.deps.clock.now();
    const key = `${seen.endpoint}|${seen.what}`;
    const known = this.#suspicions.get(key);
    if (known === undefined || nowMs - known.lastMs > forgottenMs) {
      this.#suspicions.set(key, { sinceMs: nowMs, lastMs: nowMs, times: 1 });
      return;
    }
    known.lastMs = nowMs;
    known.times++;
    if (known.times >= insistsTimes && nowMs - known.sinceMs >= insistsMs) this.#tell(seen, known.sinceMs);
  }

  #tell(seen: SeenDisagreement, sinceMs: number): void {
    const key = `${seen.endpoint}|${seen.what}|${seen.by}|${seen.reached}`;
    const nowMs = this.deps.clock.now();
    const times = (this.#untold.get(key) ?? 0) + 1;
    const toldAtMs = this.#toldAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - toldAtMs < leastMs) {
      this.#untold.set(key, times);
      return;
    }
    this.#untold.delete(key);
    this.#toldAtMs.set(key, nowMs);
    this.force({ kind: 'disagreement', chain: this.chain, ...seen, sinceMs, times });
  }

  #count({ endpoint, what, by }: SeenDisagreement): void {
    const labels = { chain: this.chain, endpoint: endpoint ?? 'unknown', what, by };
    this.deps.meter.count('pegwatch_endpoint_disagreements_total', labels);
  }
}
