// What stands behind a coin, from a table through an import to the verdicts of the rules that ship.
import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest.js';
import type { Severity } from '../../src/core/severity.js';
import { collateralRatio } from '../../src/detectors/collateral-ratio.js';
import { escrowDeficit } from '../../src/detectors/escrow-deficit.js';
import { mintedAgainstReceived } from '../../src/detectors/minted-against-received.js';
import type { Mapping, SeriesRow } from '../../src/imports/mapping.js';
import { readingsOf } from '../../src/imports/readings.js';
import { sourceOf, watchedBy } from '../../src/imports/sources.js';
import { toInputs } from '../../src/imports/to-inputs.js';
import { createSeries, observe } from '../../src/series/index.js';
import { minuteMs, startMs } from '../helpers/imports.js';
import { stage } from '../helpers/look.js';
import { makeSpec } from '../helpers/make-spec.js';

type Pair = readonly [first: number | string, second: number | string];

const common = {
  id: 'issuer/usr',
  file: 'none.csv',
  where: {},
  tokens: ['USR'] as [string],
  resolution: 10 * minuteMs,
  time: { column: 'at', unit: 'ms' as const, knownAfter: 0 },
};
const collateral: SeriesRow = {
  ...common,
  kind: 'backing',
  of: 'collateral',
  columns: { held: 'a', owed: 'b' },
};
const escrow: SeriesRow = { ...collateral, of: 'escrow' };
const issuance: SeriesRow = { ...common, kind: 'issuance', columns: { minted: 'a', received: 'b' } };

/** A row every ten minutes. */
function read(series: SeriesRow, pairs: readonly Pair[]) {
  const rows = pairs.map(([a, b], i) => ({
    at: String(startMs + i * 10 * minuteMs),
    a: String(a),
    b: String(b),
  }));
  return readingsOf(rows, series, sourceOf(series));
}

async function verdicts(series: SeriesRow, pairs: readonly Pair[]): Promise<readonly (Severity | null)[]> {
  const mapping: Mapping = { about: 'a test', pegs: {}, series: [series] };
  const spec = { ...makeSpec(), ...watchedBy([mapping]), channels: [] };
  const { readings } = read(series, pairs);
  const { signals, problems } = await backtest([
    { kind: 'start', atMs: startMs, spec },
    ...toInputs(readings, { tickMs: minuteMs }),
  ]);
  expect(problems).toEqual({});
  return signals.map(({ severity }) => severity);
}

const times = (count: number, pair: Pair): readonly Pair[] => Array<Pair>(count).fill(pair);

describe('the collateral of a vault', () => {
  it('is calm while it is ample, and told when it is short', async () => {
    expect(await verdicts(collateral, times(20, [15e6, 1e7]))).toEqual([]);
    expect(
      await verdicts(collateral, [
        [15e6, 1e7],
        [99e5, 1e7],
        [94e5, 1e7],
      ]),
    ).toEqual(['high', 'critical']);
  });

  it('is told when it loses a tenth of its ratio within a day, however ample', async () => {
    expect(
      await verdicts(collateral, [
        [3e7, 1e7],
        [26e6, 1e7],
      ]),
    ).toEqual(['low']);
  });

  it('is no matter for a vault of next to nothing', async () => {
    expect(
      await verdicts(collateral, [
        [2000, 1000],
        [1, 1000],
      ]),
    ).toEqual([]);
  });

  it('is measured by its ratio and by its fall since the highest', () => {
    const { look } = stage({});
    const source = sourceOf(collateral);
    const vault = createSeries(source);
    const wei = (amount: number) => BigInt(amount) * 10n ** 18n;
    const at = { ...look, nowMs: startMs + 600_000, spec: () => source };
    expect(collateralRatio.measure(vault, at)).toEqual([]);
    observe(vault, { kind: 'backing', held: wei(200), owed: wei(100) }, source, startMs);
    observe(vault, { kind: 'backing', held: wei(150), owed: wei(100) }, source, startMs + 600_000);
    expect(collateralRatio.measure(vault, at)[0]?.values).toEqual({
      ratioPercent: 150,
      lostHourPercent: 25,
      lostDayPercent: 25,
      owedUsd: 100,
    });
    observe(vault, { kind: 'backing', held: 0n, owed: 0n }, source, startMs + 600_000);
    expect(collateralRatio.measure(vault, at)).toEqual([]);
  });
});

describe('the escrow of a bridge', () => {
  it('is calm while it holds what is owed, and more while transfers are on their way', async () => {
    expect(
      await verdicts(escrow, [
        [1e8, 1e8],
        [101e6, 1e8],
        [1e8, 1e8],
      ]),
    ).toEqual([]);
  });

  it('is a note where something is missing for a moment, and high where it stays missing for an hour', async () => {
    expect(await verdicts(escrow, [...times(8, [1e8, 1e8]), [97e6, 1e8]])).toEqual(['low']);
    expect(await verdicts(escrow, [...times(2, [1e8, 1e8]), ...times(9, [97e6, 1e8])])).toEqual([
      'low',
      'high',
    ]);
  });

  it('is critical at once where it was emptied', async () => {
    expect(await verdicts(escrow, [...times(3, [1e8, 1e8]), [1e6, 1e8]])).toEqual(['critical']);
  });

  it('says what is missing', () => {
    expect(escrowDeficit.sentence('USDC', 'bridge/usdc', { deficitPercent: 3, deficitUsd: 3e6 })).toBe(
      'the escrow bridge/usdc lacks $3M, 3 % of the USDC issued against it',
    );
  });
});

describe('what is minted against what is received', () => {
  it('is calm while both are alike, also where nothing is minted', async () => {
    expect(await verdicts(issuance, times(30, [5e6, 499e4]))).toEqual([]);
    expect(await verdicts(issuance, times(5, [0, 0]))).toEqual([]);
  });

  it('is critical for 50 million against 100 thousand: USR on 22 March 2026', async () => {
    expect(
      await verdicts(issuance, [
        [1e6, 1e6],
        [5e7, 1e5],
      ]),
    ).toEqual(['critical']);
  });

  it('adds up what comes in small portions over a day', async () => {
    const drip = await verdicts(issuance, times(60, [2e4, 1e4]));
    expect(drip).toEqual(['low']);
  });

  it('is told by the hour and the day', () => {
    const sentence = mintedAgainstReceived.sentence('USR', 'issuer/usr', {
      mintedHourUsd: 5e7,
      coveredHourPercent: 0.2,
      unbackedDayUsd: 499e5,
    });
    expect(sentence).toBe(
      'issuer/usr minted $50M of USR within an hour and received 0.2 % of it; within a day $49.9M are not covered',
    );
  });
});

describe('rows that make no sense', () => {
  it('are rejected and counted', () => {
    expect(
      read(escrow, [
        [1, 0],
        [-1, 1],
        ['', 1],
        ['x', 1],
        [1, 1],
      ]),
    ).toMatchObject({ rejected: 4 });
    expect(
      read(issuance, [
        [-1, 0],
        ['', 1],
        [0, 0],
      ]),
    ).toMatchObject({ rejected: 2 });
  });
});
