// Who is told what, and when. Critical news and retractions go at once; everything else waits in a window per
// channel, coin and severity and is told once for all that came in it. What a gate keeps back (`gate.ts`) is asked
// about again when the gate may open, and told if it still is news. The engine decides and remembers here; delivering
// is the outbox's work (see `outbox.ts`).

import type { Alert, AlertState, Reason } from '../core/alert.js';
import { blindnesses } from '../core/chain-troubles.js';
import type { Incident } from '../core/incident.js';
import type { InhibitSpec, RouteSpec, Suppressed } from '../core/routing.js';
import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import { conversationKey, incidentOf } from './conversation-key.js';
import { type Gate, gateFor, stillHolds } from './gate.js';
import { isOver, notice, stands, type Told } from './notice.js';
import { isLessThanTold } from './revised.js';
import { type Delivery, deliveryOf } from './route.js';
import type { SilenceState } from './silences.js';
import { takeDue, type Windows, waitAnew, waitIn } from './windows.js';

/** Plain data: part of the engine's checkpoint. Keys of conversations are `channel|incident`. */
export interface AlertRoomState extends Windows {
  told: Map<string, Told>;
  /** Conversations in which a reorg left less than what was told, until that is said. */
  lessened: Set<string>;
  /** Why news is kept back now, by conversation. */
  held: Map<string, Suppressed>;
}

export function createAlertRoom(): AlertRoomState {
  return {
    told: new Map(),
    lessened: new Set(),
    windows: new Map(),
    held: new Map(),
    dueMs: Number.POSITIVE_INFINITY,
  };
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
  const alerts: Alert[] = [];
  for (const window of takeDue(state, look.nowMs)) {
    const channel = channels.find((one) => one.name === window.channel);
    if (channel === undefined) continue;
    for (const id of window.incidents) {
      const incident = look.incident(id) ?? window.closed.get(id);
      if (incident === undefined) continue;
      consider(state, channel, incident, look, true, alerts);
    }
  }
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
  const key = conversationKey(channel.name, incident.id);
  const told = state.told.get(key) ?? null;
  const how = deliveryOf(channel, incident, look.ways?.routes);
  const revised = state.lessened.has(key) && told !== null && isLessThanTold(incident, told);
  const reason = revised ? revisedReason(incident) : notice(told, incident, how, look.nowMs);
  if (reason === null) {
    if ((told === null || isOver(told)) && stands(incident) && how.whyNot !== null)
      hold(state, channel, incident, { why: 'unrouted', detail: how.whyNot }, look);
    else state.held.delete(key);
    return;
  }
  const gate = gateOf(state, channel, incident, reason, look);
  if (gate !== null) {
    hold(state, channel, incident, gate, look);
    waitIn(state, { kind: 'held', channel: channel.name, about: incident.id }, gate.untilMs, incident);
    return;
  }
  const held = state.held.get(key);
  state.held.delete(key);
  // What a gate kept back has waited for long enough.
  const after = held === undefined || held.why === 'unrouted' ? null : held;
  if (isDue || after !== null || revised || isUrgent(reason, incident, told))
    alerts.push(tell(state, channel, incident, told, reason, look, after));
  else wait(state, channel, incident, how, told, look.nowMs);
}

/** Without the dead blocks it may have been over for a while. */
function revisedReason({ life }: Incident): Reason {
  if (life === 'retracted') return 'retracted';
  return life === 'closed' ? 'resolved' : 'revised';
}

/** What keeps this from the channel now; null: nothing. */
export function gateOf(
  state: AlertRoomState,
  channel: ChannelSpec,
  incident: Incident,
  reason: Reason,
  look: AlertLook,
): Gate | null {
  const { ways, nowMs } = look;
  if (ways === undefined) return null;
  const { quiet } = deliveryOf(channel, incident, ways.routes);
  const told = state.told.get(conversationKey(channel.name, incident.id)) ?? null;
  // What the channel does not hear explains nothing to it.
  const hears = (other: Incident): boolean =>
    state.told.has(conversationKey(channel.name, other.id)) ||
    deliveryOf(channel, other, ways.routes).whyNot === null;
  return gateFor({ channel: channel.name, incident, reason, told }, { ...ways, nowMs, quiet, hears });
}

/** Said once for each reason, not with each look. */
function hold(
  state: AlertRoomState,
  channel: ChannelSpec,
  incident: Incident,
  { why, detail }: Pick<Suppressed, 'why' | 'detail'>,
  look: AlertLook,
): void {
  const key = conversationKey(channel.name, incident.id);
  const before = state.held.get(key);
  if (before?.why === why && before.detail === detail) return;
  const held = { channel: channel.name, incidentId: incident.id, why, detail };
  state.held.set(key, held);
  look.ways?.suppressed.push(held);
}

/**
 * Forgets conversations that ended longer than `keepMs` ago, of incidents that are no more: one that came back may be
 * kept from a channel for long, and when it is told its sequence must go on rising.
 */
export function forget(
  state: AlertRoomState,
  nowMs: number,
  keepMs: number,
  isKnown: (incidentId: string) => boolean,
): void {
  for (const [key, told] of state.told) {
    const isOld = isOver(told) && nowMs - told.atMs > keepMs;
    if (isOld && !isKnown(incidentOf(key))) state.told.delete(key);
  }
  for (const key of state.lessened) if (!state.told.has(key)) state.lessened.delete(key);
}

/** Forgets why was kept back what is about incidents that are no more, unless their end is what is kept back. */
export function forgetHeld(state: AlertRoomState, isKnown: (incidentId: string) => boolean): void {
  for (const [key, { incidentId }] of state.held)
    if (!isKnown(incidentId) && !state.told.has(key)) state.held.delete(key);
}

/** That something ends can wait for other news, and so can a critical that was told as one and only stands on. */
function isUrgent(reason: Reason, incident: Incident, told: Told | null): boolean {
  if (reason === 'retracted') return true;
  if (reason === 'easing' || reason === 'resolved') return false;
  // Nobody may think a chain calm because nothing is seen of it.
  if (severityRank(incident.severity) > 2 && reason !== 'repeat' && isBlind(incident)) return true;
  return (
    incident.severity === 'critical' &&
    (told === null || severityRank(told.severity) < 4 || reason !== 'repeat')
  );
}

function isBlind({ signals }: Incident): boolean {
  return signals.some(({ severity, detector }) => severity !== null && blindnesses.includes(detector));
}

function wait(
  state: AlertRoomState,
  { name: channel }: ChannelSpec,
  incident: Incident,
  { waitMs, intervalMs }: Delivery,
  told: Told | null,
  nowMs: number,
): void {
  if (told === null || intervalMs === null) {
    const about = `${incident.coins.join('+')}|${incident.severity}`;
    waitIn(state, { kind: 'group', channel, about }, nowMs + waitMs, incident);
  } else {
    const dueAtMs = Math.max(nowMs, told.atMs + intervalMs);
    waitIn(state, { kind: 'interval', channel, about: incident.id }, dueAtMs, incident);
  }
}

// Deliberately many parameters: every alert of news is made here.
function tell(
  state: AlertRoomState,
  channel: ChannelSpec,
  incident: Incident,
  told: Told | null,
  reason: Reason,
  look: AlertLook,
  after: Suppressed | null,
): Alert {
  const sequence = (told?.sequence ?? 0) + 1;
  const { repeatMs } = deliveryOf(channel, incident, look.ways?.routes);
  if (stands(incident) && repeatMs !== null) {
    const place = { kind: 'repeat', channel: channel.name, about: incident.id } as const;
    waitAnew(state, place, look.nowMs + repeatMs, incident);
  }
  const now = stateOf(incident, look);
  const key = conversationKey(channel.name, incident.id);
  state.lessened.delete(key);
  state.told.set(key, {
    sequence,
    reason,
    life: incident.life,
    severity: incident.severity,
    cascade: incident.cascade,
    chains: incident.chains,
    state: now,
    atMs: look.nowMs,
    endedAtMs: isOver(incident) ? incident.closedAtMs : null,
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
    ...(after === null ? {} : { after: afterOf(after, channel, incident, look) }),
    ...(reason !== 'opened' || told === null ? {} : { back: backFrom(told) }),
  };
}

function afterOf(
  held: Suppressed,
  channel: ChannelSpec,
  incident: Incident,
  { ways, nowMs }: AlertLook,
): NonNullable<Alert['after']> {
  const { why, detail } = held;
  const { quiet } = deliveryOf(channel, incident, ways?.routes);
  const through = ways !== undefined && stillHolds(held, { silences: ways.silences, quiet, nowMs });
  return { why, detail, ...(through ? { through } : {}) };
}

function backFrom({ life, endedAtMs, atMs }: Told): NonNullable<Alert['back']> {
  return { was: life === 'retracted' ? 'retracted' : 'resolved', sinceMs: endedAtMs ?? atMs };
}

export function stateOf(incident: Incident, look: AlertLook): AlertState {
  if (incident.life === 'retracted') return 'retracted';
  if (incident.life === 'closed') return 'resolved';
  return look.isConfirmed(incident) ? 'confirmed' : 'provisional';
}
