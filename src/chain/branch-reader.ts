import type { Hex } from '../core/hex.js';
import { LogCursor } from '../core/packed-logs.js';
import type { Block, CallReading } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import type { CallReader } from './call-reader.js';
import type { CallSchedule } from './call-schedule.js';
import type { LogReader, ReadBlock } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import type { Branch } from './reorg.js';
import type { SecondLook } from './second-look.js';
import type { Tuning } from './tuning.js';
import type { Watched } from './watched.js';

export interface BranchParts {
  readonly logs: LogReader;
  readonly calls: CallReader;
  readonly schedule: CallSchedule;
  readonly watched: Watched;
  readonly second: SecondLook;
}

/** Reads what stands in blocks whose headers are known and linked: their logs, and by call the state behind them. */
export class BranchReader {
  #callsWhileBehind = true;

  constructor(
    private readonly parts: BranchParts,
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {}

  /**
   * The blocks of a branch in order, segment by segment; ends early where one could not be read. Calls are made at the
   * last block of a segment.
   */
  async *read(
    branch: Branch,
    live: boolean,
  ): AsyncGenerator<{ readonly read: ReadBlock; readonly calls: readonly CallReading[] }> {
    const { segment } = this.deps.tuning;
    for (let i = 0; i < branch.length; i += segment) {
      const part = branch.slice(i, i + segment);
      const newest = live && i + segment >= branch.length;
      let given = 0;
      for await (const one of this.#segment(part, newest)) {
        given++;
        yield one;
      }
      if (given < part.length) return;
    }
  }

  /** Old state is often pruned: where nothing comes back once, nothing more is asked until the head is reached. */
  async callsBehind(block: Block, blocks: readonly ReadBlock[]): Promise<readonly CallReading[]> {
    if (!this.#callsWhileBehind) return [];
    const spoke = this.parts.watched.sourcesOf(blocks.flatMap(addressesOf));
    const readings = await this.#callsAt(block, spoke, false);
    this.#callsWhileBehind = readings.length === 0 || readings.some(({ data }) => data !== null);
    return readings;
  }

  /** Blocks with many logs come in small batches, the next under way while one is given on. */
  async *#segment(
    segment: readonly Block[],
    newest: boolean,
  ): AsyncGenerator<{ readonly read: ReadBlock; readonly calls: readonly CallReading[] }> {
    const { logs, second, watched } = this.parts;
    const emitters = new Set<Hex>();
    let reading = logs.blocks(segment.slice(0, logs.batch));
    for (let given = 0; given < segment.length; ) {
      const outcome = await reading;
      if (!outcome.ok || outcome.value.length === 0) return;
      const blocks = await Promise.all(outcome.value.map((read) => second.corrected(read)));
      given += blocks.length;
      if (given < segment.length) reading = logs.blocks(segment.slice(given, given + logs.batch));
      for (const address of blocks.flatMap(addressesOf)) emitters.add(address);
      const last = given === segment.length ? blocks.at(-1) : undefined;
      const calls =
        last === undefined ? [] : await this.#callsAt(last.block, watched.sourcesOf(emitters), newest);
      if (last !== undefined) {
        watched.learn(calls);
        if (newest) this.#callsWhileBehind = true;
      }
      for (const read of blocks) yield { read, calls: read === last ? calls : [] };
    }
  }

  #callsAt(block: Block, spoke: readonly SourceSpec[], live: boolean): Promise<readonly CallReading[]> {
    const { calls, schedule } = this.parts;
    return calls.at(block, schedule.due(block.number, spoke, live, this.deps.clock.now()));
  }
}

function addressesOf({ logs }: ReadBlock): readonly Hex[] {
  return new LogCursor(logs).emitters.map(({ address }) => address);
}
