// A crisis: forty coins on four chains fall off their peg one after the other, jitter there, come back for some minutes
// and fall again, each chain in its own time; each block is a burst of pool events. So every incident stands all the
// while, and its facts go on changing.

import { createHash } from 'node:crypto';
import type { Hex } from '../../../src/core/hex.js';
import type { Input } from '../../../src/core/io.js';
import type { PackedLogs } from '../../../src/core/packed-logs.js';
import type { RawLog } from '../../../src/core/reading.js';
import type { SourceSpec, TokenSpec } from '../../../src/core/source.js';
import type { Spec } from '../../../src/core/spec.js';
import { mulberry32 } from '../frames.js';

export type BlockInput = Extract<Input, { kind: 'block' }>;
export type Pack = (logs: readonly RawLog[], reject: (log: RawLog, why: string) => void) => PackedLogs;

const chains = ['arbitrum', 'bsc', 'ethereum', 'polygon'];
const coins = Array.from({ length: 40 }, (_, i) => `C${i}`);
const syncTopic: Hex = '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1';
/** Calm for longer than any rule holds: the signals of a wave ease, and the next wave raises new ones. */
const offMs = 300_000;
const waveMs = 780_000;
/** Five million of either side, 18 decimals. */
const depth = 5e24;

export function crisisSpec(rules: Pick<Spec, 'rules' | 'incidents'>, channels: Spec['channels']): Spec {
  return {
    version: 1,
    chains: chains.map((chain, i) => ({ chain, chainId: i + 1, blockTimeMs: 1000 })),
    coins: [...coins, 'USDC'].map((coin) => ({ coin, pegUsd: 1 })),
    sources: chains.flatMap((chain) => coins.map((coin) => poolOf(chain, coin))),
    rules: rules.rules,
    incidents: rules.incidents,
    channels,
  };
}

function poolOf(chain: string, coin: string): SourceSpec {
  return {
    id: `${chain}/${coin.toLowerCase()}-usdc`,
    chain,
    coin,
    protocol: 'uniswap-v2',
    address: address(`${chain} pool ${coin}`),
    tokens: [token(chain, coin), token(chain, 'USDC')],
    heartbeatMs: null,
    answerDecimals: null,
  };
}

function token(chain: string, coin: string): TokenSpec {
  return { symbol: coin, address: address(`${chain} ${coin}`), decimals: 18, coin };
}

/** Blocks of one second for all chains, in order; `fallEveryMs` between two coins that begin to fall. */
export function createMarket(eventsPerMinute: number, fallEveryMs: number, seed: number, pack: Pack) {
  const random = mulberry32(seed);
  const perBlock = Math.max(1, Math.round(eventsPerMinute / 60 / chains.length));
  const hashes = new Map(chains.map((chain) => [chain, word(0n)]));
  let number = 0;
  let made = 0;
  return {
    perBlock,
    second(passedMs: number, atMs: number): BlockInput[] {
      number++;
      return chains.map((chain, at): BlockInput => {
        const logs = Array.from({ length: perBlock }, (_, i): RawLog => {
          // Each pool in turn, so that all of them are heard of however few events there are.
          const coin = made++ % coins.length;
          const fallen = passedMs - coin * fallEveryMs - at * 500;
          const isOff = fallen >= 0 && fallen % (waveMs + at * 60_000) < offMs;
          const price = isOff ? 0.9 - random() * 0.3 : 1 + (random() - 0.5) * 1e-4;
          const root = Math.sqrt(price);
          return {
            address: address(`${chain} pool ${coins[coin]}`),
            topics: [syncTopic],
            data: `0x${words(BigInt(depth / root))}${words(BigInt(depth * root))}`,
            transactionHash: word(BigInt(made)),
            logIndex: i,
          };
        });
        const hash: Hex = `0x${createHash('sha256').update(`${chain}/${number}`).digest('hex')}`;
        const block = { number, hash, parentHash: hashes.get(chain) ?? word(0n), timeMs: Math.round(atMs) };
        hashes.set(chain, hash);
        return { kind: 'block', atMs, chain, block, logs: pack(logs, () => {}), calls: [] };
      });
    },
  };
}

const known = new Map<string, Hex>();

function address(name: string): Hex {
  const found: Hex = known.get(name) ?? `0x${createHash('sha256').update(name).digest('hex').slice(0, 40)}`;
  known.set(name, found);
  return found;
}

function word(value: bigint): Hex {
  return `0x${words(value)}`;
}

function words(value: bigint): string {
  return value.toString(16).padStart(64, '0');
}
