// Which channels would hear of an incident, when, and why not the others: the engine's own answer, asked beforehand.

import { isTarget } from './alerts/inhibit.js';
import { deliveryOf } from './alerts/route.js';
import type { Incident } from './core/incident.js';
import type { QuietSpec } from './core/routing.js';
import { type Severity, severityRank } from './core/severity.js';
import type { Signal } from './core/signal.js';
import type { Spec } from './core/spec.js';

export interface RouteQuestion {
  readonly severity: Severity;
  readonly coin: string;
  readonly chain: string;
  /** Null: no rule or route about detectors fits. */
  readonly detector: string | null;
  readonly cascade: boolean;
}

export interface RouteAnswer {
  readonly channel: string;
  readonly kind: string;
  /** Null: it is told. */
  readonly whyNot: string | null;
  /** How long the first news waits. */
  readonly waitMs: number;
  readonly intervalMs: number | null;
  readonly repeatMs: number | null;
  /** Hours in which it would wait until they end. */
  readonly quiet: readonly QuietSpec[];
  /** Rules by which another incident would keep it back. */
  readonly explainedBy: readonly string[];
}

export function routeAnswer(spec: Spec, question: RouteQuestion): readonly RouteAnswer[] {
  const incident = incidentOf(question);
  const isCritical = question.severity === 'critical';
  const explainedBy = (spec.inhibit ?? []).filter((rule) => isTarget(rule, incident)).map(({ name }) => name);
  return spec.channels.map((channel) => {
    const { whyNot, waitMs, intervalMs, repeatMs, quiet } = deliveryOf(channel, incident, spec.routes);
    const hours = quiet.filter(
      ({ minSeverity }) => severityRank(incident.severity) < severityRank(minSeverity),
    );
    return {
      channel: channel.name,
      kind: channel.kind,
      whyNot,
      waitMs: isCritical ? 0 : waitMs,
      intervalMs: isCritical ? null : intervalMs,
      repeatMs,
      quiet: hours,
      explainedBy,
    };
  });
}

/** The incident that one signal opens. */
function incidentOf({ severity, coin, chain, detector, cascade }: RouteQuestion): Incident {
  const blank = { sentence: '', impact: 0, atMs: 0, evidence: noEvidence(chain) };
  const signals: Signal[] =
    detector === null
      ? []
      : [{ id: 'sig', subject: 'sig', detector, coin, chain, source: chain, severity, ...blank }];
  return {
    id: 'inc',
    life: 'open',
    severity,
    openedSeverity: severity,
    worst: severity,
    coins: [coin],
    chains: [chain],
    onsets: [],
    leadChain: chain,
    leadConfidence: 0,
    spreading: false,
    cascade,
    openedAtMs: 0,
    updatedAtMs: 0,
    easingSinceMs: null,
    closedAtMs: null,
    signals,
    title: '',
  };
}

function noEvidence(chain: string): Signal['evidence'] {
  const block = { blockNumber: 0, blockHash: '0x', blockTimeMs: 0, transactionHash: null } as const;
  return { chain, source: chain, ...block, values: {}, rule: '', thresholds: {} };
}
