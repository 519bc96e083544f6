// The oracles see what they are there to see: each short timeline here holds one fault, or none.

import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import type { Hook } from '../../src/core/hook.js';
import type { Incident } from '../../src/core/incident.js';
import type { Effect, Input } from '../../src/core/io.js';
import type { Spec } from '../../src/core/spec.js';
import { makeAlert, makeIncident } from '../helpers/make-alert.js';
import { makeSpec } from '../helpers/make-spec.js';
import type { Played } from './check-follow-ups.js';
import { checkHooks } from './check-hooks.js';
import { checkWays } from './check-ways.js';

const base = makeSpec(['ethereum']);
const spec: Spec = {
  ...base,
  inhibit: [{ name: 'all', source: {}, target: {}, equal: [] }],
  playbooks: (['dry-run', 'approve', 'send'] as const).map((mode) => ({
    name: mode,
    title: mode,
    runbook: null,
    checklist: [],
    when: { minSeverity: 'low' },
    hook: { mode, minSeverity: 'low', waitMs: 10_000 },
  })),
};
const start: Played = step({ kind: 'start', atMs: 0, spec });
const silence: Input = {
  kind: 'silence',
  atMs: 0,
  silenceId: 's1',
  by: 'operator',
  reason: 'drill',
  untilMs: 100_000,
  match: { coins: ['USDX'], maxSeverity: 'high' },
};

function incident(more: Partial<Incident> = {}): Incident {
  return makeIncident({ openedAtMs: 0, updatedAtMs: 0, ...more });
}

function step(input: Input, ...effects: Effect[]): Played {
  return { input, effects };
}

function tick(atMs: number, ...effects: Effect[]): Played {
  return step({ kind: 'tick', atMs }, ...effects);
}

function stands(one: Incident): Effect {
  return { kind: 'incident', incident: one, change: 'opened' };
}

function alert(incident: Incident, more: Partial<Alert> = {}): Effect {
  return { kind: 'alert', alert: makeAlert({ channel: 'desk', atMs: 0, ...more, incident }) };
}

function keptBack(why: 'silenced' | 'inhibited' | 'quiet' | 'unrouted', detail: string): Effect {
  return { kind: 'suppressed', atMs: 1, suppressed: { channel: 'desk', incidentId: 'inc-1', why, detail } };
}

function call(playbook: string, more: Partial<Hook> = {}): Effect[] {
  const mode = playbook as Hook['mode'];
  const hook: Hook = {
    id: `h-${playbook}`,
    incidentId: 'inc-1',
    playbook,
    step: 'high',
    mode,
    state: 'queued',
    atMs: 1,
    expiresAtMs: null,
    by: null,
    reason: null,
    title: '',
    ...more,
  };
  return [
    { kind: 'hook', hook },
    alert(incident(), { id: hook.id, hook: { playbook, step: hook.step, by: null, reason: null } }),
  ];
}

const high = incident();
const critical = incident({ severity: 'critical', worst: 'critical' });
const other = incident({ id: 'inc-2' });
const closed = incident({ life: 'closed', closedAtMs: 2 });

describe('what is kept back', () => {
  it.each<[string, readonly Played[], RegExp | null]>([
    ['what is told at once is well', [tick(1, stands(critical), alert(critical))], null],
    ['a critical that nobody hears of', [tick(1, stands(critical))], /critical was not told 0 ms/],
    ['news that waits', [tick(1, stands(high)), tick(30_000)], null],
    ['news that waits for too long', [tick(1, stands(high)), tick(30_001)], /news was not told 30000 ms/],
    [
      'what a silence covers may wait',
      [step(silence), tick(1, stands(high), keptBack('silenced', 'drill (s1)')), tick(50_000)],
      null,
    ],
    [
      'and not for longer than it lasts',
      [step(silence), tick(1, stands(high)), tick(100_000), tick(130_000)],
      /news was not told 30000 ms/,
    ],
    [
      'and not once it was ended',
      [
        step(silence),
        tick(1, stands(high)),
        step({ kind: 'unsilence', atMs: 2, silenceId: 's1', by: 'o', reason: 'r' }),
        tick(30_002),
      ],
      /news was not told/,
    ],
    ['a silence that is not there', [tick(1, stands(high), keptBack('silenced', 'drill (s1)'))], /not so/],
    [
      'a silence for something milder',
      [step(silence), tick(1, stands(critical), keptBack('silenced', 'drill (s1)'), alert(critical))],
      /not so/,
    ],
    ['news through a silence', [step(silence), tick(1, stands(high), alert(high))], /through silence s1/],
    [
      'what another incident explains',
      [tick(1, stands(other), stands(high), alert(other), keptBack('inhibited', 'all: explained by inc-2'))],
      null,
    ],
    [
      'a cause that does not stand',
      [tick(1, stands(high), keptBack('inhibited', 'all: explained by inc-2'))],
      /not so/,
    ],
    [
      'a critical that was explained away',
      [
        tick(
          1,
          stands(other),
          stands(critical),
          alert(critical),
          keptBack('inhibited', 'all: explained by inc-2'),
        ),
      ],
      /it was critical/,
    ],
    ['quiet hours that nobody has', [tick(1, stands(high), keptBack('quiet', ''))], /not so/],
    ['a channel that does hear', [tick(1, stands(high), keptBack('unrouted', ''))], /not so/],
    [
      'an end that is never told',
      [tick(1, stands(high), alert(high)), tick(2, stands(closed)), tick(30_002)],
      /resolved was not told/,
    ],
    [
      'an end that is told under a silence',
      [
        tick(1, stands(high), alert(high)),
        step({ ...silence, atMs: 1 }),
        tick(2, stands(closed), alert(closed, { reason: 'resolved' })),
        tick(60_000),
      ],
      null,
    ],
    [
      'a retraction that waits',
      [tick(1, stands(high), alert(high)), tick(2, stands(incident({ life: 'retracted' })))],
      /retracted was not told 0 ms/,
    ],
  ])('%s', (_name, steps, expected) => {
    const problems = checkWays([start, ...steps], () => {});
    if (expected === null) expect(problems).toEqual([]);
    else expect(problems.join('\n')).toMatch(expected);
  });
});

describe('what is called', () => {
  const leave: Input = {
    kind: 'approve',
    atMs: 1,
    hookId: 'h-approve',
    verdict: 'approve',
    by: 'o',
    reason: '',
  };
  const asked: Effect = { ...call('approve', { state: 'awaiting', expiresAtMs: 10_000 })[0] } as Effect;
  it.each<[string, readonly Played[], RegExp | null]>([
    ['a call that goes at once', [tick(1, ...call('send'))], null],
    ['a call in a dry run', [tick(1, ...call('dry-run'))], /in a dry run/],
    [
      'a call that was approved',
      [tick(1, asked), step(leave, ...call('approve', { expiresAtMs: 10_000 }))],
      null,
    ],
    ['a call that nobody approved', [tick(1, asked), tick(2, ...call('approve'))], /nobody had let it go/],
    [
      'a call that was denied',
      [tick(1, asked), step({ ...leave, verdict: 'deny' }, ...call('approve'))],
      /nobody had let it go/,
    ],
    [
      'the same matter under another id',
      [tick(1, ...call('send')), tick(2, ...call('send', { id: 'h-again' }))],
      /for a second time/,
    ],
    [
      'the next round, after it was over',
      [tick(1, ...call('send')), tick(2, stands(closed)), tick(3, ...call('send', { id: 'h-again' }))],
      null,
    ],
  ])('%s', (_name, steps, expected) => {
    const problems = checkHooks([start, ...steps], () => {});
    if (expected === null) expect(problems).toEqual([]);
    else expect(problems.join('\n')).toMatch(expected);
  });
});
