// What the scoreboard says of the outlook's model: how good it was on incidents that it did not see, the losing
// candidates too, and whether its percentages mean what they say.

import type { OutlookModel } from '../outlook/model.js';
import { markdownTable } from './markdown-table.js';

export function outlookSection(model: OutlookModel | null): readonly string[] {
  const head = '## The chance of the next day';
  if (model === null) return [head, 'There is no model: `npm run train` makes one.'];
  const { training, features, baseRate, horizonHours } = model;
  return [
    head,
    `The model says how likely a coin turns critical within ${horizonHours} hours: ${model.why}. Trained by \`npm run train\` on ${training.date}: ${training.samples} coin hours, ${training.positives} of them within a day before one of ${training.onsets.length} onsets (${training.onsets.map(({ coin, at }) => `${coin} ${at.slice(0, 16).replace('T', ' ')}`).join(', ')}); base rate ${percent(baseRate)}. Each month with an onset was held out with its share of the quiet months, and foretold by a model that saw none of it.`,
    `What ships: ${features.map(({ name, weight }) => `${name} (weight ${weight.toFixed(2)})`).join(', ')}.`,
    markdownTable(
      ['candidate', 'Brier', 'base rate', 'skill', 'skill with price pages', 'ships'],
      training.candidates.map((one) => [
        one.name,
        one.brier.toFixed(5),
        one.baseBrier.toFixed(5),
        one.skill.toFixed(3),
        one.skillWithPages === null ? 'not tried' : one.skillWithPages.toFixed(3),
        one.shipped ? 'yes' : 'no',
      ]),
    ),
    markdownTable(
      ['held out', 'coin hours', 'before an onset', 'Brier', 'base rate', 'skill'],
      training.folds.map((one) => [
        one.held,
        String(one.samples),
        String(one.positives),
        one.brier.toFixed(5),
        one.baseBrier.toFixed(5),
        one.skill.toFixed(3),
      ]),
    ),
    'Reliability: of the forecasts on what was held out, how often it came true. A perfect one has the same number twice.',
    markdownTable(
      ['forecast', 'coin hours', 'mean forecast', 'came true'],
      training.reliability.map((one) => [
        `${percent(one.from)} to ${percent(one.to)}`,
        String(one.forecasts),
        percent(one.meanForecast),
        percent(one.observed),
      ]),
    ),
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
