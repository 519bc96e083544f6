// A supply that is told by an import, as minted and burned or as a total, is judged like one read from a chain.
import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest.js';
import type { Mapping, SeriesRow } from '../../src/imports/mapping.js';
import type { Row } from '../../src/imports/read-rows.js';
import { readingsOf } from '../../src/imports/readings.js';
import { sourceOf, watchedBy } from '../../src/imports/sources.js';
import { toInputs } from '../../src/imports/to-inputs.js';
import { minuteMs, startMs } from '../helpers/imports.js';
import { makeSpec } from '../helpers/make-spec.js';

const hourMs = 60 * minuteMs;

function seriesOf(columns: Extract<SeriesRow, { kind: 'supply' }>['columns'], initial?: number): SeriesRow {
  return {
    id: 'ethereum/usdc',
    kind: 'supply',
    file: 'none.csv',
    where: {},
    tokens: ['USDC'],
    resolution: hourMs,
    time: { column: 'at', unit: 'ms', knownAfter: 0 },
    columns,
    ...(initial === undefined ? {} : { initial }),
  };
}

async function told(series: SeriesRow, hourly: readonly Row[]) {
  const rows = hourly.map((row, i) => ({ ...row, at: String(startMs + i * hourMs) }));
  const mapping: Mapping = { about: 'a test', pegs: {}, series: [series] };
  const spec = { ...makeSpec(), ...watchedBy([mapping]), channels: [] };
  const { readings } = readingsOf(rows, series, sourceOf(series));
  const inputs = toInputs(readings, { tickMs: 10 * minuteMs });
  const { signals } = await backtest([{ kind: 'start', atMs: startMs, spec }, ...inputs]);
  return signals.map(({ detector, severity, evidence: { values } }) => ({ detector, severity, values }));
}

describe('redemptions that an import tells', () => {
  it('are a rush within the hour, by what was minted and burned', async () => {
    const series = seriesOf({ minted: 'in', burned: 'out' }, 1e9);
    const calm = { in: '0', out: '0' };
    const [signal, ...more] = await told(series, [calm, calm, { in: '0', out: '40000000' }, calm]);
    expect(more.filter(({ severity }) => severity !== null && severity !== 'medium')).toEqual([]);
    expect(signal).toMatchObject({ detector: 'supplyShock', severity: 'high' });
    expect(signal?.values.netHourPercent).toBeCloseTo(-4, 6);
  });

  it('are a rush within the day, by the total supply, that no hour shows', async () => {
    const totals = Array.from({ length: 12 }, (_, i) => ({ total: String(1e9 - i * 4e6) }));
    const signals = await told(seriesOf({ total: 'total' }), totals);
    expect(signals.map(({ severity }) => severity)).toEqual(['medium']);
    expect(signals[0]?.values.netHourPercent).toBeGreaterThan(-1);
    expect(signals[0]?.values.netDayPercent).toBeLessThanOrEqual(-3);
  });
});
