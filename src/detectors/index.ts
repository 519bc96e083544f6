// All detectors, in alphabetical order. One more judgement is one more file and one more line here.

import type { Detector } from './detector.js';
import { liquidityDrain } from './liquidity-drain.js';
import { oracleDivergence } from './oracle-divergence.js';
import { oracleStale } from './oracle-stale.js';
import { priceDeviation } from './price-deviation.js';
import { supplyShock } from './supply-shock.js';

export const detectors: readonly Detector[] = [
  liquidityDrain,
  oracleDivergence,
  oracleStale,
  priceDeviation,
  supplyShock,
];
