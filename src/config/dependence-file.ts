// `config/dependence.yaml`: which coin's trouble reaches which other coin, each with its why; and `config/lags.json`:
// how long that took in incidents of the past, as `npm run learn-lags` measured it.

import { z } from 'zod';
import { symbol, why } from './fields.js';

export const dependenceFile = z.strictObject({
  edges: z.array(
    z.strictObject({
      from: symbol.describe('The coin whose trouble comes first.'),
      kind: z.enum(['collateralOf', 'backs', 'bridgesTo']),
      to: symbol.describe('The coin that depends on it.'),
      share: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe('The part of `to` that hangs on `from`; left out where it is not known.'),
      why,
    }),
  ),
});

export const lagsFile = z.object({
  resolutionMs: z.number().positive(),
  lags: z.array(
    z.object({ from: z.string(), to: z.string(), when: z.string(), lagMs: z.number().nonnegative() }),
  ),
});
