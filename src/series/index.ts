// Series of every type behind four verbs. Cheap by observation, dear once a block: prices are made in `settle`.

import type { Observation } from '../core/observation.js';
import type { SourceSpec, SourceType } from '../core/source.js';
import { unreachable } from '../core/unreachable.js';
import {
  cloneBacking,
  cloneIssuer,
  createBacking,
  createIssuer,
  observeBacking,
  observeIssuer,
} from './backing.js';
import { createOracle, observeOracle } from './oracle.js';
import { clonePool, createPool, observePool, settlePool } from './pool.js';
import type { Series } from './series.js';
import { cloneToken, createToken, observeToken } from './token.js';

/** Reports on what stands behind a coin look like tokens; their protocol tells. */
const reports: Readonly<Record<string, SourceType>> = {
  'reported-collateral': 'vault',
  'reported-escrow': 'escrow',
  'reported-issuance': 'issuer',
};

/** What type a source is, as its configuration tells: pools have several tokens, only oracles have an answer. */
export function typeOf(spec: SourceSpec): SourceType {
  const report = reports[spec.protocol];
  if (report !== undefined) return report;
  if (spec.tokens.length > 1) return 'pool';
  return spec.answerDecimals !== null || spec.heartbeatMs !== null ? 'oracle' : 'token';
}

export function createSeries(spec: SourceSpec): Series {
  const type = typeOf(spec);
  switch (type) {
    case 'pool':
      return createPool(spec);
    case 'oracle':
      return createOracle(spec);
    case 'token':
      return createToken(spec);
    case 'vault':
    case 'escrow':
      return createBacking(spec, type);
    case 'issuer':
      return createIssuer(spec);
    default:
      return unreachable(type);
  }
}

/**
 * Folds one observation in. Observations of a block come in log order, then those of its calls: a call answers with
 * the state after the block, so the other way round a change would count twice.
 */
export function observe(
  series: Series,
  observation: Observation,
  spec: SourceSpec,
  blockTimeMs: number,
): void {
  switch (series.type) {
    case 'pool':
      observePool(series, observation, spec, blockTimeMs);
      return;
    case 'oracle':
      observeOracle(series, observation, spec);
      return;
    case 'token':
      observeToken(series, observation, spec, blockTimeMs);
      return;
    case 'vault':
    case 'escrow':
      observeBacking(series, observation, blockTimeMs);
      return;
    case 'issuer':
      observeIssuer(series, observation, blockTimeMs);
      return;
    default:
      unreachable(series);
  }
}

/** Closes a block for a source that it touched: derived values are made once, from where the block leaves it. */
export function settle(series: Series, spec: SourceSpec, blockTimeMs: number): void {
  if (series.type === 'pool') settlePool(series, spec, blockTimeMs);
}

/** A copy that shares nothing which is changed in place. */
export function cloneSeries(series: Series): Series {
  switch (series.type) {
    case 'pool':
      return clonePool(series);
    case 'oracle':
      return { ...series };
    case 'token':
      return cloneToken(series);
    case 'vault':
    case 'escrow':
      return cloneBacking(series);
    case 'issuer':
      return cloneIssuer(series);
    default:
      return unreachable(series);
  }
}
