// Change-points against the plain rule, on the one open series that has the published label:
// `npx tsx scripts/scoreboard/compare-change-points.ts`. Prints a table for docs/methodology.md.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readMapping } from '../../src/imports/mapping.js';
import { readImport, samplesOf } from '../../src/imports/read-import.js';
import { leadingF1 } from '../../src/reports/leading-f1.js';
import { createChangePoints } from './change-points.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const data = fileURLToPath(new URL('../../../shared/data', import.meta.url));
const dayMs = 86_400_000;
const source = 'ethereum/usdc-usdt-v3';
const label = Date.parse('2023-03-11T07:00Z');
const [fromMs, toMs] = [Date.parse('2022-01-01T00:00Z'), Date.parse('2023-05-01T00:00Z')];

/**
 * Hourly basis points off the peg: a stretch is believed to lie within some 16 of it and to move by some 5 before its
 * first value is seen.
 */
const prior = { mean: 0, weight: 0.1, shape: 1, rate: 25 };

if (!existsSync(data)) console.log('The open data (../shared/data) is not here.');
else {
  const mapping = readMapping(`${root}config/imports/open-data.yaml`);
  const only = { ...mapping, series: mapping.series.filter(({ id }) => id === source) };
  const samples = samplesOf(await readImport([only], data), source)
    .filter(([atMs]) => atMs >= fromMs && atMs < toMs)
    .map(([atMs, price]) => [atMs, (price - 1) * 10_000] as const);
  console.log('| alarm when | alarms | matched | P | wR | lF1 |\n| --- | --- | --- | --- | --- | --- |');
  for (const leastBps of [10, 20, 30]) {
    row(
      `off by ${leastBps} bp`,
      samples.filter(([, bps]) => Math.abs(bps) >= leastBps).map(([atMs]) => atMs),
    );
  }
  for (const meanStretch of [24 * 7, 24 * 30]) {
    for (const count of [1, 3]) {
      const points = createChangePoints({ meanStretch, longest: 500, prior });
      const judged = samples.map(([atMs, bps]) => ({ atMs, bps, probability: points.take(bps, count) }));
      for (const least of [0.5, 0.9]) {
        for (const leastBps of [0, 10, 20, 30]) {
          const told = judged.filter(
            ({ bps, probability }) => probability >= least && Math.abs(bps) >= leastBps,
          );
          const off = leastBps === 0 ? '' : ` and off by ${leastBps} bp`;
          row(
            `change within ${count} h by ${least}, every ${meanStretch / 24} days${off}`,
            told.map(({ atMs }) => atMs),
          );
        }
      }
    }
  }
}

/** What stands within a day of the last is the same alarm, as on the scoreboard. */
function row(name: string, standing: readonly number[]): void {
  const alarms = standing.filter((atMs, i) => i === 0 || atMs - (standing[i - 1] ?? 0) > dayMs);
  const score = leadingF1(alarms, [label]);
  const figures = [score.precision, score.weightedRecall, score.leadingF1].map((value) => value.toFixed(4));
  console.log(`| ${name} | ${score.alarms} | ${score.matched} | ${figures.join(' | ')} |`);
}
