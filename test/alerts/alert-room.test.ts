import { describe, expect, it } from 'vitest';
import { type AlertRoomState, createAlertRoom, onIncident, onTime } from '../../src/alerts/alert-room.js';
import { message } from '../../src/alerts/message.js';
import type { Incident } from '../../src/core/incident.js';
import type { ChannelSpec } from '../../src/core/spec.js';
import { makeIncident } from '../helpers/make-alert.js';

const channel: ChannelSpec = {
  name: 'desk',
  kind: 'webhook',
  minSeverity: 'medium',
  groupMs: 900_000,
  repeatMs: null,
};

function incident(about: Partial<Incident> = {}): Incident {
  return makeIncident({ openedAtMs: 0, updatedAtMs: 0, signals: [], ...about });
}

/** Plays incident states at given times on one channel and lists what was said: `time reason severity`. */
function play(
  moments: readonly [atMs: number, state: Incident | null][],
  spec: ChannelSpec = channel,
): string[] {
  const room: AlertRoomState = createAlertRoom();
  const book = new Map<string, Incident>();
  const said: string[] = [];
  for (const [nowMs, state] of moments) {
    const look = { nowMs, incident: (id: string) => book.get(id), isConfirmed: () => false };
    if (state !== null) {
      if (state.life === 'retracted') book.delete(state.id);
      else book.set(state.id, state);
    }
    const alerts = [
      ...(state === null ? [] : onIncident(room, state, [spec], look)),
      ...onTime(room, [spec], look),
    ];
    for (const alert of alerts)
      said.push(`${nowMs} ${alert.sequence} ${alert.reason} ${alert.severity} ${alert.state}`);
  }
  return said;
}

describe('alerts', () => {
  it('tells a critical at once and once', () => {
    const critical = incident({ severity: 'critical' });
    expect(
      play([
        [5, critical],
        [6, critical],
        [900_100, null],
      ]),
    ).toEqual(['5 1 opened critical provisional']);
  });

  it('consolidates everything below critical into one message a window, with what is true at its end', () => {
    expect(
      play([
        [0, incident({ severity: 'medium' })],
        [60_000, incident({ severity: 'medium', chains: ['ethereum', 'bsc'] })],
        [900_000, null],
        [2_000_000, null],
      ]),
    ).toEqual(['900000 1 opened medium provisional']);
  });

  it('does not wait for the window when the matter becomes critical, and says it once', () => {
    expect(
      play([
        [0, incident()],
        [1000, incident({ severity: 'critical' })],
        [900_000, null],
      ]),
    ).toEqual(['1000 1 opened critical provisional']);
  });

  it('says nothing of what was over before anyone was told', () => {
    expect(
      play([
        [0, incident()],
        [10, incident({ life: 'easing', severity: 'low' })],
        [900_000, null],
      ]),
    ).toEqual([]);
  });

  it('leaves out what is below the channel', () => {
    expect(
      play([
        [0, incident({ severity: 'low' })],
        [900_000, null],
      ]),
    ).toEqual([]);
  });

  it('tells a channel only what it is about, and to the end once it was told', () => {
    const only = (scope: ChannelSpec['only']): ChannelSpec => ({ ...channel, only: scope ?? {} });
    const critical = incident({ severity: 'critical', chains: ['ethereum'] });
    expect(play([[0, critical]], only({ coins: ['USDY'] }))).toEqual([]);
    expect(play([[0, critical]], only({ chains: ['bsc'] }))).toEqual([]);
    expect(play([[0, critical]], only({ detectors: ['priceDeviation'] }))).toEqual([]);
    expect(play([[0, critical]], only({ coins: ['USDX'], chains: ['ethereum', 'bsc'] }))).toHaveLength(1);
    const spread: Incident = { ...critical, chains: ['ethereum', 'bsc'] };
    const elsewhere: Incident = { ...critical, chains: ['polygon'], life: 'closed' };
    expect(
      play(
        [
          [0, critical],
          [1, spread],
          [2, elsewhere],
          [900_002, null],
        ],
        only({ chains: ['bsc'] }),
      ),
    ).toEqual(['1 1 opened critical provisional', '900002 2 resolved critical resolved']);
  });

  it('takes back at once what it told, and never what it did not tell', () => {
    const critical = incident({ severity: 'critical' });
    const dead = incident({ severity: 'critical', life: 'retracted' });
    expect(
      play([
        [0, critical],
        [7, dead],
        [8, dead],
      ]),
    ).toEqual(['0 1 opened critical provisional', '7 2 retracted critical retracted']);
    expect(play([[0, dead]])).toEqual([]);
  });

  it('goes on rising in sequence through escalation, spread, easing and resolution', () => {
    const critical = incident({ severity: 'critical' });
    expect(
      play([
        [0, critical],
        [10, { ...critical, chains: ['ethereum', 'bsc'] }],
        [20, incident({ life: 'easing', severity: 'low' })],
        [900_020, null],
        [900_030, incident({ life: 'closed', severity: 'low' })],
        [1_800_030, null],
      ]),
    ).toEqual([
      '0 1 opened critical provisional',
      '10 2 spread critical provisional',
      '900020 3 easing low provisional',
      '1800030 4 resolved low resolved',
    ]);
  });

  describe('of what comes back', () => {
    const critical = incident({ severity: 'critical' });
    const over = incident({ life: 'closed', severity: 'low', worst: 'critical', closedAtMs: 10 });
    const ended: [number, Incident | null][] = [
      [0, critical],
      [10, over],
      [900_010, null],
    ];
    const said = ['0 1 opened critical provisional', '900010 2 resolved low resolved'];

    it('open the conversation again, with the next sequence', () => {
      expect(play([...ended, [900_020, critical]])).toEqual([
        ...said,
        '900020 3 opened critical provisional',
      ]);
      const medium = incident({ severity: 'medium', worst: 'critical' });
      expect(play([...ended, [900_020, medium], [1_800_020, null]])).toEqual([
        ...said,
        '1800020 3 opened medium provisional',
      ]);
    });

    it('say nothing where it is too mild for the channel, nor of its easing', () => {
      const mild = incident({ severity: 'low', worst: 'critical' });
      const easing = incident({ life: 'easing', severity: 'low', worst: 'critical' });
      expect(
        play([...ended, [900_020, mild], [900_030, easing], [3_600_000, over], [9_000_000, null]]),
      ).toEqual(said);
    });

    it('open it again at once where a reorg took it back and brings it again', () => {
      const dead = incident({ severity: 'critical', life: 'retracted' });
      expect(
        play([
          [0, critical],
          [7, dead],
          [8, critical],
        ]),
      ).toEqual([
        '0 1 opened critical provisional',
        '7 2 retracted critical retracted',
        '8 3 opened critical provisional',
      ]);
    });

    it('say since when it was over', () => {
      const room = createAlertRoom();
      const look = (nowMs: number) => ({ nowMs, incident: () => undefined, isConfirmed: () => true });
      onIncident(room, critical, [channel], look(0));
      const urgent = { ...channel, groupMs: 0 };
      onIncident(room, over, [urgent], look(10));
      onTime(room, [urgent], { ...look(20), incident: () => over });
      const [alert] = onIncident(room, critical, [channel], look(30));
      expect(alert?.back).toEqual({ was: 'resolved', sinceMs: 10 });
      if (alert !== undefined)
        expect(message(alert).why).toBe(
          'The incident, which was over since 1970-01-01T00:00:00.010Z, has come back: it is critical now.',
        );
    });
  });

  it('repeats a standing matter after the repeat time, not before', () => {
    const critical = incident({ severity: 'critical' });
    const repeating = { ...channel, repeatMs: 1000 };
    expect(
      play(
        [
          [0, critical],
          [999, null],
          [1000, null],
          [1500, null],
          [2000, null],
        ],
        repeating,
      ),
    ).toEqual([
      '0 1 opened critical provisional',
      '1000 2 repeat critical provisional',
      '2000 3 repeat critical provisional',
    ]);
  });
});

it('an end that waits in its window is told although the incident is forgotten by then', () => {
  const room = createAlertRoom();
  const book = new Map<string, Incident>();
  const look = (nowMs: number) => ({
    nowMs,
    incident: (id: string) => book.get(id),
    isConfirmed: () => true,
  });
  const change = (nowMs: number, state: Incident) => {
    book.set(state.id, state);
    return onIncident(room, state, [channel], look(nowMs)).map(({ reason }) => reason);
  };
  const time = (nowMs: number) => onTime(room, [channel], look(nowMs)).map(({ reason }) => reason);
  expect(change(0, incident({ severity: 'critical' }))).toEqual(['opened']);
  // After a long outage an incident closes and is too old to be joined, all within one window.
  expect(change(1000, incident({ severity: 'low', life: 'closed', closedAtMs: 500 }))).toEqual([]);
  book.clear();
  expect(time(1000 + channel.groupMs - 1)).toEqual([]);
  expect(time(1000 + channel.groupMs)).toEqual(['resolved']);
});
