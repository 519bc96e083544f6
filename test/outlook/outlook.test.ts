import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import type { Measured } from '../../src/core/signal.js';
import { detectors } from '../../src/detectors/index.js';
import { createEngine } from '../../src/engine.js';
import { features } from '../../src/outlook/features.js';
import type { OutlookModel } from '../../src/outlook/model.js';
import { freshMs, outlook } from '../../src/outlook/outlook.js';
import { reportOutlook } from '../../src/outlook-report.js';
import { repository } from '../helpers/config-folder.js';
import { type Bars, inputsOfBars, minuteMs, startMs } from '../helpers/imports.js';

const training = {
  date: '2026-01-01',
  data: 'a test',
  samples: 0,
  positives: 0,
  onsets: [],
  candidates: [],
  folds: [],
  reliability: [],
};
/** deviation counts once, contagion half; a coin 10 bp off has log 2 of it. */
const model: OutlookModel = {
  quiet: false,
  why: 'better than the base rate',
  horizonHours: 24,
  baseRate: 0.01,
  intercept: 0,
  features: [
    { name: 'contagion', mean: 0, spread: 2, weight: 1 },
    { name: 'deviation', mean: Math.log(2), spread: 1, weight: 1 },
  ],
  training,
};

const oracle = (coin: string, absDeviationBps: number, source = `oracle/${coin}`): Measured => ({
  detector: 'oracleDeviation',
  coin,
  source,
  values: { absDeviationBps },
});
const none: ReadonlySet<string> = new Set();

describe('the outlook', () => {
  it('is the weighted sum of the features as odds, worst witness first', () => {
    const { coins } = outlook(
      model,
      [oracle('USDC', 10), oracle('USDC', 70, 'other'), oracle('DAI', 30)],
      none,
    );
    const usdc = coins.find(({ coin }) => coin === 'USDC');
    // 70 bp: log 8 - log 2 = log 4. DAI at 30 bp: log 4 / 2 = log 2. Odds of 8 to 1.
    expect(usdc?.probability).toBeCloseTo(8 / 9, 12);
    expect(usdc?.reasons.map(({ source, oddsTimes }) => [source, Number(oddsTimes.toFixed(9))])).toEqual([
      ['other', 4],
      [null, 2],
    ]);
    expect(usdc?.reasons[0]?.sentence).toBe('USDC is 70 bp off its peg (other)');
  });

  it('gives at most three reasons, and none that lowers the chance', () => {
    const measured = [5, 20, 30, 40, 50].map((off, i) => oracle('USDC', off, `s${i}`));
    const [usdc] = outlook(model, measured, none).coins;
    expect(usdc?.reasons.map(({ source }) => source)).toEqual(['s4', 's3', 's2']);
    expect(outlook(model, [oracle('USDC', 1)], none).coins[0]?.reasons).toEqual([]);
  });

  it('says no number while the model is quiet, and says why', () => {
    const quiet = { ...model, quiet: true, why: 'no better than the base rate' };
    const report = outlook(quiet, [oracle('USDC', 500)], none);
    expect(report.quiet).toBe('no better than the base rate');
    expect(report.coins).toEqual([{ coin: 'USDC', probability: null, critical: false, reasons: [] }]);
    expect(outlook(null, [oracle('USDC', 500)], none)).toMatchObject({
      quiet: 'there is no model',
      coins: [],
    });
  });

  it('foretells nothing of a coin that is critical already', () => {
    const { coins } = outlook(model, [oracle('USDC', 500), oracle('DAI', 5)], new Set(['USDC']));
    expect(coins.map(({ coin, critical, probability }) => [coin, critical, probability === null])).toEqual([
      ['DAI', false, false],
      ['USDC', true, true],
    ]);
  });

  it('does not believe pools and markets that nobody trades on', () => {
    const pool = (peakDayUsd: number): Measured => ({
      detector: 'priceDeviation',
      coin: 'USDC',
      source: 'dust',
      values: { absDeviationBps: 900, peakDayUsd, volumeHourUsd: 0 },
    });
    const chance = (one: Measured) => outlook(model, [oracle('USDC', 10), one], none).coins[0]?.probability;
    expect(chance(pool(99_999))).toBeCloseTo(0.5, 12);
    expect(chance(pool(100_000))).toBeGreaterThan(0.9);
  });

  it('stays a chance, and rises with the distance, whatever is measured', () => {
    const distance = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(distance, distance, (a, b) => {
        const [near, far] = [a, b]
          .sort((x, y) => x - y)
          .map((off) => outlook(model, [oracle('USDC', off)], none).coins[0]?.probability ?? Number.NaN);
        expect(near).toBeGreaterThanOrEqual(0);
        expect(far).toBeLessThanOrEqual(1);
        expect(far).toBeGreaterThanOrEqual(near ?? Number.NaN);
      }),
    );
  });
});

describe('its features', () => {
  it('speak only of detectors and quantities that there are', () => {
    for (const { name, from } of features) {
      for (const [detector, take] of Object.entries(from)) {
        const known = detectors.find((one) => one.name === detector);
        expect(known, `${name}: ${detector}`).toBeDefined();
        const all = Object.fromEntries(
          Object.keys(known?.quantities ?? {}).map((quantity) => [quantity, 1e6]),
        );
        expect(take(all), `${name}: ${detector}`).toEqual(expect.any(Number));
      }
    }
  });
});

describe('the model that ships', () => {
  const { config } = loadConfig(`${repository}/config`, {});

  it('is quiet exactly where it was no better than the base rate on what it had not seen', () => {
    const training = config?.model?.training;
    const shipped = training?.candidates.find((one) => one.shipped);
    expect(training?.folds.length).toBeGreaterThanOrEqual(2);
    const worse = (shipped?.skill ?? 0) <= 0 || training?.folds.some(({ skill }) => skill <= 0);
    expect(config?.model?.quiet).toBe(worse);
  });
});

describe('the outlook of an engine', () => {
  const walk = fc
    .array(fc.constantFrom(-0.004, -0.001, 0, 0, 0.001, 0.004), { minLength: 30, maxLength: 60 })
    .map((steps) => {
      let price = 1;
      return steps.map((step) => {
        price = Math.max(0.5, price + step);
        return Number(price.toFixed(4));
      });
    });

  it('says the same of the past whatever comes after it', () => {
    let spoken = 0;
    fc.assert(
      fc.property(walk, walk, walk, fc.integer({ min: 1, max: 29 }), (a, b, future, cut) => {
        const upTo = (first: readonly number[], second: readonly number[]): string[] => {
          const bars: Bars[] = [
            { id: 'kraken/usdc-usd', tokens: ['USDC', 'USD'], prices: first },
            { id: 'kraken/dai-usd', tokens: ['DAI', 'USD'], prices: second },
          ];
          const engine = createEngine();
          return inputsOfBars(bars).flatMap((input) => {
            engine.step(input);
            if (input.atMs > startMs + cut * minuteMs) return [];
            return [JSON.stringify(reportOutlook(engine, model))];
          });
        };
        const mixed = [...a.slice(0, cut), ...future.slice(cut)];
        const otherwise = [...b.slice(0, cut), ...future.slice(cut)];
        const [one, other] = [upTo(a, b), upTo(mixed, otherwise)];
        const least = Math.min(one.length, other.length);
        spoken += one.filter((line) => line.includes('off its peg')).length;
        expect(least).toBeGreaterThan(cut);
        expect(other.slice(0, least)).toEqual(one.slice(0, least));
      }),
      { numRuns: 30 },
    );
    expect(spoken).toBeGreaterThan(20);
  });

  it('changes nothing, and forgets a source that has said nothing for a day', () => {
    const engine = createEngine();
    const inputs = inputsOfBars([{ id: 'kraken/usdc-usd', tokens: ['USDC', 'USD'], prices: [1, 0.995] }]);
    for (const input of inputs) engine.step(input);
    const before = JSON.stringify([...engine.state.lanes.values()].map(({ slots }) => [...slots]));
    expect(reportOutlook(engine, model).coins.map(({ coin }) => coin)).toEqual(['USDC']);
    expect(JSON.stringify([...engine.state.lanes.values()].map(({ slots }) => [...slots]))).toBe(before);
    engine.step({ kind: 'tick', atMs: startMs + freshMs + 3 * minuteMs });
    expect(reportOutlook(engine, model).coins).toEqual([]);
  });
});
