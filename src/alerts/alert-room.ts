// Who is told what, and when. Critical news and retractions go at once; everything else waits in a window per
// channel, coin and severity and is told once for all that came in it. The engine decides and remembers here;
// delivering is the outbox's work (see `outbox.ts`).

import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import type { Alert, AlertState, Incident, Reason } from '../core/types.js';
import { notice, type Told } from './notice.js';

/** Plain data: part of the engine's checkpoint. Keys join channel, incident or group with `|`. */
export interface AlertRoomState {
  told: Map<string, Told>;
  /** Open windows: what is waiting to be told, and when. */
  windows: Map<string, AlertWindow>;
  dueMs: number;
}

interface AlertWindow {
  readonly dueAtMs: number;
  readonly channel: string;
  readonly incidents: Set<string>;
  /** Incidents that closed while they waited here: the book may have forgotten them when the window is over. */
  readonly closed: Map<string, Incident>;
}

export function createAlertRoom(): AlertRoomState {
  return { told: new Map(), windows: new Map(), dueMs: Number.POSITIVE_INFINITY };
}

/** What the room asks about incidents while it decides. */
export interface AlertLook {
  readonly nowMs: number;
  incident(id: string): Incident | undefined;
  /** True where every block behind the incident's standing signals is final. */
  isConfirmed(incident: Incident): boolean;
}

/** An incident changed: tells each channel at once what cannot wait, and opens windows for the rest. */
export function onIncident(
  state: AlertRoomState,
  incident: Incident,
  channels: readonly ChannelSpec[],
  look: AlertLook,
): Alert[] {
  const alerts: Alert[] = [];
  for (const channel of channels) {
    const told = state.told.get(`${channel.name}|${incident.id}`) ?? null;
    const reason = notice(told, incident, channel, look.nowMs);
    if (reason === null) continue;
    if (isUrgent(reason, incident, told)) alerts.push(tell(state, channel, incident, told, reason, look));
    else wait(state, channel, incident, look.nowMs);
  }
  return alerts;
}

/** Time passed: tells what waited in windows that are over, if it is still news. */
export function onTime(state: AlertRoomState, channels: readonly ChannelSpec[], look: AlertLook): Alert[] {
  if (look.nowMs < state.dueMs) return [];
  const alerts: Alert[] = [];
  for (const [key, window] of state.windows) {
    if (window.dueAtMs > look.nowMs) continue;
    state.windows.delete(key);
    const channel = channels.find((one) => one.name === window.channel);
    if (channel === undefined) continue;
    for (const id of window.incidents) {
      const incident = look.incident(id) ?? window.closed.get(id);
      if (incident === undefined) continue;
      const told = state.told.get(`${channel.name}|${id}`) ?? null;
      const reason = notice(told, incident, channel, look.nowMs);
      if (reason !== null) alerts.push(tell(state, channel, incident, told, reason, look));
    }
  }
  state.dueMs = nextDueMs(state);
  return alerts;
}

/** Forgets conversations that ended longer than `keepMs` ago: until then their sequence must go on rising. */
export function forget(state: AlertRoomState, nowMs: number, keepMs: number): void {
  for (const [key, told] of state.told) {
    const over = told.life === 'closed' || told.life === 'retracted';
    if (over && nowMs - told.atMs > keepMs) state.told.delete(key);
  }
}

/** Good news about a critical matter goes at once too: people acted on it. */
function isUrgent(reason: Reason, incident: Incident, told: Told | null): boolean {
  if (reason === 'retracted') return true;
  if (reason === 'easing' || reason === 'resolved') return false;
  return (
    incident.severity === 'critical' &&
    (told === null || severityRank(told.severity) < 4 || reason !== 'repeat')
  );
}

function wait(state: AlertRoomState, channel: ChannelSpec, incident: Incident, nowMs: number): void {
  const key = `${channel.name}|${incident.coins.join('+')}|${incident.severity}`;
  const window = state.windows.get(key) ?? openWindow(state, key, channel, nowMs + channel.groupMs);
  window.incidents.add(incident.id);
  if (incident.life === 'closed') window.closed.set(incident.id, incident);
  else window.closed.delete(incident.id);
}

function openWindow(state: AlertRoomState, key: string, channel: ChannelSpec, dueAtMs: number): AlertWindow {
  const window = { dueAtMs, channel: channel.name, incidents: new Set<string>(), closed: new Map() };
  state.windows.set(key, window);
  state.dueMs = Math.min(state.dueMs, dueAtMs);
  return window;
}

export function tell(
  state: AlertRoomState,
  channel: ChannelSpec,
  incident: Incident,
  told: Told | null,
  reason: Reason,
  look: AlertLook,
): Alert {
  const sequence = (told?.sequence ?? 0) + 1;
  const standing = incident.life === 'open' || incident.life === 'escalated';
  if (standing && channel.repeatMs !== null) {
    const key = `${channel.name}|repeat|${incident.id}`;
    openWindow(state, key, channel, look.nowMs + channel.repeatMs).incidents.add(incident.id);
  }
  state.told.set(`${channel.name}|${incident.id}`, {
    sequence,
    reason,
    life: incident.life,
    severity: incident.severity,
    cascade: incident.cascade,
    chains: incident.chains,
    atMs: look.nowMs,
  });
  return {
    id: `${incident.id}-${channel.name}-${sequence}`,
    incidentId: incident.id,
    channel: channel.name,
    sequence,
    reason,
    state: stateOf(incident, look),
    severity: incident.severity,
    atMs: look.nowMs,
    incident,
  };
}

export function stateOf(incident: Incident, look: AlertLook): AlertState {
  if (incident.life === 'retracted') return 'retracted';
  if (incident.life === 'closed') return 'resolved';
  return look.isConfirmed(incident) ? 'confirmed' : 'provisional';
}

function nextDueMs(state: AlertRoomState): number {
  let due = Number.POSITIVE_INFINITY;
  for (const window of state.windows.values()) due = Math.min(due, window.dueAtMs);
  return due;
}
