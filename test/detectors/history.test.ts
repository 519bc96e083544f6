// The rules that ship over a real pool's real past: Uniswap v3 USDC/USDT, one state an hour.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Severity, severityRank } from '../../src/core/severity.js';
import type { SourceSpec } from '../../src/core/source.js';
import { priceDeviation } from '../../src/detectors/price-deviation.js';
import { compileRules } from '../../src/detectors/rules.js';
import { createSeries, observe, settle } from '../../src/series/index.js';
import type { PoolSeries } from '../../src/series/series.js';
import { sharedPath } from '../helpers/shared.js';

const path = sharedPath('data', 'univ3_usdc_usdt_hourly_state', 'usdc_usdt_1bp_hourly.csv.gz');

const source: SourceSpec = {
  id: 'ethereum/usdc-usdt-v3',
  chain: 'ethereum',
  coin: 'USDC',
  protocol: 'uniswap-v3',
  address: '0x',
  tokens: ['USDC', 'USDT'].map((symbol) => ({ symbol, address: '0x', decimals: 6, coin: symbol })),
  heartbeatMs: null,
  answerDecimals: null,
};

interface Hour {
  readonly at: string;
  readonly coin: string | null;
  readonly severity: Severity | null;
}

function judged(file: string): readonly Hour[] {
  const row = parse(readFileSync(new URL('../../config/thresholds.yaml', import.meta.url), 'utf8')).rules
    .priceDeviation;
  const numbers = Object.fromEntries(
    Object.entries(row.numbers as Record<string, { value: number }>).map(([name, { value }]) => [
      name,
      value,
    ]),
  );
  const { impact, severity } = row;
  const spec = { detector: 'priceDeviation', numbers, impact, severity, holdMs: 0 };
  const rule = compileRules([spec], [priceDeviation]).rules.get('priceDeviation')!;
  const pool = createSeries(source) as PoolSeries;
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1);
  return lines.map((line) => {
    const [at = '', seconds, , tick, liquidity] = line.split(',');
    const atMs = Number(seconds) * 1000;
    const root = Math.sqrt(1.0001 ** Number(tick));
    const sqrtPriceX96 = BigInt(Math.round(root * 2 ** 48)) << 48n;
    observe(
      pool,
      { kind: 'range', sqrtPriceX96, liquidity: BigInt(liquidity ?? 0), tick: Number(tick) },
      source,
      atMs,
    );
    settle(pool, source, atMs);
    const look = {
      nowMs: atMs,
      coin: (coin: string) => ({ coin, pegUsd: 1 }),
      spec: () => source,
      poolsOf: () => [pool],
      oraclesOf: () => [],
    };
    let worst: Hour = { at, coin: null, severity: null };
    for (const { coin, values } of priceDeviation.measure(pool, look)) {
      const verdict = rule.judge(values);
      expect(verdict.degraded).toBeNull();
      if (severityRank(verdict.severity) > severityRank(worst.severity))
        worst = { at, coin, severity: verdict.severity };
    }
    return worst;
  });
}

describe.skipIf(path === null)('over the hours of 2022 and 2023 (needs ../shared)', () => {
  const hours = path === null ? [] : judged(path);
  const first = (from: string, severity: Severity) =>
    hours.find((hour) => hour.at >= from && hour.severity === severity);

  it('accuses USDC in the first hour beyond 30 bp and pages in the first beyond 1 %: March 2023', () => {
    expect(first('2023-03-09', 'high')).toMatchObject({ at: '2023-03-10T23:00:00Z', coin: 'USDC' });
    expect(first('2023-03-09', 'critical')).toMatchObject({ at: '2023-03-11T02:00:00Z', coin: 'USDC' });
  });

  it('stays critical through the night although the pool has been emptied', () => {
    const night = hours.filter(({ at }) => at >= '2023-03-11T02' && at <= '2023-03-11T20');
    expect(night.length).toBeGreaterThan(15);
    for (const hour of night) expect(hour.severity, hour.at).toBe('critical');
  });

  it('is high in no hour but those of USDT in May 2022 and of USDC in March 2023', () => {
    const high = hours.filter(({ severity }) => severityRank(severity) >= severityRank('high'));
    const episodes = new Set(high.map(({ at, coin }) => `${at.slice(0, 7)} ${coin}`));
    expect([...episodes]).toEqual(['2022-05 USDT', '2023-03 USDC']);
    expect(hours.length).toBeGreaterThan(11_000);
  });
});
