// The open incidents, whole: what was promised of them, and the traps in them.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BacktestResult, backtest } from '../../src/backtest.js';
import { inputsOf } from '../../src/cli/backtest.js';
import { loadConfig } from '../../src/config/load-config.js';
import { type Severity, severityRank } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import { readMapping } from '../../src/imports/mapping.js';
import { readChecks, readIncidents } from '../../src/imports/questions.js';
import { readImport, type SeriesReport } from '../../src/imports/read-import.js';
import { buildScoreboard, type Scoreboard } from '../../src/reports/scoreboard.js';
import { repository } from '../helpers/config-folder.js';
import { sharedPath } from '../helpers/shared.js';

const data = sharedPath('data');
const windows = [
  ['2022-05-07', '2022-05-14'],
  ['2023-02-13', '2023-03-01'],
  ['2023-03-09', '2023-03-16'],
] as const;

// Skipped where the open data (../shared/data) is absent.
describe.skipIf(data === null)('the open data', () => {
  let result: BacktestResult;
  let board: Scoreboard;
  let series: readonly SeriesReport[];

  beforeAll(async () => {
    const { config } = loadConfig(join(repository, 'config'), {});
    const mapping = readMapping(join(repository, 'config/imports/open-data.yaml'));
    const read = await readImport([mapping], data ?? '');
    series = read.series;
    if (config === null) throw new Error('the shipped configuration has faults');
    result = await backtest(inputsOf(read, config.spec));
    board = buildScoreboard(result.signals, read.series, {
      incidents: readIncidents(join(data ?? '', 'INCIDENTS.json')),
      ...readChecks(join(repository, 'config/scoreboard/open-data.yaml')),
    });
  }, 180_000);

  const between = (from: string, to: string, least: Severity): Signal[] =>
    result.signals.filter(
      ({ atMs, severity }) =>
        atMs >= Date.parse(`${from}Z`) &&
        atMs < Date.parse(`${to}Z`) &&
        severityRank(severity) >= severityRank(least),
    );

  it('keeps every promise', () => {
    expect(board.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(board.checks.length).toBeGreaterThanOrEqual(8);
  });

  it('is never critical in a quiet hour, at the pools and at the exchanges', () => {
    const quiet = result.signals.filter(
      ({ atMs, severity, source }) =>
        severity === 'critical' &&
        !source.startsWith('coinmarketcap/') &&
        !windows.some(([from, to]) => atMs >= Date.parse(from) && atMs < Date.parse(to)),
    );
    expect(quiet.map(({ id, source, atMs }) => [id, source, atMs])).toEqual([]);
  });

  it('does not fall for the misdated minutes of 10 March 2023, an hour later or at once', () => {
    expect(between('2023-03-10T00:00', '2023-03-10T09:00', 'low').map(({ sentence }) => sentence)).toEqual(
      [],
    );
  });

  it('does not fall for the hour in which a price page moved all coins together', () => {
    expect(between('2022-12-08T18:00', '2022-12-08T23:00', 'low').map(({ sentence }) => sentence)).toEqual(
      [],
    );
  });

  it('takes zero rows for what they are: nothing', () => {
    const share = series.find(({ id }) => id === 'ethereum/3pool-share');
    expect(share?.rejected).toBeGreaterThan(300);
    // Hours with a liquidity of zero in May 2022, before the price moved at 11:00.
    const zero = between('2022-05-12T02:00', '2022-05-12T07:00', 'high');
    expect(zero.filter(({ source }) => source === 'ethereum/usdc-usdt-v3')).toEqual([]);
  });

  it('beats the published detector on 3pool twice over, with fewer alarms', () => {
    const best = board.pools.toSorted((a, b) => b.leadingF1 - a.leadingF1)[0];
    expect(best?.leadingF1).toBeGreaterThanOrEqual(0.4256);
    expect(best?.alarms).toBeLessThan(7);
  });
});
