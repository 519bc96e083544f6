// Curve StableSwap-NG pools: two to eight coins, dynamic arrays in the events, and a RemoveLiquidityOne that
// says which coin left.

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
import type { Protocol } from './protocol.js';

const arrays = 'address indexed provider, uint256[] token_amounts, uint256[] fees';

export const curveStableSwapNg: Protocol = {
  name: 'curve-stable-swap-ng',
  type: 'pool',
  about: 'A Curve StableSwap-NG pool of two to eight coins.',
  events: [
    tokenExchange,
    tokenExchangeUnderlying,
    {
      signature: `event AddLiquidity(${arrays}, uint256 invariant, uint256 token_supply)`,
      topic0: '0x189c623b666b1b45b83d7178f39b8c087cb09774317ca2f53c2d3c3726f222a2',
      decode: (log, source) => decodeLiquidity(log, source, 4, 1),
    },
    {
      signature: `event RemoveLiquidity(${arrays}, uint256 token_supply)`,
      topic0: '0x347ad828e58cbe534d8f6b67985d791360756b18f0d95fd9f197a66cc46480ea',
      decode: (log, source) => decodeLiquidity(log, source, 3, -1),
    },
    {
      signature: `event RemoveLiquidityImbalance(${arrays}, uint256 invariant, uint256 token_supply)`,
      topic0: '0x3631c28b1f9dd213e0319fb167b554d76b6c283a41143eb400a0d1adb1af1755',
      decode: (log, source) => decodeLiquidity(log, source, 4, -1),
    },
    {
      signature:
        'event RemoveLiquidityOne(address indexed provider, int128 token_id, uint256 token_amount, ' +
        'uint256 coin_amount, uint256 token_supply)',
      topic0: '0x6f48129db1f37ccb9cc5dd7e119cb32750cabdf75b48375d730d26ce3659bbe1',
      decode: decodeRemoveOne,
    },
  ],
  tokenCount: [2, 8],
  calls: curveCalls,
  decodeCalls: decodeCurveCalls,
  identity: curveIdentity,
};

/** `head` words, the first two of which lead to the arrays of amounts and fees; no byte may be left over. */
function decodeLiquidity(log: LogCursor, source: SourceSpec, head: number, sign: 1 | -1): Observation | null {
  if (!log.shape(1, head + 2, true)) return null;
  log.addressTopic(0);
  const coins = source.tokens.length;
  const amountsAt = arrayAt(log, 0, head);
  const feesAt = arrayAt(log, 1, head);
  const fees = log.small(feesAt);
  if (log.small(amountsAt) !== coins) log.malformed = true;
  // No fees stand where none are taken: a proportional withdrawal, the first deposit.
  if (fees !== 0 && fees !== coins) log.malformed = true;
  if (log.dataLength !== (head + 2 + coins + fees) * 32) log.malformed = true;
  if (feesAt + 1 + fees > log.dataLength / 32) log.malformed = true;
  if (log.malformed) return null;
  const amounts: Amount[] = [];
  for (let i = 1; i <= coins; i++)
    amounts.push(sign === 1 ? log.uint(amountsAt + i) : -log.uint(amountsAt + i));
  return liquidityOf(amounts);
}

/** The word at which an array begins with its length: whole words from the start, behind the head. */
function arrayAt(log: LogCursor, word: number, head: number): number {
  const offset = log.small(word);
  if ((offset & 31) !== 0 || offset < head * 32) log.malformed = true;
  return offset >> 5;
}

function decodeRemoveOne(log: LogCursor, source: SourceSpec): Observation | null {
  if (!log.shape(1, 4)) return null;
  log.addressTopic(0);
  const coins = source.tokens.length;
  const coin = log.small(0);
  if (coin < 0 || coin >= coins) log.malformed = true;
  if (log.malformed) return null;
  const amounts: Amount[] = new Array<Amount>(coins).fill(0n);
  amounts[coin] = -log.uint(2);
  return liquidityOf(amounts);
}
