import type { AlertState, Reason } from '../core/alert.js';
import type { ChainName } from '../core/chain.js';
import type { Incident, IncidentLife } from '../core/incident.js';
import { type Severity, severityRank } from '../core/severity.js';
import type { Delivery } from './route.js';

/** What one channel was last told about one incident. */
export interface Told {
  readonly sequence: number;
  readonly reason: Reason;
  readonly life: IncidentLife;
  readonly severity: Severity;
  readonly cascade: boolean;
  readonly chains: readonly ChainName[];
  readonly state: AlertState;
  readonly atMs: number;
  /** When the incident had ended, where that is what was told. */
  readonly endedAtMs: number | null;
  /** What the message says since it was rewritten without a sound; left out: what was told. */
  readonly shown?: Shown;
}

export type Shown = Pick<Incident, 'severity' | 'cascade' | 'chains'>;

export function shownOf({ severity, cascade, chains }: Incident): Shown {
  return { severity, cascade, chains };
}

/**
 * Is there something to say to this channel about this incident now, and why? A pure question to what the channel
 * was last told: null means that it knows all it needs to know.
 */
export function notice(
  told: Told | null,
  incident: Incident,
  { whyNot, repeatMs }: Pick<Delivery, 'whyNot' | 'repeatMs'>,
  nowMs: number,
): Reason | null {
  const standing = stands(incident);
  // Who was told of an end has no open conversation: what comes back opens it again, or is none of its business.
  if (told === null || (standing && isOver(told))) return standing && whyNot === null ? 'opened' : null;
  if (incident.life === 'retracted') return told.life === 'retracted' ? null : 'retracted';
  if (isOver(told)) return null;
  if (incident.life === 'closed') return 'resolved';
  if (incident.life === 'easing') return told.life === 'easing' ? null : 'easing';
  if (severityRank(incident.severity) > severityRank(told.severity)) return 'escalated';
  if (incident.cascade && !told.cascade) return 'escalated';
  if (told.life === 'easing') return 'repeat';
  if (incident.chains.some((chain) => !told.chains.includes(chain))) return 'spread';
  if (repeatMs !== null && nowMs - told.atMs >= repeatMs) return 'repeat';
  return null;
}

export function stands({ life }: Pick<Told, 'life'>): boolean {
  return life === 'open' || life === 'escalated';
}

export function isOver({ life }: Pick<Told, 'life'>): boolean {
  return life === 'closed' || life === 'retracted';
}
