import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceSpec } from '../../src/core/source.js';
import { oracleDivergence } from '../../src/detectors/oracle-divergence.js';
import { oracleStale } from '../../src/detectors/oracle-stale.js';
import { weightedMedian } from '../../src/detectors/pools-price.js';
import { supplyShock } from '../../src/detectors/supply-shock.js';
import { createSeries, observe } from '../../src/series/index.js';
import { nowMs, stage } from '../helpers/look.js';

const hour = 3_600_000;

describe('a stale oracle', () => {
  it('is told by its age over the promised heartbeat', () => {
    const { look, oracle } = stage({ oracles: { USDC: 1 } });
    const [found] = oracleStale.measure(oracle('USDC'), { ...look, nowMs: nowMs + 1.5 * hour });
    expect(found).toEqual({ coin: 'USDC', values: { ageSeconds: 5400, heartbeats: 1.5 } });
    expect(oracleStale.sentence('USDC', 'ethereum/feed', found?.values ?? {})).toBe(
      'the oracle ethereum/feed last answered for USDC 1.5 h ago, 1.5 times its heartbeat',
    );
  });

  it('is unknown without a heartbeat and before the first answer', () => {
    const { look, oracle } = stage({ oracles: { USDC: 1 }, heartbeatMs: null });
    expect(oracleStale.measure(oracle('USDC'), look)).toEqual([]);
    const silent = stage({ oracles: { USDC: 1 } });
    silent.oracle('USDC').updatedAtMs = null;
    expect(oracleStale.measure(silent.oracle('USDC'), silent.look)).toEqual([]);
  });

  it('is never of a negative age, even when its chain is ahead of the clock', () => {
    const { look, oracle } = stage({ oracles: { USDC: 1 } });
    expect(oracleStale.measure(oracle('USDC'), { ...look, nowMs: nowMs - hour })[0]?.values.ageSeconds).toBe(
      0,
    );
  });
});

describe('an oracle that diverges', () => {
  const divergence = (about: Parameters<typeof stage>[0], coin = 'USDC') => {
    const { look, oracle } = stage(about);
    return oracleDivergence.measure(oracle(coin), look)[0]?.values;
  };

  it('is told against the pools of its chain', () => {
    const values = divergence({ pools: { p: { USDC: 0.9, USDT: 1 } }, oracles: { USDC: 0.99 } });
    expect(values?.divergenceBps).toBeCloseTo(1000, 6);
    expect(values).toMatchObject({ pools: 1, liquidityUsd: 1e7 });
  });

  it('takes a counterparty at what its own oracle says, not at its peg', () => {
    const pools = { p: { USDT: 1, USDC: 0.9 } };
    expect(divergence({ pools, oracles: { USDT: 1, USDC: 0.9 } }, 'USDT')?.absDivergenceBps).toBeCloseTo(
      0,
      6,
    );
  });

  it('does not accuse the oracle of a sound coin while that of a broken one lags or is not there', () => {
    const pools = { p: { USDT: 1, USDC: 0.9 }, q: { USDT: 1, DAI: 1 } };
    const lagging = { USDT: 1, USDC: 1, DAI: 1 };
    expect(divergence({ pools, oracles: lagging }, 'USDC')?.divergenceBps).toBeCloseTo(1111.1, 1);
    expect(divergence({ pools, oracles: lagging }, 'USDT')).toMatchObject({ divergenceBps: 0, pools: 1 });
    const alone = { p: { USDT: 1, USDC: 0.9 } };
    expect(divergence({ pools: alone, oracles: { USDT: 1, USDC: 1 } }, 'USDT')).toBeUndefined();
    expect(divergence({ pools: alone, oracles: { USDT: 1 } }, 'USDT')).toBeUndefined();
  });

  it('is not moved by a dust pool', () => {
    const pools = { p: { USDC: 1, USDT: 1 }, q: { USDC: 1, DAI: 1 }, dust: { USDC: 0.1, FRAX: 1 } };
    const values = divergence({ pools, liquidityUsd: { dust: 10 }, oracles: { USDC: 1 } });
    expect(values?.absDivergenceBps).toBeCloseTo(0, 6);
    expect(values?.pools).toBe(3);
  });

  it('is unknown where no pool prices the coin, and after an answer that is no price', () => {
    expect(divergence({ oracles: { USDC: 1 } })).toBeUndefined();
    expect(divergence({ pools: { p: { USDC: 1, weth: 3000 } }, oracles: { USDC: 1 } })).toBeUndefined();
    const { look, oracle } = stage({ pools: { p: { USDC: 1, USDT: 1 } }, oracles: { USDC: 1 } });
    oracle('USDC').answerUsd = null;
    expect(oracleDivergence.measure(oracle('USDC'), look)).toEqual([]);
  });

  it('uses the median that repeating each value by its weight would give (naive oracle)', () => {
    const sample = fc.record({
      usd: fc.integer({ min: -5, max: 5 }),
      weight: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 8 }), (samples) => {
        const repeated = samples
          .flatMap(({ usd, weight }) => Array<number>(weight).fill(usd))
          .sort((a, b) => a - b);
        expect(weightedMedian(samples)).toBe(repeated[Math.ceil(repeated.length / 2) - 1]);
      }),
    );
    expect(weightedMedian([])).toBeNull();
  });
});

describe('a supply shock', () => {
  const spec: SourceSpec = {
    id: 'ethereum/usr',
    chain: 'ethereum',
    coin: 'USR',
    protocol: 'erc20',
    address: '0x',
    tokens: [{ symbol: 'USR', address: '0x', decimals: 0, coin: 'USR' }],
    heartbeatMs: null,
    answerDecimals: null,
  };
  const look = { ...stage({}).look, spec: () => spec };

  function shock(supply: number, deltas: readonly (readonly [ago: number, delta: number])[]) {
    const series = createSeries(spec);
    observe(series, { kind: 'totalSupply', amount: BigInt(supply) }, spec, nowMs - 48 * hour);
    for (const [ago, delta] of deltas) {
      observe(series, { kind: 'supply', delta: BigInt(delta) }, spec, nowMs - ago);
    }
    return supplyShock.measure(series, look)[0]?.values;
  }

  it('is a rush of redemptions, by the hour and by the day', () => {
    const values = shock(1_000_000, [
      [5 * hour, -20_000],
      [60_000, -10_000],
    ]);
    expect(values?.netHourPercent).toBeCloseTo((-10_000 / 980_000) * 100, 9);
    expect(values?.netDayPercent).toBeCloseTo(-3, 9);
    expect(values).toMatchObject({ supply: 970_000, baseSupply: 1_000_000, mintedDayPercent: 0 });
  });

  it('is a mint out of nothing too', () => {
    const values = shock(100_000_000, [[60_000, 50_000_000]]);
    expect(values?.netHourPercent).toBeCloseTo(100 / 3, 9);
    expect(supplyShock.sentence('USR', 'ethereum/usr', values ?? {})).toBe(
      'the supply of USR at ethereum/usr rose by 33.3 % in an hour and rose by 33.3 % in a day',
    );
  });

  it('is none where what is minted is burned again: a flash mint', () => {
    const values = shock(1_000_000, [
      [60_000, 500_000_000],
      [60_000, -500_000_000],
    ]);
    expect(values?.netHourPercent).toBe(0);
    expect(values?.mintedHourPercent).toBeGreaterThan(100);
  });

  it('forgets what is older than a day', () => {
    expect(shock(1_000_000, [[25 * hour, -500_000]])?.netDayPercent).toBeCloseTo(0, 12);
  });

  it('never goes beyond a hundred per cent either way', () => {
    expect(shock(0, [[60_000, 5_000_000]])?.netHourPercent).toBe(100);
    expect(shock(5_000_000, [[60_000, -5_000_000]])?.netHourPercent).toBe(-100);
    expect(shock(0, [])?.netHourPercent).toBe(0);
  });

  it('is unknown before the supply was read', () => {
    const series = createSeries(spec);
    observe(series, { kind: 'supply', delta: 5n }, spec, nowMs);
    expect(supplyShock.measure(series, look)).toEqual([]);
  });
});
