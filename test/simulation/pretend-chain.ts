// The truth of one chain in a simulation: its tree of blocks, which branch is canonical, and a small market whose
// events stand in them. Everything is drawn from the seed; endpoints only show it, or lie about it.

import { createHash } from 'node:crypto';
import type { Hex } from '../../src/core/hex.js';
import type { RawLog } from '../../src/core/reading.js';
import { bloomOf } from '../helpers/bloom-of.js';
import { aggregatorAddress, poolAddress, usdx } from '../helpers/make-spec.js';
import type { Seeded } from './seeded.js';

export interface Market {
  readonly reserves: readonly [bigint, bigint];
  readonly supply: bigint;
  readonly answer: bigint;
  readonly round: bigint;
  readonly answeredAtMs: number;
  /** What one USDX is worth while this lasts. */
  readonly usd: number;
}

export interface SimBlock {
  readonly number: number;
  readonly hash: Hex;
  readonly parent: SimBlock | null;
  readonly parentHash: Hex;
  readonly timeMs: number;
  readonly logs: readonly RawLog[];
  /** As a node words them. */
  readonly nodeLogs: readonly NodeLog[];
  readonly header: object;
  readonly market: Market;
}

export interface NodeLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
}

export interface PretendChain {
  readonly name: string;
  readonly chainId: number;
  readonly tip: SimBlock;
  readonly final: number;
  readonly byHash: ReadonlyMap<string, SimBlock>;
  /** The canonical blocks, oldest first; the first is number `first`. */
  readonly canonical: readonly SimBlock[];
  readonly first: number;
  /** Adds a block on top of the canonical branch. */
  mine(nowMs: number): SimBlock;
  /** Replaces the newest `depth` blocks by as many others and one more. */
  reorg(depth: number, nowMs: number): void;
  /** A block on a branch of its own. */
  fork(parent: SimBlock, nowMs: number): SimBlock;
  /** From now on nothing worth telling happens. */
  calm(): void;
}

const million = 1_000_000_000_000n;
const topics = {
  sync: '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1',
  transfer: '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
  answer: '0x0559884fd3a460db3073b7fc896cc77986f16e378210ded43186175bf646fc5f',
} as const;
const someone = word(0xaan);
const nobody = word(0n);

export function pretendChain(
  options: {
    readonly name: string;
    readonly chainId: number;
    readonly startMs: number;
    readonly blockTimeMs: number;
    readonly finalDepth: number;
    /** How eventful a block is, 0..1. */
    readonly activity: number;
  },
  random: Seeded,
): PretendChain {
  const first = 1_000;
  const canonical: SimBlock[] = [];
  const byHash = new Map<string, SimBlock>();
  let salt = 0;
  let final = first;
  let calm = false;
  for (let i = 0; i < 80; i++) extend(options.startMs - (80 - i) * options.blockTimeMs);

  return {
    name: options.name,
    chainId: options.chainId,
    get tip() {
      return canonical.at(-1)!;
    },
    get final() {
      return final;
    },
    byHash,
    canonical,
    first,
    mine: extend,
    reorg(depth, nowMs) {
      const most = canonical.at(-1)!.number - final;
      const gone = Math.min(depth, most);
      if (gone < 1) return;
      canonical.splice(canonical.length - gone);
      for (let i = 0; i <= gone; i++) extend(nowMs);
    },
    fork: (parent, nowMs) => make(parent, nowMs),
    calm() {
      calm = true;
    },
  };

  function extend(nowMs: number): SimBlock {
    const block = make(canonical.at(-1) ?? null, nowMs);
    canonical.push(block);
    final = Math.max(final, block.number - options.finalDepth);
    return block;
  }

  function make(parent: SimBlock | null, nowMs: number): SimBlock {
    const number = parent === null ? first : parent.number + 1;
    const hash = digest(`${options.name}/${options.chainId}/${parent?.hash}/${number}/${salt++}`);
    const parentHash = parent?.hash ?? word(0n);
    // Chains count in seconds, and never backwards.
    const timeMs = Math.max(parent?.timeMs ?? 0, Math.floor(nowMs / 1_000) * 1_000);
    const { market, logs } = happen(parent?.market ?? opening(timeMs), timeMs, hash);
    const block: SimBlock = {
      number,
      hash,
      parent,
      parentHash,
      timeMs,
      logs,
      market,
      nodeLogs: logs.map((log) => ({
        address: log.address,
        topics: log.topics,
        data: log.data,
        blockNumber: quantity(number),
        blockHash: hash,
        transactionHash: log.transactionHash,
        transactionIndex: quantity(log.logIndex),
        logIndex: quantity(log.logIndex),
        removed: false,
      })),
      header: {
        number: quantity(number),
        hash,
        parentHash,
        timestamp: quantity(timeMs / 1_000),
        logsBloom: bloomOf(logs),
        ...gasOf(hash, logs.length),
      },
    };
    byHash.set(hash, block);
    return block;
  }

  function happen(before: Market, timeMs: number, hash: Hex): { market: Market; logs: RawLog[] } {
    let market = before;
    const logs: RawLog[] = [];
    const add = (address: Hex, topicList: readonly Hex[], data: Hex): void => {
      const logIndex = logs.length;
      const transactionHash = digest(`${hash}/${logIndex}`);
      logs.push({ address, topics: topicList, data, transactionHash, logIndex });
    };
    const busy = calm ? 0 : options.activity;
    if (calm && before.usd !== 1) market = { ...market, usd: 1 };
    else if (random.chance(busy / 12)) {
      market = { ...market, usd: random.pick([1, 1, 1.0004, 1.002, 1.02, 1.08, 1.3]) };
    }
    if (market.usd !== before.usd || random.chance(busy)) {
      const skew = BigInt(Math.round(market.usd * random.between(0.9998, 1.0002) * 1e6));
      const reserves = [(5n * million * skew) / 1_000_000n, (5n * million * 1_000_000n) / skew] as const;
      market = { ...market, reserves };
      add(poolAddress, [topics.sync], join(reserves));
    }
    if (random.chance(busy / 8)) {
      const delta = (market.supply * BigInt(random.pick([1, 5, 80]))) / 1_000n;
      const burns = random.chance(0.6);
      market = { ...market, supply: market.supply + (burns ? -delta : delta) };
      const ends = burns ? [someone, nobody] : [nobody, someone];
      add(usdx.address, [topics.transfer, ...ends], join([delta]));
    }
    if (random.chance(busy / 8)) {
      const answer = BigInt(random.pick([100, 100, 99, 97])) * 1_000_000n;
      market = { ...market, answer, round: market.round + 1n, answeredAtMs: timeMs };
      add(aggregatorAddress, [topics.answer, word(answer), word(market.round)], word(BigInt(timeMs / 1_000)));
    }
    return { market, logs };
  }
}

/** What a block of this hash cost, and how full it was: 1 to 256 gwei, and the fuller the more happened. */
function gasOf(hash: Hex, logs: number): object {
  return {
    baseFeePerGas: quantity((Number.parseInt(hash.slice(2, 4), 16) + 1) * 1e9),
    gasUsed: quantity(logs * 50_000),
    gasLimit: quantity(36_000_000),
  };
}

function opening(timeMs: number): Market {
  return {
    reserves: [5n * million, 5n * million],
    supply: 100n * million,
    answer: 100_000_000n,
    round: 1n,
    answeredAtMs: timeMs,
    usd: 1,
  };
}

export function word(value: bigint): Hex {
  return `0x${BigInt.asUintN(256, value).toString(16).padStart(64, '0')}`;
}

export function join(words: readonly bigint[]): Hex {
  return `0x${words.map((one) => word(one).slice(2)).join('')}`;
}

export function quantity(value: number): Hex {
  return `0x${value.toString(16)}`;
}

function digest(text: string): Hex {
  return `0x${createHash('sha256').update(text).digest('hex')}`;
}
