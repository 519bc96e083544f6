import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/observation.js';
import type { SourceSpec } from '../../src/core/source.js';
import { netFlow } from '../../src/detectors/net-flow.js';
import { cloneSeries, createSeries, observe, settle } from '../../src/series/index.js';
import { nowMs, stage } from '../helpers/look.js';

const hour = 3_600_000;
const day = 24 * hour;

/** A pool whose USDC stands 1 % low; `events` are folded into it by hours before now. */
function measured(
  protocol: string,
  tokens: readonly string[],
  events: readonly (readonly [hoursAgo: number, observation: Observation])[],
) {
  const { look, pool } = stage({
    pools: { p: Object.fromEntries(tokens.map((name) => [name, name === 'USDC' ? 0.99 : 1])) },
    liquidityUsd: { p: 1000 },
  });
  const spec: SourceSpec = { ...look.spec('p'), protocol };
  for (const [hoursAgo, observation] of events)
    observe(pool('p'), observation, spec, nowMs - hoursAgo * hour);
  const found = netFlow.measure(pool('p'), look);
  return (coin: string) => found.find((one) => one.coin === coin)?.values;
}

const units = (amounts: readonly number[]) => amounts.map((amount) => BigInt(amount * 1e6));
const swap = (...amounts: number[]): Observation => ({
  kind: 'swap',
  amounts: units(amounts),
  sqrtPriceX96: null,
  liquidity: null,
  tick: null,
});
const reserves = (...amounts: number[]): Observation => ({ kind: 'reserves', amounts: units(amounts) });
const liquidity = (...amounts: number[]): Observation => ({
  kind: 'liquidity',
  amounts: units(amounts),
  liquidityDelta: null,
  tickLower: null,
  tickUpper: null,
});

describe('the net flow of a coin', () => {
  it('is what was sold into the pool less what was taken out, over each horizon', () => {
    const usdc = measured(
      'uniswap-v2',
      ['USDC', 'USDT'],
      [
        [13 * 24, swap(200, -200)],
        [6 * 24, swap(100, -100)],
        [20, swap(50, -50)],
        [4, swap(-20, 20)],
        [0.5, swap(10, -10)],
        [0.1, swap(5, -5)],
        [0, swap(1, -1)],
      ],
    )('USDC');
    expect(usdc).toMatchObject({
      soldMinutePercent: expect.closeTo(0.1, 9),
      soldTenMinutesPercent: expect.closeTo(0.6, 9),
      soldHourPercent: expect.closeTo(1.6, 9),
      soldSixHoursPercent: expect.closeTo(-0.4, 9),
      soldDayPercent: expect.closeTo(4.6, 9),
      soldWeekPercent: expect.closeTo(14.6, 9),
      soldFortnightPercent: expect.closeTo(34.6, 9),
      soldDayUsd: 46,
    });
  });

  it('counts a slow drift that is small on every single day', () => {
    const drift = Array.from({ length: 14 }, (_, i) => [(13 - i) * 24, swap(30, -30)] as const);
    const usdc = measured('uniswap-v2', ['USDC', 'USDT'], drift)('USDC');
    expect(usdc?.soldDayPercent).toBeCloseTo(3, 9);
    expect(usdc?.soldFortnightPercent).toBeCloseTo(42, 9);
  });

  it('compares the day with the days before, once three of them are known', () => {
    const days = (count: number) =>
      measured(
        'uniswap-v2',
        ['USDC', 'USDT'],
        [
          ...Array.from({ length: count }, (_, i) => [(count - i) * 24, swap(10, -10)] as const),
          [0, swap(90, -90)],
        ],
      )('USDC')?.timesUsual;
    expect(days(2)).toBe(0);
    expect(days(5)).toBeCloseTo(9, 9);
  });

  it('is no matter of liquidity that comes or goes evenly, and is of what leaves in one coin', () => {
    const three = ['USDC', 'USDT', 'DAI'];
    const even = measured('curve-stable-swap', three, [
      [1.5, reserves(300, 300, 300)],
      [1, liquidity(-30, -30, -30)],
    ]);
    expect(even('USDC')?.soldDayUsd).toBeCloseTo(0, 9);
    const oneSided = measured('curve-stable-swap', three, [
      [1.5, reserves(300, 300, 300)],
      [1, liquidity(0, -90, 0)],
    ]);
    expect(oneSided('USDC')?.soldDayUsd).toBeCloseTo(30, 9);
  });

  it('is read from balances where nothing else tells it, and not twice where a trade told it', () => {
    const told = measured(
      'curve-stable-swap',
      ['USDC', 'USDT'],
      [
        [1.5, reserves(300, 300)],
        [1, swap(40, -40)],
        [1, reserves(340, 260)],
      ],
    );
    expect(told('USDC')?.soldDayUsd).toBeCloseTo(40, 9);
    const untold = measured(
      'curve-stable-swap',
      ['USDC', 'USDT'],
      [
        [1.5, reserves(300, 300)],
        [1, reserves(340, 260)],
      ],
    );
    expect(untold('USDC')?.soldDayUsd).toBeCloseTo(40, 9);
  });

  it('does not take the reserves that a constant product pool tells beside each trade for a trade', () => {
    const usdc = measured(
      'uniswap-v2',
      ['USDC', 'USDT'],
      [
        [2, reserves(100, 100)],
        [1, reserves(140, 72)],
        [1, swap(40, -28)],
      ],
    )('USDC');
    expect(usdc?.soldDayUsd).toBe(40);
  });

  it('is not added up for a coin that is not below its peg', () => {
    const at = measured('uniswap-v2', ['USDC', 'USDT'], [[1, swap(-50, 50)]]);
    expect(at('USDT')).toMatchObject({ soldDayUsd: 0, deviationBps: 0 });
    expect(at('USDC')?.soldDayUsd).toBe(-50);
  });

  it('is gone with the block that told it', () => {
    const { look, pool } = stage({ pools: { p: { USDC: 0.99, USDT: 1 } } });
    const spec: SourceSpec = { ...look.spec('p'), protocol: 'uniswap-v2' };
    observe(pool('p'), swap(10, -10), spec, nowMs - day);
    const kept = cloneSeries(pool('p'));
    observe(pool('p'), swap(500, -500), spec, nowMs);
    const [first] = netFlow.measure(kept, look);
    expect(first?.values.soldFortnightPercent).toBeCloseTo((10 / 1e7) * 100, 12);
  });

  it('is unknown before the pool has a depth and a price', () => {
    const { look, pool } = stage({ pools: { p: { USDC: 1, USDT: 1 } } });
    pool('p').peakDayUsd = null;
    expect(netFlow.measure(pool('p'), look)).toEqual([]);
    pool('p').peakDayUsd = 1;
    pool('p').prices = null;
    expect(netFlow.measure(pool('p'), look)).toEqual([]);
    const fresh = createSeries(look.spec('p'));
    settle(fresh, look.spec('p'), nowMs);
    expect(netFlow.measure(fresh, look)).toEqual([]);
  });

  it('is said with the liquidity that it is measured by', () => {
    const values = { soldDayPercent: 54.6, soldFortnightPercent: 60, soldDayUsd: 9.27e6, deviationBps: -100 };
    expect(netFlow.sentence('USDX', 'ethereum/p', { ...values, peakDayUsd: 17e6 })).toBe(
      '$9.27M of USDX net were sold into ethereum/p in a day, 54.6 % (in two weeks 60 %) of the $17M that stood ' +
        'behind its price at most in the past day, while USDX trades 1 % below its peg',
    );
  });
});
