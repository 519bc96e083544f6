import type { ChainConfig } from '../config/config.js';
import type { Block } from '../core/types.js';
import { headerByTag } from './headers.js';
import type { ChainDeps } from './ports.js';
import { blockAt, type Kept } from './reorg.js';
import type { Requests } from './requests.js';

/** Finality is asked for no more often than this, and no less often than the second number. */
const leastMs = 2_000;
const mostMs = 30_000;

/** How far the chain says it is final, by its tag or by depth, and how much of that was announced. */
export class Finality {
  /** The highest number that the chain called final; back-fill may go by range up to here. */
  claimed: number | null;
  /** The highest number that the engine was told; never above what it has read. */
  announced: number | null;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly chain: ChainConfig,
    announced: number | null,
    private readonly requests: Requests,
    private readonly deps: ChainDeps,
  ) {
    this.claimed = announced;
    this.announced = announced;
  }

  /** Looks again where it is time, about every ten blocks. */
  async look(head: Block, kept: Kept): Promise<void> {
    const { blockTimeMs, finality } = this.chain;
    if (!finality.tag) return this.#claim(head.number - finality.depth);
    const now = this.deps.clock.now();
    if (now - this.#askedAtMs < Math.min(mostMs, Math.max(leastMs, 10 * blockTimeMs))) return;
    this.#askedAtMs = now;
    const answer = await headerByTag(this.requests, 'finalized', 1);
    if (!answer.ok) return;
    const { number, hash } = answer.value;
    const ours = blockAt(kept, number);
    // Final, and not what we hold: either we must still learn of a reorg, or it is a lie. Neither is announced.
    if (ours !== undefined && ours.hash !== hash) return;
    this.#claim(Math.min(number, head.number));
  }

  /** What may be announced now that everything up to `read` is with the engine; null where that is no news. */
  announce(read: number): number | null {
    if (this.claimed === null) return null;
    const number = Math.min(this.claimed, read);
    if (number < 0 || number <= (this.announced ?? -1)) return null;
    this.announced = number;
    return number;
  }

  #claim(number: number): void {
    if (number > (this.claimed ?? -1)) this.claimed = number;
  }
}
