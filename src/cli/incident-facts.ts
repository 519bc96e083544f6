// All that the store knows of one incident, gathered for a person who looks back at it.

import type { BlockContext } from '../core/block-context.js';
import { contagionWatch } from '../core/detector-names.js';
import type { Hex } from '../core/hex.js';
import type { Incident } from '../core/incident.js';
import type { Signal } from '../core/signal.js';
import { blindSpotsOf } from '../coverage/blind-spots.js';
import { acrossChains, acrossChainsDefaults, type Pair } from '../incidents/across-chains.js';
import { incidentEvidence, type SubjectEvidence } from '../reports/incident-evidence.js';
import { type KeptBack, keptBack } from '../reports/kept-back.js';
import type { StoreReader } from '../store/store.js';
import { findIncident } from './find-incident.js';

export interface IncidentFacts {
  readonly incident: Incident;
  readonly evidence: readonly SubjectEvidence[];
  readonly alerts: ReturnType<StoreReader['alertsOf']>;
  readonly across: readonly CoinAcross[];
  readonly kept: readonly KeptBack[];
  readonly contexts: ReadonlyMap<Hex, BlockContext>;
}

/** `id`: the first characters are enough. */
export function incidentFacts(store: StoreReader, id: string): IncidentFacts {
  const stored = findIncident(store, id);
  // As the ledger knows it now: a hole may have been found or closed since the incident was last told of.
  const incident = { ...stored, blindSpots: blindSpotsOf(store.ledgers(), stored) };
  const evidence = incidentEvidence(store, incident);
  return {
    incident,
    evidence,
    alerts: store.alertsOf(incident.id),
    across: firstHour(store, incident),
    kept: keptBack(store, new Set([incident.id]), incident.openedAtMs),
    contexts: contextsOf(store, incident.openedAtMs, evidence),
  };
}

/** How the chains of one coin moved. Which of them leads is for the incident to say, which hears two more witnesses. */
export interface CoinAcross {
  readonly coin: string;
  readonly chains: readonly string[];
  readonly pairs: readonly Pair[];
}

/** How the trouble moved over the chains in its first hour; of an incident of several coins, for each of them. */
function firstHour(store: StoreReader, incident: Incident): readonly CoinAcross[] {
  if (incident.chains.length < 2) return [];
  const { windowMs } = acrossChainsDefaults;
  const endMs = Math.min(incident.updatedAtMs, incident.openedAtMs + windowMs);
  const signals: Signal[] = [];
  for (const entry of store.entries({ fromMs: endMs - 2 * windowMs, toMs: endMs + 1, kinds: ['signal'] })) {
    if (entry.kind !== 'signal' || entry.retracted) continue;
    // A watch says nothing of the coin's own markets.
    if (entry.signal.detector !== contagionWatch) signals.push(entry.signal);
  }
  return incident.coins.map((coin) => {
    const { chains, pairs } = acrossChains(signals, coin, endMs);
    return { coin, chains, pairs };
  });
}

/** How busy the blocks of its signals were, where that was asked, by hash. */
function contextsOf(
  store: StoreReader,
  openedAtMs: number,
  evidenceOfAll: readonly SubjectEvidence[],
): ReadonlyMap<Hex, BlockContext> {
  const signals = evidenceOfAll.flatMap(({ worst, now }) => [worst, now]);
  const blocks = new Set(signals.map(({ evidence }) => evidence.blockHash));
  const contexts = new Map<Hex, BlockContext>();
  // The block of a signal is asked about when the signal is raised, which may wait in triage.
  const fromMs = Math.min(openedAtMs, ...signals.map(({ atMs }) => atMs));
  // Of several answers the last one is the fullest.
  for (const entry of store.entries({ fromMs, kinds: ['checked'] })) {
    if (entry.kind !== 'checked' || !blocks.has(entry.input.hash)) continue;
    if (entry.input.context !== undefined) contexts.set(entry.input.hash, entry.input.context);
  }
  return contexts;
}

/** A line for each pair of chains of each coin; one for all where none of them was first. */
export function acrossRows(across: readonly CoinAcross[]): readonly string[] {
  return across.flatMap(({ coin, chains, pairs }) => {
    if (pairs.length === 0) return [`${coin}: fewer than two chains moved`];
    const least = Math.min(...pairs.map(({ pearson }) => pearson)).toFixed(2);
    if (pairs.length > 1 && pairs.every(({ lagMs }) => lagMs === 0))
      return [`${coin}: ${chains.join(', ')} moved at the same time (r at least ${least})`];
    return pairs.map(({ leader, follower, lagMs, pearson }) => {
      const order =
        lagMs === 0
          ? `${leader} and ${follower} moved at the same time`
          : `${leader} moved ${Math.round(lagMs / 1000)} s before ${follower}`;
      return `${coin}: ${order} (r ${pearson.toFixed(2)})`;
    });
  });
}
