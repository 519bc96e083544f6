// What keeps news from a channel that would otherwise hear it: inhibition, then silences, then quiet hours. Who was
// told of an incident hears that it is over, or never was, whatever stands in the way of other news.

import type { InhibitSpec, SuppressedBy } from '../core/routing.js';
import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import type { Incident, Reason } from '../core/types.js';
import { inhibitedBy } from './inhibit.js';
import { quietUntilMs } from './quiet-hours.js';
import { type SilenceState, silencedBy } from './silences.js';

export interface Gate {
  readonly why: SuppressedBy;
  /** For people. */
  readonly detail: string;
  /** When to ask again. */
  readonly untilMs: number;
}

export interface GateLook {
  readonly nowMs: number;
  readonly inhibit: readonly InhibitSpec[];
  readonly silences: SilenceState;
  incidents(): Iterable<Incident>;
}

/** What is inhibited is looked at again this often: the other incident may be over. */
const againMs = 30_000;

export function gateFor(
  channel: ChannelSpec,
  incident: Incident,
  reason: Reason,
  look: GateLook,
): Gate | null {
  if (reason === 'retracted' || reason === 'revised') return null;
  const { nowMs } = look;
  const isEnd = reason === 'easing' || reason === 'resolved';
  if (!isEnd) {
    const inhibited = inhibitedBy(incident, look.incidents(), look.inhibit);
    if (inhibited !== null) {
      const detail = `${inhibited.rule}: explained by ${inhibited.incident}`;
      return { why: 'inhibited', detail, untilMs: nowMs + againMs };
    }
    const silence = silencedBy(look.silences, channel.name, incident, nowMs);
    if (silence !== null) {
      const detail = `${silence.id} by ${silence.by}: ${silence.reason}`;
      return { why: 'silenced', detail, untilMs: silence.untilMs };
    }
  }
  const quiet = (channel.quiet ?? []).filter(
    ({ minSeverity }) => severityRank(incident.severity) < severityRank(minSeverity),
  );
  const untilMs = quietUntilMs(quiet, nowMs);
  if (untilMs === null) return null;
  return { why: 'quiet', detail: `quiet hours until ${new Date(untilMs).toISOString()}`, untilMs };
}
