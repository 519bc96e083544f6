// Curve StableSwap pools with a fixed number of coins: the first pools (3pool, sUSD) and those of the first
// factory. The length of an array is part of its type, so two, three and four coins have three sets of topics.

import type { Hex } from '../core/hex.js';
import type { Amount, Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import type { SourceSpec } from '../core/source.js';
import {
  curveCalls,
  curveIdentity,
  decodeCurveCalls,
  liquidityOf,
  tokenExchange,
  tokenExchangeUnderlying,
} from './curve-coins.js';
import type { EventWanted, Protocol } from './protocol.js';

type Topics = readonly [add: Hex, remove: Hex, removeImbalance: Hex];

const topicsByCoins: readonly (readonly [coins: number, topics: Topics])[] = [
  [
    2,
    [
      '0x26f55a85081d24974e85c6c00045d0f0453991e95873f52bff0d21af4079a768',
      '0x7c363854ccf79623411f8995b362bce5eddff18c927edc6f5dbbb5e05819a82c',
      '0x2b5508378d7e19e0d5fa338419034731416c4f5b219a10379956f764317fd47e',
    ],
  ],
  [
    3,
    [
      '0x423f6495a08fc652425cf4ed0d1f9e37e571d9b9529b1c1c23cce780b2e7df0d',
      '0xa49d4cf02656aebf8c771f5a8585638a2a15ee6c97cf7205d4208ed7c1df252d',
      '0x173599dbf9c6ca6f7c3b590df07ae98a45d74ff54065505141e7de6c46a624c2',
    ],
  ],
  [
    4,
    [
      '0x3f1915775e0c9a38a57a7bb7f1f9005f486fb904e1f84aa215364d567319a58d',
      '0x9878ca375e106f2a43c3b599fc624568131c4c9a4ba66a14563715763be9d59d',
      '0xb964b72f73f5ef5bf0fdc559b2fab9a7b12a39e47817a547f1f0aee47febd602',
    ],
  ],
];

export const curveStableSwap: Protocol = {
  name: 'curve-stable-swap',
  type: 'pool',
  about: 'A Curve StableSwap pool of two to four coins, before the NG generation.',
  events: [
    tokenExchange,
    tokenExchangeUnderlying,
    ...topicsByCoins.flatMap(([coins, topics]) => liquidityEvents(coins, topics)),
    {
      signature:
        'event RemoveLiquidityOne(address indexed provider, uint256 token_amount, uint256 coin_amount)',
      topic0: '0x9e96dd3b997a2a257eec4df9bb6eaf626e206df5f543bd963682d143300be310',
      decode: (log) => decodeRemoveOne(log, 2),
    },
    {
      signature:
        'event RemoveLiquidityOne(address indexed provider, uint256 token_amount, uint256 coin_amount, ' +
        'uint256 token_supply)',
      topic0: '0x5ad056f2e28a8cec232015406b843668c1e36cda598127ec3b8c59b8c72773a0',
      decode: (log) => decodeRemoveOne(log, 3),
    },
  ],
  tokenCount: [2, 4],
  calls: curveCalls,
  decodeCalls: decodeCurveCalls,
  identity: curveIdentity,
};

function liquidityEvents(coins: number, [add, remove, removeImbalance]: Topics): readonly EventWanted[] {
  const arrays = `address indexed provider, uint256[${coins}] token_amounts, uint256[${coins}] fees`;
  const both = 'uint256 invariant, uint256 token_supply';
  return [
    {
      signature: `event AddLiquidity(${arrays}, ${both})`,
      topic0: add,
      decode: (log, source) => decodeLiquidity(log, source, coins, 2, 1),
    },
    {
      signature: `event RemoveLiquidity(${arrays}, uint256 token_supply)`,
      topic0: remove,
      decode: (log, source) => decodeLiquidity(log, source, coins, 1, -1),
    },
    {
      signature: `event RemoveLiquidityImbalance(${arrays}, ${both})`,
      topic0: removeImbalance,
      decode: (log, source) => decodeLiquidity(log, source, coins, 2, -1),
    },
  ];
}

/** Amounts and fees for each coin, then `more` words. */
function decodeLiquidity(
  log: LogCursor,
  source: SourceSpec,
  coins: number,
  more: number,
  sign: 1 | -1,
): Observation | null {
  if (!log.shape(1, 2 * coins + more)) return null;
  log.addressTopic(0);
  // The event of a pool with another number of coins than the configured one.
  if (source.tokens.length !== coins) log.malformed = true;
  const amounts: Amount[] = [];
  for (let i = 0; i < coins; i++) amounts.push(sign === 1 ? log.uint(i) : -log.uint(i));
  return liquidityOf(amounts);
}

/** The old shapes do not say which coin left: the balances read in the same block do. */
function decodeRemoveOne(log: LogCursor, words: number): Observation | null {
  if (!log.shape(1, words)) return null;
  log.addressTopic(0);
  return liquidityOf(null);
}
