// The background of the story: small trades in both directions in every pool, and feeds that answer regularly.
// A trade is followed by its opposite, so the crowd alone moves no price for long.

import { setTimeout as delay } from 'node:timers/promises';
import { coinNames } from './layout.js';
import type { Market, Pool } from './market.js';
import { answer, sellExactly } from './traders.js';

/** Whole tokens at size 1, beyond a thousand. A V2 pair spreads its money over all prices: a small trade moves it most. */
const largest = { 'uniswap-v2': 1_000, 'uniswap-v3': 20_000, stableswap: 20_000 } as const;

export interface Crowd {
  /** What the feeds of this chain repeat until told otherwise. */
  setAnswer(coin: string, usd: number): void;
  trades(): number;
  /** Rejects with the first failure the crowd met. */
  stop(): Promise<void>;
}

export function startCrowd(market: Market, random: () => number, feedEveryMs: number): Crowd {
  const stopping = new AbortController();
  const answers = new Map(coinNames.map((coin) => [coin, 1]));
  const turns = new Map<string, number>();
  const amounts = new Map<string, number>();
  let trades = 0;
  const work = Promise.all([tradeForEver(), answerForEver()]);
  // Kept for `stop`; a rejection in between must not end the process before the story can tell it.
  work.catch(() => {});

  return {
    setAnswer: (coin, usd) => void answers.set(coin, usd),
    trades: () => trades,
    async stop() {
      stopping.abort();
      await work;
    },
  };

  async function tradeForEver(): Promise<void> {
    const pools = Object.values(market.pools);
    while (!stopping.signal.aborted) {
      const pool = pools[Math.floor(random() * pools.length)] as Pool;
      await tradeOnce(pool);
      trades++;
      await pause(market.node.blockTimeMs * (0.5 + random()));
    }
  }

  async function tradeOnce(pool: Pool): Promise<void> {
    const turn = turns.get(pool.id) ?? 0;
    turns.set(pool.id, turn + 1);
    // Pairs of trades: there and back, over all coins of the pool.
    const first = (turn >> 1) % pool.coins.length;
    const pair = [
      pool.coins[first] as string,
      pool.coins[(first + 1) % pool.coins.length] as string,
    ] as const;
    const [spent, wanted] = turn % 2 === 0 ? pair : ([pair[1], pair[0]] as const);
    // The way back is as long as the way there: unequal trades would wander off over the minutes.
    const there = (1_000 + Math.round(random() * largest[pool.kind])) * market.layout.size;
    const amount = turn % 2 === 0 ? there : (amounts.get(pool.id) ?? there);
    amounts.set(pool.id, amount);
    await sellExactly(market, 'crowd', pool, spent, wanted, amount);
  }

  async function answerForEver(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(feedEveryMs * (0.8 + 0.4 * random()));
      for (const [coin, usd] of answers) {
        if (!stopping.signal.aborted) await answer(market, coin, usd);
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: stopping.signal }).catch(() => {});
  }
}
