// Small valid nouns for tests; say only what the test is about.

import type { Severity } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import type { IncidentSpec } from '../../src/core/spec.js';

export const incidentSpec: IncidentSpec = {
  cascadeSignals: 3,
  cascadeWindowMs: 600_000,
  cascadeImpact: 0.6,
  joinWindowMs: 3_600_000,
  closeAfterMs: 900_000,
  triage: { capacity: 100, perStep: 50, agingMs: 60_000 },
};

export function makeSignal(about: {
  id?: string;
  coin?: string;
  chain?: string;
  source?: string;
  detector?: string;
  severity?: Severity | null;
  impact?: number;
  atMs?: number;
  blockNumber?: number;
}): Signal {
  const {
    coin = 'USDX',
    chain = 'ethereum',
    detector = 'priceDeviation',
    severity = 'high',
    atMs = 0,
  } = about;
  const source = about.source ?? `${chain}/pool`;
  return {
    id: about.id ?? `sig-${detector}-${source}-${coin}-${severity}-${atMs}`,
    subject: `${detector}|${source}|${coin}`,
    detector,
    coin,
    chain,
    source,
    severity,
    impact: about.impact ?? 0.5,
    atMs,
    evidence: {
      chain,
      source,
      blockNumber: about.blockNumber ?? 1,
      blockHash: '0xaa',
      blockTimeMs: atMs,
      transactionHash: null,
      values: {},
      rule: 'true',
      thresholds: {},
    },
    sentence: 'something happened',
  };
}
