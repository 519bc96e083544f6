import { describe, expect, it } from 'vitest';
import {
  createHookRoom,
  forgetHooks,
  type HookOutput,
  onApproval,
  onCallSettled,
  onIncidentForHooks,
  onTimeForHooks,
} from '../../src/alerts/hook-room.js';
import type { HookMode } from '../../src/core/hook.js';
import type { Incident } from '../../src/core/incident.js';
import type { PlaybookSpec } from '../../src/core/spec.js';
import { makeSignal } from '../helpers/make.js';
import { makeIncident } from '../helpers/make-alert.js';

const waitMs = 900_000;

function playbook(mode: HookMode, about: Partial<PlaybookSpec> = {}): PlaybookSpec {
  return {
    name: 'drain',
    title: 'A pool is emptied',
    when: { minSeverity: 'low' },
    runbook: null,
    checklist: [],
    hook: { mode, minSeverity: 'high', waitMs },
    ...about,
  };
}

/** A room with one playbook, and what it said so far: `state step by`, and the ids that were called. */
function play(mode: HookMode) {
  const state = createHookRoom();
  const playbooks = [playbook(mode)];
  const book = new Map<string, Incident>();
  const said: string[] = [];
  const called: string[] = [];
  const look = (nowMs: number) => ({
    nowMs,
    incident: (id: string) => book.get(id),
    isConfirmed: () => false,
  });
  const take = ({ hooks, alerts }: HookOutput): void => {
    for (const { state, step, by } of hooks) said.push([state, step, ...(by === null ? [] : [by])].join(' '));
    for (const { id, sequence } of alerts) called.push(`${sequence} ${id}`);
  };
  return {
    state,
    said,
    called,
    incident(nowMs: number, about: Partial<Incident>, change: string = about.life ?? 'joined'): void {
      const incident = makeIncident({ signals: [makeSignal({})], ...about });
      if (incident.life === 'retracted') book.delete(incident.id);
      else book.set(incident.id, incident);
      take(onIncidentForHooks(state, { incident, change }, playbooks, look(nowMs)));
    },
    time: (nowMs: number): void => take(onTimeForHooks(state, nowMs)),
    word(nowMs: number, verdict: 'approve' | 'deny', hookId: string): void {
      const input = { kind: 'approve', atMs: nowMs, hookId, verdict, by: 'ann', reason: 'seen it' } as const;
      take(onApproval(state, input, playbooks, look(nowMs)));
    },
    receipt(nowMs: number, alertId: string, outcome: 'delivered' | 'refused' | 'superseded'): void {
      take(onCallSettled(state, { kind: 'receipt', atMs: nowMs, alertId, outcome, attempts: 1 }, nowMs));
    },
    resend: (nowMs: number, alertId: string): void =>
      take(onCallSettled(state, { kind: 'resend', atMs: nowMs, alertId }, nowMs)),
  };
}

const high = 'inc-1-hook:drain:high:1';
const critical = 'inc-1-hook:drain:critical:1';

describe('a response hook', () => {
  it('in dry-run writes down what would have been sent, and calls nobody', () => {
    const { incident, said, called } = play('dry-run');
    incident(1, {});
    incident(2, { life: 'retracted' });
    expect(said).toEqual(['would-send high']);
    expect(called).toEqual([]);
  });

  it('is called once for each severity that its incident reaches, however often that changes', () => {
    const { incident, said, called, receipt } = play('send');
    incident(1, { severity: 'medium' });
    incident(2, { severity: 'high' });
    receipt(3, high, 'delivered');
    incident(4, { severity: 'high', coins: ['USDX', 'USDC'] });
    incident(5, { severity: 'critical' });
    incident(6, { severity: 'high' });
    incident(7, { severity: 'critical' });
    expect(said).toEqual(['queued high', 'sent high', 'queued critical']);
    expect(called).toEqual([`1 ${high}`, `2 ${critical}`]);
  });

  it('waits for a person, and goes with their name and reason', () => {
    const { incident, said, called, word, receipt } = play('approve');
    incident(1, {});
    expect(called).toEqual([]);
    word(2, 'approve', high);
    word(3, 'approve', high);
    receipt(4, high, 'delivered');
    word(5, 'deny', high);
    expect(said).toEqual(['awaiting high', 'queued high ann', 'sent high ann']);
    expect(called).toEqual([`1 ${high}`]);
  });

  it('that was denied, or approved too late, is not called', () => {
    const denied = play('approve');
    denied.incident(1, {});
    denied.word(2, 'deny', high);
    denied.word(3, 'approve', high);
    expect(denied.said).toEqual(['awaiting high', 'denied high ann']);
    const late = play('approve');
    late.incident(1, {});
    late.time(waitMs);
    late.time(waitMs + 1);
    late.word(waitMs + 2, 'approve', high);
    expect(late.said).toEqual(['awaiting high', 'expired high']);
    expect([...denied.called, ...late.called]).toEqual([]);
  });

  it('that waits is withdrawn when its incident ends, and replaced when it gets worse', () => {
    const over = play('approve');
    over.incident(1, {});
    over.incident(2, { severity: 'critical' });
    over.incident(3, { life: 'closed' });
    over.word(4, 'approve', critical);
    expect(over.said).toEqual([
      'awaiting high',
      'superseded high',
      'awaiting critical',
      'withdrawn critical',
    ]);
    expect(over.called).toEqual([]);
  });

  it('that was called for what never happened is taken back; a matter that comes back is called anew', () => {
    const { incident, said, called, receipt } = play('send');
    incident(1, {});
    receipt(2, high, 'delivered');
    incident(3, { life: 'retracted' });
    incident(4, {});
    expect(said).toEqual(['queued high', 'sent high', 'queued retracted', 'queued high']);
    expect(called).toEqual([`1 ${high}`, '2 inc-1-hook:drain:retracted:1', '3 inc-1-hook:drain:high:2']);
  });

  it('is taken back where a reorg leaves less than what was called for, and called for what stands', () => {
    const { incident, called, receipt } = play('send');
    incident(1, { severity: 'critical' });
    receipt(2, critical, 'delivered');
    incident(3, { severity: 'critical' }, 'revised');
    incident(4, { severity: 'high' }, 'revised');
    expect(called).toEqual([`1 ${critical}`, '2 inc-1-hook:drain:retracted:1', '3 inc-1-hook:drain:high:2']);
  });

  it('takes nothing back that nobody was called for', () => {
    const { incident, said, called } = play('approve');
    incident(1, {});
    incident(2, { life: 'retracted' });
    expect(said).toEqual(['awaiting high', 'withdrawn high']);
    expect(called).toEqual([]);
  });

  it('that was refused can be sent again under its id', () => {
    const { incident, said, receipt, resend, called } = play('send');
    incident(1, {});
    resend(2, high);
    receipt(3, high, 'refused');
    resend(4, high);
    receipt(5, high, 'delivered');
    expect(said).toEqual(['queued high', 'refused high', 'queued high', 'sent high']);
    expect(called).toEqual([`1 ${high}`]);
  });

  it('is forgotten with its incident, once nothing of it is under way, and its rounds a day later', () => {
    const { incident, state, receipt } = play('send');
    const dayMs = 86_400_000;
    incident(1, {});
    forgetHooks(state, 2 + dayMs, () => false);
    expect(state.hooks.size).toBe(1);
    receipt(2, high, 'delivered');
    forgetHooks(state, 2 + dayMs, () => true);
    expect(state.rounds.size).toBe(1);
    forgetHooks(state, 2, () => false);
    expect(state.hooks.size).toBe(0);
    forgetHooks(state, 1 + dayMs, () => false);
    expect(state.rounds.size).toBe(1);
    forgetHooks(state, 2 + dayMs, () => false);
    expect(state.rounds.size).toBe(0);
  });

  it('tells nobody that it is taken back where it waited for leave until something worse took its place', () => {
    const { incident, called, said } = play('approve');
    incident(1, {});
    incident(2, { severity: 'critical' });
    incident(3, { life: 'retracted', severity: 'critical' });
    expect(said).toEqual(['awaiting high', 'superseded high', 'awaiting critical', 'withdrawn critical']);
    expect(called).toEqual([]);
  });

  it('is not let go by a word that comes too late, even before anybody looked at the time', () => {
    const { incident, word, said, called, time } = play('approve');
    incident(1, {});
    word(1 + waitMs, 'approve', high);
    time(1 + waitMs);
    expect(said).toEqual(['awaiting high', 'expired high']);
    expect(called).toEqual([]);
  });

  it('gets other ids where an incident that was taken back and forgotten comes again under its own', () => {
    const { incident, state, receipt, called } = play('send');
    incident(1, {});
    receipt(2, high, 'delivered');
    incident(3, { life: 'retracted' });
    receipt(4, 'inc-1-hook:drain:retracted:1', 'delivered');
    forgetHooks(state, 1_000, () => false);
    incident(2_000, {});
    expect(called.at(-1)).toBe('3 inc-1-hook:drain:high:2');
    expect(new Set(called).size).toBe(3);
  });
});
