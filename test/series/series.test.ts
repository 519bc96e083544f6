import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/observation.js';
import type { SourceSpec, TokenSpec } from '../../src/core/source.js';
import { maxOver, sumOver } from '../../src/core/window.js';
import { protocols } from '../../src/protocols/index.js';
import { cloneSeries, createSeries, observe, settle, typeOf } from '../../src/series/index.js';
import type { OracleSeries, PoolSeries, TokenSeries } from '../../src/series/series.js';
import { flowOver } from '../../src/series/stream.js';

const minute = 60_000;
const hour = 60 * minute;
const start = 1_700_000_000_000;

const token = (symbol: string, decimals: number, coin: string | null = symbol): TokenSpec => ({
  symbol,
  address: `0x${'1'.repeat(40)}`,
  decimals,
  coin,
});

function spec(protocol: string, tokens: readonly TokenSpec[], more: Partial<SourceSpec> = {}): SourceSpec {
  return {
    id: `ethereum/${protocol}`,
    chain: 'ethereum',
    coin: tokens[0]?.coin ?? 'USDC',
    protocol,
    address: `0x${'2'.repeat(40)}`,
    tokens,
    heartbeatMs: null,
    answerDecimals: null,
    ...more,
  };
}

const curve = spec('curve-stable-swap', [token('DAI', 18), token('USDC', 6), token('USDT', 6)]);
const v2 = spec('uniswap-v2', [token('USDC', 6), token('WETH', 18, null)]);
const v3 = spec('uniswap-v3', [token('DAI', 18), token('USDC', 6)]);
const supply = spec('erc20', [token('USDC', 6)]);
const feed = spec('chainlink', [token('USDC', 6)], { heartbeatMs: hour, answerDecimals: 8 });

function fold<S>(source: SourceSpec, observations: readonly Observation[], atMs = start): S {
  const series = createSeries(source);
  for (const observation of observations) observe(series, observation, source, atMs);
  settle(series, source, atMs);
  return series as S;
}

const swap = (amounts: readonly bigint[]): Observation => ({
  kind: 'swap',
  amounts,
  sqrtPriceX96: null,
  liquidity: null,
  tick: null,
});
const e18 = 10n ** 18n;
const e6 = 10n ** 6n;
const balanced: readonly Observation[] = [
  { kind: 'reserves', amounts: [100n * e18, 100n * e6, 100n * e6] },
  { kind: 'amplification', a: 2000n },
];

describe('what a source is', () => {
  it('follows from its configuration', () => {
    expect([curve, v2, v3, supply, feed].map(typeOf)).toEqual(['pool', 'pool', 'pool', 'token', 'oracle']);
  });
});

describe('a StableSwap pool', () => {
  it('is priced when both its reserves and its amplification are known, in whole tokens', () => {
    const pool = fold<PoolSeries>(curve, balanced);
    expect(pool.prices).toEqual([1, 1, 1]);
    expect(pool.liquidityUsd).toBe(300);
  });

  it('has no price before its amplification is known, rather than that of a constant product', () => {
    const pool = fold<PoolSeries>(curve, [{ kind: 'reserves', amounts: [100n * e18, 200n * e6, 100n * e6] }]);
    expect(pool.prices).toBeNull();
    expect(pool.liquidityUsd).toBe(400);
  });

  it('estimates its reserves from trades and liquidity until they are read again', () => {
    const pool = fold<PoolSeries>(curve, [
      ...balanced,
      swap([10n * e18, -9n * e6, 0n]),
      {
        kind: 'liquidity',
        amounts: [0n, 0n, -50n * e6],
        liquidityDelta: null,
        tickLower: null,
        tickUpper: null,
      },
    ]);
    expect(pool.reserves).toEqual([110, 91, 50]);
    observe(pool, { kind: 'reserves', amounts: [111n * e18, 90n * e6, 49n * e6] }, curve, start);
    expect(pool.reserves).toEqual([111, 90, 49]);
  });

  it('ignores reserves of another number of coins, and what is no matter of a pool', () => {
    const pool = fold<PoolSeries>(curve, [
      ...balanced,
      { kind: 'reserves', amounts: [1n, 1n] },
      { kind: 'supply', delta: 5n },
    ]);
    expect(pool.reserves).toEqual([100, 100, 100]);
  });

  it('loses its price, not its holdings, when a coin is emptied', () => {
    const pool = fold<PoolSeries>(curve, [
      ...balanced,
      { kind: 'reserves', amounts: [0n, 100n * e6, 100n * e6] },
    ]);
    expect(pool.prices).toBeNull();
    expect(pool.liquidityUsd).toBe(200);
  });
});

describe('a constant product pool', () => {
  const reserves: Observation = { kind: 'reserves', amounts: [3_000_000n * e6, 1_000n * e18] };

  it('does not add a swap to reserves that already hold it', () => {
    const pool = fold<PoolSeries>(v2, [reserves, swap([3_000n * e6, -e18])]);
    expect(pool.reserves).toEqual([3_000_000, 1_000]);
    expect(pool.prices).toEqual([1, 3_000]);
  });

  it('values the token without a peg at its own price', () => {
    expect(fold<PoolSeries>(v2, [reserves]).liquidityUsd).toBeCloseTo(6_000_000, 6);
  });

  it('counts the coin’s side of a trade as volume', () => {
    const pool = fold<PoolSeries>(v2, [reserves, swap([3_000n * e6, -e18]), swap([-1_500n * e6, e18 / 2n])]);
    expect(flowOver(pool.volume, start, hour)).toBe(4_500);
  });
});

describe('a concentrated pool', () => {
  const at = (tick: number, liquidity: bigint): Observation => ({
    kind: 'range',
    sqrtPriceX96: BigInt(Math.round(Math.sqrt(1e-12) * 2 ** 96)),
    liquidity,
    tick,
  });
  const change = (liquidityDelta: bigint, tickLower: number, tickUpper: number): Observation => ({
    kind: 'liquidity',
    amounts: [0n, 0n],
    liquidityDelta,
    tickLower,
    tickUpper,
  });

  it('takes price, liquidity and tick from a trade', () => {
    const pool = fold<PoolSeries>(v3, [
      {
        kind: 'swap',
        amounts: [e18, -e6],
        sqrtPriceX96: 2n ** 96n / e6,
        liquidity: 10n ** 15n,
        tick: -276324,
      },
    ]);
    expect(pool.prices?.[1]).toBeCloseTo(1, 9);
    expect(pool.liquidityUsd).toBeGreaterThan(0);
    expect(pool.tick).toBe(-276324);
  });

  it('counts a position exactly while the tick is inside it: lower included, upper not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: -50, max: 50 }),
        fc.nat(40),
        (tick, low, width) => {
          const pool = fold<PoolSeries>(v3, [at(tick, 1_000n), change(500n, low, low + width)]);
          const inside = Array.from({ length: width }, (_, i) => low + i).includes(tick);
          expect(pool.liquidity).toBe(inside ? 1_500 : 1_000);
        },
      ),
    );
  });

  it('does not add changes to a liquidity that it does not know', () => {
    expect(fold<PoolSeries>(v3, [change(500n, -10, 10)]).liquidity).toBeNull();
  });

  it('keeps what a failed half of a read does not tell', () => {
    const pool = fold<PoolSeries>(v3, [
      at(1, 1_000n),
      { kind: 'range', sqrtPriceX96: null, liquidity: 2_000n, tick: null },
    ]);
    expect([pool.tick, pool.liquidity]).toEqual([1, 2_000]);
    expect(pool.sqrtRatio).not.toBeNull();
  });
});

describe('every pool protocol', () => {
  it('has its mathematics: fed with what it can observe, it has a price', () => {
    for (const { name, type, tokenCount } of protocols) {
      if (type !== 'pool' || name === 'reported-share') continue;
      const source = spec(
        name,
        ['A', 'B', 'C'].slice(0, tokenCount[0]).map((symbol) => token(symbol, 6)),
      );
      const pool = fold<PoolSeries>(source, [
        { kind: 'reserves', amounts: source.tokens.map(() => 5n * e6) },
        { kind: 'range', sqrtPriceX96: 2n ** 96n, liquidity: 10n ** 12n, tick: 0 },
        { kind: 'amplification', a: 100n },
        ...(name === 'reported-price' ? [{ kind: 'price' as const, price: 10n ** 18n, volume: null }] : []),
      ]);
      expect(pool.prices, name).toEqual(source.tokens.map(() => 1));
    }
  });
});

describe('the level of liquidity', () => {
  it('remembers the highest of the past hour and forgets what is older', () => {
    const pool = createSeries(v2) as PoolSeries;
    const set = (usdc: bigint, atMs: number): void => {
      observe(pool, { kind: 'reserves', amounts: [usdc * e6, 1_000n * e18] }, v2, atMs);
      settle(pool, v2, atMs);
    };
    set(1_000n, start);
    set(600n, start + 30 * minute);
    expect(maxOver(pool.liquidityLevel.hour, start + 30 * minute, hour)).toBeCloseTo(2_000, 6);
    expect(pool.peakDayUsd).toBeCloseTo(2_000, 6);
    set(500n, start + 100 * minute);
    expect(maxOver(pool.liquidityLevel.hour, start + 100 * minute, hour)).toBeCloseTo(1_200, 6);
    expect(pool.peakDayUsd).toBeCloseTo(2_000, 6);
    set(500n, start + 27 * hour);
    expect(pool.peakDayUsd).toBeCloseTo(1_000, 6);
  });

  it('does not forget what one block reached because another of the same minute follows', () => {
    const amount = fc.bigInt({ min: 1n, max: 9_000n });
    const gapMs = fc.constantFrom(250, 12_000, 20 * minute, 5 * hour, 23 * hour);
    const blocks = fc.array(fc.record({ amount, gapMs }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(blocks, (all) => {
        let pool = createSeries(v2) as PoolSeries;
        let atMs = start;
        const past: { readonly atMs: number; readonly usd: number }[] = [];
        for (const { amount, gapMs } of all) {
          atMs += gapMs;
          pool = cloneSeries(pool) as PoolSeries;
          observe(pool, { kind: 'reserves', amounts: [amount * e6, amount * e18] }, v2, atMs);
          settle(pool, v2, atMs);
          past.push({ atMs, usd: 2 * Number(amount) });
          // The day's oldest bucket is cut off somewhere, and what stood when it began is known by the one before.
          const within = (ms: number) =>
            past.filter((one, i) => (past[i + 1]?.atMs ?? atMs) > atMs - ms || one.atMs > atMs - ms);
          const least = Math.max(...within(24 * hour - 30 * minute).map(({ usd }) => usd));
          const most = Math.max(...within(24 * hour + 15 * minute).map(({ usd }) => usd));
          expect(pool.peakDayUsd).toBeGreaterThanOrEqual(least * (1 - 1e-9));
          expect(pool.peakDayUsd).toBeLessThanOrEqual(most * (1 + 1e-9));
        }
      }),
    );
  });

  it('of a concentrated pool stays the day’s highest while blocks follow within seconds of each other', () => {
    const v3 = spec('uniswap-v3', [token('USDC', 6), token('USDX', 6)]);
    const pool = createSeries(v3) as PoolSeries;
    const peakAfter = (seconds: number, liquidity: bigint): number | null => {
      const atMs = start + seconds * 1000;
      observe(pool, { kind: 'range', sqrtPriceX96: 2n ** 96n, liquidity, tick: 0 }, v3, atMs);
      settle(pool, v3, atMs);
      return pool.peakDayUsd;
    };
    const deep = peakAfter(0, 10n ** 15n);
    expect(deep).toBeCloseTo(10 ** 9 * (1 / Math.sqrt(0.99) - 1), 0);
    expect(peakAfter(1, 10n ** 13n)).toBe(deep);
    expect(peakAfter(2, 10n ** 13n)).toBe(deep);
    expect(peakAfter(3, 10n ** 13n)).toBe(deep);
  });
});

describe('a token', () => {
  it('moves its supply by what is minted and burned, and keeps both flows', () => {
    const series = fold<TokenSeries>(supply, [
      { kind: 'totalSupply', amount: 1_000n * e6 },
      { kind: 'supply', delta: 200n * e6 },
      { kind: 'supply', delta: -50n * e6 },
    ]);
    expect(series.totalSupply).toBe(1_150);
    expect(sumOver(series.minted.hour, start, hour)).toBe(200);
    expect(sumOver(series.burned.day, start, 24 * hour)).toBe(50);
  });

  it('takes a read that agrees with the events as no news', () => {
    const series = fold<TokenSeries>(supply, [
      { kind: 'totalSupply', amount: 1_000n * e6 },
      { kind: 'supply', delta: 200n * e6 },
      { kind: 'totalSupply', amount: 1_200n * e6 },
    ]);
    expect(sumOver(series.minted.hour, start, hour)).toBe(200);
  });

  it('counts supply that moved without an event as minted or burned', () => {
    const series = fold<TokenSeries>(supply, [
      { kind: 'totalSupply', amount: 1_000n * e6 },
      { kind: 'totalSupply', amount: 1_500n * e6 },
      { kind: 'totalSupply', amount: 1_400n * e6 },
    ]);
    expect(sumOver(series.minted.hour, start, hour)).toBe(500);
    expect(sumOver(series.burned.hour, start, hour)).toBe(100);
  });
});

describe('an oracle', () => {
  const answer = (value: bigint): Observation => ({
    kind: 'answer',
    answer: value,
    roundId: 1n,
    updatedAtMs: start - minute,
  });

  it('keeps its last answer in US dollars and when it was given', () => {
    const series = fold<OracleSeries>(feed, [answer(99_950_000n)]);
    expect(series.answerUsd).toBeCloseTo(0.9995, 12);
    expect(series.updatedAtMs).toBe(start - minute);
  });

  it('takes zero or less as unknown, not as worthless', () => {
    expect(fold<OracleSeries>(feed, [answer(100_000_000n), answer(0n)]).answerUsd).toBeNull();
    expect(fold<OracleSeries>(feed, [answer(-1n)]).answerUsd).toBeNull();
  });
});

describe('a clone', () => {
  it('is untouched by whatever happens to the original, and equal to it before', () => {
    const cases: [SourceSpec, Observation[]][] = [
      [curve, [...balanced, swap([e18, -e6, 0n])]],
      [v3, [{ kind: 'range', sqrtPriceX96: 2n ** 96n, liquidity: 1_000n, tick: 3 }]],
      [
        supply,
        [
          { kind: 'totalSupply', amount: 10n * e6 },
          { kind: 'supply', delta: e6 },
        ],
      ],
      [feed, [{ kind: 'answer', answer: 1n, roundId: 1n, updatedAtMs: start }]],
    ];
    for (const [source, observations] of cases) {
      const series = fold<PoolSeries>(source, observations);
      const clone = cloneSeries(series);
      const before = structuredClone(series);
      expect(clone).toEqual(before);
      for (const observation of observations) observe(series, observation, source, start + hour);
      observe(series, { kind: 'supply', delta: 7n * e6 }, source, start + hour);
      observe(series, swap([5n * e18, -5n * e6, 1n]), source, start + hour);
      settle(series, source, start + hour);
      expect(clone).toEqual(before);
    }
  });
});
