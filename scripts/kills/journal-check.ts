// What the store holds, compared with what was mined: each block once, in an unbroken line, with all its events, and
// the dead ones marked. Read on from where the last look ended, so that a look after each kill costs little.

import type { Input, Step } from '../../src/core/io.js';
import { LogCursor } from '../../src/core/packed-logs.js';
import type { StoreReader } from '../../src/store/store.js';
import type { Market } from '../../test/helpers/pretend-market.js';
import type { StormStory } from './storm-story.js';

type BlockInput = Extract<Input, { kind: 'block' }>;

export interface JournalCheck {
  readonly events: number;
  readonly reorgs: number;
  readonly starts: number;
  take(step: Step): void;
  /** The line of every chain must end where the chain does now, and the timeline must say the same. */
  atEnd(reader: Pick<StoreReader, 'entries'>): void;
}

export function createJournalCheck(
  markets: readonly Market[],
  story: StormStory,
  problem: (sentence: string) => void,
): JournalCheck {
  /** Hashes of each chain's living blocks as the journal has them, oldest first. */
  const lines = new Map<string, string[]>(markets.map(({ chain }) => [chain, []]));
  const stored = new Map<string, Set<string>>(markets.map(({ chain }) => [chain, new Set()]));
  let events = 0;
  let reorgs = 0;
  let starts = 0;
  let nextSeq = 1;

  function take({ seq, input }: Step): void {
    if (seq !== nextSeq) problem(`step ${seq} stands where ${nextSeq} should`);
    nextSeq = seq + 1;
    if (input.kind === 'start') starts++;
    if (input.kind === 'block') takeBlock(input);
    if (input.kind === 'reorg') {
      reorgs++;
      const line = lines.get(input.chain) ?? [];
      for (const hash of input.dead) {
        if (line.pop() !== hash) problem(`${input.chain}: a reorg kills ${hash}, which is not the tip`);
      }
    }
  }

  function takeBlock({ chain, block, logs }: BlockInput): void {
    const line = lines.get(chain) ?? [];
    const seen = stored.get(chain);
    const mined = story.mined.get(chain)?.get(block.hash);
    const count = new LogCursor(logs).count;
    events += count;
    if (mined === undefined) problem(`${chain}: block ${block.number} was never mined`);
    else if (count !== mined.logs.length) {
      problem(`${chain}: block ${block.number} has ${count} of its ${mined.logs.length} events`);
    }
    const tip = line.at(-1);
    if (tip !== undefined && tip !== block.parentHash) {
      problem(`${chain}: block ${block.number} does not continue the line`);
    }
    if (line.includes(block.hash, -512)) problem(`${chain}: block ${block.number} is stored twice`);
    line.push(block.hash);
    // A block in which nothing happened has no line of the timeline.
    if (count > 0) seen?.add(block.hash);
  }

  function atEnd(reader: Pick<StoreReader, 'entries'>): void {
    for (const { chain, node } of markets) {
      const line = lines.get(chain) ?? [];
      const from = node.blocks.findIndex(({ hash }) => hash === line[0]);
      const alive = from < 0 ? [] : node.blocks.slice(from).map(({ hash }) => hash);
      if (alive.length !== line.length || alive.some((hash, i) => hash !== line[i])) {
        problem(`${chain}: the journal holds ${line.length} living blocks, the chain ${alive.length}`);
      }
      compareTimeline(chain, new Set(alive), reader);
    }
  }

  function compareTimeline(
    chain: string,
    alive: ReadonlySet<string>,
    reader: Pick<StoreReader, 'entries'>,
  ): void {
    const told = new Map<string, number>();
    for (const entry of reader.entries({ chain, kinds: ['block'] })) {
      if (entry.kind !== 'block') continue;
      const { hash, number } = entry.input.block;
      if (entry.orphaned && alive.has(hash)) problem(`${chain}: block ${number} lives and is marked dead`);
      if (!entry.orphaned && !alive.has(hash)) problem(`${chain}: block ${number} is dead and not marked`);
      told.set(hash, (told.get(hash) ?? 0) + 1);
    }
    for (const [hash, times] of told) if (times > 1) problem(`${chain}: ${hash} is told ${times} times`);
    for (const hash of stored.get(chain) ?? []) {
      if (!told.has(hash)) problem(`${chain}: ${hash} is stored and not in the timeline`);
    }
  }

  return {
    get events() {
      return events;
    },
    get reorgs() {
      return reorgs;
    },
    get starts() {
      return starts;
    },
    take,
    atEnd,
  };
}
