import type { ChainConfig } from '../config/config.js';
import type { Block } from '../core/reading.js';
import { headerByTag } from './headers.js';
import type { ChainDeps } from './ports.js';
import { blockAt, type Kept } from './reorg.js';
import type { Requests } from './requests.js';
import type { Tuning } from './tuning.js';

/** Finality is asked for no more often than this, and no less often than the second number. */
const leastMs = 2_000;
const mostMs = 30_000;

/**
 * How far the chain says it is final, by its tag or by depth, and how much of that was announced. A claim is about the
 * branch of whoever makes it: it is announced only for a branch that we hold, else the reorg that we have yet to learn
 * of would look like one below finality.
 */
export class Finality {
  /** The highest number that the chain called final; back-fill may go by range up to here. */
  claimed: number | null;
  /** The highest number that the engine was told; never above what it has read. */
  announced: number | null;
  /** What the tag named last. */
  #tagged: Block | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #toldAtMs: number | null = null;
  #readWhenTold = -1;

  constructor(
    private readonly chain: ChainConfig,
    announced: number | null,
    private readonly requests: Requests,
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    this.claimed = announced;
    this.announced = announced;
  }

  /** Looks again where it is time, about every ten blocks. */
  async look(head: Block): Promise<void> {
    const { blockTimeMs, finality } = this.chain;
    if (!finality.tag) return this.#claim(head.number - finality.depth);
    const now = this.deps.clock.now();
    if (now - this.#askedAtMs < Math.min(mostMs, Math.max(leastMs, 10 * blockTimeMs))) return;
    this.#askedAtMs = now;
    const answer = await headerByTag(this.requests, 'finalized', 1);
    if (!answer.ok) return;
    this.#tagged = answer.value;
    this.#claim(Math.min(answer.value.number, head.number));
  }

  /** What could be announced now that the engine has `kept`, up to and with `read`; null where that is no news. */
  next(kept: Kept, read: number): number | null {
    const number = this.chain.finality.tag ? this.#heldFinal(kept) : read - this.chain.finality.depth;
    if (number === null || number < 0) return null;
    const capped = Math.min(number, read);
    return capped <= (this.announced ?? -1) ? null : capped;
  }

  /** Remembers that this is announced; null where it is no news. */
  announceTo(number: number): number | null {
    if (number < 0 || number <= (this.announced ?? -1)) return null;
    this.announced = number;
    return number;
  }

  /** What to tell again where it has not moved for a while, so that a stall can be judged; null: nothing now. */
  unmoved(read: number): number | null {
    if (read <= this.#readWhenTold) return null;
    const now = this.deps.clock.now();
    this.#toldAtMs ??= now;
    return now - this.#toldAtMs < this.deps.tuning.finalityAgainMs ? null : (this.announced ?? -1);
  }

  /** The engine was told when it had `read`. */
  told(read: number): void {
    this.#toldAtMs = this.deps.clock.now();
    this.#readWhenTold = read;
  }

  /** The tag's block where it is one of ours; where it is not, either we have yet to learn of a reorg or it is a lie. */
  #heldFinal(kept: Kept): number | null {
    const tagged = this.#tagged;
    return tagged !== null && blockAt(kept, tagged.number)?.hash === tagged.hash ? tagged.number : null;
  }

  #claim(number: number): void {
    if (number > (this.claimed ?? -1)) this.claimed = number;
  }
}
