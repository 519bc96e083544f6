import type { Hex } from '../core/hex.js';
import type { Block, CallReading } from '../core/reading.js';
import type { BaseFees } from './base-fees.js';
import type { CallSchedule } from './call-schedule.js';
import type { Unstamped } from './chain-input.js';
import type { Span } from './late-reader.js';
import type { ReadBlock } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import { accept, type Kept, rewind } from './reorg.js';
import type { Requests } from './requests.js';
import type { SecondLook } from './second-look.js';

export interface GivenParts {
  readonly requests: Requests;
  readonly schedule: CallSchedule;
  readonly second: SecondLook;
  readonly baseFees: BaseFees;
  /** Waits for room; resolves false after the end. */
  readonly put: (input: Unstamped) => Promise<boolean>;
}

/** What the engine was given of a chain, and the light blocks that are kept so that a reorg can be understood. */
export class GivenChain {
  /** The newest block that was given to the engine and is canonical. */
  read: Block | null = null;
  kept: Kept = [];
  /** The head that a subscription announced. */
  pushed: Hex | null = null;
  /** Blocks below were never given to the engine: their death is none of its business. */
  #firstRead = Number.NEGATIVE_INFINITY;
  /** The last block that was passed over: a reorg to below it must be told, though none of its dead was ever given. */
  #passedTo = -1;

  constructor(
    private readonly chain: string,
    private readonly parts: GivenParts,
    private readonly deps: Pick<ChainDeps, 'log' | 'meter'>,
  ) {}

  get tip(): Block | undefined {
    return this.kept.at(-1);
  }

  /** The engine will be given `first` and what follows it; `ancestors` stand below. */
  begin(first: number, ancestors: Kept): void {
    this.#firstRead = first;
    this.kept = ancestors;
    for (const one of ancestors) this.parts.baseFees.remember(one);
  }

  /** The blocks of `span` are left out for now; `ancestors` lead to the block after it. */
  async passOver(span: Span, ancestors: Kept): Promise<boolean> {
    const hole = { kind: 'hole', chain: this.chain, ...span, sources: null, why: 'unreadable' } as const;
    if (!(await this.parts.put(hole))) return false;
    this.begin(span.to + 1, ancestors);
    this.#passedTo = span.to;
    const { chain } = this;
    this.deps.log.error({ chain, ...span }, 'passed over: no endpoint gives the logs of these blocks');
    return true;
  }

  /** A block that continues the kept ones. */
  give(read: ReadBlock, calls: readonly CallReading[]): Promise<boolean> {
    this.kept = accept(this.kept, read.block);
    this.parts.second.remember(read);
    return this.#put(read, calls);
  }

  /** A final block far behind the head. Between two with logs lie others: what is below is kept no more. */
  giveFinal(read: ReadBlock, calls: readonly CallReading[]): Promise<boolean> {
    this.kept = [read.block];
    this.#firstRead = Number.NEGATIVE_INFINITY;
    return this.#put(read, calls);
  }

  /** `dead` are the kept blocks above `keep`, newest first. */
  async reorg(keep: Block, dead: readonly Hex[], why?: 'second-look'): Promise<boolean> {
    const tip = this.tip?.number ?? keep.number;
    const given = dead.filter((_hash, i) => tip - i >= this.#firstRead);
    this.kept = rewind(this.kept, keep.number);
    this.read = keep;
    this.parts.schedule.died(keep.number);
    this.parts.second.rewind(keep.number);
    this.parts.baseFees.rewind(keep.number);
    if (given.length === 0 && keep.number >= this.#passedTo) return true;
    const { chain } = this;
    if (why === undefined) {
      this.deps.meter.count('pegwatch_reorgs_total', { chain });
      this.deps.log.warn({ chain, depth: given.length }, 'reorg');
    }
    const { number, hash } = keep;
    const reason = why === undefined ? {} : { why };
    return this.parts.put({ kind: 'reorg', chain, keep: { number, hash }, dead: given, ...reason });
  }

  #put({ block, logs, by }: ReadBlock, calls: readonly CallReading[]): Promise<boolean> {
    const { chain } = this;
    this.read = block;
    this.parts.baseFees.remember(block);
    // After a reorg right at the start, blocks below the first one are given too.
    this.#firstRead = Math.min(this.#firstRead, block.number);
    this.deps.meter.gauge('pegwatch_chain_read_block', { chain }, block.number);
    const how = block.hash === this.pushed ? 'pushed' : 'fetched';
    // Where no log was asked for, whoever gave the header stands for the block.
    const via = { endpoint: by || (this.parts.requests.lastGood ?? 'unknown'), how } as const;
    // What else its header held is of the chain room only.
    const { number, hash, parentHash, timeMs } = block;
    const light = { number, hash, parentHash, timeMs };
    return this.parts.put({ kind: 'block', chain, block: light, logs, calls, via });
  }
}
