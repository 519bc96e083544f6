// A file of thresholds by itself, for judging again what a store holds: what was watched stands in the store.

import { PegwatchError } from '../core/errors.js';
import { catalogue } from './catalogue.js';
import { describeProblems } from './describe-problems.js';
import type { Env } from './interpolate.js';
import { loadThresholds, type Thresholds } from './load-thresholds.js';
import type { Reading } from './yaml-file.js';

export function loadThresholdsAlone(path: string, env: Env): Thresholds {
  const reading: Reading = { env, problems: [], notes: [], secrets: new Set() };
  const thresholds = loadThresholds(path, catalogue, reading);
  if (thresholds === null || reading.problems.length > 0)
    throw new PegwatchError('config-invalid', describeProblems(reading.problems));
  return thresholds;
}
