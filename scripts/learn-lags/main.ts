// Learns from the open incidents how long trouble took from coin to coin, and writes config/lags.json with its record:
// `npm run learn-lags`.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { loadConfig } from '../../src/config/load-config.js';
import { type KnownTrouble, lagsOf, learnLags, onsetBps, type PricedSeries } from './learn.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const pages = 'univ3_and_cmc_hourly_2020_2025/cmc_usdc_usdt_dai_hourly.csv.gz';
const hourMs = 3_600_000;

if (!existsSync(data)) console.log('The open data (../shared/data) is not here: the lags stay as they are.');
else {
  const series = readPages();
  const coins = series.map(({ coin }) => coin);
  const troubles = readTroubles().filter(({ coin }) => coins.includes(coin));
  const { config, problems } = loadConfig(`${root}config`, {});
  if (config === null) throw new Error(problems.map(({ sentence }) => sentence).join('; '));
  const samples = learnLags(series, troubles, config.spec.incidents.dependence ?? []);
  const lags = lagsOf(samples);
  const record = {
    about:
      'How long trouble took from coin to coin in open incidents, made by npm run learn-lags. Few samples: an example, not a forecast.',
    onset: `the first price ${onsetBps} bp or more below the peg within the incident's window; an hour's price is known at its end`,
    series: pages,
    resolutionMs: hourMs,
    samples,
    lags,
  };
  const path = `${root}config/lags.json`;
  writeFileSync(path, JSON.stringify(record, null, 2));
  execFileSync('npx', ['biome', 'format', '--write', path], { stdio: 'ignore' });
  for (const { incident, from, to, lagMs } of samples)
    console.log(`${incident}: ${from} > ${to} ${lagMs === null ? 'did not follow' : `${lagMs / hourMs} h`}`);
  console.log(`${samples.length} samples, ${lags.length} pairs followed`);
}

function readPages(): readonly PricedSeries[] {
  const rows: Record<string, string>[] = parse(gunzipSync(readFileSync(data + pages)), { columns: true });
  return ['USDC', 'USDT', 'DAI'].map((coin) => ({
    coin,
    prices: rows
      .map((row) => [Date.parse(row.hour_utc ?? '') + hourMs, Number(row[coin])] as const)
      .filter(([ms, price]) => Number.isFinite(ms) && price > 0),
  }));
}

function readTroubles(): readonly KnownTrouble[] {
  const rows: { id: string; asset: string; window: [string, string] }[] = JSON.parse(
    readFileSync(`${data}INCIDENTS.json`, 'utf8'),
  );
  return rows.map(({ id, asset, window: [from, to] }) => ({
    id,
    coin: asset,
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
  }));
}
