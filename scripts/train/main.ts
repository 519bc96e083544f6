// `npm run train`: trains the outlook's model on the open data and writes it with its record to config/model.json. What
// ships is decided by incidents that the candidate did not see; a forest is tried and, being no weighted sum, only
// compared with.

import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../src/config/load-config.js';
import type { Spec } from '../../src/core/spec.js';
import { readMapping } from '../../src/imports/mapping.js';
import { readImport } from '../../src/imports/read-import.js';
import { features } from '../../src/outlook/features.js';
import type { OutlookModel } from '../../src/outlook/model.js';
import { type Collected, collect, horizonMs, hourMs } from './collect.js';
import { type Candidate, evaluate, fitWhole, rateOf } from './evaluate.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data', import.meta.url)) },
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});

if (!existsSync(values.data)) {
  console.log('The open data (../shared/data) is not here: the model stays as it is.');
} else {
  const { config } = loadConfig(`${root}config`, {});
  if (config === null) throw new Error('the configuration has faults: pegwatch check lists them');
  const model = train(await read(config.spec, false), await read(config.spec, true), values.date);
  writeFileSync(`${root}config/model.json`, `${JSON.stringify(rounded(model), null, 2)}\n`);
  for (const { name, score, skillWithPages, shipped } of model.training.candidates.map((one) => ({
    ...one,
    score: one.skill,
  })))
    console.log(
      `${shipped ? '*' : ' '} ${name}: skill ${score.toFixed(4)} (with price pages ${skillWithPages?.toFixed(4) ?? 'not tried'})`,
    );
  console.log(model.why);
}

async function read(rules: Spec, pages: boolean): Promise<Collected> {
  const mapping = readMapping(`${root}config/imports/open-data.yaml`);
  const series = mapping.series.filter(({ id }) => pages || !id.startsWith('coinmarketcap/'));
  return collect(await readImport([{ ...mapping, series }], values.data), rules);
}

function train({ samples, onsets }: Collected, withPages: Collected, date: string): OutlookModel {
  const known = features.filter(({ name }) => samples.some((one) => one.values[name] !== undefined));
  const some = (...names: readonly string[]) => known.filter(({ name }) => names.includes(name));
  const candidates: readonly Candidate[] = [
    { name: 'deviation alone', features: some('deviation'), kind: 'logistic' },
    {
      name: 'deviation, contagion and drain',
      features: some('deviation', 'contagion', 'drain'),
      kind: 'logistic',
    },
    { name: 'all features', features: known, kind: 'logistic' },
    { name: 'all features, random forest', features: known, kind: 'forest' },
  ];
  const scored = candidates.map((candidate) => ({
    candidate,
    ...evaluate(samples, candidate),
    // Sixteen forests would take minutes, and it does not ship.
    pages: candidate.kind === 'forest' ? null : evaluate(withPages.samples, candidate).score.skill,
  }));
  const best = scored
    .filter(({ candidate }) => candidate.kind === 'logistic')
    .reduce((a, b) => (b.score.skill > a.score.skill ? b : a));
  // Better on the whole because of one crisis, and worse in another, is not better.
  const quiet = best.score.skill <= 0 || best.folds.some(({ skill }) => skill <= 0);
  const brier = `Brier score ${best.score.brier.toFixed(5)} against ${best.score.baseBrier.toFixed(5)} for the base rate`;
  const where = `on ${best.folds.length} crises that were held out in turn`;
  return {
    quiet,
    why: quiet
      ? `no better than the base rate ${where} (${brier})`
      : `better than the base rate ${where} (${brier}, skill ${best.score.skill.toFixed(3)}); so few say little`,
    horizonHours: horizonMs / hourMs,
    baseRate: rateOf(samples),
    ...fitWhole(samples, best.candidate.features),
    training: {
      date,
      data: 'config/imports/open-data.yaml without price pages; once an hour for each coin that is not critical and was not within a day',
      samples: samples.length,
      positives: samples.filter(({ label }) => label === 1).length,
      onsets: onsets.map(({ coin, atMs }) => ({ coin, at: new Date(atMs).toISOString() })),
      candidates: scored.map(({ candidate, score, pages }) => ({
        name: candidate.name,
        shipped: candidate === best.candidate,
        skillWithPages: pages,
        ...score,
      })),
      folds: best.folds,
      reliability: best.reliability,
    },
  };
}

/** Six digits are more than the data knows. */
function rounded(model: OutlookModel): unknown {
  return JSON.parse(JSON.stringify(model), (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
  );
}
