// `config/thresholds.yaml`: the numbers that make a measurement a signal, and signals an incident. Each says why.

import { z } from 'zod';
import { atOnceOrBetween, timeBetween, unlessMissing, why } from './fields.js';

/** A mathjs expression, checked by the rule language; in full with its why, or in short. */
const expression = z.union([z.string().min(1), z.strictObject({ expr: z.string().min(1), why })], {
  error: unlessMissing('must be an expression in text'),
});

const because = <Value extends z.ZodType>(value: Value) => z.strictObject({ value, why });

export const ruleRow = z.strictObject({
  about: z.string().optional().describe('What this rule is for, in a sentence.'),
  numbers: z
    .record(
      z.string().regex(/^[A-Za-z]\w{0,59}$/, { error: 'must be a plain name: expressions use it' }),
      because(z.union([z.number(), z.string()], { error: unlessMissing('must be a number') })),
    )
    .default({})
    .describe('Names that the expressions may use. A name that ends in Ms may be given as a time: 15m.'),
  impact: expression.describe('Gives 0 (nothing) to 1 (as bad as it gets).'),
  severity: z
    .strictObject({
      low: expression.optional(),
      medium: expression.optional(),
      high: expression.optional(),
      critical: expression.optional(),
    })
    .describe('Each true or false; the worst that holds is the verdict.'),
  holdMs: because(atOnceOrBetween('100ms', '7d')).describe(
    'A milder verdict must last this long before the signal eases.',
  ),
});

const count = z.int().min(1);

export const incidentsRow = z.strictObject({
  cascadeSignals: because(count),
  cascadeWindowMs: because(timeBetween('1s', '1d')),
  cascadeImpact: because(z.number().min(0).max(1)),
  joinWindowMs: because(timeBetween('100ms', '30d')),
  closeAfterMs: because(timeBetween('100ms', '7d')),
  triage: z.strictObject({
    capacity: because(count),
    perStep: because(count),
    agingMs: because(timeBetween('1s', '1h')),
  }),
});

export const thresholdsFile = z.strictObject({
  rules: z.record(z.string(), ruleRow).describe('By name of the detector.'),
  incidents: incidentsRow,
});
