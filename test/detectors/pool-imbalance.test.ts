import { describe, expect, it } from 'vitest';
import { oracleDeviation } from '../../src/detectors/oracle-deviation.js';
import { poolImbalance } from '../../src/detectors/pool-imbalance.js';
import { compileRules } from '../../src/detectors/rules.js';
import { stage } from '../helpers/look.js';
import { makeSpec } from '../helpers/make-spec.js';

describe('a pool that runs out of a coin', () => {
  const measured = (
    reserves: number[] | null,
    prices: Record<string, number>,
    amplification: number | null = 100,
  ) => {
    const { look, pool } = stage({ pools: { p: prices } });
    pool('p').reserves = reserves;
    pool('p').amplification = amplification;
    return poolImbalance.measure(pool('p'), look);
  };

  it('is told by the share of the scarcest coin and the price of each', () => {
    const found = measured([90, 7, 3], { USDC: 0.97, USDT: 1, DAI: 1 });
    expect(found.find(({ coin }) => coin === 'USDC')?.values.leastSharePercent).toBeCloseTo(3, 9);
    expect(found.find(({ coin }) => coin === 'USDC')?.values.absDeviationBps).toBeCloseTo(300, 6);
    expect(found.find(({ coin }) => coin === 'USDT')?.values.absDeviationBps).toBe(0);
  });

  it('is not looked at further while the shares are in order', () => {
    for (const { values } of measured([40, 30, 30], { USDC: 0.97, USDT: 1, DAI: 1 })) {
      expect(values.absDeviationBps).toBe(0);
    }
  });

  it('is unknown for other pools, for an empty one and before it was read', () => {
    expect(measured([90, 10], { USDC: 0.97, USDT: 1 }, null)).toEqual([]);
    expect(measured([0, 0], { USDC: 0.97, USDT: 1 })).toEqual([]);
    expect(measured(null, { USDC: 0.97, USDT: 1 })).toEqual([]);
  });

  it('takes a report without prices at the worst price of the coin on its chain, and at par for nothing', () => {
    for (const [price, bps] of [
      [0.98, 200],
      [1, 0],
    ] as const) {
      const { look, pool } = stage({
        pools: { report: { USDC: 1, USDT: 1 }, other: { USDC: price, USDT: 1 } },
      });
      pool('report').prices = null;
      pool('report').leastShare = 0.02;
      const usdc = poolImbalance.measure(pool('report'), look).find(({ coin }) => coin === 'USDC');
      expect(usdc?.values.leastSharePercent).toBe(2);
      expect(usdc?.values.absDeviationBps).toBeCloseTo(bps, 6);
    }
  });
});

describe('a pool that runs out of a coin, by the rule that ships', () => {
  const { rules } = compileRules(makeSpec().rules, [poolImbalance]);
  const severity = (peakDayUsd: number, saysLiquidity: 0 | 1) => {
    const values = { leastSharePercent: 3, absDeviationBps: 300, peakDayUsd, saysLiquidity };
    return rules.get('poolImbalance')?.judge(values).severity;
  };

  it('is a note where the pool is dust, and counts where its size is not known', () => {
    expect(severity(60_000, 1)).toBe('low');
    expect(severity(200_000, 1)).toBe('critical');
    expect(severity(0, 0)).toBe('critical');
  });
});

describe('an oracle that is off', () => {
  it('is measured against the peg, on its side', () => {
    const { look, oracle } = stage({ oracles: { USDC: 0.9893, EURC: 1.1 }, pegs: { EURC: 1.1 } });
    expect(oracleDeviation.measure(oracle('USDC'), look)[0]?.values.deviationBps).toBeCloseTo(-107, 6);
    expect(oracleDeviation.measure(oracle('EURC'), look)[0]?.values.deviationBps).toBeCloseTo(0, 6);
  });
  it('is unknown before it answered', () => {
    const { look, oracle } = stage({ oracles: { USDC: 1 } });
    oracle('USDC').answerUsd = null;
    expect(oracleDeviation.measure(oracle('USDC'), look)).toEqual([]);
  });
});
