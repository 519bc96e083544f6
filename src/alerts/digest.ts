// The running digest of an incident. In a crisis its facts change by the second and there is no new reason to ring:
// a channel whose messages can be edited has the last one rewritten, at most every `digestMs`. Every alert carries the
// same numbers, so a channel that cannot edit gets them with the next news.

import type { Alert } from '../core/alert.js';
import type { ChainName } from '../core/chain.js';
import type { CoinName } from '../core/coin.js';
import type { Incident } from '../core/incident.js';
import type { Input } from '../core/io.js';
import { logCount } from '../core/log-layout.js';
import type { RunningDigest } from '../core/running-digest.js';
import type { Signal } from '../core/signal.js';
import type { ChannelSpec } from '../core/spec.js';
import { type AlertLook, type AlertRoomState, gateOf, stateOf } from './alert-room.js';
import { conversationKey, incidentOf } from './conversation-key.js';
import { shownOf, stands } from './notice.js';

/** Plain data: part of the engine's checkpoint. Keys of conversations are `channel|incident`. */
export interface DigestState {
  /** Logs read so far. */
  events: number;
  readonly incidents: Map<string, { readonly eventsBefore: number; signals: number }>;
  readonly told: Map<string, Told>;
  /** Conversations with news that is no reason to ring, and when they may have it. */
  readonly due: Map<string, Due>;
  dueMs: number;
}

interface Due {
  readonly channel: string;
  readonly incidentId: string;
  readonly atMs: number;
}

/** What a channel's last alert of an incident had said. */
interface Told {
  readonly atMs: number;
  readonly signals: number;
  readonly coins: readonly CoinName[];
  readonly chains: readonly ChainName[];
}

const mostDeviations = 3;

export function createDigests(): DigestState {
  return {
    events: 0,
    incidents: new Map(),
    told: new Map(),
    due: new Map(),
    dueMs: Number.POSITIVE_INFINITY,
  };
}

export function countEvents(state: DigestState, input: Input): void {
  if (input.kind === 'block') state.events += logCount(input.logs);
}

/** An incident changed: counts it, and marks the conversations whose message is out of date by it. */
export function noteChange(
  state: DigestState,
  { incident, change }: { readonly incident: Incident; readonly change: string },
  channels: readonly ChannelSpec[],
  nowMs: number,
): void {
  const counted = state.incidents.get(incident.id) ?? { eventsBefore: state.events, signals: 0 };
  state.incidents.set(incident.id, counted);
  if (!ofNoSignal.has(change)) counted.signals++;
  for (const { name, digestMs = null } of channels) {
    const key = conversationKey(name, incident.id);
    const told = state.told.get(key);
    if (digestMs === null || told === undefined || state.due.has(key)) continue;
    const atMs = Math.max(nowMs, told.atMs + digestMs);
    state.due.set(key, { channel: name, incidentId: incident.id, atMs });
    state.dueMs = Math.min(state.dueMs, atMs);
  }
}

/** Changes that time or a reorg brought about. */
const ofNoSignal: ReadonlySet<string> = new Set(['closed', 'revised', 'retracted']);

/** The alert with the incident's numbers; the channel's message is up to date by it. */
export function withDigest(state: DigestState, alert: Alert): Alert {
  const { incident } = alert;
  const key = conversationKey(alert.channel, incident.id);
  const { eventsBefore, signals } = state.incidents.get(incident.id) ?? {
    eventsBefore: state.events,
    signals: 0,
  };
  const before = state.told.get(key);
  const standing = incident.signals.filter(({ severity }) => severity !== null);
  const digest: RunningDigest = {
    signals,
    events: state.events - eventsBefore,
    byDetector: countByDetector(standing),
    deviations: furthest(standing),
    since:
      before === undefined
        ? null
        : {
            atMs: before.atMs,
            signals: signals - before.signals,
            coins: incident.coins.filter((coin) => !before.coins.includes(coin)),
            chains: incident.chains.filter((chain) => !before.chains.includes(chain)),
          },
  };
  state.told.set(key, { atMs: alert.atMs, signals, coins: incident.coins, chains: incident.chains });
  state.due.delete(key);
  return { ...alert, digest };
}

/** Time passed: the messages that may be edited now. What stands no longer has its own, last word. */
export function onDigest(
  state: DigestState,
  room: AlertRoomState,
  channels: readonly ChannelSpec[],
  look: AlertLook,
): Alert[] {
  if (look.nowMs < state.dueMs) return [];
  const alerts: Alert[] = [];
  for (const [key, due] of [...state.due]) {
    if (due.atMs > look.nowMs) continue;
    state.due.delete(key);
    const incident = look.incident(due.incidentId);
    const told = room.told.get(key);
    const channel = channels.find(({ name }) => name === due.channel);
    if (
      channel === undefined ||
      incident === undefined ||
      told === undefined ||
      !stands(incident) ||
      !stands(told)
    )
      continue;
    const gate = gateOf(room, channel, incident, 'digest', look);
    if (gate !== null) {
      state.due.set(key, { ...due, atMs: gate.untilMs });
      continue;
    }
    const sequence = told.sequence + 1;
    // All else stays as it was told: a digest is no reason to put off a repeat, nor does it stand for one.
    room.told.set(key, { ...told, sequence, shown: shownOf(incident) });
    alerts.push({
      id: `${incident.id}-${due.channel}-${sequence}`,
      incidentId: incident.id,
      channel: due.channel,
      sequence,
      reason: 'digest',
      state: stateOf(incident, look),
      severity: incident.severity,
      atMs: look.nowMs,
      incident,
    });
  }
  state.dueMs = Math.min(...[...state.due.values()].map(({ atMs }) => atMs), Number.POSITIVE_INFINITY);
  return alerts;
}

/** Forgets what is about incidents that can no longer be joined. */
export function forgetDigests(state: DigestState, isKnown: (incidentId: string) => boolean): void {
  for (const id of state.incidents.keys()) if (!isKnown(id)) state.incidents.delete(id);
  for (const key of state.told.keys()) if (!isKnown(incidentOf(key))) state.told.delete(key);
}

function countByDetector(standing: readonly Signal[]): RunningDigest['byDetector'] {
  const counts = new Map<string, number>();
  for (const { detector } of standing) counts.set(detector, (counts.get(detector) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** By the quantity that every detector of prices reports; of one coin and source the worst is enough. */
function furthest(standing: readonly Signal[]): RunningDigest['deviations'] {
  const found = new Map<string, RunningDigest['deviations'][number]>();
  for (const { coin, chain, source, evidence } of standing) {
    const bps = evidence.values.deviationBps;
    if (bps === undefined || !Number.isFinite(bps)) continue;
    const known = found.get(`${coin}|${source}`);
    if (known === undefined || Math.abs(bps) > Math.abs(known.bps))
      found.set(`${coin}|${source}`, { coin, chain, source, bps });
  }
  return [...found.values()].sort((a, b) => Math.abs(b.bps) - Math.abs(a.bps)).slice(0, mostDeviations);
}
