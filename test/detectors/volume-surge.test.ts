import { describe, expect, it } from 'vitest';
import { volumeSurge } from '../../src/detectors/volume-surge.js';
import { createSeries, observe, settle } from '../../src/series/index.js';
import type { PoolSeries } from '../../src/series/series.js';
import { flow } from '../../src/series/stream.js';
import { nowMs, stage } from '../helpers/look.js';

const hour = 3_600_000;

function traded(hourly: readonly number[], usdc = 0.99) {
  const { look, pool } = stage({ pools: { p: { USDC: usdc, USDT: 1 } } });
  for (const [i, amount] of hourly.entries())
    flow(pool('p').volume, nowMs - (hourly.length - 1 - i) * hour, amount);
  const found = volumeSurge.measure(pool('p'), look);
  return found.find(({ coin }) => coin === 'USDC')?.values;
}

describe('a surge of volume', () => {
  it('is measured in usual hours and in spreads around them', () => {
    const values = traded([90, 100, 110, 90, 100, 110, 90, 100, 110, 1000]);
    expect(values).toMatchObject({ volumeHourUsd: 1000, usualHourUsd: 100, timesUsual: 10, pastHours: 9 });
    expect(values?.surprise).toBeCloseTo(900 / (1.4826 * 10), 9);
    expect(values?.deviationBps).toBeCloseTo(-100, 6);
  });

  it('is not hidden by one wild hour of the past', () => {
    expect(traded([100, 100, 1e9, 100, 100, 1000])?.timesUsual).toBe(10);
  });

  it('is bounded where nothing was usual, and nothing where nothing is traded', () => {
    expect(traded([0, 0, 0, 5])).toMatchObject({ timesUsual: 1000, surprise: 1000 });
    expect(traded([100, 100, 100, 0])).toMatchObject({ timesUsual: 0, surprise: 0 });
  });

  it('is unknown while no whole hour is over', () => {
    expect(traded([100])).toBeUndefined();
  });

  it('is measured on markets that report their volume, with the coin that is told in dollars', () => {
    const { look } = stage({ pools: { market: { USDC: 1, USD: 1 } } });
    const spec = { ...look.spec('market'), protocol: 'reported-price' };
    const market = createSeries(spec) as PoolSeries;
    const wei = (amount: number) => BigInt(Math.round(amount * 1e6)) * 10n ** 12n;
    [100, 100, 100, 2000].forEach((volume, i) => {
      const atMs = nowMs - (3 - i) * hour;
      observe(market, { kind: 'price', price: wei(0.97), volume: wei(volume) }, spec, atMs);
      settle(market, spec, atMs);
    });
    const [usdc, ...others] = volumeSurge.measure(market, look);
    expect(others).toEqual([]);
    expect(usdc?.coin).toBe('USDC');
    expect(usdc?.values).toMatchObject({ volumeHourUsd: 2000, usualHourUsd: 100, timesUsual: 20 });
    expect(usdc?.values.deviationBps).toBeCloseTo(-300, 6);
  });

  it('is unknown on a market that does not say its volume', () => {
    const { look } = stage({ pools: { market: { USDC: 1, USD: 1 } } });
    const spec = { ...look.spec('market'), protocol: 'reported-price' };
    const market = createSeries(spec);
    observe(market, { kind: 'price', price: 10n ** 18n, volume: null }, spec, nowMs);
    settle(market, spec, nowMs);
    expect(volumeSurge.measure(market, look)).toEqual([]);
  });
});
