import type { BlockCheck } from '../core/block-checks.js';
import { type BlockContext, fuller } from '../core/block-context.js';
import type { Hex } from '../core/hex.js';
import { type PackedLogs, packLogs } from '../core/packed-logs.js';
import { sleep } from '../core/ports.js';
import type { Block } from '../core/reading.js';
import type { BaseFees } from './base-fees.js';
import type { Unstamped } from './chain-input.js';
import { digest } from './digest.js';
import { headerOfOne } from './headers.js';
import type { LogReader } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import { logsIn } from './prove-logs.js';
import { readContext } from './read-context.js';
import type { Requests } from './requests.js';
import type { SecondLook } from './second-look.js';
import type { Watched } from './watched.js';
import { wholeBlock } from './whole-block.js';

/** A block by what names it. */
export type NamedBlock = Pick<Block, 'number' | 'hash'>;

export interface AgreementParts {
  readonly requests: Requests;
  readonly watched: Watched;
  readonly logs: LogReader;
  readonly second: SecondLook;
  readonly baseFees: BaseFees;
  readonly put: (input: Unstamped) => Promise<boolean>;
}

interface Told {
  readonly check: BlockCheck;
  readonly context: BlockContext | null;
}

const firstWaitMs = 2_000;
const longestWaitMs = 60_000;
/** Some ten minutes. Whoever has not answered by then is down, and what is asked costs. */
const mostAttempts = 14;

/**
 * Asks around about a block on which a critical stands: who tells the same block with the same logs, and whether its
 * own receipts prove them. Asked again, for some ten minutes, until enough agree or the block has died; every better
 * answer is told. How busy the block was stands in the same answers, and is told with them.
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
    let best: Told | null = null;
    let waitMs = firstWaitMs;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const told = await this.#askAround({ number, hash, parentHash: '0x', timeMs: 0 });
      if (signal.aborted || asking.died) break;
      const better: Told = best === null ? told : betterOf(best, told);
      if (better !== best) {
        best = better;
        const { check, context } = better;
        const beside = context === null ? {} : { context };
        await this.parts.put({ kind: 'checked', chain: this.options.chain, number, hash, check, ...beside });
      }
      if (told.check.agreed >= this.options.wanted) break;
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

  async #askAround(block: Block): Promise<Told> {
    const { requests, second } = this.parts;
    const given = second.digestOf(block);
    const { usable } = requests;
    const told = await Promise.all(usable.map((name) => this.#told(name, block)));
    const agreed = told.filter((logs) => logs !== null && digest(logs) === given).length;
    const { logs, context } = await this.#witness(usable, block);
    const proven = logs !== null && digest(logs) === given;
    const { of, wanted } = this.options;
    return { check: { agreed, of, wanted, proven }, context };
  }

  /** The logs that the block's own receipts prove, and how busy it was: by who proves it, else by who tells most. */
  async #witness(
    names: readonly string[],
    block: Block,
  ): Promise<{ readonly logs: PackedLogs | null; readonly context: BlockContext | null }> {
    const { requests, watched, baseFees } = this.parts;
    const usualGwei = baseFees.usualBefore(block.number);
    let most: BlockContext | null = null;
    for (const name of names) {
      const whole = await wholeBlock(requests, name, block);
      if (!whole.ok) continue;
      const read = readContext(whole.value, block.hash, usualGwei);
      if (read !== null && read.senseless > 0) this.#count(name, read.senseless);
      const proof = logsIn(whole.value, block);
      if (proof.ok) {
        const own = proof.value.logs.filter((log) => watched.wants(log));
        return { logs: packLogs(own, () => {}), context: fuller(null, read?.context ?? null) };
      }
      most = fuller(most, read?.context ?? null);
    }
    return { logs: null, context: most };
  }

  #count(endpoint: string, senseless: number): void {
    const { chain } = this.options;
    this.deps.meter.count('pegwatch_block_context_senseless_total', { chain, endpoint }, senseless);
  }

  /** The logs of the block as this endpoint tells them; null where the block is not part of its chain, or it does not answer. */
  async #told(name: string, block: Block): Promise<PackedLogs | null> {
    const header = await headerOfOne(this.parts.requests, name, block.number);
    if (!header.ok || header.value.hash !== block.hash) return null;
    const logs = await this.parts.logs.told(name, block);
    return logs.ok ? logs.value : null;
  }
}

/** The surer check with the fuller context; `before` itself where nothing is better. */
function betterOf(before: Told, now: Told): Told {
  const isSurer = now.check.agreed > before.check.agreed || (now.check.proven && !before.check.proven);
  const context = surerContext(before, now);
  if (!isSurer && context === before.context) return before;
  return { check: isSurer ? now.check : before.check, context };
}

/** What is proven of a block stands before what was told of it; of two that are as sure, what tells more. */
function surerContext(before: Told, now: Told): BlockContext | null {
  if (before.check.proven === now.check.proven) return fuller(before.context, now.context);
  return before.check.proven ? (before.context ?? now.context) : (now.context ?? before.context);
}
