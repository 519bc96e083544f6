import { describe, expect, it } from 'vitest';
import { lagsOf, learnLags, type PricedSeries } from '../../scripts/learn-lags/learn.js';

const minute = 60_000;
const startMs = Date.parse('2023-03-10T00:00:00Z');

function series(coin: string, ...offPegAtMinutes: readonly number[]): PricedSeries {
  const prices = Array.from(
    { length: 300 },
    (_, i) => [startMs + i * minute, offPegAtMinutes.some((at) => i >= at) ? 0.994 : 1] as const,
  );
  return { coin, prices };
}

const trouble = (id: string, coin: string, from: number, to: number) => ({
  id,
  coin,
  fromMs: startMs + from * minute,
  toMs: startMs + to * minute,
});
const edges = [
  { from: 'USDC', to: 'DAI' },
  { from: 'USDC', to: 'USDT' },
  { from: 'USDC', to: 'GHO' },
];

describe('learning lags', () => {
  it('counts from onset to onset, says what did not follow, and leaves out what has no series', () => {
    const samples = learnLags(
      [series('USDC', 10), series('DAI', 45), series('USDT')],
      [trouble('svb', 'USDC', 0, 300), trouble('other', 'BUSD', 0, 300)],
      edges,
    );
    expect(samples.map(({ incident, to, lagMs }) => [incident, to, lagMs])).toEqual([
      ['svb', 'DAI', 35 * minute],
      ['svb', 'USDT', null],
    ]);
    expect(lagsOf(samples)).toEqual([{ from: 'USDC', to: 'DAI', when: 'March 2023', lagMs: 35 * minute }]);
  });

  it('does not look beyond the window of the incident', () => {
    const samples = learnLags(
      [series('USDC', 10), series('DAI', 45)],
      [trouble('svb', 'USDC', 0, 40)],
      edges,
    );
    expect(samples).toMatchObject([{ to: 'DAI', lagMs: null }]);
    expect(lagsOf(samples)).toEqual([]);
  });

  it('takes the median of several incidents', () => {
    const sample = (lagMs: number) => ({
      incident: String(lagMs),
      from: 'USDC',
      to: 'DAI',
      fromOnset: new Date(startMs + lagMs).toISOString(),
      toOnset: null,
      lagMs,
    });
    expect(lagsOf([sample(9), sample(1), sample(4)])).toMatchObject([{ lagMs: 4 }]);
  });
});
