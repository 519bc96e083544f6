// What all Curve StableSwap pools share: TokenExchange, the calls over the pool's coins, and its identity.
// There is no Sync: `balances(i)` is read again in every block in which the pool emitted.

import type { Hex } from '../core/hex.js';
import type { Amount, Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import type { SourceSpec } from '../core/source.js';
import { callSource, decimalsChecks, selectors, tokenCheck, uintOf, withIndex } from './abi.js';
import type { CallWanted, EventWanted, IdentityCheck } from './protocol.js';

export const tokenExchange: EventWanted = {
  signature:
    'event TokenExchange(address indexed buyer, int128 sold_id, uint256 tokens_sold, int128 bought_id, ' +
    'uint256 tokens_bought)',
  topic0: '0x8b3e96f2b889fa771c53c981b40daf005f63f637f1869f707052d15a3dd97140',
  decode: decodeTokenExchange,
};

/**
 * An exchange of coins below this pool's own (a metapool's base, a lending pool's underlying): its ids name other
 * coins, so nothing is read from it. It is wanted all the same because it moves balances: they are read again.
 */
export const tokenExchangeUnderlying: EventWanted = {
  signature: tokenExchange.signature.replace('TokenExchange', 'TokenExchangeUnderlying'),
  topic0: '0xd013ca23e77a65003c2c659c5442c00c805371b7fc1ebd4c206c41d1536bd90b',
  decode: (log) => {
    if (log.shape(1, 4)) log.addressTopic(0);
    return null;
  },
};

export function curveCalls(source: SourceSpec): readonly CallWanted[] {
  const balances = source.tokens.map(
    (_, i): CallWanted => ({
      name: `balances${i}`,
      when: ['start', 'event', 'poll'],
      to: source.address,
      data: withIndex(selectors['balances(uint256)'], i),
      fallbackData: withIndex(selectors['balances(int128)'], i),
    }),
  );
  return [...balances, callSource(source, 'A', selectors['A()'])];
}

/** Reserves only where every balance was answered: a pool known in part is not known. */
export function decodeCurveCalls(
  answers: ReadonlyMap<string, Hex | null>,
  source: SourceSpec,
): readonly Observation[] | null {
  const observations: Observation[] = [];
  const balances = source.tokens.map((_, i) => answers.get(`balances${i}`) ?? null);
  const amounts: Amount[] = [];
  for (const balance of balances) {
    if (balance === null) continue;
    const amount = uintOf(balance, 0);
    if (amount === null) return null;
    amounts.push(amount);
  }
  if (amounts.length === balances.length) observations.push({ kind: 'reserves', amounts });
  const answer = answers.get('A') ?? null;
  if (answer !== null) {
    const a = uintOf(answer, 0);
    if (a === null || a === 0n) return null;
    observations.push({ kind: 'amplification', a });
  }
  return observations;
}

export function curveIdentity(source: SourceSpec): readonly IdentityCheck[] {
  const coins = source.tokens.map((_, i) =>
    tokenCheck(
      source,
      i,
      withIndex(selectors['coins(uint256)'], i),
      withIndex(selectors['coins(int128)'], i),
    ),
  );
  return [...coins, ...decimalsChecks(source.tokens)];
}

/** Liquidity that came in (sign 1) or went out (-1), one amount for each of the pool's coins. */
export function liquidityOf(amounts: readonly Amount[] | null): Observation {
  return { kind: 'liquidity', amounts, liquidityDelta: null, tickLower: null, tickUpper: null };
}

/** What the trader sold goes into the pool; what was bought leaves it. */
function decodeTokenExchange(log: LogCursor, source: SourceSpec): Observation | null {
  if (!log.shape(1, 4)) return null;
  log.addressTopic(0);
  const sold = log.small(0);
  const bought = log.small(2);
  const coins = source.tokens.length;
  if (sold < 0 || sold >= coins || bought < 0 || bought >= coins || sold === bought) log.malformed = true;
  if (log.malformed) return null;
  const amounts: Amount[] = new Array<Amount>(coins).fill(0n);
  amounts[sold] = log.uint(1);
  amounts[bought] = -log.uint(3);
  return { kind: 'swap', amounts, sqrtPriceX96: null, liquidity: null, tick: null };
}
