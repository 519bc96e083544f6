// Response hooks: which incident calls the operator's own automation, how far each call has come, and who let it go.
// Decided here with the incident that causes it, so intent is stored in the same transaction; delivering is the
// outbox's work: a call is an alert on a channel of its own (`hookChannel`).
//
// One call for each incident, playbook and severity that it reaches; a round ends when the incident is over or was
// taken back, because the automation has then been told so, or has been let go by people.

import type { Alert } from '../core/alert.js';
import { type Hook, type HookState, type HookStep, hookChannel } from '../core/hook.js';
import type { Incident } from '../core/incident.js';
import type { Input } from '../core/io.js';
import { severityRank } from '../core/severity.js';
import type { HookSpec, PlaybookSpec } from '../core/spec.js';
import { type AlertLook, stateOf } from './alert-room.js';
import { playbooksFor, shown } from './playbook.js';

/** Plain data: part of the engine's checkpoint. */
export interface HookRoomState {
  readonly hooks: Map<string, Hook>;
  /** By incident and playbook, joined with `|`. */
  readonly rounds: Map<string, Round>;
}

interface Round {
  readonly round: number;
  /** Rank of the worst severity that was called for in this round. */
  readonly rank: number;
  /** Of the calls that were queued; it goes on rising. */
  readonly sequence: number;
  /** When it last went on. */
  readonly atMs: number;
}

/** A second look gives blocks again, and with them an incident under its old id: its calls must not have old ids too. */
const keepRoundsMs = 86_400_000;

/** What changed, and what is to be called now. */
export interface HookOutput {
  readonly hooks: Hook[];
  readonly alerts: Alert[];
}

export function createHookRoom(): HookRoomState {
  return { hooks: new Map(), rounds: new Map() };
}

export function onIncidentForHooks(
  state: HookRoomState,
  { incident, change: how }: { readonly incident: Incident; readonly change: string },
  playbooks: readonly PlaybookSpec[],
  look: AlertLook,
): HookOutput {
  const output: HookOutput = { hooks: [], alerts: [] };
  const over = incident.life === 'closed' || incident.life === 'retracted';
  if (over || how === 'revised') endRounds(state, { incident, how }, playbooks, look, output);
  if (over) return output;
  if (incident.life === 'easing') return output;
  for (const playbook of playbooksFor(incident, playbooks)) {
    const { hook } = playbook;
    const rank = severityRank(incident.severity);
    if (hook === null || rank < severityRank(hook.minSeverity)) continue;
    const round = state.rounds.get(keyOf(incident.id, playbook.name)) ?? {
      round: 1,
      rank: 0,
      sequence: 0,
      atMs: 0,
    };
    if (rank <= round.rank) continue;
    state.rounds.set(keyOf(incident.id, playbook.name), { ...round, rank, atMs: look.nowMs });
    // Who still waits for a word about something milder waits for this now.
    for (const older of state.hooks.values()) {
      const isSame = older.incidentId === incident.id && older.playbook === playbook.name;
      if (isSame && older.state === 'awaiting')
        change(state, { ...older, state: 'superseded', atMs: look.nowMs }, output);
    }
    const called = callFor(incident, playbook, hook, round.round, look.nowMs);
    change(state, called, output);
    if (called.state === 'queued') output.alerts.push(alertOf(state, called, incident, playbook, look));
  }
  return output;
}

/** Nobody approved: a call that comes late may do harm. */
export function onTimeForHooks(state: HookRoomState, nowMs: number): HookOutput {
  const output: HookOutput = { hooks: [], alerts: [] };
  for (const hook of state.hooks.values()) {
    if (hook.state !== 'awaiting' || (hook.expiresAtMs ?? nowMs) > nowMs) continue;
    change(state, { ...hook, state: 'expired', atMs: nowMs }, output);
  }
  return output;
}

/** A person's word counts while the hook waits for it, and never again. */
export function onApproval(
  state: HookRoomState,
  { hookId, verdict, by, reason }: Extract<Input, { kind: 'approve' }>,
  playbooks: readonly PlaybookSpec[],
  look: AlertLook,
): HookOutput {
  const output: HookOutput = { hooks: [], alerts: [] };
  const hook = state.hooks.get(hookId);
  const playbook = playbooks.find(({ name }) => name === hook?.playbook);
  const incident = hook === undefined ? undefined : look.incident(hook.incidentId);
  if (hook?.state !== 'awaiting') return output;
  // Too late: the look at the time that follows says that it expired.
  if (hook.expiresAtMs !== null && hook.expiresAtMs <= look.nowMs) return output;
  // The playbook may have gone with a restart, and the incident with a reorg.
  const lost = playbook?.hook === undefined || playbook.hook === null || incident === undefined;
  const next: HookState = verdict === 'deny' ? 'denied' : lost ? 'withdrawn' : 'queued';
  const spoken = { ...hook, state: next, atMs: look.nowMs, by, reason };
  change(state, spoken, output);
  if (next === 'queued' && playbook !== undefined && incident !== undefined)
    output.alerts.push(alertOf(state, spoken, incident, playbook, look));
  return output;
}

/** The receiver's word, or a person who wants a refused call tried again. */
export function onCallSettled(
  state: HookRoomState,
  input: Extract<Input, { kind: 'receipt' | 'resend' }>,
  nowMs: number,
): HookOutput {
  const output: HookOutput = { hooks: [], alerts: [] };
  const hook = state.hooks.get(input.alertId);
  if (hook === undefined) return output;
  const next: HookState =
    input.kind === 'resend' ? 'queued' : input.outcome === 'delivered' ? 'sent' : input.outcome;
  if (next === hook.state || (input.kind === 'resend' && hook.state !== 'refused')) return output;
  change(state, { ...hook, state: next, atMs: nowMs }, output);
  return output;
}

/** Forgets what is about incidents that can no longer be joined, once their calls have ended; the rounds a day later. */
export function forgetHooks(
  state: HookRoomState,
  nowMs: number,
  isKnown: (incidentId: string) => boolean,
): void {
  const busy = new Set<string>();
  for (const [id, hook] of state.hooks) {
    const ended = hook.state !== 'awaiting' && hook.state !== 'queued';
    if (ended && !isKnown(hook.incidentId)) state.hooks.delete(id);
    else busy.add(hook.incidentId);
  }
  for (const [key, { atMs }] of state.rounds) {
    const id = key.slice(0, key.indexOf('|'));
    if (!isKnown(id) && !busy.has(id) && nowMs - atMs > keepRoundsMs) state.rounds.delete(key);
  }
}

/**
 * What waits is withdrawn; an automation that was called for something that never happened is told so. A reorg ends a
 * round also where the incident stands but is not as bad as what was called for.
 */
function endRounds(
  state: HookRoomState,
  { incident, how }: { readonly incident: Incident; readonly how: string },
  playbooks: readonly PlaybookSpec[],
  look: AlertLook,
  output: HookOutput,
): void {
  const ours = [...state.hooks.values()].filter(({ incidentId }) => incidentId === incident.id);
  const isOver = incident.life === 'closed' || incident.life === 'retracted';
  const standing = incident.life === 'easing' ? 0 : severityRank(incident.severity);
  for (const playbook of playbooks) {
    const key = keyOf(incident.id, playbook.name);
    const round = state.rounds.get(key);
    if (round === undefined || round.rank === 0 || (!isOver && round.rank <= standing)) continue;
    for (const hook of ours) {
      if (hook.playbook === playbook.name && hook.state === 'awaiting')
        change(state, { ...hook, state: 'withdrawn', atMs: look.nowMs }, output);
    }
    const called = ours.some(
      (hook) =>
        hook.playbook === playbook.name &&
        hook.step !== 'retracted' &&
        isOfRound(hook, round.round) &&
        wasCalled(hook),
    );
    if (how !== 'closed' && called) {
      const hook = newHook(incident, playbook.name, 'retracted', round.round, 'send', 'queued', look.nowMs);
      change(state, hook, output);
      output.alerts.push(alertOf(state, hook, incident, playbook, look));
    }
    const { sequence = 0 } = state.rounds.get(key) ?? {};
    state.rounds.set(key, { round: round.round + 1, rank: 0, sequence, atMs: look.nowMs });
  }
}

function callFor(
  incident: Incident,
  { name }: PlaybookSpec,
  { mode, waitMs }: HookSpec,
  round: number,
  nowMs: number,
): Hook {
  const first = { 'dry-run': 'would-send', approve: 'awaiting', send: 'queued' } as const;
  const hook = newHook(incident, name, incident.severity, round, mode, first[mode], nowMs);
  return mode === 'approve' ? { ...hook, expiresAtMs: nowMs + waitMs } : hook;
}

// Deliberately many parameters: each is one field of the record, and it is made in two places only.
function newHook(
  incident: Incident,
  playbook: string,
  step: HookStep,
  round: number,
  mode: Hook['mode'],
  state: HookState,
  atMs: number,
): Hook {
  const id = `${incident.id}-${hookChannel(playbook)}:${step}:${round}`;
  const { title } = incident;
  return {
    id,
    incidentId: incident.id,
    playbook,
    step,
    mode,
    state,
    atMs,
    expiresAtMs: null,
    by: null,
    reason: null,
    title,
  };
}

/** What nobody had let go when something worse took its place was never called. */
function wasCalled({ state, mode, by }: Hook): boolean {
  if (state === 'superseded') return mode !== 'approve' || by !== null;
  return state === 'queued' || state === 'sent';
}

function isOfRound({ id }: Hook, round: number): boolean {
  return id.endsWith(`:${round}`);
}

function alertOf(
  state: HookRoomState,
  { id, step, by, reason, playbook: name }: Hook,
  incident: Incident,
  playbook: PlaybookSpec,
  look: AlertLook,
): Alert {
  const key = keyOf(incident.id, name);
  const round = state.rounds.get(key) ?? { round: 1, rank: 0, sequence: 0, atMs: 0 };
  const sequence = round.sequence + 1;
  state.rounds.set(key, { ...round, sequence, atMs: look.nowMs });
  return {
    id,
    incidentId: incident.id,
    channel: hookChannel(name),
    sequence,
    reason: step === 'retracted' ? 'retracted' : sequence === 1 ? 'opened' : 'escalated',
    state: stateOf(incident, look),
    severity: incident.severity,
    atMs: look.nowMs,
    incident,
    playbooks: [shown(playbook)],
    hook: { playbook: name, step, by, reason },
  };
}

function change(state: HookRoomState, hook: Hook, { hooks }: HookOutput): void {
  state.hooks.set(hook.id, hook);
  hooks.push(hook);
}

function keyOf(incidentId: string, playbook: string): string {
  return `${incidentId}|${playbook}`;
}
