// viem's own decoder is the oracle: random arguments, encoded by viem, must come out of the fixed-offset decoders as
// viem reads them. What each event means for a pool is said once more here, from the contracts' documentation.
import fc from 'fast-check';
import { decodeEventLog } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { ControlAction, Observation } from '../../src/core/observation.js';
import { protocols } from '../../src/protocols/index.js';
import { argsOf, decodeAll, decoderOf, eventOf, logOf, makeSource } from './helpers.js';

type Acts = Record<
  | '_account'
  | '_user'
  | '_blockedUser'
  | 'account'
  | 'addr'
  | 'implementation'
  | 'minter'
  | 'newAddress'
  | 'oldMinter'
  | 'previousAdmin'
  | 'previousOwner',
  string
>;

/** The arguments that are read below, by the names of the contracts. */
type Args = Readonly<
  Record<
    | 'current'
    | 'roundId'
    | 'updatedAt'
    | 'value'
    | 'amount'
    | '_balance'
    | 'reserve0'
    | 'reserve1'
    | 'amount0In'
    | 'amount1In'
    | 'amount0Out'
    | 'amount1Out'
    | 'amount0'
    | 'amount1'
    | 'sqrtPriceX96'
    | 'liquidity'
    | 'sold_id'
    | 'bought_id'
    | 'tokens_sold'
    | 'tokens_bought'
    | 'token_id'
    | 'coin_amount',
    bigint
  > &
    Record<'tick' | 'tickLower' | 'tickUpper', number> &
    Record<'from' | 'to', string> &
    Acts &
    Record<'token_amounts', readonly bigint[]>
>;

const swap = (amounts: readonly bigint[]): Observation => ({
  kind: 'swap',
  amounts,
  sqrtPriceX96: null,
  liquidity: null,
  tick: null,
});
const liquidity = (amounts: readonly bigint[] | null): Observation => ({
  kind: 'liquidity',
  amounts,
  liquidityDelta: null,
  tickLower: null,
  tickUpper: null,
});
const zero = `0x${'0'.repeat(40)}`;
const range = (coins: number) => Array.from({ length: coins }, (_, i) => i);
const negative = (amounts: readonly bigint[]) => amounts.map((amount) => -amount);

/** An act of an issuer; `names` is the argument with the address that it is about. */
const act =
  (action: ControlAction, names: keyof Acts | null = null) =>
  (args: Args): Observation => ({
    kind: 'control',
    action,
    subject: names === null ? null : (args[names].toLowerCase() as Hex),
  });

/** What an event's arguments, as viem decodes them, mean; `undefined`: malformed. */
const meanings: Readonly<Record<string, (args: Args, coins: number) => Observation | null | undefined>> = {
  'chainlink AnswerUpdated': ({ current, roundId, updatedAt }) => ({
    kind: 'answer',
    answer: current,
    roundId,
    updatedAtMs: Number(updatedAt) * 1000,
  }),
  Transfer: ({ from, to, value }) => {
    if (from === zero && to === zero) return null;
    if (from === zero) return { kind: 'supply', delta: value };
    return to === zero ? { kind: 'supply', delta: -value } : null;
  },
  Pause: act('paused'),
  Unpause: act('unpaused'),
  Paused: act('paused', 'account'),
  Unpaused: act('unpaused', 'account'),
  Blacklisted: act('frozen', '_account'),
  UnBlacklisted: act('released', '_account'),
  AddedBlackList: act('frozen', '_user'),
  RemovedBlackList: act('released', '_user'),
  BlockPlaced: act('frozen', '_user'),
  BlockReleased: act('released', '_user'),
  DestroyedBlockedFunds: act('wiped', '_blockedUser'),
  FreezeAddress: act('frozen', 'addr'),
  AddressFrozen: act('frozen', 'addr'),
  FrozenAddressWiped: act('wiped', 'addr'),
  MinterConfigured: act('minter', 'minter'),
  MinterRemoved: act('minter', 'oldMinter'),
  Upgraded: act('upgraded', 'implementation'),
  AdminChanged: act('owner', 'previousAdmin'),
  OwnershipTransferred: act('owner', 'previousOwner'),
  RoleGranted: act('role', 'account'),
  RoleRevoked: act('role', 'account'),
  Deprecate: act('deprecated', 'newAddress'),
  Params: act('fee'),
  'tether Issue': ({ amount }) => ({ kind: 'supply', delta: amount }),
  'tether Redeem': ({ amount }) => ({ kind: 'supply', delta: -amount }),
  'tether DestroyedBlackFunds': ({ _balance }) => ({ kind: 'supply', delta: -_balance }),
  'uniswap-v2 Sync': ({ reserve0, reserve1 }) => ({ kind: 'reserves', amounts: [reserve0, reserve1] }),
  'uniswap-v2 Swap': ({ amount0In, amount1In, amount0Out, amount1Out }) =>
    swap([amount0In - amount0Out, amount1In - amount1Out]),
  'uniswap-v3 Swap': ({ amount0, amount1, sqrtPriceX96, liquidity, tick }) => ({
    kind: 'swap',
    amounts: [amount0, amount1],
    sqrtPriceX96,
    liquidity,
    tick,
  }),
  'uniswap-v3 Mint': ({ amount0, amount1, amount, tickLower, tickUpper }) => ({
    kind: 'liquidity',
    amounts: [amount0, amount1],
    liquidityDelta: amount,
    tickLower,
    tickUpper,
  }),
  'uniswap-v3 Burn': ({ amount0, amount1, amount, tickLower, tickUpper }) => ({
    kind: 'liquidity',
    amounts: [-amount0, -amount1],
    liquidityDelta: -amount,
    tickLower,
    tickUpper,
  }),
  'uniswap-v3 Collect': ({ amount0, amount1, tickLower, tickUpper }) => ({
    kind: 'collect',
    amounts: [-amount0, -amount1],
    tickLower,
    tickUpper,
  }),
  TokenExchange: ({ sold_id, bought_id, tokens_sold, tokens_bought }, coins) =>
    sold_id === bought_id
      ? undefined
      : swap(
          range(coins).map((i) =>
            BigInt(i) === sold_id ? tokens_sold : BigInt(i) === bought_id ? -tokens_bought : 0n,
          ),
        ),
  TokenExchangeUnderlying: () => null,
  AddLiquidity: ({ token_amounts }) => liquidity(token_amounts),
  RemoveLiquidity: ({ token_amounts }) => liquidity(negative(token_amounts)),
  RemoveLiquidityImbalance: ({ token_amounts }) => liquidity(negative(token_amounts)),
  'curve-stable-swap RemoveLiquidityOne': () => liquidity(null),
  'curve-stable-swap-ng RemoveLiquidityOne': ({ token_id, coin_amount }, coins) =>
    liquidity(range(coins).map((i) => (BigInt(i) === token_id ? -coin_amount : 0n))),
};

const cases = protocols.flatMap((protocol) =>
  [...new Set(protocol.events.map((event) => event.signature))].flatMap((signature) => {
    const [, fixed] = /uint256\[(\d)\]/.exec(signature) ?? [];
    const counts = fixed === undefined ? [...new Set(protocol.tokenCount)] : [Number(fixed)];
    return counts.map((coins) => ({ protocol, signature, coins }));
  }),
);

describe('decoders agree with viem', () => {
  it.each(cases.map((one) => [one.protocol.name, one.coins, one.signature, one] as const))(
    '%s with %i tokens: %s',
    (name, coins, signature, { protocol }) => {
      const wanted = protocol.events.find((event) => event.signature === signature)!;
      const event = eventOf(wanted);
      const meaning = meanings[`${name} ${event.name}`] ?? meanings[event.name];
      const decoder = decoderOf(makeSource(protocol, coins));
      fc.assert(
        fc.property(argsOf(event, coins), fc.constantFrom('', 'from', 'to', 'both'), (random, zeros) => {
          const args = { ...random };
          if (zeros === 'from' || zeros === 'both') if ('from' in args) args.from = zero;
          if (zeros === 'to' || zeros === 'both') if ('to' in args && 'from' in args) args.to = zero;
          const log = logOf(event, args);
          const decoded = decodeEventLog({
            abi: [event],
            topics: log.topics as [`0x${string}`],
            data: log.data,
            strict: true,
          });
          const expected = meaning!(decoded.args as unknown as Args, coins);
          const { observations, problems } = decodeAll(decoder, [log]);
          expect(problems.map((problem) => problem.code)).toEqual(
            expected === undefined ? ['log-malformed'] : [],
          );
          expect(observations).toEqual(expected ? [expected] : []);
        }),
      );
    },
  );
});
