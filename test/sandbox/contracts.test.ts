// The sandbox's chains are real: these tests ask the contracts themselves, over a real node.

import {
  type Address,
  decodeEventLog,
  type Hex,
  parseAbi,
  type TransactionReceipt,
  toEventSelector,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Contract } from '../../scripts/sandbox/chain-client.js';
import { startChainNode } from '../../scripts/sandbox/chain-node.js';
import { startChildren } from '../../scripts/sandbox/children.js';
import { deployMarket, loadArtifacts } from '../../scripts/sandbox/deploy.js';
import { chainLayouts } from '../../scripts/sandbox/layout.js';
import { type Market, poolOf, tokenOf, toRaw } from '../../scripts/sandbox/market.js';
import { priceIn, stableSwapInvariant } from '../../scripts/sandbox/prices.js';
import { perform } from '../../scripts/sandbox/traders.js';

const children = startChildren();
let market: Market;

beforeAll(async () => {
  const [layout] = chainLayouts;
  if (layout === undefined) throw new Error('no chain');
  const { name, chainId } = layout;
  const node = await startChainNode({ name, chainId, blockTimeMs: 0 }, children);
  market = await deployMarket(layout, node, loadArtifacts());
}, 120_000);

afterAll(async () => {
  await market?.node.stop();
  children.close();
});

/** Does it as the whale and returns the receipt. */
async function whale(
  contract: Contract,
  name: string,
  args: readonly unknown[],
): Promise<TransactionReceipt> {
  const hash = await market.client.send(market.parties.whale, contract, name, args);
  const [receipt] = await market.client.settle([hash]);
  return receipt as TransactionReceipt;
}

function logsOf(receipt: TransactionReceipt, emitter: Address, event: string) {
  const topic = toEventSelector(event);
  return receipt.logs.filter(
    (log) => log.address.toLowerCase() === emitter.toLowerCase() && log.topics[0] === topic,
  );
}

function only<T>(values: readonly T[]): T {
  expect(values).toHaveLength(1);
  return values[0] as T;
}

describe('the StableSwap pool', () => {
  // The invariant as its paper writes it, multiplied out and in whole numbers:
  // Ann * S * N^N * P + D * N^N * P - Ann * D * N^N * P - D^(N+1), which falls through zero at the right D.
  function residue(balances: readonly bigint[], a: bigint, d: bigint): bigint {
    const n = BigInt(balances.length);
    const ann = a * n;
    const sum = balances.reduce((s, x) => s + x, 0n);
    const product = balances.reduce((p, x) => p * x, 1n) * n ** n;
    return ann * sum * product + d * product - ann * d * product - d ** (n + 1n);
  }

  function invariantByHalving(balances: readonly bigint[], a: bigint): bigint {
    let low = 0n;
    let high = balances.reduce((s, x) => s + x, 0n) + 1n;
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (residue(balances, a, middle) >= 0n) low = middle;
      else high = middle;
    }
    return low;
  }

  const pool = () => poolOf(market, 'usdx-usdc-usdt-stableswap').contract;
  const scaled = async (): Promise<bigint[]> => {
    const raw = await Promise.all(
      [0n, 1n, 2n].map((i) => market.client.read<bigint>(pool(), 'balances', [i])),
    );
    return raw.map((x) => x * 10n ** 12n);
  };
  const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);

  test('its invariant is the one of the paper, even and uneven', async () => {
    for (const sale of [0, 1_000_000, 9_000_000, 14_000_000]) {
      if (sale > 0) await whale(pool(), 'exchange', [0n, 1n, toRaw(market, sale), 0n]);
      const own = await market.client.read<bigint>(pool(), 'get_D');
      const balances = await scaled();
      // Newton's method stops within one unit, and each of its divisions rounds.
      expect(distance(own, invariantByHalving(balances, 200n))).toBeLessThan(10n);
      const whole = balances.map((x) => Number(x) / 1e18);
      expect(Math.abs(stableSwapInvariant(whole, 200) / (Number(own) / 1e18) - 1)).toBeLessThan(1e-9);
    }
  });

  test('a trade keeps the invariant but for its fee, and tells what moved', async () => {
    const before = invariantByHalving(await scaled(), 200n);
    const heldBefore = await scaled();
    const receipt = await whale(pool(), 'exchange', [2n, 0n, toRaw(market, 2_000_000), 0n]);
    const heldAfter = await scaled();
    const after = invariantByHalving(heldAfter, 200n);
    const event =
      'event TokenExchange(address indexed buyer, int128 sold_id, uint256 tokens_sold, int128 bought_id, uint256 tokens_bought)';
    const log = only(logsOf(receipt, pool().address, event));
    const { args } = decodeEventLog({ abi: parseAbi([event]), ...log });
    expect(args.buyer.toLowerCase()).toBe(market.parties.whale.toLowerCase());
    expect([args.sold_id, args.bought_id]).toEqual([2n, 0n]);
    expect(args.tokens_sold * 10n ** 12n).toBe((heldAfter[2] as bigint) - (heldBefore[2] as bigint));
    expect(args.tokens_bought * 10n ** 12n).toBe((heldBefore[0] as bigint) - (heldAfter[0] as bigint));
    // The fee of 4 basis points stays in the pool: it grows by about that much of what was bought.
    const grown = Number(after - before) / 1e18;
    const fee = (Number(args.tokens_bought) / 1e6) * 0.0004;
    expect(grown).toBeGreaterThan(0.5 * fee);
    expect(grown).toBeLessThan(2 * fee);
  });

  test('liquidity goes out and in with the events of the old pools', async () => {
    const { client, parties } = market;
    const maker = parties.maker;
    const shares = await client.read<bigint>(pool(), 'shares', [maker]);
    const act = async (name: string, args: readonly unknown[]): Promise<TransactionReceipt> =>
      only(await client.settle([await client.send(maker, pool(), name, args)]));
    const arrays = 'address indexed provider, uint256[3] token_amounts, uint256[3] fees';

    const out = await act('remove_liquidity', [shares / 4n, [0n, 0n, 0n]]);
    only(logsOf(out, pool().address, `event RemoveLiquidity(${arrays}, uint256 token_supply)`));

    const one = await act('remove_liquidity_one_coin', [shares / 100n, 1n, 0n]);
    const removedOne =
      'event RemoveLiquidityOne(address indexed provider, uint256 token_amount, uint256 coin_amount)';
    const { args } = decodeEventLog({
      abi: parseAbi([removedOne]),
      ...only(logsOf(one, pool().address, removedOne)),
    });
    expect(args.token_amount).toBe(shares / 100n);
    expect(args.coin_amount).toBeGreaterThan(0n);

    const price = async () => client.read<bigint>(pool(), 'get_virtual_price');
    const before = await price();
    const back = await act('add_liquidity', [[toRaw(market, 1_000_000), 0n, 0n], 0n]);
    only(
      logsOf(back, pool().address, `event AddLiquidity(${arrays}, uint256 invariant, uint256 token_supply)`),
    );
    // An uneven deposit pays a fee to those who were there: their shares lose nothing.
    expect(await price()).toBeGreaterThanOrEqual(before);
  });
});

describe('the Uniswap pools are the official ones', () => {
  test('a V2 pair tells Sync with its reserves, and the whale moves the price where it wants it', async () => {
    const pool = poolOf(market, 'usdx-usdc-v2');
    const { kind, party } = { kind: 'push', party: 'whale' } as const;
    await perform(market, { kind, party, pool: pool.id, coin: 'USDX', against: 'USDC', to: 0.95 });
    // A V2 pair keeps its fee in the reserves, so the price lands a little beside the target.
    expect(Math.abs((await priceIn(market, pool, 'USDX', 'USDC')) - 0.95)).toBeLessThan(0.001);

    const receipt = await whale(market.trader, 'swapV2', [pool.contract.address, true, toRaw(market, 1_000)]);
    const sync = 'event Sync(uint112 reserve0, uint112 reserve1)';
    const log = only(logsOf(receipt, pool.contract.address, sync));
    const { args } = decodeEventLog({ abi: parseAbi([sync]), ...log });
    const reserves = await market.client.read<readonly bigint[]>(pool.contract, 'getReserves');
    expect([args.reserve0, args.reserve1]).toEqual([reserves[0], reserves[1]]);
  });

  test('a V3 pool tells Swap, Mint and Burn, and its price is where the whale left it', async () => {
    const pool = poolOf(market, 'usdx-usdt-v3');
    const deed = { kind: 'push', party: 'whale', pool: pool.id, coin: 'USDX', against: 'USDT' } as const;
    const words = await perform(market, { ...deed, to: 0.96 });
    expect(words).toMatch(
      /^whale sells [\d,]+ USDX into the USDX\/USDT V3 pool: USDX 1\.0000 -> 0\.9600 USDT$/,
    );
    expect(await priceIn(market, pool, 'USDX', 'USDT')).toBeCloseTo(0.96, 6);

    const { address } = pool.contract;
    const swap =
      'event Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick)';
    const limit = 4295128740n;
    const swapped = await whale(market.trader, 'swapV3', [address, true, toRaw(market, 1_000), limit]);
    const { args } = decodeEventLog({ abi: parseAbi([swap]), ...only(logsOf(swapped, address, swap)) });
    const slot = await market.client.read<readonly bigint[]>(pool.contract, 'slot0');
    expect([args.amount0, args.sqrtPriceX96]).toEqual([toRaw(market, 1_000), slot[0]]);

    const mint =
      'event Mint(address sender, address indexed owner, int24 indexed tickLower, int24 indexed tickUpper, uint128 amount, uint256 amount0, uint256 amount1)';
    const burn =
      'event Burn(address indexed owner, int24 indexed tickLower, int24 indexed tickUpper, uint128 amount, uint256 amount0, uint256 amount1)';
    const added = await whale(market.trader, 'addV3', [address, -100, 100, 10n ** 12n]);
    only(logsOf(added, address, mint));
    const removed = await whale(market.trader, 'removeV3', [address, -100, 100, 10n ** 12n]);
    only(logsOf(removed, address, burn));
  });
});

describe('coins and feeds', () => {
  test('a redemption burns: a transfer to the zero address and a smaller supply', async () => {
    const token = tokenOf(market, 'USDX');
    const before = await market.client.read<bigint>(token, 'totalSupply');
    const receipt = await whale(token, 'redeem', [5_000_000n]);
    const transfer = 'event Transfer(address indexed from, address indexed to, uint256 value)';
    const { args } = decodeEventLog({
      abi: parseAbi([transfer]),
      ...only(logsOf(receipt, token.address, transfer)),
    });
    expect([args.to, args.value]).toEqual(['0x0000000000000000000000000000000000000000', 5_000_000n]);
    expect(await market.client.read<bigint>(token, 'totalSupply')).toBe(before - 5_000_000n);
  });

  test('the aggregator tells AnswerUpdated and the proxy gives the same answer', async () => {
    const feed = market.feeds.USDX;
    if (feed === undefined) throw new Error('no feed');
    const hash: Hex = await market.client.send(market.parties.oracle, feed.aggregator, 'submit', [
      97_000_000n,
    ]);
    const receipt = only(await market.client.settle([hash]));
    const updated = 'event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)';
    const log = only(logsOf(receipt, feed.aggregator.address, updated));
    const { args } = decodeEventLog({ abi: parseAbi([updated]), ...log });
    expect(args.current).toBe(97_000_000n);

    const aggregator = await market.client.read<Address>(feed.proxy, 'aggregator');
    expect(aggregator.toLowerCase()).toBe(feed.aggregator.address.toLowerCase());
    const round = await market.client.read<readonly bigint[]>(feed.proxy, 'latestRoundData');
    expect(round[1]).toBe(97_000_000n);
    expect(round[3]).toBe(args.updatedAt);
    // As on mainnet, the proxy's round carries the phase above the aggregator's own round.
    expect(round[0]).toBe((1n << 64n) | args.roundId);
  });
});
