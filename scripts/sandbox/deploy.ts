// Builds one chain's market: coins, feeds, pools, deposits. Transactions are handed over without waiting and mined
// in one block for each stage; a stage ends where the next one needs an answer.

import type { Address, Hex } from 'viem';
import type { CoinName } from '../../src/core/coin.js';
import { type Contract, connectChain } from './chain-client.js';
import type { ChainNode } from './chain-node.js';
import { type Artifact, compileContracts, uniswapContracts } from './compile.js';
import {
  type ChainLayout,
  coinNames,
  type Party,
  type PoolLayout,
  parties,
  poolLayouts,
  ranges,
  stableSwap,
  v3Fee,
} from './layout.js';
import { type Feed, type Market, type Pool, tokenOf, toRaw } from './market.js';

/** Everything that is deployed, compiled once for all chains. */
export interface Artifacts {
  readonly own: Readonly<Record<string, Artifact>>;
  readonly uniswap: ReturnType<typeof uniswapContracts>;
}

export function loadArtifacts(): Artifacts {
  return { own: compileContracts(), uniswap: uniswapContracts() };
}

const everything = 2n ** 256n - 1n;
const priceOne = 2n ** 96n;

export async function deployMarket(
  layout: ChainLayout,
  node: ChainNode,
  artifacts: Artifacts,
): Promise<Market> {
  const client = await connectChain(node);
  const who = Object.fromEntries(
    Object.entries(parties).map(([party, { account }]) => [party, client.accounts[account]]),
  ) as Record<Party, Address>;
  const layouts = poolLayouts.filter((pool) => pool.on === 'all' || pool.on.includes(layout.name));
  const sent: Hex[] = [];
  const deploy = async (artifact: Artifact | undefined, args: readonly unknown[], from = who.issuer) => {
    if (artifact === undefined) throw new Error('a contract of contracts/ is missing');
    const { hash, ...contract } = await client.deploy(from, artifact, args);
    sent.push(hash);
    return contract;
  };
  const send = async (from: Address, contract: Contract, name: string, args: readonly unknown[]) => {
    sent.push(await client.send(from, contract, name, args));
  };
  const stageDone = async () => {
    await client.mine();
    await client.settle(sent.splice(0));
  };

  const tokens: Record<CoinName, Contract> = {};
  const feeds: Record<CoinName, Feed> = {};
  for (const coin of coinNames) {
    tokens[coin] = await deploy(artifacts.own.StableToken, [coin, layout.decimals]);
    const aggregator = await deploy(artifacts.own.PriceAggregator, [], who.oracle);
    await send(who.oracle, aggregator, 'submit', [100_000_000n]);
    const proxy = await deploy(artifacts.own.PriceFeedProxy, [`${coin} / USD`, aggregator.address]);
    feeds[coin] = { coin, proxy, aggregator };
  }
  const trader = await deploy(artifacts.own.Trader, []);
  const v2Factory = await deploy(artifacts.uniswap.v2Factory, [who.issuer]);
  const v3Factory = await deploy(artifacts.uniswap.v3Factory, []);
  await send(who.issuer, v3Factory, 'enableFeeAmount', [v3Fee.fee, v3Fee.tickSpacing]);
  await stageDone();

  const market = { chain: layout.name, layout, node, client, tokens, feeds, trader, parties: who };
  const address = (coin: CoinName): Address => tokenOf(market, coin).address;
  const stablePools: Record<string, Contract> = {};
  for (const pool of layouts) {
    const coins = pool.coins.map(address);
    if (pool.kind === 'uniswap-v2') await send(who.issuer, v2Factory, 'createPair', coins);
    else if (pool.kind === 'uniswap-v3')
      await send(who.issuer, v3Factory, 'createPool', [...coins, v3Fee.fee]);
    else {
      const { amplification, fee } = stableSwap;
      stablePools[pool.id] = await deploy(artifacts.own.StableSwapPool, [coins, amplification, fee]);
    }
  }
  await stageDone();

  const pools: Record<string, Pool> = {};
  for (const pool of layouts) {
    const contract = stablePools[pool.id] ?? (await uniswapPool(pool));
    pools[pool.id] = {
      id: pool.id,
      kind: pool.kind,
      contract,
      coins: stablePools[pool.id] === undefined ? sortedCoins(pool.coins, address) : pool.coins,
      liquidity: pool.kind === 'uniswap-v3' ? ranges.map((_, i) => rangeLiquidity(pool, i)) : [],
    };
  }
  const complete: Market = { ...market, pools };
  await handOutMoney();
  for (const pool of layouts) await deposit(pool);
  await stageDone();
  return complete;

  async function uniswapPool(pool: PoolLayout): Promise<Contract> {
    const coins = pool.coins.map(address);
    if (pool.kind === 'uniswap-v2') {
      const at = await client.read<Address>(v2Factory, 'getPair', coins);
      return { address: at, abi: artifacts.uniswap.v2Pair.abi };
    }
    const at = await client.read<Address>(v3Factory, 'getPool', [...coins, v3Fee.fee]);
    return { address: at, abi: artifacts.uniswap.v3Pool.abi };
  }

  /** Liquidity whose deposit at price 1 is that many whole tokens of each coin (Uniswap V3 whitepaper, 6.2). */
  function rangeLiquidity(pool: PoolLayout, range: number): bigint {
    const [, upper] = ranges[range] as readonly [number, number];
    const tokens = ((pool.deposits[range] ?? 0) * layout.size) / (1 - 1.0001 ** (-upper / 2));
    return toRaw(market, Math.round(tokens));
  }

  async function handOutMoney(): Promise<void> {
    for (const token of Object.values(tokens)) {
      for (const [party, { holds }] of Object.entries(parties) as [Party, { holds: number }][]) {
        if (holds === 0) continue;
        await send(who.issuer, token, 'mint', [who[party], toRaw(market, holds * layout.size)]);
        await send(who[party], token, 'approve', [trader.address, everything]);
        for (const pool of Object.values(stablePools)) {
          await send(who[party], token, 'approve', [pool.address, everything]);
        }
      }
    }
  }

  async function deposit(layoutOfPool: PoolLayout): Promise<void> {
    const pool = complete.pools[layoutOfPool.id] as Pool;
    const amount = toRaw(market, (layoutOfPool.deposits[0] ?? 0) * layout.size);
    if (pool.kind === 'uniswap-v2') {
      // The pair's shares move through the trader when liquidity is pulled.
      await send(who.maker, pool.contract, 'approve', [trader.address, everything]);
      await send(who.maker, trader, 'addV2', [pool.contract.address, amount, amount]);
    } else if (pool.kind === 'stableswap') {
      await send(who.maker, pool.contract, 'add_liquidity', [[amount, amount, amount], 0n]);
    } else {
      await send(who.issuer, pool.contract, 'initialize', [priceOne]);
      for (const [i, [lower, upper]] of ranges.entries()) {
        await send(who.maker, trader, 'addV3', [pool.contract.address, lower, upper, pool.liquidity[i]]);
      }
    }
  }
}

/** Uniswap orders a pair by address. */
function sortedCoins(coins: readonly CoinName[], address: (coin: CoinName) => Address): readonly CoinName[] {
  return [...coins].sort((a, b) => (BigInt(address(a)) < BigInt(address(b)) ? -1 : 1));
}
