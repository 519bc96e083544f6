// Uniswap V2 pairs and their byte-compatible forks. `Sync` carries the full reserves after every change, so the
// last one is the state; `Swap` is read for the volume only and never summed into reserves.

import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import { callSource, decimalsChecks, selectors, tokenCheck, uintOf } from './abi.js';
import type { Protocol } from './protocol.js';

export const uniswapV2: Protocol = {
  name: 'uniswap-v2',
  type: 'pool',
  about: 'A constant product pair: Uniswap V2, SushiSwap, QuickSwap V2, PancakeSwap V2.',
  events: [
    {
      signature: 'event Sync(uint112 reserve0, uint112 reserve1)',
      topic0: '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1',
      decode: decodeSync,
    },
    {
      signature:
        'event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, ' +
        'uint256 amount1Out, address indexed to)',
      topic0: '0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822',
      decode: decodeSwap,
    },
  ],
  tokenCount: [2, 2],
  calls: (source) => [callSource(source, 'getReserves', selectors['getReserves()'])],
  decodeCalls,
  identity: (source) => [
    tokenCheck(source, 0, selectors['token0()']),
    tokenCheck(source, 1, selectors['token1()']),
    ...decimalsChecks(source.tokens),
  ],
};

function decodeSync(log: LogCursor): Observation | null {
  if (!log.shape(0, 2)) return null;
  return { kind: 'reserves', amounts: [log.uint(0, 112), log.uint(1, 112)] };
}

function decodeSwap(log: LogCursor): Observation | null {
  if (!log.shape(2, 4)) return null;
  log.addressTopic(0);
  log.addressTopic(1);
  return {
    kind: 'swap',
    amounts: [log.uint(0) - log.uint(2), log.uint(1) - log.uint(3)],
    sqrtPriceX96: null,
    liquidity: null,
    tick: null,
  };
}

function decodeCalls(answers: ReadonlyMap<string, Hex | null>): readonly Observation[] | null {
  const answer = answers.get('getReserves') ?? null;
  if (answer === null) return [];
  const reserve0 = uintOf(answer, 0, 112);
  const reserve1 = uintOf(answer, 1, 112);
  if (reserve0 === null || reserve1 === null) return null;
  return [{ kind: 'reserves', amounts: [reserve0, reserve1] }];
}
