// `config/model.json`: the trained model of the outlook, written by `npm run train`.

import { z } from 'zod';

const score = {
  samples: z.int().min(0),
  positives: z.int().min(0),
  brier: z.number().min(0),
  baseBrier: z.number().min(0),
  skill: z.number(),
};

export const modelFile = z.strictObject({
  quiet: z.boolean(),
  why: z.string().min(1),
  horizonHours: z.number().positive(),
  baseRate: z.number().min(0).max(1),
  intercept: z.number(),
  features: z.array(
    z.strictObject({
      name: z.string(),
      mean: z.number(),
      spread: z.number().positive(),
      weight: z.number(),
    }),
  ),
  training: z.strictObject({
    date: z.iso.date(),
    data: z.string(),
    samples: z.int().min(0),
    positives: z.int().min(0),
    onsets: z.array(z.strictObject({ coin: z.string(), at: z.iso.datetime() })),
    candidates: z.array(
      z.strictObject({
        name: z.string(),
        shipped: z.boolean(),
        skillWithPages: z.number().nullable(),
        ...score,
      }),
    ),
    folds: z.array(z.strictObject({ held: z.string(), ...score })),
    reliability: z.array(
      z.strictObject({
        from: z.number(),
        to: z.number(),
        forecasts: z.int(),
        meanForecast: z.number(),
        observed: z.number(),
      }),
    ),
  }),
});
