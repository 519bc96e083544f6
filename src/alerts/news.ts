// What the engine asks of this room: what follows, for channels and hooks, from a change of an incident, from a
// person's word, from a receipt and from time that passes. It decides nothing itself; it asks everyone in order.

import type { Alert } from '../core/alert.js';
import type { BlockCheck } from '../core/block-checks.js';
import type { NamedContext } from '../core/block-context.js';
import type { Incident } from '../core/incident.js';
import type { Effect, Input } from '../core/io.js';
import type { Suppressed } from '../core/routing.js';
import type { Spec } from '../core/spec.js';
import {
  type AlertLook,
  type AlertRoomState,
  createAlertRoom,
  forget,
  forgetHeld,
  onIncident,
  onTime,
} from './alert-room.js';
import { onConfirmed } from './confirmed.js';
import {
  createDigests,
  type DigestState,
  forgetDigests,
  noteChange,
  onDigest,
  withDigest,
} from './digest.js';
import {
  createHookRoom,
  forgetHooks,
  type HookOutput,
  type HookRoomState,
  onApproval,
  onCallSettled,
  onIncidentForHooks,
  onTimeForHooks,
} from './hook-room.js';
import { withPlaybooks } from './playbook.js';
import { noteRevised } from './revised.js';
import { forgetSilences, onSilence, type SilenceState } from './silences.js';
import { askAgain } from './windows.js';

/** Plain data: part of the engine's checkpoint. */
export interface NewsState {
  readonly alerts: AlertRoomState;
  readonly digests: DigestState;
  readonly silences: SilenceState;
  readonly hooks: HookRoomState;
}

export interface NewsLook extends Pick<AlertLook, 'nowMs' | 'incident' | 'isConfirmed'> {
  readonly spec: Spec;
  /** The incidents of the book. */
  incidents(): Iterable<Incident>;
  /** What was asked about the block of its worst critical signal. */
  checkOf(incident: Incident): BlockCheck | undefined;
  /** How busy the block of its worst critical signal was. */
  contextOf(incident: Incident): NamedContext | undefined;
}

type Change = { readonly incident: Incident; readonly change: string };
type Word = Extract<Input, { kind: 'receipt' | 'resend' | 'approve' | 'silence' | 'unsilence' }>;

export function createNews(): NewsState {
  return {
    alerts: createAlertRoom(),
    digests: createDigests(),
    silences: new Map(),
    hooks: createHookRoom(),
  };
}

export function newsOfChange(state: NewsState, change: Change, look: NewsLook): Effect[] {
  const { channels, playbooks = [] } = look.spec;
  noteChange(state.digests, change, channels, look.nowMs);
  noteRevised(state.alerts, change, channels);
  return [
    ...tell(state, look, (more) => onIncident(state.alerts, change.incident, channels, more)),
    ...call(onIncidentForHooks(state.hooks, change, playbooks, look)),
  ];
}

/** Channels, routes and hours may be others than before: what stands and was not told may be news now. */
export function newsOfStart(state: NewsState, look: NewsLook): Effect[] {
  askAgain(state.alerts, look.nowMs);
  const { channels } = look.spec;
  return tell(state, look, (more) =>
    [...look.incidents()].flatMap(({ id }) => {
      const incident = look.incident(id);
      return incident === undefined ? [] : onIncident(state.alerts, incident, channels, more);
    }),
  );
}

export function newsOfTime(state: NewsState, look: NewsLook): Effect[] {
  const { channels } = look.spec;
  return [
    ...tell(state, look, (more) => onTime(state.alerts, channels, more)),
    ...tell(state, look, (more) => onDigest(state.digests, state.alerts, channels, more)),
    ...call(onTimeForHooks(state.hooks, look.nowMs)),
  ];
}

/** Blocks may have become final. */
export function newsOfFinality(state: NewsState, look: NewsLook): Effect[] {
  return tell(state, look, (more) => onConfirmed(state.alerts, look.spec.channels, more));
}

export function newsOfWord(state: NewsState, input: Word, look: NewsLook): Effect[] {
  switch (input.kind) {
    case 'receipt':
    case 'resend':
      // Remembered by the store; what a channel was told is decided by intent, and intent is never dropped.
      return call(onCallSettled(state.hooks, input, look.nowMs));
    case 'approve':
      return call(onApproval(state.hooks, input, look.spec.playbooks ?? [], look));
    case 'silence':
    case 'unsilence':
      onSilence(state.silences, input);
      // What it let through, or keeps back from now on, is told by the look at the time that follows.
      askAgain(state.alerts, look.nowMs);
      return [];
  }
}

/** Forgets what can no longer be news. */
export function forgetNews(
  state: NewsState,
  { nowMs, spec }: NewsLook,
  isKnown: (incidentId: string) => boolean,
): void {
  forget(state.alerts, nowMs, spec.incidents.joinWindowMs, isKnown);
  forgetHeld(state.alerts, isKnown);
  forgetSilences(state.silences, nowMs);
  forgetDigests(state.digests, isKnown);
  forgetHooks(state.hooks, nowMs, isKnown);
}

/** What a person needs beside the news: what to do, and the numbers so far; and what was kept back instead. */
function tell(state: NewsState, look: NewsLook, ask: (look: AlertLook) => readonly Alert[]): Effect[] {
  const { spec, nowMs } = look;
  const suppressed: Suppressed[] = [];
  const { routes, inhibit = [], playbooks = [] } = spec;
  const ways = { routes, inhibit, silences: state.silences, incidents: look.incidents, suppressed };
  const alerts = ask({ nowMs, incident: look.incident, isConfirmed: look.isConfirmed, ways });
  return [
    ...alerts.map((alert): Effect => {
      const whole = withDigest(state.digests, withPlaybooks(alert, playbooks));
      const check = look.checkOf(alert.incident);
      const context = look.contextOf(alert.incident);
      const beside = { ...(check && { check }), ...(context && { context }) };
      return { kind: 'alert', alert: { ...whole, ...beside } };
    }),
    ...suppressed.map((one): Effect => ({ kind: 'suppressed', atMs: nowMs, suppressed: one })),
  ];
}

function call({ hooks, alerts }: HookOutput): Effect[] {
  return [
    ...hooks.map((hook): Effect => ({ kind: 'hook', hook })),
    ...alerts.map((alert): Effect => ({ kind: 'alert', alert })),
  ];
}
