import type { Hex } from '../core/hex.js';
import type { Block, CallReading } from '../core/reading.js';
import { backFill } from './back-fill.js';
import type { BranchReader } from './branch-reader.js';
import type { LogReader, ReadBlock } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import type { Requests } from './requests.js';
import type { SecondLook } from './second-look.js';
import type { Tuning } from './tuning.js';

export interface RangeChunk {
  /** Those with logs, and the last one. */
  readonly blocks: readonly ReadBlock[];
  readonly last: Block;
  /** Made at the last block. */
  readonly calls: readonly CallReading[];
  /** Who told the same of it; null where nobody else was asked. */
  readonly confirmedBy: string | null;
}

/** Far behind the head: final blocks by range, each chunk proved to continue the one before it. */
export class RangeReader {
  constructor(
    private readonly chain: string,
    private readonly parts: {
      readonly requests: Requests;
      readonly logs: LogReader;
      readonly second: SecondLook;
      readonly branches: BranchReader;
    },
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {}

  /** Chunks in order, after the block `tip`; ends early where one could not be read or continues nothing. */
  async *read(tip: Block | undefined, from: number, to: number): AsyncGenerator<RangeChunk> {
    const { logs, second, branches, requests } = this.parts;
    const range = (first: number, last: number): ReturnType<SecondLook['range']> => second.range(first, last);
    const checked = { width: logs.width, range };
    let before: Hex | undefined = tip?.hash;
    for await (const chunk of backFill(checked, from, to, this.deps.tuning.chunksAhead)) {
      const last = chunk.ok ? chunk.value.blocks.at(-1)?.block : undefined;
      if (!chunk.ok || last === undefined)
        return this.#interrupted(chunk.ok ? 'malformed' : chunk.failure.kind);
      const { blocks, parentHash, confirmedBy } = chunk.value;
      if (before !== undefined && before !== parentHash) {
        // A range of another branch, or of another chain.
        if (requests.lastGood !== null) requests.distrust(requests.lastGood, 'a range that links to nothing');
        return this.#interrupted('a range does not continue the one before');
      }
      before = last.hash;
      yield { blocks, last, confirmedBy, calls: await branches.callsBehind(last, blocks) };
    }
  }

  #interrupted(why: string): void {
    this.deps.log.warn({ chain: this.chain, why }, 'back-fill interrupted');
  }
}
