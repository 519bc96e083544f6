// The story as data: who does what, where and when. Times are seconds of the full telling; `--fast` shortens them.

import type { ChainName } from '../../src/core/chain.js';
import type { Party } from './layout.js';
import type { Deed } from './traders.js';

export type Step =
  | { readonly at: number; readonly heading: string }
  | { readonly at: number; readonly chain: ChainName; readonly deed: Deed };

const v2 = 'usdx-usdc-v2';
const v3 = 'usdx-usdt-v3';
const stable = 'usdx-usdc-usdt-stableswap';

const push = (at: number, chain: ChainName, party: Party, pool: string, to: number): Step => ({
  at,
  chain,
  deed: { kind: 'push', party, pool, coin: 'USDX', against: pool === v3 ? 'USDT' : 'USDC', to },
});
const sale = (at: number, chain: ChainName, pool: string, to: number): Step =>
  push(at, chain, 'whale', pool, to);
const rescue = (at: number, chain: ChainName, pool: string, to: number): Step =>
  push(at, chain, 'buyers', pool, to);
const pull = (at: number, chain: ChainName, pool: string, share: number): Step => ({
  at,
  chain,
  deed: { kind: 'pull', pool, share },
});
const refill = (at: number, chain: ChainName, pool: string, share: number): Step => ({
  at,
  chain,
  deed: { kind: 'refill', pool, share },
});
const redeem = (at: number, chain: ChainName, share: number): Step => ({
  at,
  chain,
  deed: { kind: 'redeem', coin: 'USDX', share },
});
const issue = (at: number, chain: ChainName, share: number): Step => ({
  at,
  chain,
  deed: { kind: 'issue', coin: 'USDX', share },
});
const oracle = (at: number, chain: ChainName, usd: number): Step => ({
  at,
  chain,
  deed: { kind: 'answer', coin: 'USDX', usd },
});

/** When the trouble begins. */
export const firstSaleAt = 12;
export const storyLengthSeconds = 108;

/** The seed turns prices and times a little; which things happen, and in which order on a chain, stays. */
export function tellStory(random: () => number): readonly Step[] {
  return script.map((step) => {
    if (!('deed' in step) || step.deed.kind !== 'push') return step;
    // A peg that is restored is restored: the further away a price, the more it is turned.
    const turned = 1 + (step.deed.to - 1) * (1 + (random() - 0.5) * 0.1);
    return { ...step, at: step.at + random() * 0.5, deed: { ...step.deed, to: turned } };
  });
}

const script: readonly Step[] = [
  { at: 0, heading: 'Calm: everybody trades around one dollar' },

  {
    at: firstSaleAt,
    heading: 'Act 1: a whale leaves USDX on ethereum, and others follow. The oracle does not notice yet',
  },
  sale(firstSaleAt, 'ethereum', v3, 0.985),
  sale(16, 'ethereum', stable, 0.99),
  pull(19, 'ethereum', v3, 0.5),
  sale(22, 'ethereum', v2, 0.965),
  redeem(25, 'ethereum', 0.1),
  sale(28, 'ethereum', v3, 0.945),
  pull(31, 'ethereum', stable, 0.4),
  redeem(34, 'ethereum', 0.08),
  sale(37, 'ethereum', stable, 0.95),

  { at: 41, heading: 'Act 2: the trouble spreads to the other chains; the oracles catch up late' },
  sale(41, 'arbitrum', v3, 0.965),
  sale(43, 'arbitrum', v2, 0.955),
  pull(45, 'arbitrum', v3, 0.45),
  sale(46, 'ethereum', v2, 0.92),
  sale(48, 'polygon', v3, 0.96),
  redeem(50, 'polygon', 0.1),
  sale(51, 'polygon', v2, 0.95),
  sale(53, 'bsc', v3, 0.955),
  pull(55, 'bsc', v2, 0.5),
  sale(56, 'bsc', v2, 0.95),
  oracle(58, 'ethereum', 0.93),
  sale(59, 'arbitrum', v3, 0.93),
  oracle(61, 'arbitrum', 0.935),
  oracle(62, 'polygon', 0.94),
  oracle(63, 'bsc', 0.94),

  { at: 70, heading: 'Act 3: the issuer proves its reserves; buyers return and liquidity after them' },
  rescue(70, 'ethereum', v3, 0.98),
  rescue(73, 'ethereum', stable, 0.988),
  rescue(74, 'arbitrum', v3, 0.985),
  rescue(76, 'ethereum', v2, 0.99),
  rescue(77, 'polygon', v3, 0.99),
  rescue(78, 'bsc', v3, 0.99),
  rescue(79, 'arbitrum', v2, 1),
  refill(80, 'ethereum', v3, 0.5),
  rescue(82, 'polygon', v2, 1),
  rescue(82, 'bsc', v2, 1),
  refill(83, 'arbitrum', v3, 0.45),
  refill(84, 'bsc', v2, 0.5),
  rescue(84, 'ethereum', v3, 1),
  refill(86, 'ethereum', stable, 0.4),
  rescue(88, 'arbitrum', v3, 1),
  rescue(89, 'polygon', v3, 1),
  rescue(89, 'bsc', v3, 1),
  rescue(91, 'ethereum', stable, 1),
  rescue(93, 'ethereum', v2, 1),
  // Fresh dollars: what was burned is minted again, so that the supply too is what it was.
  issue(92, 'polygon', 0.11),
  issue(94, 'ethereum', 0.2),
  oracle(94, 'ethereum', 1),
  oracle(95, 'arbitrum', 1),
  oracle(95, 'polygon', 1),
  oracle(95, 'bsc', 1),

  { at: 99, heading: 'Calm again' },
];
