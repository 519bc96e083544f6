// An oracle: its last answer and when it was given.

import type { Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import { toTokens } from '../core/units.js';
import type { OracleSeries } from './series.js';

/** Decimals of Chainlink's feeds against the US dollar, for a source whose configuration does not say. */
const usualAnswerDecimals = 8;

export function createOracle(spec: SourceSpec): OracleSeries {
  return {
    type: 'oracle',
    source: spec.id,
    touch: null,
    answerUsd: null,
    updatedAtMs: null,
    sameAnswers: 0,
    sameSinceMs: null,
    emitter: null,
  };
}

export function observeOracle(oracle: OracleSeries, observation: Observation, spec: SourceSpec): void {
  switch (observation.kind) {
    case 'answer': {
      // Zero or less is no price: the feed is broken, which is unknown and not worthless.
      const answerUsd =
        observation.answer > 0n
          ? toTokens(observation.answer, spec.answerDecimals ?? usualAnswerDecimals)
          : null;
      countSame(oracle, answerUsd, observation.updatedAtMs);
      oracle.answerUsd = answerUsd;
      oracle.updatedAtMs = observation.updatedAtMs;
      return;
    }
    case 'emitter':
      oracle.emitter = observation.address;
      return;
    default:
      return;
  }
}

/** A poll reads the answer that an event told: only one that was given later is another. */
function countSame(oracle: OracleSeries, answerUsd: number | null, updatedAtMs: number): void {
  if (oracle.updatedAtMs !== null && updatedAtMs <= oracle.updatedAtMs && answerUsd === oracle.answerUsd)
    return;
  const same = answerUsd !== null && answerUsd === oracle.answerUsd;
  oracle.sameAnswers = same ? oracle.sameAnswers + 1 : 1;
  if (!same) oracle.sameSinceMs = updatedAtMs;
}
