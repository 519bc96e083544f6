// The advisor on stores: one whose answer is known beforehand, and one of real prices.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOf } from '../../src/cli/backtest.js';
import { loadConfig } from '../../src/config/load-config.js';
import { readMapping } from '../../src/imports/mapping.js';
import { readImport } from '../../src/imports/read-import.js';
import type { Advice, AdviceQuestion } from '../../src/reports/advice.js';
import { commandLine } from '../helpers/command-line.js';
import { repository } from '../helpers/config-folder.js';
import { importStore } from '../helpers/import-store.js';
import { inputsOfBars } from '../helpers/imports.js';
import { sharedPath } from '../helpers/shared.js';

const run = (...args: readonly string[]) => commandLine('advise', '-c', join(repository, 'config'), ...args);

async function advice(...args: readonly string[]): Promise<{ advice: Advice; question: AdviceQuestion }> {
  return JSON.parse((await run('--json', ...args)).out);
}

const hourMs = 3_600_000;
/** Sixty days, hour by hour, with stretches of three hours at so many basis points under the peg, ten days apart. */
function store(...depthsBps: readonly number[]): Promise<string> {
  const prices = Array.from({ length: 1440 }, (_, hour) => {
    const off = hour % 240 >= 120 && hour % 240 < 123 ? (depthsBps[Math.floor(hour / 240)] ?? 0) : 0;
    return Number((1 - off / 10_000).toFixed(4));
  });
  return importStore(
    inputsOfBars([{ id: 'kraken/usdc-usd', tokens: ['USDC', 'USD'], prices, everyMs: hourMs }]),
  );
}

describe('advise', () => {
  it('finds the factor that parts the deep stretches from the shallow ones', async () => {
    const folder = await store(35, 50, 35, 70, 50, 35);
    const told = await advice('-s', folder, '-n', '1.6', '--factors', '1,1.5,2,3');
    expect(told.advice.quietMonths).toBeCloseTo(2, 1);
    // `high` begins at 30 bp: 30, 45, 60 and 90.
    expect(told.advice.curve.map(({ factor, alerts }) => [factor, alerts])).toEqual([
      [1, 6],
      [1.5, 3],
      [2, 1],
      [3, 0],
    ]);
    expect(told.advice.proposed).toBe(1.5);
    expect(told.advice.byDetector).toEqual({ marketDeviation: 6 });
    const stricter = await advice('-s', folder, '-n', '0.6', '--factors', '1,1.5,2,3');
    expect(stricter.advice.proposed).toBeNull();
    expect((await advice('-s', folder, '-n', '4', '--factors', '1,1.5')).advice.proposed).toBe(1);
    // Two months are too short to tell one alert in two months from luck.
    expect(stricter.advice.doubt).toContain('too short');
  });

  it('takes an incident that came to critical, and the day around it, for no quiet time, and says when it is told', async () => {
    const folder = await store(35, 50, 150, 70, 50, 35);
    const { advice: got, question } = await advice('-s', folder, '-n', '1', '--factors', '1,2,6');
    expect(question.incidents).toHaveLength(1);
    expect(got.curve.map(({ factor, alerts }) => [factor, alerts])).toEqual([
      [1, 5],
      [2, 1],
      [6, 0],
    ]);
    const told = got.curve.map(({ told }) => told[0] ?? null);
    expect(told[0]).toBe(told[1]);
    expect(told[0]).not.toBeNull();
    expect(told[2]).toBeNull();
  });

  it('counts one coin, one detector and one stretch of time where it is asked to', async () => {
    const folder = await store(35, 50, 35, 70, 50, 35);
    const alerts = async (...args: string[]) =>
      (await advice('-s', folder, '-n', '1', '--factors', '1', ...args)).advice.curve[0]?.alerts;
    // The other half of the pair never has an alert of its own.
    expect(await alerts('--coin', 'USD')).toBe(0);
    expect(await alerts('--detector', 'priceDeviation')).toBe(0);
    expect(await alerts('--detector', 'marketDeviation', '--from', '2024-01-21T00:00Z')).toBe(4);
    expect(await alerts('--to', '2024-01-21T00:00Z')).toBe(2);
  });

  it('prints the curve and lines that can be pasted', async () => {
    const { code, out } = await run('-s', await store(35, 50, 35, 70, 50, 35), '-n', '1.6');
    expect(code).toBe(0);
    expect(out).toContain('* x 1.2');
    expect(out).toMatch(/ {2}marketDeviation:\n {4}numbers:\n(.*\n)* {6}highBps: \{ value: 36, why: /);
    expect(out).not.toContain('relevantUsd');
  });

  it('proposes nothing from a timeline that is too short, or in which no factor gave an alert', async () => {
    const folder = await store(35, 50, 35, 70, 50, 35);
    const short = (await run('-s', folder, '-n', '0.6')).out;
    expect(short).toContain('Nothing is proposed: its 2.0 months of quiet time are too short');
    const calm = (await run('-s', await store(), '-n', '2')).out;
    expect(calm).toContain('Nothing is proposed: no factor that was tried gave an alert');
    const minutes = [{ id: 'kraken/usdc-usd', tokens: ['USDC', 'USD'] as const, prices: [1, 1, 1] }];
    const blink = (await run('-s', await importStore(inputsOfBars(minutes)), '-n', '2')).out;
    expect(blink).toContain('Nothing is proposed');
    for (const out of [short, calm, blink])
      expect(out).not.toMatch(/Proposed|rules:|NaN|\d{4,}\.\d\d|None of/);
  });

  it('says in a sentence what cannot be', async () => {
    const folder = await store(35);
    const wrong = await Promise.all([
      run('-s', folder, '-n', '0'),
      run('-s', folder, '-n', '1', '--detector', 'priceDeviatoin'),
      run('-s', folder, '-n', '1', '--factors', '1,two'),
      run('-s', folder),
      run('-s', folder, '-n', '1', '--coin', 'FOO'),
    ]);
    expect(wrong.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(wrong[4]?.err).toMatch(/no coin FOO in this store\n.*one of USD, USDC/);
    expect(wrong[1]?.err).toContain('one of');
    expect(wrong.map(({ err }) => err).join()).not.toMatch(/\n {4}at /);
  });
});

const data = sharedPath('data');
// Skipped where the open data (../shared/data) is absent.
describe.skipIf(data === null)('advise on sixteen months of a real pool', () => {
  it('tells March 2023 at once with the present thresholds, later or never with stricter ones', async () => {
    const mapping = readMapping(join(repository, 'config/imports/open-data.yaml'));
    const series = mapping.series.filter(({ id }) => id === 'ethereum/usdc-usdt-v3');
    const { config } = loadConfig(join(repository, 'config'), {});
    if (config === null) throw new Error('the shipped configuration has faults');
    const read = await readImport([{ ...mapping, series }], data ?? '');
    const folder = await importStore(inputsOf(read, config.spec));
    const got = await advice(
      ...['-s', folder, '-n', '1', '--detector', 'priceDeviation', '--coin', 'USDC'],
      ...['--incidents', join(data ?? '', 'INCIDENTS.json')],
    );
    const { curve, quietMonths } = got.advice;
    expect(quietMonths).toBeGreaterThan(15);
    expect(quietMonths).toBeLessThan(18);
    const index = got.question.incidents.findIndex(({ name }) => name === 'usdc_svb_2023');
    const told = curve.map((point) => point.told[index] ?? Number.POSITIVE_INFINITY);
    // The pool stood below 0.995 at 23:00 (INCIDENTS.json) and has no sample between.
    expect(told[curve.findIndex(({ factor }) => factor === 1)]).toBeLessThanOrEqual(
      Date.parse('2023-03-10T23:00Z'),
    );
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(curve.at(-1)?.alerts).toBeLessThan(curve[0]?.alerts ?? 0);
    expect(got.advice.doubt).toBeNull();
  }, 120_000);
});
