// A token that mints, watched on `ethereum`: what the tests of the chain room follow.

import type { Hex } from '../../src/core/hex.js';
import type { SourceSpec } from '../../src/core/source.js';

export const token: Hex = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';

export const usdcSupply: SourceSpec = {
  id: 'ethereum/usdc-supply',
  chain: 'ethereum',
  coin: 'USDC',
  protocol: 'erc20',
  address: token,
  tokens: [{ symbol: 'USDC', address: token, decimals: 6, coin: 'USDC' }],
  heartbeatMs: null,
  answerDecimals: null,
};

export const zeroWord: Hex = `0x${'0'.repeat(64)}`;
const transferTopic = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

/** The log of a mint of `amount`. */
export function mint(amount: bigint, more: { address?: Hex; logIndex?: number } = {}) {
  return {
    address: token,
    topics: [`0x${transferTopic}`, zeroWord, `0x${'0'.repeat(24)}${'ab'.repeat(20)}`] as readonly Hex[],
    data: `0x${amount.toString(16).padStart(64, '0')}` as Hex,
    ...more,
  };
}

/** For a real node: code that emits Transfer(0, this, first word of the call data), so that it mints what it is told. */
export const mintCode: Hex = `0x60003560005230600073${'0'.repeat(40)}7f${transferTopic}60206000a300`;
