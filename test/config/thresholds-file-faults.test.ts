import { describe, it } from 'vitest';
import { checkFault, type Fault } from './small-config.js';

const thresholds = 'config/thresholds.yaml';

const faults: readonly Fault[] = [
  {
    what: 'a number that counts milliseconds without saying so',
    from: 'graceMs: { value: 15m,',
    to: 'graceMs: { value: 15,',
    told: 'thresholds.yaml rules.drift.numbers.graceMs.value: is a number without a unit',
  },
  {
    what: 'a rule that does not compile',
    from: 'driftBps >= highBps',
    to: 'driftBsp >= highBps',
    told: 'thresholds.yaml rules.drift.severity.high: ',
  },
  {
    what: 'an impact that does not compile',
    from: 'driftBps / 100',
    to: 'import("fs")',
    told: 'thresholds.yaml rules.drift.impact: ',
  },
  {
    what: 'a number without a why',
    from: '{ value: 50, why: it was chosen }',
    to: '{ value: 50 }',
    told: 'thresholds.yaml rules.drift.numbers.highBps.why: is missing: every number says why',
  },
  {
    what: 'a why that says nothing',
    from: '{ value: 50, why: it was chosen }',
    to: '{ value: 50, why: "" }',
    told: 'thresholds.yaml rules.drift.numbers.highBps.why: must say something',
  },
  {
    what: 'a bare number',
    from: '{ value: 50, why: it was chosen }',
    to: '50',
    told: 'thresholds.yaml rules.drift.numbers.highBps: must be a block of keys, not a number',
  },
  {
    what: 'a time under a name that counts none',
    from: '{ value: 50,',
    to: '{ value: 5m,',
    told: 'thresholds.yaml rules.drift.numbers.highBps.value: must be a number',
  },
  {
    what: 'an impact without a why',
    from: ', why: one percent is as bad as it gets',
    to: '',
    told: 'thresholds.yaml rules.drift.impact.why: is missing: every number says why',
  },
  {
    what: 'a hold of a year',
    from: 'holdMs: { value: 5m,',
    to: 'holdMs: { value: 365d,',
    told: 'thresholds.yaml rules.drift.holdMs.value: must be 0, or from 100ms to 7d',
  },
  {
    what: 'an unknown severity',
    from: 'high: drift',
    to: 'hihg: drift',
    told: 'thresholds.yaml rules.drift.severity.hihg: is not known here',
    hint: 'Did you mean high?',
  },
  {
    what: 'a cascade above certainty',
    from: 'value: 0.6',
    to: 'value: 1.6',
    told: 'thresholds.yaml incidents.cascadeImpact.value: must be at most 1',
  },
  {
    what: 'a missing setting of incidents',
    from: '  cascadeSignals: { value: 3, why: it was chosen }\n',
    to: '',
    told: 'thresholds.yaml incidents.cascadeSignals: is missing',
  },
];

describe('a fault in thresholds.yaml is told as exactly itself', () => {
  it.each(faults)('$what', (fault) => checkFault(thresholds, fault));
});
