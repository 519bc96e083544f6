// What a person, a program and a scrape see of the outlook, on a stored journal.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/edge/metrics.js';
import type { CoinOutlook, Outlook } from '../../src/outlook/outlook.js';
import { gaugeOutlook } from '../../src/outlook-report.js';
import { commandLine } from '../helpers/command-line.js';
import { repository } from '../helpers/config-folder.js';
import { importStore } from '../helpers/import-store.js';
import { inputsOfBars } from '../helpers/imports.js';

const run = (...args: readonly string[]) => commandLine('outlook', '-c', join(repository, 'config'), ...args);

const chanceAt = async (store: string, at: string): Promise<CoinOutlook | undefined> => {
  const { out } = await run('-s', store, '--at', at, '--json');
  return (JSON.parse(out) as Outlook).coins[0];
};

describe('pegwatch outlook', () => {
  it('says more of a coin that has moved away from its peg, and nothing of one that is critical', async () => {
    // An hour at par, an hour at 0.9975, an hour at 0.97.
    const prices = [1, 0.9975, 0.97].flatMap((price) => Array(60).fill(price));
    const store = await importStore(
      inputsOfBars([{ id: 'kraken/usdc-usd', tokens: ['USDC', 'USD'], prices, volume: 100_000 }]),
    );
    const [calm, off, broken] = [
      await chanceAt(store, '2024-01-01T00:55Z'),
      await chanceAt(store, '2024-01-01T01:55Z'),
      await chanceAt(store, '2024-01-01T02:55Z'),
    ];
    expect(off?.probability).toBeGreaterThan(calm?.probability ?? 1);
    expect(off?.reasons.map(({ sentence }) => sentence)).toEqual([
      'USDC is 25 bp off its peg (kraken/usdc-usd)',
    ]);
    expect([broken?.critical, broken?.probability]).toEqual([true, null]);
    const { code, out } = await run('-s', store, '--at', '2024-01-01T01:55Z');
    expect(code).toBe(0);
    expect(out).toMatch(/USDC +[\d.]+ %\n +odds x [\d.]+: USDC is 25 bp off its peg/);
    expect((await run('-s', store)).out).toMatch(/USDC +is critical/);
  });
});

describe('the gauge', () => {
  const coin = (probability: number | null): CoinOutlook => {
    return { coin: 'USDC', probability, critical: probability === null, reasons: [] };
  };
  const outlookOf = (quiet: string | null, probability: number | null): Outlook => {
    return { horizonHours: 24, quiet, baseRate: 0.01, coins: [coin(probability)] };
  };

  it('is absent while the model is quiet, and drops its number when the coin turns critical', async () => {
    const { meter, registry } = createMetrics();
    const shown = async () => /^pegwatch_outlook_probability\{.*$/m.exec(await registry.metrics())?.[0];
    gaugeOutlook(meter, outlookOf('no better', null));
    expect(await shown()).toBeUndefined();
    gaugeOutlook(meter, outlookOf(null, 0.25));
    expect(await shown()).toBe('pegwatch_outlook_probability{coin="USDC"} 0.25');
    gaugeOutlook(meter, outlookOf(null, null));
    expect(await shown()).toMatch(/\} nan$/i);
  });
});
