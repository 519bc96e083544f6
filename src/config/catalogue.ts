// The names that a configuration may use, from the lists of the rooms that own them.

import type { RuleSpec } from '../core/spec.js';
import type { Detector } from '../detectors/detector.js';
import { detectors } from '../detectors/index.js';
import { compileRules } from '../detectors/rules.js';
import { protocols } from '../protocols/index.js';
import type { Protocol } from '../protocols/protocol.js';

export interface RuleProblem {
  readonly detector: string;
  /** `impact`, `severity.high`. */
  readonly field: string;
  readonly message: string;
}

export interface Catalogue {
  readonly protocols: readonly Protocol[];
  readonly detectors: readonly Detector[];
  readonly compileRules: (
    rules: readonly RuleSpec[],
    detectors: readonly Detector[],
  ) => { readonly problems: readonly RuleProblem[] };
}

export const catalogue: Catalogue = { protocols, detectors, compileRules };
