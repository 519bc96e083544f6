import type { PackedLogs } from '../core/packed-logs.js';
import { sleep } from '../core/ports.js';
import type { Block, BlockCheck, Hex } from '../core/types.js';
import type { Unstamped } from './chain-input.js';
import { digest } from './digest.js';
import { headerOfOne } from './headers.js';
import type { LogReader } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import type { Requests } from './requests.js';
import type { SecondLook } from './second-look.js';

/** A block by what names it. */
export type NamedBlock = Pick<Block, 'number' | 'hash'>;

export interface AgreementParts {
  readonly requests: Requests;
  readonly logs: LogReader;
  readonly second: SecondLook;
  readonly put: (input: Unstamped) => Promise<boolean>;
}

const firstWaitMs = 2_000;
const longestWaitMs = 60_000;
/** Some ten minutes. Whoever has not answered by then is down, and what is asked costs. */
const mostAttempts = 14;

/**
 * Asks around about a block on which a critical stands: who tells the same block with the same logs, and whether its
 * own receipts prove them. Asked again, for some ten minutes, until enough agree or the block has died; every better
 * answer is told.
 */
export class Agreement {
  readonly #asking = new Map<Hex, { readonly number: number; died: boolean }>();

  constructor(
    private readonly options: {
      readonly chain: string;
      /** Configured endpoints. */
      readonly of: number;
      /** How many of them must agree. */
      readonly wanted: number;
    },
    private readonly parts: AgreementParts,
    private readonly deps: ChainDeps,
  ) {}

  /** Resolves when there is nothing more to ask. */
  async check({ number, hash }: NamedBlock): Promise<void> {
    if (this.#asking.has(hash)) return;
    const asking = { number, died: false };
    this.#asking.set(hash, asking);
    const { clock, signal } = this.deps;
    let best: BlockCheck | null = null;
    let waitMs = firstWaitMs;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const check = await this.#askAround({ number, hash, parentHash: '0x', timeMs: 0 });
      if (signal.aborted || asking.died) break;
      if (best === null || check.agreed > best.agreed || (check.proven && !best.proven)) {
        best = check;
        await this.parts.put({ kind: 'checked', chain: this.options.chain, number, hash, check });
      }
      if (check.agreed >= this.options.wanted) break;
      await sleep(clock, waitMs, signal);
      if (signal.aborted || asking.died) break;
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    }
    this.#asking.delete(hash);
  }

  /** The blocks above `number` died. */
  rewind(number: number): void {
    for (const asking of this.#asking.values()) if (asking.number > number) asking.died = true;
  }

  async #askAround(block: Block): Promise<BlockCheck> {
    const { requests, second } = this.parts;
    const given = second.digestOf(block);
    const { usable } = requests;
    const told = await Promise.all(usable.map((name) => this.#told(name, block)));
    const agreed = told.filter((logs) => logs !== null && digest(logs) === given).length;
    let proven = false;
    for (const name of usable) {
      const logs = await second.prove(name, block);
      if (logs === null) continue;
      proven = digest(logs) === given;
      break;
    }
    const { of, wanted } = this.options;
    return { agreed, of, wanted, proven };
  }

  /** The logs of the block as this endpoint tells them; null where the block is not part of its chain, or it does not answer. */
  async #told(name: string, block: Block): Promise<PackedLogs | null> {
    const header = await headerOfOne(this.parts.requests, name, block.number);
    if (!header.ok || header.value.hash !== block.hash) return null;
    const logs = await this.parts.logs.told(name, block);
    return logs.ok ? logs.value : null;
  }
}
