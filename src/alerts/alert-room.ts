// Who is told what, and when. Critical news and retractions go at once; everything else waits in a window per
// channel, coin and severity and is told once for all that came in it. What a gate keeps back (`gate.ts`) is asked
// about again when the gate may open, and told if it still is news. The engine decides and remembers here; delivering
// is the outbox's work (see `outbox.ts`).

import type { InhibitSpec, RouteSpec, Suppressed } from '../core/routing.js';
import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import type { Alert, AlertState, Incident, Reason } from '../core/types.js';
import { gateFor } from './gate.js';
import { notice, type Told } from './notice.js';
import { type Delivery, deliveryOf } from './route.js';
import type { SilenceState } from './silences.js';

/** Plain data: part of the engine's checkpoint. Keys join channel, incident or group with `|`. */
export interface AlertRoomState {
  told: Map<string, Told>;
  /** Open windows: what is waiting to be told, and when. */
  windows: Map<string, AlertWindow>;
  /** Why news is kept back now, by conversation. */
  held: Map<string, Suppressed>;
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
  return { told: new Map(), windows: new Map(), held: new Map(), dueMs: Number.POSITIVE_INFINITY };
}

/** What the room asks about incidents while it decides. */
export interface AlertLook {
  readonly nowMs: number;
  incident(id: string): Incident | undefined;
  /** True where every block behind the incident's standing signals is final. */
  isConfirmed(incident: Incident): boolean;
  /** Left out: each channel hears what its own row asks for, and nothing is kept back. */
  readonly ways?: Ways;
}

/** What stands between news and a channel. */
export interface Ways {
  readonly routes?: RouteSpec | undefined;
  readonly inhibit: readonly InhibitSpec[];
  readonly silences: SilenceState;
  /** The incidents of the book. */
  incidents(): Iterable<Incident>;
  /** Filled with what was kept back for a new reason. */
  readonly suppressed: Suppressed[];
}

/** An incident changed: tells each channel at once what cannot wait, and opens windows for the rest. */
export function onIncident(
  state: AlertRoomState,
  incident: Incident,
  channels: readonly ChannelSpec[],
  look: AlertLook,
): Alert[] {
  const alerts: Alert[] = [];
  for (const channel of channels) consider(state, channel, incident, look, false, alerts);
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
      consider(state, channel, incident, look, true, alerts);
    }
  }
  state.dueMs = nextDueMs(state);
  return alerts;
}

/** `isDue`: what there is to say has waited for long enough. */
function consider(
  state: AlertRoomState,
  channel: ChannelSpec,
  incident: Incident,
  look: AlertLook,
  isDue: boolean,
  alerts: Alert[],
): void {
  const key = `${channel.name}|${incident.id}`;
  const told = state.told.get(key) ?? null;
  const how = deliveryOf(channel, incident, look.ways?.routes);
  const reason = notice(told, incident, how, look.nowMs);
  if (reason === null) {
    if (told === null && stands(incident) && !how.hears) hold(state, channel, incident, unrouted, look);
    else state.held.delete(key);
    return;
  }
  const gate = look.ways && gateFor(channel, incident, reason, { nowMs: look.nowMs, ...look.ways });
  if (gate) {
    hold(state, channel, incident, gate, look);
    const window = state.windows.get(`${channel.name}|held|${incident.id}`);
    // A later end of the same gate replaces the earlier one: the gate is asked again then.
    if (window === undefined || window.dueAtMs <= look.nowMs || window.dueAtMs > gate.untilMs)
      openWindow(state, `${channel.name}|held|${incident.id}`, channel, gate.untilMs);
    addTo(state.windows.get(`${channel.name}|held|${incident.id}`), incident);
    return;
  }
  state.held.delete(key);
  if (isDue || isUrgent(reason, incident, told))
    alerts.push(tell(state, channel, incident, told, reason, look));
  else wait(state, channel, incident, how, told, look.nowMs);
}

const unrouted = { why: 'unrouted', detail: 'no route leads here' } as const;

/** Said once for each reason, not with each look. */
function hold(
  state: AlertRoomState,
  channel: ChannelSpec,
  incident: Incident,
  { why, detail }: Pick<Suppressed, 'why' | 'detail'>,
  look: AlertLook,
): void {
  const key = `${channel.name}|${incident.id}`;
  const before = state.held.get(key);
  if (before?.why === why && before.detail === detail) return;
  const held = { channel: channel.name, incidentId: incident.id, why, detail };
  state.held.set(key, held);
  look.ways?.suppressed.push(held);
}

/** Forgets conversations that ended longer than `keepMs` ago: until then their sequence must go on rising. */
export function forget(state: AlertRoomState, nowMs: number, keepMs: number): void {
  for (const [key, told] of state.told) {
    const over = told.life === 'closed' || told.life === 'retracted';
    if (over && nowMs - told.atMs > keepMs) state.told.delete(key);
  }
}

/** A gate may have opened before its time: everything that is kept back is asked about again. */
export function askAgain(state: AlertRoomState, nowMs: number): void {
  for (const [key, window] of state.windows)
    if (key.includes('|held|')) state.windows.set(key, { ...window, dueAtMs: nowMs });
  state.dueMs = nextDueMs(state);
}

/** Forgets what was kept back of incidents that are no more. */
export function forgetHeld(state: AlertRoomState, isKnown: (incidentId: string) => boolean): void {
  for (const [key, { incidentId }] of state.held) if (!isKnown(incidentId)) state.held.delete(key);
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

function wait(
  state: AlertRoomState,
  channel: ChannelSpec,
  incident: Incident,
  { waitMs, intervalMs }: Delivery,
  told: Told | null,
  nowMs: number,
): void {
  const key = `${channel.name}|${incident.coins.join('+')}|${incident.severity}`;
  const dueAtMs =
    told === null || intervalMs === null ? nowMs + waitMs : Math.max(nowMs, told.atMs + intervalMs);
  addTo(state.windows.get(key) ?? openWindow(state, key, channel, dueAtMs), incident);
}

function addTo(window: AlertWindow | undefined, incident: Incident): void {
  window?.incidents.add(incident.id);
  if (incident.life === 'closed') window?.closed.set(incident.id, incident);
  else window?.closed.delete(incident.id);
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
  const { repeatMs } = deliveryOf(channel, incident, look.ways?.routes);
  if (stands(incident) && repeatMs !== null) {
    const key = `${channel.name}|repeat|${incident.id}`;
    openWindow(state, key, channel, look.nowMs + repeatMs).incidents.add(incident.id);
  }
  const now = stateOf(incident, look);
  state.told.set(`${channel.name}|${incident.id}`, {
    sequence,
    reason,
    life: incident.life,
    severity: incident.severity,
    cascade: incident.cascade,
    chains: incident.chains,
    state: now,
    atMs: look.nowMs,
  });
  return {
    id: `${incident.id}-${channel.name}-${sequence}`,
    incidentId: incident.id,
    channel: channel.name,
    sequence,
    reason,
    state: now,
    severity: incident.severity,
    atMs: look.nowMs,
    incident,
  };
}

function stands({ life }: Incident): boolean {
  return life === 'open' || life === 'escalated';
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
