// What keeps news from a channel that would otherwise hear it: inhibition, then silences, then quiet hours. Who was
// told of an incident hears that it is over, or never was: no silence and no other incident stands in the way of
// that. Quiet hours put the end of what was milder off until they are over; a retraction waits for nothing.

import type { Reason } from '../core/alert.js';
import type { Incident } from '../core/incident.js';
import type { InhibitSpec, QuietSpec, Suppressed, SuppressedBy } from '../core/routing.js';
import { type Severity, severityRank, worse } from '../core/severity.js';
import { inhibitedBy } from './inhibit.js';
import type { Told } from './notice.js';
import { quietUntilMs } from './quiet-hours.js';
import { type SilenceState, silencedBy } from './silences.js';

export interface Gate {
  readonly why: SuppressedBy;
  /** For people. */
  readonly detail: string;
  /** When to ask again. */
  readonly untilMs: number;
}

export interface News {
  readonly channel: string;
  readonly incident: Incident;
  readonly reason: Reason;
  readonly told: Told | null;
}

export interface GateLook {
  readonly nowMs: number;
  readonly inhibit: readonly InhibitSpec[];
  readonly silences: SilenceState;
  /** The hours of this channel, and of the route that leads there. */
  readonly quiet: readonly QuietSpec[];
  incidents(): Iterable<Incident>;
  /** Whether the channel was told of the other one, or would be. */
  hears(other: Incident): boolean;
}

/** What is inhibited is looked at again this often: the other incident may be over. */
const againMs = 30_000;

export function gateFor(news: News, look: GateLook): Gate | null {
  const { channel, incident, reason } = news;
  if (reason === 'retracted') return null;
  const { nowMs } = look;
  const severity = severityOf(news);
  if (reason !== 'easing' && reason !== 'resolved') {
    const inhibited = inhibitedBy(incident, look.incidents(), look.inhibit, look.hears);
    if (inhibited !== null) {
      const detail = `${inhibited.rule}: explained by ${inhibited.incident}`;
      return { why: 'inhibited', detail, untilMs: nowMs + againMs };
    }
    const silence = silencedBy(look.silences, channel, incident, severity, nowMs);
    if (silence !== null) {
      const { id, by, untilMs } = silence;
      return {
        why: 'silenced',
        detail: `by ${by} until ${iso(untilMs)}: ${silence.reason} (${id})`,
        untilMs,
      };
    }
  }
  const quiet = look.quiet.filter(({ minSeverity }) => severityRank(severity) < severityRank(minSeverity));
  const untilMs = quietUntilMs(quiet, nowMs);
  return untilMs === null ? null : { why: 'quiet', detail: `until ${iso(untilMs)}`, untilMs };
}

/** Whether what had kept news back is in force still, so that the news breaks through it. */
export function stillHolds(
  { why, detail }: Pick<Suppressed, 'why' | 'detail'>,
  { silences, quiet, nowMs }: Pick<GateLook, 'silences' | 'quiet' | 'nowMs'>,
): boolean {
  if (why === 'quiet') return quietUntilMs(quiet, nowMs) !== null;
  if (why !== 'silenced') return false;
  return [...silences.values()].some(({ id, untilMs }) => untilMs > nowMs && detail.endsWith(`(${id})`));
}

/** An end is as important as its incident was at its worst, what is taken back as what was told. */
function severityOf({ incident, reason, told }: News): Severity {
  const heard = told?.severity ?? null;
  if (reason === 'easing' || reason === 'resolved') return worse(heard, incident.worst) ?? incident.severity;
  return reason === 'revised' ? (worse(heard, incident.severity) ?? incident.severity) : incident.severity;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
