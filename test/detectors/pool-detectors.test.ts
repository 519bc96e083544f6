import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liquidityDrain } from '../../src/detectors/liquidity-drain.js';
import { priceDeviation } from '../../src/detectors/price-deviation.js';
import { recordBoth } from '../../src/series/hour-and-day.js';
import { nowMs, type Stage, stage } from '../helpers/look.js';

/** Deviation of each coin of a pool in whole basis points. */
function measured({ look, pool }: Stage, id: string): Record<string, number> {
  const found = priceDeviation.measure(pool(id), look);
  return Object.fromEntries(
    found.map(({ coin, values }) => [coin, Math.round(values.deviationBps ?? Number.NaN) + 0]),
  );
}

describe('price deviation', () => {
  it('accuses the coin below where the pool is alone, and lets the other ease', () => {
    expect(measured(stage({ pools: { p: { USDC: 0.97, USDT: 1 } } }), 'p')).toEqual({ USDC: -300, USDT: 0 });
  });

  it('counts only what lies beyond the fee of the pool, on either side', () => {
    const within = (usdc: number, feeBps: number) => {
      const staged = stage({ pools: { p: { USDC: usdc, USDT: 1 }, q: { USDT: 1, DAI: 1 } } });
      const { look } = staged;
      const spec = (id: string) => ({ ...look.spec(id), ...(id === 'p' ? { feeBps } : {}) });
      return measured({ ...staged, look: { ...look, spec } }, 'p').USDC;
    };
    expect(within(0.998, 30)).toBe(0);
    expect(within(0.98, 30)).toBe(-170);
    expect(within(1.002, 30)).toBe(0);
    expect(within(1.02, 30)).toBe(170);
    expect(within(0.998, 1)).toBe(-19);
  });

  it('tells the same whichever token comes first', () => {
    expect(measured(stage({ pools: { p: { USDT: 1, USDC: 0.97 } } }), 'p')).toEqual({ USDC: -300, USDT: 0 });
  });

  it('accuses the coin above its peg where the other is sound elsewhere: DAI on 13 March 2020', () => {
    const chain = stage({ pools: { p: { DAI: 1.129, USDC: 1 }, q: { USDC: 1, USDT: 1.0002 } } });
    expect(measured(chain, 'p')).toEqual({ DAI: 1290, USDC: 0 });
  });

  it('is not misled by a dust pool that stands still at par', () => {
    const pools = { p: { USDC: 0.97, USDT: 1 }, dust: { USDC: 1, DAI: 1 } };
    const chain = stage({ pools, liquidityUsd: { p: 1e7, dust: 50 } });
    expect(measured(chain, 'p')).toEqual({ USDC: -300, USDT: 0 });
  });

  it('accuses USDC, not USDT, while DAI falls along with it and the oracles see it: March 2023', () => {
    const pools = {
      three: { DAI: 0.9, USDC: 0.9, USDT: 1 },
      two: { USDC: 0.9, USDT: 1 },
      pair: { DAI: 0.9, USDC: 0.9 },
    };
    const chain = stage({ pools, oracles: { USDC: 0.91, USDT: 1.001, DAI: 0.92 } });
    expect(measured(chain, 'two')).toEqual({ USDC: -1000, USDT: 0 });
    expect(measured(chain, 'three')).toEqual({ DAI: -1000, USDC: -1000, USDT: 0 });
    // Without a feed for DAI the verdict on the others stays.
    const blind = stage({ pools, oracles: { USDC: 0.91, USDT: 1.001 } });
    expect(measured(blind, 'three')).toEqual({ DAI: -1000, USDC: -1000, USDT: 0 });
  });

  it('finds the one that is off among three, on either side of the peg', () => {
    expect(measured(stage({ pools: { p: { DAI: 1, USDC: 1, USDT: 0.95 } } }), 'p')).toEqual({
      DAI: 0,
      USDC: 0,
      USDT: -500,
    });
    expect(measured(stage({ pools: { p: { DAI: 1.05, USDC: 1, USDT: 1 } } }), 'p')).toEqual({
      DAI: 500,
      USDC: 0,
      USDT: 0,
    });
  });

  it('accuses neither of the sound ones where a third coin was dumped for one of them', () => {
    const pools = { p: { USDX: 0.96, USDC: 1, USDT: 0.9955 } };
    expect(measured(stage({ pools }), 'p')).toEqual({ USDX: -357, USDC: 0, USDT: 0 });
    // A gap that is no shadow is still somebody's: the third coin is not further off than they are from each other.
    const own = stage({ pools: { p: { USDX: 0.997, USDC: 1, USDT: 0.95 } } });
    expect(measured(own, 'p')).toMatchObject({ USDT: -471 });
  });

  it('measures against the peg, whatever it is worth in dollars', () => {
    const chain = stage({ pools: { p: { EURC: 1.08, USDC: 1 } }, pegs: { EURC: 1.2 } });
    expect(measured(chain, 'p')).toEqual({ EURC: -1000, USDC: 0 });
  });

  it('says nothing of pools with fewer than two coins, nor without a price', () => {
    expect(measured(stage({ pools: { p: { USDC: 1, weth: 3000 } } }), 'p')).toEqual({});
    const chain = stage({ pools: { p: { USDC: 1, USDT: 1 } } });
    chain.pool('p').prices = null;
    expect(measured(chain, 'p')).toEqual({});
  });

  it('does not hold a coin against itself where it stands in the pool twice', () => {
    const chain = stage({ pools: { p: { USDC: 1, USDT: 1 } } });
    for (const token of chain.look.spec('p').tokens) Object.assign(token, { coin: 'USDC' });
    expect(measured(chain, 'p')).toEqual({});
  });

  it('accuses exactly one of two coins, by what the pool shows, whatever the rest of the chain says', () => {
    const worth = fc.double({ min: 0.5, max: 1.5, noNaN: true });
    const oracle = fc.option(worth, { nil: undefined });
    fc.assert(
      fc.property(worth, worth, worth, worth, oracle, oracle, (a, b, c, d, oracleA, oracleB) => {
        fc.pre(Math.abs(a / b - 1) > 1e-6);
        const oracles = Object.fromEntries(
          Object.entries({ A: oracleA, B: oracleB }).filter(([, x]) => x !== undefined),
        );
        const pools = { p: { A: a, B: b }, q: { A: c, C: 1 }, r: { B: d, C: 1 } };
        const { look, pool } = stage({ pools, oracles: oracles as Record<string, number> });
        const found = priceDeviation.measure(pool('p'), look).map(({ values }) => values.deviationBps!);
        expect(found.filter((bps) => bps !== 0)).toHaveLength(1);
        expect(
          [a / b - 1, b / a - 1].some(
            (ratio) => Math.abs(ratio * 1e4 - found.find((bps) => bps !== 0)!) < 1e-6,
          ),
        ).toBe(true);
      }),
    );
  });

  it('offers exactly the quantities that it declares', () => {
    const { look, pool } = stage({ pools: { p: { USDC: 0.97, USDT: 1 } } });
    for (const { values } of priceDeviation.measure(pool('p'), look)) {
      expect(Object.keys(values).sort()).toEqual(Object.keys(priceDeviation.quantities).sort());
    }
  });

  it('is said in a sentence', () => {
    expect(priceDeviation.sentence('USDC', 'ethereum/p', { deviationBps: -123.4, liquidityUsd: 1.2e6 })).toBe(
      'USDC trades 1.23 % below its peg in ethereum/p, behind which stand $1.2M',
    );
    const thin = { deviationBps: -123.4, liquidityUsd: 843e3, peakDayUsd: 17e6 };
    expect(priceDeviation.sentence('USDC', 'ethereum/p', thin)).toMatch(
      /behind which stand \$843k now \(\$17M at most in the past day\)$/,
    );
    expect(priceDeviation.sentence('USDC', 'ethereum/p', { ...thin, peakDayUsd: 843e3 })).toMatch(
      /behind which stand \$843k$/,
    );
    expect(priceDeviation.sentence('DAI', 'x', { deviationBps: 1290, liquidityUsd: 1 })).toMatch(
      /12.9 % above its peg/,
    );
    expect(priceDeviation.sentence('DAI', 'x', { deviationBps: 0, liquidityUsd: 1 })).toMatch(
      /trades at its peg/,
    );
  });
});

describe('liquidity drain', () => {
  it('is the share lost since the highest of the past hour, with the deviation beside it', () => {
    const chain = stage({ pools: { p: { USDC: 0.97, USDT: 1 } } });
    const pool = chain.pool('p');
    recordBoth(pool.liquidityLevel, nowMs + 60_000, 4e6);
    pool.liquidityUsd = 4e6;
    const look = { ...chain.look, nowMs: nowMs + 60_000 };
    const [usdc, usdt] = liquidityDrain.measure(pool, look);
    expect(usdc?.values.drainedPercent).toBeCloseTo(60, 9);
    expect(usdc?.values).toMatchObject({ peakUsd: 1e7, liquidityUsd: 4e6 });
    expect(usdc?.values.absDeviationBps).toBeCloseTo(300, 6);
    expect(usdt?.values.absDeviationBps).toBe(0);
    expect(liquidityDrain.sentence('USDC', 'ethereum/p', usdc?.values ?? {})).toBe(
      'ethereum/p lost 60 % of the $10M it had within an hour while USDC trades 3 % below its peg there',
    );
    // An hour later the old height is forgotten.
    const later = liquidityDrain.measure(pool, { ...chain.look, nowMs: nowMs + 3_700_000 });
    expect(later[0]?.values.drainedPercent).toBe(0);
  });

  it('tells a pool that is emptied, and says nothing of one that never held anything', () => {
    const chain = stage({
      pools: { p: { USDC: 1, USDT: 1 }, empty: { USDC: 1, USDT: 1 } },
      liquidityUsd: { empty: 0 },
    });
    chain.pool('p').liquidityUsd = 0;
    expect(liquidityDrain.measure(chain.pool('p'), chain.look)[0]?.values.drainedPercent).toBe(100);
    expect(liquidityDrain.measure(chain.pool('empty'), chain.look)).toEqual([]);
  });
});
