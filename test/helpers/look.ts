// A chain as detectors see it, staged in words: pools with prices, oracles with answers.
import type { CoinSpec } from '../../src/core/coin.js';
import type { SourceSpec } from '../../src/core/source.js';
import type { Look } from '../../src/detectors/detector.js';
import { recordBoth } from '../../src/series/hour-and-day.js';
import { createSeries } from '../../src/series/index.js';
import type { OracleSeries, PoolSeries, Series } from '../../src/series/series.js';

export const nowMs = 1_700_000_000_000;

/** `{ USDC: 0.97, USDT: 1 }`: what each token of a pool is worth; a name in lower case has no peg. */
export type Worth = Readonly<Record<string, number>>;

export interface Stage {
  readonly look: Look;
  pool(id: string): PoolSeries;
  oracle(id: string): OracleSeries;
}

export function stage(about: {
  readonly pools?: Readonly<Record<string, Worth>>;
  readonly liquidityUsd?: Readonly<Record<string, number>>;
  /** US dollars by coin; the oracle's id is the coin's name. */
  readonly oracles?: Worth;
  readonly pegs?: Worth;
  readonly heartbeatMs?: number | null;
}): Stage {
  const specs = new Map<string, SourceSpec>();
  const series = new Map<string, Series>();
  const add = (
    id: string,
    tokens: readonly string[],
    heartbeatMs: number | null,
    answerDecimals: number | null,
  ) => {
    const spec: SourceSpec = {
      id,
      chain: 'ethereum',
      coin: tokens[0] ?? '',
      protocol: 'staged',
      address: '0x',
      tokens: tokens.map((symbol) => ({
        symbol,
        address: '0x',
        decimals: 6,
        coin: symbol === symbol.toUpperCase() ? symbol : null,
      })),
      heartbeatMs,
      answerDecimals,
    };
    specs.set(id, spec);
    const made = createSeries(spec);
    series.set(id, made);
    return made;
  };
  for (const [id, worth] of Object.entries(about.pools ?? {})) {
    const pool = add(id, Object.keys(worth), null, null) as PoolSeries;
    const prices = Object.values(worth);
    pool.prices = prices.map((price) => price / (prices[0] ?? Number.NaN));
    pool.liquidityUsd = about.liquidityUsd?.[id] ?? 1e7;
    pool.peakDayUsd = pool.liquidityUsd;
    recordBoth(pool.liquidityLevel, nowMs, pool.liquidityUsd);
  }
  for (const [coin, answerUsd] of Object.entries(about.oracles ?? {})) {
    const oracle = add(
      coin,
      [coin],
      about.heartbeatMs === undefined ? 3_600_000 : about.heartbeatMs,
      8,
    ) as OracleSeries;
    oracle.answerUsd = answerUsd;
    oracle.updatedAtMs = nowMs;
  }
  const of = <S>(type: Series['type'], coin: string): S[] =>
    [...series.values()].filter(
      (one) => one.type === type && specs.get(one.source)?.tokens.some((token) => token.coin === coin),
    ) as S[];
  const look: Look = {
    nowMs,
    coin: (coin): CoinSpec => ({ coin, pegUsd: about.pegs?.[coin] ?? 1 }),
    spec: (source) => {
      const spec = specs.get(source);
      if (spec === undefined) throw new Error(`no source ${source}`);
      return spec;
    },
    poolsOf: (coin) => of<PoolSeries>('pool', coin),
    oraclesOf: (coin) => of<OracleSeries>('oracle', coin),
  };
  return {
    look,
    pool: (id) => series.get(id) as PoolSeries,
    oracle: (id) => series.get(id) as OracleSeries,
  };
}
