// Uniswap V3 pools and forks with the same events (SushiSwap V3; not PancakeSwap V3, whose Swap is another).
// Swap amounts are the pool's change: positive went in. `liquidity` of a Swap is what is in range after it.

import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import { callSource, decimalsChecks, intOf, selectors, tokenCheck, uintOf } from './abi.js';
import type { Protocol } from './protocol.js';

export const uniswapV3: Protocol = {
  name: 'uniswap-v3',
  type: 'pool',
  about: 'A concentrated liquidity pool: Uniswap V3 and forks with identical events.',
  events: [
    {
      signature:
        'event Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, ' +
        'uint160 sqrtPriceX96, uint128 liquidity, int24 tick)',
      topic0: '0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67',
      decode: decodeSwap,
    },
    {
      signature:
        'event Mint(address sender, address indexed owner, int24 indexed tickLower, int24 indexed tickUpper, ' +
        'uint128 amount, uint256 amount0, uint256 amount1)',
      topic0: '0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde',
      decode: decodeMint,
    },
    {
      signature:
        'event Burn(address indexed owner, int24 indexed tickLower, int24 indexed tickUpper, ' +
        'uint128 amount, uint256 amount0, uint256 amount1)',
      topic0: '0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c',
      decode: decodeBurn,
    },
    {
      signature:
        'event Collect(address indexed owner, address recipient, int24 indexed tickLower, int24 indexed tickUpper, ' +
        'uint128 amount0, uint128 amount1)',
      topic0: '0x70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0',
      decode: decodeCollect,
    },
  ],
  tokenCount: [2, 2],
  calls: (source) => [
    callSource(source, 'slot0', selectors['slot0()']),
    callSource(source, 'liquidity', selectors['liquidity()']),
  ],
  decodeCalls,
  identity: (source) => [
    tokenCheck(source, 0, selectors['token0()']),
    tokenCheck(source, 1, selectors['token1()']),
    ...decimalsChecks(source.tokens),
  ],
};

function decodeSwap(log: LogCursor): Observation | null {
  if (!log.shape(2, 5)) return null;
  log.addressTopic(0);
  log.addressTopic(1);
  return {
    kind: 'swap',
    amounts: [log.int(0), log.int(1)],
    sqrtPriceX96: log.uint(2, 160),
    liquidity: log.uint(3, 128),
    tick: log.small(4, 24),
  };
}

function decodeMint(log: LogCursor): Observation | null {
  if (!log.shape(3, 4)) return null;
  // The sender is not indexed and stands first in the data.
  log.address(0);
  return liquidity(log, 1, 1n);
}

/** Takes liquidity off the curve; the coins stay in the pool until they are collected. An amount of zero is common:
 * it brings a position's fees up to date. */
function decodeBurn(log: LogCursor): Observation | null {
  return log.shape(3, 3) ? liquidity(log, 0, -1n) : null;
}

function decodeCollect(log: LogCursor): Observation | null {
  if (!log.shape(3, 3)) return null;
  log.addressTopic(0);
  log.address(0);
  return {
    kind: 'collect',
    amounts: [-log.uint(1, 128), -log.uint(2, 128)],
    tickLower: log.smallTopic(1, 24),
    tickUpper: log.smallTopic(2, 24),
  };
}

function liquidity(log: LogCursor, word: number, sign: bigint) {
  log.addressTopic(0);
  return {
    kind: 'liquidity',
    amounts: [sign * log.uint(word + 1), sign * log.uint(word + 2)],
    liquidityDelta: sign * log.uint(word, 128),
    tickLower: log.smallTopic(1, 24),
    tickUpper: log.smallTopic(2, 24),
  } as const satisfies Observation;
}

/** A price of zero is a pool that was never initialised: unknown, not worthless. */
function decodeCalls(answers: ReadonlyMap<string, Hex | null>): readonly Observation[] | null {
  const slot0 = answers.get('slot0') ?? null;
  const inRange = answers.get('liquidity') ?? null;
  if (slot0 === null && inRange === null) return [];
  const price = slot0 === null ? 0n : uintOf(slot0, 0, 160);
  const tick = slot0 === null ? 0n : intOf(slot0, 1, 24);
  const liquidity = inRange === null ? 0n : uintOf(inRange, 0, 128);
  if (price === null || tick === null || liquidity === null) return null;
  return [
    {
      kind: 'range',
      sqrtPriceX96: price === 0n ? null : price,
      liquidity: inRange === null ? null : liquidity,
      tick: price === 0n ? null : Number(tick),
    },
  ];
}
