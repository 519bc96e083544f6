// The incidents as they stand, as a fold over signals in the order in which triage looked at them. The fold knows
// time only as a number, so it can be done again without the signals of a dead block (see `incident-room.ts`).

import type { ChainName } from '../core/chain.js';
import { contagionWatch } from '../core/detector-names.js';
import { hashOf } from '../core/hash.js';
import type { Incident, IncidentLife } from '../core/incident.js';
import { escalate, type Severity, severityRank, worse } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import type { IncidentSpec } from '../core/spec.js';
import { acrossChainsDefaults } from './across-chains.js';
import { isCascade } from './cascade.js';
import { watchOf } from './contagion.js';
import { type ImpactTrail, withStep } from './impact-trail.js';
import { withOnset } from './lead-chain.js';
import { movementOf } from './movement.js';
import { titleOf } from './title.js';

/** Incidents by id, oldest first; closed ones stay until they can no longer be joined. */
export type Book = Map<string, Incident>;

/** A book, and what stands behind it: the last hour of each incident's impact, which nobody else needs to see. */
export interface Pages {
  readonly book: Book;
  readonly trails: Map<string, ImpactTrail>;
  /** The watch signals that came of what may still be taken back. */
  readonly watch: Signal[];
}

export function emptyPages(): Pages {
  return { book: new Map(), trails: new Map(), watch: [] };
}

/** Trails and incidents are replaced, never written to: a copy of the maps is enough. */
export function copyPages({ book, trails, watch }: Pages): Pages {
  return { book: new Map(book), trails: new Map(trails), watch: [...watch] };
}

export interface BookChange {
  readonly incident: Incident;
  readonly change: string;
  /** How long the signal that changed it had waited in triage. */
  readonly waitedMs?: number;
  /** What the change means for other coins; left out: nothing new. */
  readonly watch?: readonly Signal[];
}

/** Takes one signal into the book; null where it changes nothing (the end of something nobody was told of). */
export function applySignal(
  { book, trails, watch }: Pages,
  signal: Signal,
  atMs: number,
  spec: IncidentSpec,
): BookChange | null {
  const current = incidentFor(book, signal, atMs, spec);
  if (current === null && signal.severity === null) return null;
  const signals = current === null ? [signal] : replaced(current.signals, signal);
  const before = current?.closedAtMs === null ? (trails.get(current.id) ?? []) : [];
  // A chain's clock may be ahead of ours.
  const nowMs = Math.max(atMs, signal.evidence.blockTimeMs, before.at(-1)?.blockTimeMs ?? 0);
  const trail = withStep(before, signal, nowMs - acrossChainsDefaults.windowMs);
  const next = assess(current, signals, { signal, trail, atMs, nowMs }, spec);
  book.set(next.id, next);
  trails.set(next.id, trail);
  const change = { incident: next, change: changeOf(current, next, signal) };
  const raised = next.signals.filter((one) => isWatch(one) && current?.signals.includes(one) !== true);
  watch.push(...raised);
  return raised.length === 0 ? change : { ...change, watch: raised };
}

/** Closes what has been calm for long enough, at the moment when it was due, and forgets what cannot be joined. */
export function advance({ book, trails }: Pages, nowMs: number, spec: IncidentSpec): BookChange[] {
  const changes: BookChange[] = [];
  for (const incident of book.values()) {
    if (incident.closedAtMs !== null) {
      if (nowMs - incident.closedAtMs > spec.joinWindowMs) book.delete(incident.id);
      trails.delete(incident.id);
      continue;
    }
    if (incident.easingSinceMs === null) continue;
    const dueMs = incident.easingSinceMs + spec.closeAfterMs;
    if (dueMs > nowMs) continue;
    const over: Incident = { ...incident, life: 'closed', closedAtMs: dueMs, updatedAtMs: dueMs };
    const closed: Incident = { ...over, title: titleOf(over) };
    book.set(closed.id, closed);
    changes.push({ incident: closed, change: 'closed' });
  }
  return changes;
}

/** The next moment at which `advance` has something to do; Infinity where there is none. */
export function nextDueMs({ book }: Pages, spec: IncidentSpec): number {
  let due = Number.POSITIVE_INFINITY;
  for (const incident of book.values()) {
    if (incident.closedAtMs !== null) due = Math.min(due, incident.closedAtMs + spec.joinWindowMs + 1);
    else if (incident.easingSinceMs !== null) due = Math.min(due, incident.easingSinceMs + spec.closeAfterMs);
  }
  return due;
}

/** Signals of one coin belong to one incident over all chains; a whole chain's troubles are an incident of that chain. */
function incidentFor(book: Book, signal: Signal, atMs: number, spec: IncidentSpec): Incident | null {
  let found: Incident | null = null;
  for (const incident of book.values()) {
    const about = signal.coin === '*' ? incident.chains.includes(signal.chain) : true;
    if (!incident.coins.includes(signal.coin) || !about) continue;
    if (
      incident.closedAtMs !== null &&
      (signal.severity === null || atMs - incident.closedAtMs > spec.joinWindowMs)
    ) {
      continue;
    }
    found = incident;
  }
  return found;
}

function replaced(signals: readonly Signal[], signal: Signal): readonly Signal[] {
  const at = signals.findIndex((one) => one.subject === signal.subject);
  if (at < 0) return [...signals, signal];
  return signals.map((one, i) => (i === at ? signal : one));
}

/** What is new to an incident: `atMs` is engine time, `nowMs` that of the newest block where that is later. */
interface News {
  readonly signal: Signal;
  readonly trail: ImpactTrail;
  readonly atMs: number;
  readonly nowMs: number;
}

/** Everything about an incident follows from its signals, what it was before, and the time. */
function assess(
  before: Incident | null,
  signals: readonly Signal[],
  { signal: latest, trail, atMs, nowMs }: News,
  spec: IncidentSpec,
): Incident {
  // A matter that had closed begins anew, under the same id.
  const wave = before?.closedAtMs === null ? before : null;
  const own = signals.filter((signal) => !isWatch(signal));
  const standing = own.filter((signal) => signal.severity !== null);
  const worst = standing.reduce<Severity | null>((sofar, signal) => worse(sofar, signal.severity), null);
  const cascade = wave?.cascade === true || isCascade(standing, spec);
  const severity = worst === null ? 'low' : cascade ? escalate(worst) : worst;
  const openedSeverity = wave?.openedSeverity ?? severity;
  const risen = severityRank(severity) > severityRank(openedSeverity) || cascade;
  const life: IncidentLife = worst === null ? 'easing' : risen ? 'escalated' : 'open';
  const first = own[0] as Signal;
  const onsets = withOnset(wave?.onsets ?? [], latest, spec.cascadeImpact);
  const incident: Incident = {
    id: before?.id ?? `inc-${hashOf(`incident|${first.id}`)}`,
    life,
    severity,
    openedSeverity,
    worst: worse(before?.worst ?? severity, severity),
    coins: [...new Set([...(before?.coins ?? []), ...own.map((signal) => signal.coin)])],
    chains: chainsOf(before, own),
    onsets,
    ...movementOf(wave, onsets, trail, nowMs, spec.cascadeImpact),
    cascade,
    openedAtMs: before?.openedAtMs ?? atMs,
    updatedAtMs: atMs,
    easingSinceMs: worst === null ? (before?.easingSinceMs ?? atMs) : null,
    closedAtMs: null,
    signals: own,
    title: '',
  };
  const root = { coins: incident.coins, severity: worst === null ? null : severity, cause: latest, atMs };
  const watch = watchOf(signals.filter(isWatch), root, spec.dependence ?? []);
  const whole = { ...incident, signals: [...own, ...watch] };
  return { ...whole, title: titleOf(whole) };
}

function isWatch({ detector }: Signal): boolean {
  return detector === contagionWatch;
}

function chainsOf(before: Incident | null, signals: readonly Signal[]): readonly ChainName[] {
  return [...new Set([...(before?.chains ?? []), ...signals.map((signal) => signal.chain)])];
}

function changeOf(before: Incident | null, after: Incident, signal: Signal): string {
  if (before === null) return 'opened';
  if (before.closedAtMs !== null) return 'reopened';
  if (after.life === 'easing') return before.life === 'easing' ? 'updated' : 'easing';
  if (severityRank(after.severity) > severityRank(before.severity)) return 'escalated';
  if (after.chains.length > before.chains.length) return 'spread';
  return signal.severity === null ? 'updated' : 'joined';
}
