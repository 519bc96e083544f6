// What stands behind a coin: a vault's collateral over what was issued against it, an escrow's holdings over what is
// owed elsewhere; and, of an issuer, what was minted beside what was received.

import type { Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import { toTokens } from '../core/units.js';
import { cloneHourAndDay, createHourAndDay, recordBoth } from './hour-and-day.js';
import type { BackingSeries, IssuerSeries } from './series.js';

/** Decimals of reported amounts. */
const decimals = 18;

export function createBacking(spec: SourceSpec, type: BackingSeries['type']): BackingSeries {
  return { type, source: spec.id, touch: null, held: null, owed: null, ratio: createHourAndDay('level') };
}

export function observeBacking(backing: BackingSeries, observation: Observation, blockTimeMs: number): void {
  if (observation.kind !== 'backing') return;
  const held = toTokens(observation.held, decimals);
  const owed = toTokens(observation.owed, decimals);
  backing.held = held;
  backing.owed = owed;
  if (owed > 0) recordBoth(backing.ratio, blockTimeMs, held / owed);
}

export function cloneBacking(backing: BackingSeries): BackingSeries {
  return { ...backing, ratio: cloneHourAndDay(backing.ratio) };
}

export function createIssuer(spec: SourceSpec): IssuerSeries {
  return {
    type: 'issuer',
    source: spec.id,
    touch: null,
    minted: createHourAndDay('flow'),
    received: createHourAndDay('flow'),
  };
}

export function observeIssuer(issuer: IssuerSeries, observation: Observation, blockTimeMs: number): void {
  if (observation.kind !== 'issuance') return;
  recordBoth(issuer.minted, blockTimeMs, toTokens(observation.minted, decimals));
  recordBoth(issuer.received, blockTimeMs, toTokens(observation.received, decimals));
}

export function cloneIssuer(issuer: IssuerSeries): IssuerSeries {
  return { ...issuer, minted: cloneHourAndDay(issuer.minted), received: cloneHourAndDay(issuer.received) };
}
