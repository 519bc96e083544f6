// What a market says counts when it lasts, when it is the coin that moved, and when the market matters.
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import { type Bars, foldBars, minuteMs, startMs } from '../helpers/imports.js';

const par = (minutes: number): number[] => Array.from({ length: minutes }, () => 1);
const at = (price: number, minutes: number): number[] => Array.from({ length: minutes }, () => price);
const usd = (prices: readonly number[], more: Partial<Bars> = {}): Bars => ({
  id: 'kraken/usdc-usd',
  tokens: ['USDC', 'USD'],
  prices,
  ...more,
});

async function heard(...all: readonly Bars[]): Promise<readonly Signal[]> {
  return (await foldBars(all)).signals.filter(({ detector }) => detector === 'marketDeviation');
}

function firstMinute(signals: readonly Signal[], severity: Severity): number | undefined {
  const first = signals.find((one) => one.severity === severity);
  return first === undefined ? undefined : (first.atMs - startMs) / minuteMs;
}

describe('a market', () => {
  it('is believed once the price has been off for five minutes', async () => {
    const signals = await heard(usd([...par(60), ...at(0.98, 60)]));
    // The bar that begins in minute 60 is known at 61; the fifth of its kind at 65.
    expect(firstMinute(signals, 'critical')).toBe(65);
  });

  it('is believed at once where the price has been sliding towards it', async () => {
    const slide = Array.from({ length: 30 }, (_, i) => 1 - i * 0.0002);
    const signals = await heard(usd([...par(60), ...slide]));
    // 30 bp below is the sixteenth bar of the slide; four minutes before it stood at 22 bp.
    expect(firstMinute(signals, 'high')).toBe(60 + 15 + 1);
  });

  it('is not believed for a print of 3.99, up to four minutes long', async () => {
    for (const length of [1, 4]) {
      expect(await heard(usd([...par(60), ...at(3.99, length), ...par(60)]))).toEqual([]);
    }
  });

  it('is left alone at 40 bp where it swings so far every hour, and is high at 60 bp however it swings', async () => {
    // Two days of a quarter of an hour at par and a quarter of an hour so far below.
    const swings = (bps: number): number[] =>
      Array.from({ length: 2 * 1_440 }, (_, i) => (Math.floor(i / 15) % 2 === 0 ? 1 : 1 - bps / 1e4));
    const inTheEnd = async (prices: readonly number[]): Promise<Severity | null | undefined> =>
      (await heard(usd(prices))).at(-1)?.severity;
    expect(await inTheEnd([...par(2 * 1_440), ...at(0.996, 60)])).toBe('high');
    expect(await inTheEnd(swings(40))).not.toBe('high');
    expect(await inTheEnd(swings(62))).toBe('high');
  });

  it('is not believed where almost nothing is traded', async () => {
    const signals = await heard(usd([...par(60), ...at(0.9, 240)], { volume: 60 }));
    expect(signals).toEqual([]);
  });

  it('is believed within its first hour where what is traded makes a day of a million', async () => {
    // 70,000 in the first 35 minutes, which count as an hour: 1.68 million a day at that pace.
    const signals = await heard(usd([...par(30), ...at(0.98, 30)], { volume: 2_000 }));
    expect(firstMinute(signals, 'critical')).toBe(35);
  });

  it('is believed after an hour where little is traded, and not for ten minutes', async () => {
    const thin = { volume: 150 };
    expect(await heard(usd([...par(60), ...at(0.9, 10), ...par(180)], thin))).toEqual([]);
    const minute = firstMinute(await heard(usd([...par(60), ...at(0.9, 180)], thin)), 'critical');
    // An hour of quarters: the last of them may have begun before the fall was known.
    expect(minute).toBeGreaterThanOrEqual(61 + 45);
    expect(minute).toBeLessThanOrEqual(61 + 75);
  });

  it('is not believed where a price stands because nobody trades', async () => {
    const once = Array.from({ length: 60 + 300 }, (_, i) => (i < 60 ? 400 : i === 60 ? 212 : 0));
    expect(await heard(usd([...par(60), ...at(0.9, 300)], { volume: once }))).toEqual([]);
  });

  it('is believed where it stabs at a price before it settles there', async () => {
    // Kraken, 10 March 2023: never five minutes in a row.
    const stabs = [0.9957, 0.9995, 0.9995, 0.9971, 0.9982, 0.9978, 0.997, 0.9977, 0.9969, 0.9968];
    const signals = await heard(usd([...par(60), ...stabs]));
    // 43, 29, 22, 30, 23 and then 31 bp: the sixth of them is beyond 30.
    expect(firstMinute(signals, 'high')).toBe(60 + 9);
  });

  it('is critical at once for a minute of 1 % where it has been high, and not out of nowhere', async () => {
    const fall = await heard(usd([...par(60), ...at(0.9965, 8), 0.9895, ...at(0.9965, 8)]));
    expect(firstMinute(fall, 'critical')).toBe(60 + 9);
    const wick = await heard(usd([...par(60), ...at(0.9895, 4), ...par(30)]));
    expect(wick).toEqual([]);
  });

  it('is believed without volumes, one sample late', async () => {
    const hourly = { everyMs: 3_600_000, volume: null };
    const signals = await heard(usd([...par(60), ...at(0.98, 3)], hourly));
    expect(firstMinute(signals, 'critical')).toBe(62 * 60);
  });

  it('accuses the coin that trades lower in a pair, and the dearer one where another market acquits its rival', async () => {
    const pair = (prices: readonly number[]): Bars => ({
      id: 'kraken/usdc-usdt',
      tokens: ['USDC', 'USDT'],
      prices,
    });
    const alone = await heard(pair([...par(60), ...at(1.02, 60)]));
    expect(new Set(alone.map(({ coin }) => coin))).toEqual(new Set(['USDT']));
    const acquitted = await heard(
      pair([...par(60), ...at(1.03, 60)]),
      { id: 'kraken/usdt-usd', tokens: ['USDT', 'USD'], prices: par(120) },
      usd([...par(60), ...at(1.03, 60)]),
    );
    expect(new Set(acquitted.map(({ coin }) => coin))).toEqual(new Set(['USDC']));
  });
});

describe('a reference whose prices move all together', () => {
  const hourly = { everyMs: 3_600_000, volume: null };
  const coins = (off: readonly number[], length: number): Bars[] =>
    ['USDC', 'USDT', 'DAI'].map((coin, i) => ({
      id: `page/${coin.toLowerCase()}`,
      tokens: [coin, 'USD'] as const,
      prices: [...par(24), ...at(off[i] ?? 1, length), ...par(24)],
      ...hourly,
    }));

  it('has moved itself, however long it lasts', async () => {
    expect(await heard(...coins([0.95, 0.951, 0.9495], 12))).toEqual([]);
  });

  it('hides no coin that falls further than the others', async () => {
    const signals = await heard(...coins([0.95, 0.999, 0.9985], 12));
    expect(new Set(signals.map(({ coin }) => coin))).toEqual(new Set(['USDC']));
    expect(signals.some(({ severity }) => severity === 'critical')).toBe(true);
  });

  it('hides no fall of all of them, where they part from each other', async () => {
    const signals = await heard(...coins([0.93, 0.941, 0.92], 12));
    const critical = signals.filter(({ severity }) => severity === 'critical');
    expect(new Set(critical.map(({ coin }) => coin))).toEqual(new Set(['USDC', 'USDT', 'DAI']));
  });

  it('is no such thing with two coins', async () => {
    const [usdc, usdt] = coins([0.95, 0.95], 12);
    const signals = await heard(usdc as Bars, usdt as Bars);
    expect(new Set(signals.map(({ coin }) => coin))).toEqual(new Set(['USDC', 'USDT']));
  });
});
