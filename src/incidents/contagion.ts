// The watch on other coins: what is high or critical about one coin raises a signal about each coin that depends on it,
// before that one moves. Such a signal is evidence in the incident it comes from; it opens none, is never worse than
// `medium`, counts for no cascade, and is over when the incident eases. It follows from the incident alone, so whatever
// takes the incident back takes it back too.

import type { CoinName } from '../core/coin.js';
import { contagionWatch } from '../core/detector-names.js';
import { hashOf } from '../core/hash.js';
import { type Severity, severityRank } from '../core/severity.js';
import type { Quantities, Signal } from '../core/signal.js';
import type { EdgeKind, EdgeSpec } from '../core/spec.js';

/** What an incident is when the watch is asked for; `severity` null: it eases. */
export interface Root {
  readonly coins: readonly CoinName[];
  readonly severity: Severity | null;
  /** The signal that made it so. */
  readonly cause: Signal;
  readonly atMs: number;
}

/** A dependence on less than this part of the backing counts like a shared pool. */
const weakShare = 0.25;

/** Below high impact, which is what counts for a cascade and a page. */
const impacts = { low: 0.2, medium: 0.4 } as const;

/** The kind that says more comes first: of two coins with several edges the first one speaks. */
const kinds: readonly EdgeKind[] = ['backs', 'collateralOf', 'bridgesTo', 'pooledWith'];

/** The watch signals of an incident as they stand now, eased ones included; `before` are those that stood. */
export function watchOf(
  before: readonly Signal[],
  root: Root,
  edges: readonly EdgeSpec[],
): readonly Signal[] {
  const signals = new Map(before.map((signal) => [signal.subject, signal]));
  for (const edge of speaking(edges, root.coins)) {
    const subject = subjectOf(edge);
    const severity = watchSeverity(edge, root.severity);
    if ((signals.get(subject)?.severity ?? null) === severity) continue;
    signals.set(subject, watchSignal(edge, subject, severity, root));
  }
  // An edge that the configuration no longer has.
  for (const [subject, signal] of signals) {
    if (signal.severity === null || root.severity !== null) continue;
    signals.set(subject, { ...signal, ...eased(signal, root) });
  }
  return [...signals.values()];
}

/** How bad the watch is: a loose tie tells of a critical only. */
export function watchSeverity({ kind, share }: EdgeSpec, root: Severity | null): 'low' | 'medium' | null {
  const rank = severityRank(root);
  const close = kind !== 'pooledWith' && (share === null || share >= weakShare);
  if (rank >= 4) return close ? 'medium' : 'low';
  return rank === 3 && close ? 'low' : null;
}

/** One edge for each coin that depends on one of these. */
function speaking(edges: readonly EdgeSpec[], coins: readonly CoinName[]): readonly EdgeSpec[] {
  const found = new Map<string, EdgeSpec>();
  for (const edge of edges) {
    if (!coins.includes(edge.from) || coins.includes(edge.to)) continue;
    const known = found.get(subjectOf(edge));
    if (known === undefined || kinds.indexOf(edge.kind) < kinds.indexOf(known.kind))
      found.set(subjectOf(edge), edge);
  }
  return [...found.values()];
}

function subjectOf({ from, to }: EdgeSpec): string {
  return `${contagionWatch}|${from}>${to}|${to}`;
}

function watchSignal(
  edge: EdgeSpec,
  subject: string,
  severity: 'low' | 'medium' | null,
  incident: Root,
): Signal {
  const { severity: root, cause, atMs } = incident;
  const { from, to, kind, share, lag } = edge;
  const values: Quantities = {
    ...(share === null ? {} : { sharePercent: share * 100 }),
    ...(lag === null ? {} : { pastLagMs: lag.lagMs }),
  };
  const over = `${to}: the watch is over, for the incident of ${from} is ${root ?? 'easing'}`;
  return {
    id: idOf(subject, severity, incident),
    subject,
    detector: contagionWatch,
    coin: to,
    chain: cause.chain,
    source: cause.source,
    severity,
    impact: severity === null ? 0 : impacts[severity],
    atMs,
    evidence: { ...cause.evidence, values, rule: `${from} ${kind} ${to}`, thresholds: {} },
    sentence: severity === null ? over : sentenceOf(edge, root),
  };
}

function eased(signal: Signal, root: Root): Partial<Signal> {
  const sentence = `${signal.coin}: the watch is over`;
  const { cause, atMs } = root;
  const evidence = { ...cause.evidence, values: {}, rule: 'eased', thresholds: {} };
  return { id: idOf(signal.subject, null, root), severity: null, impact: 0, atMs, evidence, sentence };
}

/** Of everything that its words depend on: without dead blocks the root may have been as bad as it was for another reason. */
function idOf(subject: string, severity: Severity | null, { severity: root, cause }: Root): string {
  return `sig-${hashOf(`${subject}|${severity ?? 'eased'}|${root ?? 'eased'}|${cause.id}`)}`;
}

/** `DAI is backed 40 % by USDC, whose incident went critical; in March 2023 DAI followed after 35 minutes`. */
function sentenceOf({ from, to, kind, share, lag }: EdgeSpec, root: Severity | null): string {
  const part = share === null ? '' : ` ${Math.round(share * 100)} %`;
  const relation = {
    collateralOf: `${to} is backed${part} by ${from}`,
    backs: `${to} stands for locked ${from}`,
    bridgesTo: `${to} is bridged ${from}`,
    pooledWith: `${to} shares pools with ${from}`,
  }[kind];
  const now = `whose incident ${root === 'critical' ? 'went critical' : `is ${root}`}`;
  const past = lag === null ? '' : `; in ${lag.when} ${to} followed ${lagText(lag)}`;
  return `${relation}, ${now}${past}`;
}

function lagText({ lagMs, resolutionMs }: NonNullable<EdgeSpec['lag']>): string {
  return lagMs < resolutionMs ? `within ${timeText(resolutionMs)}` : `after ${timeText(lagMs)}`;
}

function timeText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `${Math.round(minutes / 60)} hours`;
}
