import { describe, expect, it } from 'vitest';
import type { SourceSpec } from '../../src/core/source.js';
import { executableDeviation } from '../../src/detectors/executable-deviation.js';
import { stage, type Worth } from '../helpers/look.js';

function measured(
  protocol: string,
  worth: Worth,
  about: { reserves?: number[]; amplification?: number; liquidityUsd?: number },
) {
  const { look, pool } = stage({ pools: { p: worth }, liquidityUsd: { p: about.liquidityUsd ?? 1e7 } });
  pool('p').reserves = about.reserves ?? null;
  pool('p').amplification = about.amplification ?? null;
  const spec = (id: string): SourceSpec => ({ ...look.spec(id), protocol });
  const found = executableDeviation.measure(pool('p'), { ...look, spec });
  return (coin: string) => found.find((one) => one.coin === coin)?.values;
}

describe('the price that a sale gets', () => {
  it('is the marginal price and what the sale itself moves', () => {
    const usdc = measured('uniswap-v2', { USDC: 0.99, USDT: 1 }, { reserves: [900_000, 891_000] })('USDC');
    expect(usdc?.deviationBps).toBeCloseTo(-100, 6);
    expect(usdc?.executable100kBps).toBeCloseTo((0.99 * 0.9 - 1) * 1e4, 6);
    expect(usdc?.executable1mBps).toBeCloseTo((0.99 * (9 / 19) - 1) * 1e4, 6);
  });

  it('is that of the coin of the pool which takes it best', () => {
    const worth = { USDC: 0.99, USDT: 1, DAI: 1 };
    const even = measured('curve-stable-swap', worth, { reserves: [5e7, 1e7, 1e7], amplification: 100 })(
      'USDC',
    );
    const scarce = measured('curve-stable-swap', worth, { reserves: [5e7, 1e4, 1e7], amplification: 100 })(
      'USDC',
    );
    expect(even?.executable1mBps).toBeGreaterThan(-1000);
    expect(scarce?.executable1mBps).toBeGreaterThan(-1000);
  });

  it('is no worse than can be told of a concentrated pool that runs dry', () => {
    const usdc = measured('uniswap-v3', { USDC: 0.99, USDT: 1 }, { liquidityUsd: 70 })('USDC');
    expect(usdc?.executable1mBps).toBeCloseTo((0.99 * 0.99 - 1) * 1e4, 1);
  });

  it('is no matter of a coin that is not below its peg', () => {
    const usdt = measured('uniswap-v2', { USDC: 0.99, USDT: 1 }, { reserves: [9e5, 9e5] })('USDT');
    expect(usdt).toMatchObject({ deviationBps: 0, executable100kBps: 0, executable1mBps: 0 });
  });

  it('is unknown where the pool does not say what it holds', () => {
    expect(measured('uniswap-v2', { USDC: 0.99, USDT: 1 }, {})('USDC')).toBeUndefined();
    expect(
      measured('curve-stable-swap', { USDC: 0.99, USDT: 1 }, { reserves: [1, 1] })('USDC'),
    ).toBeUndefined();
    expect(measured('staged', { USDC: 0.99, USDT: 1 }, { reserves: [1, 1] })('USDC')).toBeUndefined();
  });
});
