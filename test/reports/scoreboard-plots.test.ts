// What a picture of the scoreboard says must not hang on telling colours apart.
import { expect, it } from 'vitest';
import { severities } from '../../src/core/severity.js';
import type { Scoreboard } from '../../src/reports/scoreboard.js';
import { scoreboardPlots } from '../../src/reports/scoreboard-plots.js';
import { makeSignal } from '../helpers/make.js';

it('gives each severity a row of its own with its name, the worst on top', () => {
  const incident = {
    id: 'one',
    coin: 'USDC',
    window: { fromMs: 0, toMs: 1000 },
    references: [{ name: 'below 0.99', atMs: 500 }],
  };
  const none = { coins: [], checks: [], pools: [], quiet: [], series: [] };
  // The picture asks of an incident nothing but what it is called and when it was.
  const board = { ...none, incidents: [{ incident }] } as unknown as Scoreboard;
  const samples = [
    [0, 1],
    [900, 0.9],
  ] as const;
  const signals = severities.map((severity) =>
    makeSignal({ source: 'kraken/usdc-usd', coin: 'USDC', atMs: 500, severity }),
  );
  const page = scoreboardPlots(
    board,
    [{ id: 'kraken/usdc-usd', coins: ['USDC'], samples }],
    signals,
    'Scores',
  );
  const heights = severities.map((severity) => {
    const [, y] =
      new RegExp(`<circle cx="[\\d.]+" cy="(\\d+)"[^>]*><title>[^<]*: ${severity},`).exec(page) ?? [];
    expect(page).toContain(`>${severity}</text>`);
    return Number(y);
  });
  expect(heights).toEqual([...heights].sort((a, b) => b - a));
  expect(new Set(heights).size).toBe(severities.length);
});
