// What pretend contracts answer to calls, and how providers word that a range is too wide.

import { toFunctionSelector } from 'viem';
import type { Hex } from '../../src/core/hex.js';
import { poolAddress, proxyAddress, usdc, usdx } from '../helpers/make-spec.js';
import { join, type SimBlock, word } from './pretend-chain.js';

const functions = new Map<string, (block: SimBlock, aggregator: Hex) => Hex>();

function answers(to: Hex, signature: string, answer: (block: SimBlock, aggregator: Hex) => Hex): void {
  functions.set(`${to} ${toFunctionSelector(signature)}`, answer);
}

for (const token of [usdx, usdc]) {
  answers(token.address, 'decimals()', () => word(6n));
  answers(token.address, 'totalSupply()', ({ market }) => word(market.supply));
}
answers(poolAddress, 'token0()', () => word(BigInt(usdx.address)));
answers(poolAddress, 'token1()', () => word(BigInt(usdc.address)));
answers(poolAddress, 'getReserves()', ({ market }) => join([...market.reserves, 0n]));
answers(proxyAddress, 'decimals()', () => word(8n));
answers(proxyAddress, 'aggregator()', (_block, aggregator) => word(BigInt(aggregator)));
answers(proxyAddress, 'latestRoundData()', ({ market }) => {
  const seconds = BigInt(market.answeredAtMs / 1_000);
  return join([market.round, market.answer, seconds, seconds, market.round]);
});

/** Null reverts. */
export function answerCall(
  call: { readonly to: string; readonly data: string },
  block: SimBlock,
  aggregator: Hex,
): Hex | null {
  return functions.get(`${call.to} ${call.data.slice(0, 10)}`)?.(block, aggregator) ?? null;
}

/** As providers word it; `most` is the number of blocks that would do. */
export const rangeRefusals: readonly ((
  from: number,
  most: number,
) => { readonly code: number; readonly message: string })[] = [
  (from, most) => ({
    code: -32600,
    message: `Under the Free tier plan, this block range should work: [0x${from.toString(16)}, 0x${(from + most - 1).toString(16)}]`,
  }),
  () => ({ code: -32005, message: 'query returned more than 10000 results' }),
  (_from, most) => ({ code: -32602, message: `eth_getLogs is limited to a ${most} range` }),
  () => ({ code: -32000, message: 'Block range limit exceeded.' }),
  () => ({ code: -32600, message: 'block range is too wide' }),
  (_from, most) => ({ code: 35, message: `ranges over ${most} blocks are not supported on freetier` }),
  (_from, most) => ({ code: -32000, message: `exceed maximum block range: ${most}` }),
];
