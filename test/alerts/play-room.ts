// The alert room with all that may stand in its way, played by hand: incidents, silences and time in, sentences out.
import { type AlertLook, createAlertRoom, forget, onIncident, onTime } from '../../src/alerts/alert-room.js';
import { onConfirmed } from '../../src/alerts/confirmed.js';
import { createDigests, noteChange, onDigest, withDigest } from '../../src/alerts/digest.js';
import { noteRevised } from '../../src/alerts/revised.js';
import { onSilence, type SilenceState } from '../../src/alerts/silences.js';
import { askAgain } from '../../src/alerts/windows.js';
import type { Alert } from '../../src/core/alert.js';
import type { Incident } from '../../src/core/incident.js';
import type { InhibitSpec, RouteSpec, SilenceMatch, Suppressed } from '../../src/core/routing.js';
import type { ChannelSpec } from '../../src/core/spec.js';
import { makeIncident } from '../helpers/make-alert.js';

export const minuteMs = 60_000;

export const desk: ChannelSpec = {
  name: 'desk',
  kind: 'webhook',
  minSeverity: 'medium',
  groupMs: 15 * minuteMs,
  repeatMs: null,
};

/** Conversations that are over are remembered for this long, of incidents that are gone. */
const rememberedMs = 30 * minuteMs;

export interface Rules {
  readonly channels?: readonly ChannelSpec[];
  readonly routes?: RouteSpec;
  readonly inhibit?: readonly InhibitSpec[];
}

/** Times are minutes; an alert is told as `minute channel incident reason severity`. */
export function playRoom(rules: Rules = {}) {
  let { channels = [desk], routes, inhibit = [] } = rules;
  let nowMs = 0;
  const room = createAlertRoom();
  const digests = createDigests();
  const silences: SilenceState = new Map();
  const book = new Map<string, Incident>();
  const final = new Set<string>();
  const suppressed: Suppressed[] = [];
  const alerts: Alert[] = [];

  const look = (): AlertLook => ({
    nowMs,
    incident: (id) => book.get(id),
    isConfirmed: ({ id }) => final.has(id),
    ways: { routes, inhibit, silences, incidents: () => book.values(), suppressed },
  });
  const tell = (told: readonly Alert[]): void => {
    for (const alert of told) alerts.push(withDigest(digests, alert));
  };

  return {
    room,
    suppressed,
    alerts,
    told: (): string[] =>
      alerts.map(
        ({ atMs, channel, incidentId, reason, severity }) =>
          `${atMs / minuteMs} ${channel} ${incidentId} ${reason} ${severity}`,
      ),
    kept: (): string[] => suppressed.map(({ channel, incidentId, why }) => `${channel} ${incidentId} ${why}`),
    /** The incident is so from now on. */
    incident(about: Partial<Incident> & { readonly id: string }, change = 'joined'): void {
      const before = book.get(about.id) ?? makeIncident({ openedAtMs: nowMs });
      const incident = { ...before, ...about };
      if (incident.life === 'retracted') book.delete(incident.id);
      else book.set(incident.id, incident);
      noteChange(digests, { incident, change }, channels, nowMs);
      noteRevised(room, { incident, change }, channels);
      tell(onIncident(room, incident, channels, look()));
      this.until(nowMs / minuteMs);
    },
    /** Every block behind it is final now. */
    finalize(id: string): void {
      final.add(id);
      tell(onConfirmed(room, channels, look()));
    },
    silence(silenceId: string, minutes: number, match: Partial<SilenceMatch> = {}, by = 'ann'): void {
      const untilMs = nowMs + minutes * minuteMs;
      const whole: SilenceMatch = { maxSeverity: 'high', ...match };
      onSilence(silences, {
        kind: 'silence',
        atMs: nowMs,
        silenceId,
        by,
        reason: 'maintenance',
        untilMs,
        match: whole,
      });
      askAgain(room, nowMs);
      this.until(nowMs / minuteMs);
    },
    unsilence(silenceId: string): void {
      onSilence(silences, { kind: 'unsilence', atMs: nowMs, silenceId, by: 'bob', reason: 'done' });
      askAgain(room, nowMs);
      this.until(nowMs / minuteMs);
    },
    /** Lets time pass up to this minute, with a tick every half minute or as often as is said. */
    until(minute: number, stepMinutes = 0.5): void {
      const endMs = minute * minuteMs;
      do {
        nowMs = Math.min(endMs, nowMs + stepMinutes * minuteMs);
        tell(onConfirmed(room, channels, look()));
        tell(onTime(room, channels, look()));
        tell(onDigest(digests, room, channels, look()));
        forget(room, nowMs, rememberedMs, (id) => book.has(id));
      } while (nowMs < endMs);
    },
    /** Other rules from now on, as after a restart. */
    restart(next: Rules): void {
      ({ channels = [desk], routes, inhibit = [] } = next);
      askAgain(room, nowMs);
      for (const incident of book.values()) tell(onIncident(room, incident, channels, look()));
      this.until(nowMs / minuteMs);
    },
  };
}
