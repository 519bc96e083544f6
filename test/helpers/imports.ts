// Small imports for tests: series in words, folded with the rules that ship.
import { type BacktestResult, backtest } from '../../src/backtest.js';
import type { Input } from '../../src/core/io.js';
import type { EdgeSpec } from '../../src/core/spec.js';
import type { Mapping, SeriesRow } from '../../src/imports/mapping.js';
import type { Row } from '../../src/imports/read-rows.js';
import { readingsOf } from '../../src/imports/readings.js';
import { sourceOf, watchedBy } from '../../src/imports/sources.js';
import { toInputs } from '../../src/imports/to-inputs.js';
import { makeSpec } from './make-spec.js';

export const minuteMs = 60_000;
export const startMs = Date.parse('2024-01-01T00:00:00Z');

/** A market's bars: one price a minute, known at the end of its minute. */
export interface Bars {
  readonly id: string;
  readonly tokens: readonly [string, string];
  readonly prices: readonly number[];
  /** A minute unless said. */
  readonly everyMs?: number;
  /** Volume of each bar, or one for each; a million unless said, null for a place that says none. */
  readonly volume?: number | readonly number[] | null;
}

export function inputsOfBars(all: readonly Bars[], dependence: readonly EdgeSpec[] = []): Input[] {
  const rows = all.map(rowOf);
  const mapping: Mapping = { about: 'a test', pegs: {}, series: rows };
  const readings = all.flatMap((bars, i) => {
    const row = rows[i] as SeriesRow;
    return readingsOf(dataOf(bars), row, sourceOf(row)).readings;
  });
  const rules = makeSpec();
  const incidents = { ...rules.incidents, dependence };
  const spec = { ...rules, ...watchedBy([mapping]), incidents, channels: [] };
  return [{ kind: 'start', atMs: startMs, spec }, ...toInputs(readings, { tickMs: 600_000 })];
}

export function foldBars(
  all: readonly Bars[],
  dependence: readonly EdgeSpec[] = [],
): Promise<BacktestResult> {
  return backtest(inputsOfBars(all, dependence));
}

export function rowOf({ id, tokens, everyMs = minuteMs, volume = 1e6 }: Bars): SeriesRow {
  return {
    id,
    kind: 'price',
    file: 'none.csv',
    where: {},
    tokens: [tokens[0], tokens[1]],
    resolution: everyMs,
    time: { column: 'at', unit: 'ms', knownAfter: everyMs },
    columns: { price: 'price', ...(volume === null ? {} : { volume: 'volume' }) },
  };
}

function dataOf({ prices, everyMs = minuteMs, volume = 1e6 }: Bars): Row[] {
  return prices.map((price, i) => ({
    at: String(startMs + i * everyMs),
    price: String(price),
    volume: String(typeof volume === 'number' || volume === null ? volume : volume[i]),
  }));
}
