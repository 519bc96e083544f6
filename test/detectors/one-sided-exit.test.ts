import { describe, expect, it } from 'vitest';
import { oneSidedExit } from '../../src/detectors/one-sided-exit.js';
import { stage } from '../helpers/look.js';

function measured(reserves: number[] | null, peakDayUsd: number | null, amplification: number | null = 100) {
  const { look, pool } = stage({
    pools: { p: { USDC: 0.97, USDT: 1, DAI: 1 } },
    liquidityUsd: { p: 6e6 },
  });
  pool('p').reserves = reserves;
  pool('p').amplification = amplification;
  pool('p').peakDayUsd = peakDayUsd;
  const found = oneSidedExit.measure(pool('p'), look);
  return (coin: string) => found.find((one) => one.coin === coin)?.values;
}

describe('an exit through one side of a pool', () => {
  it('is told by the pile of the coin, the depth lost within a day and its price', () => {
    const usdc = measured([80, 10, 10], 1e7)('USDC');
    expect(usdc?.excess).toBeCloseTo(0.7, 9);
    expect(usdc?.lostDayPercent).toBeCloseTo(40, 9);
    expect(usdc?.deviationBps).toBeCloseTo(-300, 6);
  });

  it('is no matter of the coins that are taken out', () => {
    const usdt = measured([80, 10, 10], 1e7)('USDT');
    expect(usdt?.excess).toBe(0);
    expect(usdt?.deviationBps).toBe(0);
  });

  it('has no excess in an even pool and no loss in one that grew', () => {
    const usdc = measured([1, 1, 1], 6e6)('USDC');
    expect(usdc?.excess).toBeCloseTo(0, 12);
    expect(usdc?.lostDayPercent).toBe(0);
  });

  it('is unknown for other pools, for an empty one and before it was read', () => {
    expect(measured([80, 10, 10], 1e7, null)('USDC')).toBeUndefined();
    expect(measured([0, 0, 0], 1e7)('USDC')).toBeUndefined();
    expect(measured(null, 1e7)('USDC')).toBeUndefined();
    expect(measured([80, 10, 10], null)('USDC')).toBeUndefined();
    expect(measured([80, 10, 10], 0)('USDC')).toBeUndefined();
  });
});
