// What the contracts of the scenario answer to the calls of a start: who they are, and how they stand.

import { word } from './frames.js';
import { type ChainPlan, liquidity } from './scenario.js';

const selectors = {
  aggregator: '0x245a7bfc',
  decimals: '0x313ce567',
  getReserves: '0x0902f1ac',
  latestRoundData: '0xfeaf968c',
  liquidity: '0x1a686502',
  slot0: '0x3850c7bd',
  token0: '0x0dfe1681',
  token1: '0xd21220a7',
  totalSupply: '0x18160ddd',
} as const;

/** Null where no contract of the scenario knows the call. */
export function cannedCall(plan: ChainPlan, { to, data }: { to: string; data: string }): string | null {
  const words = answerTo(plan, to.toLowerCase(), data.slice(0, 10));
  return words === null
    ? null
    : `0x${words.map((one) => (typeof one === 'string' ? one : word(one))).join('')}`;
}

function answerTo(plan: ChainPlan, to: string, selector: string): readonly (bigint | string)[] | null {
  const pool = plan.pools.find(({ address }) => address === to);
  switch (selector) {
    case selectors.decimals:
      return [to === plan.feed ? 8n : to === plan.usdc ? 6n : 18n];
    case selectors.token0:
      return pool === undefined ? null : [padded(pool.coinAddress)];
    case selectors.token1:
      return pool === undefined ? null : [padded(plan.usdc)];
    case selectors.slot0:
      return [BigInt(2 ** 96 / 1e6), word(-276_324n), 0n, 1n, 1n, 0n, 1n];
    case selectors.liquidity:
      return [liquidity];
    case selectors.getReserves:
      return [2n * 10n ** 25n, 2n * 10n ** 13n, BigInt(nowSeconds())];
    case selectors.totalSupply:
      return [10n ** 16n];
    case selectors.latestRoundData:
      return [1n, 100_000_000n, BigInt(nowSeconds()), BigInt(nowSeconds()), 1n];
    case selectors.aggregator:
      return [padded(plan.aggregator)];
    default:
      return null;
  }
}

function padded(address: string): string {
  return address.slice(2).padStart(64, '0');
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
