// Endpoints that tell different things of one block: a matter of the chain's endpoints and not of the block, so no reorg
// changes anything about it. The ladder:
//
//   low      one endpoint was found wrong, and was not believed
//   medium   a second one was found wrong, or nobody can tell yet who is
//   high     the engine had been given what was wrong, or nobody could tell for ten minutes
//
// A rung that was not heard of for half an hour eases to the next milder one that was. The chain room tells the same of
// one endpoint every ten minutes, so that half an hour of peace is peace.

import type { ChainName } from '../core/chain.js';
import { disagreementText } from '../core/disagreement-text.js';
import type { Input } from '../core/io.js';
import { type Severity, severities, severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import { chainSignal } from './chain-signal.js';

type Told = Extract<Input, { kind: 'disagreement' }>;

/** Plain data: part of a lane's state. */
export interface DisagreementWatch {
  /** Null: nothing stands. */
  severity: Severity | null;
  /** Since when something stands. */
  sinceMs: number;
  /** When each rung of the ladder was heard of last, and in which words. */
  readonly rungs: Map<Severity, { readonly atMs: number; readonly sentence: string }>;
  /** When each endpoint was found wrong last. */
  readonly endpoints: Map<string, number>;
}

/** What is asked of a lane's state. */
interface LanePart {
  readonly chain: ChainName;
  readonly finalized: number;
  readonly disagreement: DisagreementWatch;
}

/** Nobody settles it within this: finality no longer waits for a second opinion either. */
const unsettledMs = 600_000;
const easesAfterMs = 1_800_000;

export function createDisagreementWatch(): DisagreementWatch {
  return { severity: null, sinceMs: 0, rungs: new Map(), endpoints: new Map() };
}

/** Null where it is no worse than what was told. */
export function hearDisagreement(lane: LanePart, told: Told): Signal | null {
  const { disagreement: watch } = lane;
  const { atMs, endpoint } = told;
  forget(watch, atMs);
  if (endpoint !== null) watch.endpoints.set(endpoint, atMs);
  const severity = severityOf(watch, told);
  const words = disagreementText(told.chain, told);
  const others = [...watch.endpoints.keys()].filter((name) => name !== endpoint);
  const also = others.length === 0 ? '' : `; found wrong lately too: ${others.join(', ')}`;
  watch.rungs.set(severity, { atMs, sentence: words + also });
  if (severityRank(severity) <= severityRank(watch.severity)) return null;
  if (watch.severity === null) watch.sinceMs = told.sinceMs;
  watch.severity = severity;
  return signal(lane, atMs);
}

/** Time passes; null where nothing became milder. */
export function easeDisagreement(lane: LanePart, nowMs: number): Signal | null {
  const { disagreement: watch } = lane;
  if (watch.severity === null) return null;
  forget(watch, nowMs);
  const left = severities.findLast((severity) => watch.rungs.has(severity)) ?? null;
  if (severityRank(left) >= severityRank(watch.severity)) return null;
  watch.severity = left;
  return signal(lane, nowMs);
}

function severityOf({ endpoints }: DisagreementWatch, { by, reached, sinceMs, atMs }: Told): Severity {
  if (reached || (by === 'unsettled' && atMs - sinceMs >= unsettledMs)) return 'high';
  return by === 'unsettled' || endpoints.size > 1 ? 'medium' : 'low';
}

function forget({ rungs, endpoints }: DisagreementWatch, nowMs: number): void {
  for (const [rung, { atMs }] of rungs) if (nowMs - atMs >= easesAfterMs) rungs.delete(rung);
  for (const [name, atMs] of endpoints) if (nowMs - atMs >= easesAfterMs) endpoints.delete(name);
}

function signal({ chain, finalized, disagreement }: LanePart, atMs: number): Signal {
  const { severity, sinceMs, rungs, endpoints } = disagreement;
  const rung = severity === null ? undefined : rungs.get(severity);
  return chainSignal({
    detector: 'endpointDisagreement',
    chain,
    severity,
    impact: 0.3,
    atMs,
    sinceMs: severity === null ? atMs : sinceMs,
    finalized,
    values: severity === null ? {} : { wrongEndpoints: endpoints.size, standsForMs: atMs - sinceMs },
    rule: 'endpoints of the chain tell different things of one block',
    sentence: rung?.sentence ?? `the endpoints of ${chain} have told the same for half an hour`,
  });
}
