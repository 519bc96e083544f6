import { describe, expect, it } from 'vitest';
import { createAlertRoom, onIncident } from '../../src/alerts/alert-room.js';
import { createChannelQueue, enqueue, type Job, supersede } from '../../src/alerts/channel-queue.js';
import type { SendResult } from '../../src/alerts/channels/channel.js';
import { createDigests, noteChange, onDigest, withDigest } from '../../src/alerts/digest.js';
import { digestText } from '../../src/alerts/digest-text.js';
import { createMessageBudget, mayGoAtMs, spend } from '../../src/alerts/message-budget.js';
import type { Alert, Reason } from '../../src/core/alert.js';
import type { Incident } from '../../src/core/incident.js';
import type { Signal } from '../../src/core/signal.js';
import type { ChannelSpec } from '../../src/core/spec.js';
import { kept } from '../helpers/kept.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeIncident } from '../helpers/make-alert.js';
import { startSlack } from '../helpers/services/slack.js';
import { makeChannel, slackConfig } from './make-channel.js';
import { playRoom } from './play-room.js';

const minute = 60_000;
const desk: ChannelSpec = {
  name: 'desk',
  kind: 'slack',
  minSeverity: 'medium',
  groupMs: 1,
  repeatMs: null,
  digestMs: 10 * minute,
};

/** Both rooms as the engine uses them; gives `minute sequence reason` of what was said. */
function play(moments: readonly [atMs: number, about: Partial<Incident> | null][], channel = desk) {
  const room = createAlertRoom();
  const digests = createDigests();
  const book = new Map<string, Incident>();
  const alerts: Alert[] = [];
  for (const [nowMs, about] of moments) {
    const look = { nowMs, incident: (id: string) => book.get(id), isConfirmed: () => false };
    if (about !== null) {
      const incident = makeIncident({ severity: 'critical', worst: 'critical', ...about });
      book.set(incident.id, incident);
      digests.events += 1000;
      noteChange(digests, { incident, change: 'joined' }, [channel], nowMs);
      for (const alert of onIncident(room, incident, [channel], look))
        alerts.push(withDigest(digests, alert));
    }
    for (const alert of onDigest(digests, room, [channel], look)) alerts.push(withDigest(digests, alert));
  }
  const said = alerts.map(({ atMs, sequence, reason }) => `${atMs / minute} ${sequence} ${reason}`);
  return { alerts, said };
}

describe('a digest', () => {
  it('follows changes that are no reason to ring, at most once in its time', () => {
    const moments: [number, Partial<Incident> | null][] = [];
    for (let at = 0; at <= 35; at++) moments.push([at * minute, at <= 25 ? {} : null]);
    expect(play(moments).said).toEqual(['0 1 opened', '10 2 digest', '20 3 digest', '30 4 digest']);
  });

  it('is not sent where nothing changed, and never to a channel that cannot edit', () => {
    expect(
      play([
        [0, {}],
        [30 * minute, null],
      ]).said,
    ).toEqual(['0 1 opened']);
    const { digestMs: _, ...deaf } = desk;
    expect(
      play(
        [
          [0, {}],
          [1, {}],
          [30 * minute, null],
        ],
        deaf,
      ).said,
    ).toEqual(['0 1 opened']);
  });

  it('gives way to news, which brings the numbers itself, and to the end', () => {
    const { said, alerts } = play([
      [0, {}],
      [minute, {}],
      [2 * minute, { chains: ['ethereum', 'bsc'], coins: ['USDX', 'USDC'] }],
      [11 * minute, null],
      [13 * minute, { life: 'closed', closedAtMs: 13 * minute }],
      [40 * minute, null],
    ]);
    expect(said.filter((one) => one.endsWith('digest'))).toEqual([]);
    const spread = alerts.find(({ reason }) => reason === 'spread');
    expect(spread?.digest?.since).toEqual({ atMs: 0, signals: 2, coins: ['USDC'], chains: ['bsc'] });
  });

  it('counts signals and events since the incident opened, and what is new since the last message', () => {
    const { alerts } = play([
      [0, {}],
      [minute, {}],
      [2 * minute, {}],
      [10 * minute, null],
    ]);
    expect(alerts.map(({ digest }) => [digest?.signals, digest?.events, digest?.since?.signals])).toEqual([
      [1, 0, undefined],
      [3, 2000, 2],
    ]);
  });

  it('says who stands and the furthest prices, the worst of each coin and source', () => {
    const priced = (id: string, coin: string, chain: string, bps: number): Signal => {
      const signal = makeSignal({ id, coin, chain });
      return { ...signal, evidence: { ...signal.evidence, values: { deviationBps: bps } } };
    };
    const signals = [
      priced('a', 'USDX', 'ethereum', -120),
      priced('b', 'USDX', 'ethereum', -480),
      priced('c', 'USDC', 'bsc', 35),
      priced('d', 'DAI', 'polygon', Number.NaN),
      { ...makeSignal({ detector: 'supplyShock' }), severity: null },
      makeSignal({ detector: 'liquidityDrain' }),
    ];
    const [first] = play([[0, { signals }]]).alerts;
    expect(first?.digest?.byDetector).toEqual([
      ['priceDeviation', 4],
      ['liquidityDrain', 1],
    ]);
    expect(first?.digest?.deviations.map(({ coin, bps }) => [coin, bps])).toEqual([
      ['USDX', -480],
      ['USDC', 35],
    ]);
    const since = { atMs: 0, signals: 2, coins: ['DAI'], chains: ['bsc'] };
    expect(
      digestText({ signals: 12_345, events: 1, byDetector: [['priceDeviation', 4]], deviations: [], since }),
    ).toBe(
      '12,345 signals in 1 event so far. New since the last message: 2 signals, DAI, on bsc. Standing: priceDeviation 4.',
    );
  });
});

describe('a digest that said more than what people were called for', () => {
  const withDigests: ChannelSpec = { ...desk, groupMs: 15 * minute, digestMs: minute };

  it('is taken back at once where a reorg lessens the incident', () => {
    const play = playRoom({ channels: [withDigests] });
    play.incident({ id: 'inc-1', severity: 'medium' });
    play.until(16);
    // The news itself waits for its window; the message is rewritten before.
    play.incident({ id: 'inc-1', severity: 'high' });
    play.until(17);
    play.incident({ id: 'inc-1', severity: 'medium' }, 'revised');
    expect(play.told()).toEqual([
      '15 desk inc-1 opened medium',
      '16 desk inc-1 digest high',
      '17 desk inc-1 revised medium',
    ]);
  });

  it('does not take the place of the call, which comes when its time has come', () => {
    const play = playRoom({ channels: [withDigests] });
    play.incident({ id: 'inc-1', severity: 'medium' });
    play.until(16);
    play.incident({ id: 'inc-1', severity: 'high' });
    play.until(40);
    expect(play.told()).toContain('31 desk inc-1 escalated high');
  });
});

describe('a digest that waits', () => {
  const job = (sequence: number, reason: Reason): Job => ({
    alert: makeAlert({ sequence, reason }),
    attempts: 0,
    dueAtMs: 0,
    lastProblem: null,
    superseded: 0,
  });

  function check(
    reasons: readonly Reason[],
    inFlight: number | null,
    stays: readonly number[],
    stoodFor = 0,
  ): void {
    const queue = createChannelQueue();
    const jobs = reasons.map((reason, i) => job(i + 1, reason));
    for (const one of jobs) enqueue(queue, one);
    const done = supersede(queue, 'inc-1', inFlight === null ? null : (jobs[inFlight - 1] ?? null));
    expect((queue.conversations.get('inc-1') ?? []).map(({ alert }) => alert.sequence)).toEqual(stays);
    expect(done?.by.superseded ?? 0).toBe(stoodFor);
  }

  it('goes where news waits, whichever came first: an edit must not hide what rings', () => {
    check(['escalated', 'digest'], null, [1]);
    check(['digest', 'escalated'], null, [2]);
    check(['opened', 'digest', 'escalated', 'digest'], null, [3], 1);
  });

  it('is replaced by a newer one, and stays behind what is on its way', () => {
    check(['digest', 'digest'], null, [2]);
    check(['opened', 'digest'], 1, [1, 2]);
    check(['opened', 'digest', 'digest'], 1, [1, 3]);
  });

  it('takes at most half of the messages of an hour', () => {
    const budget = createMessageBudget();
    for (let n = 0; n < 6; n++) spend(budget, 'inc-1', n);
    expect(mayGoAtMs(budget, makeAlert({ reason: 'digest' }), 10)).toBe(3_600_000);
    expect(mayGoAtMs(budget, makeAlert({ reason: 'spread' }), 10)).toBe(10);
  });
});

describe('in a chat', () => {
  it('a digest edits the message and rings nobody; news that replaced older news rings', async () => {
    const slack = await kept(startSlack());
    const channel = makeChannel(slackConfig(slack));
    const { alerts } = play([
      [0, {}],
      [minute, {}],
      [10 * minute, null],
    ]);
    let previous: string | null = null;
    for (const alert of alerts) {
      const result: SendResult = await channel.send(alert, 1, new AbortController().signal, {
        previous,
        superseded: 0,
      });
      previous = result.kind === 'delivered' ? (result.remember ?? null) : null;
    }
    expect(slack.messages.size).toBe(1);
    expect([...slack.messages.values()][0]?.text).toContain('2 signals in 1,000 events so far');
    const spread = makeAlert({ reason: 'spread', sequence: 9 });
    await channel.send(spread, 1, new AbortController().signal, { previous, superseded: 1 });
    expect(slack.messages.size).toBe(2);
  });
});

it('a digest of no events names none', () => {
  const since = null;
  expect(digestText({ signals: 2, events: 0, byDetector: [], deviations: [], since })).toBe(
    '2 signals so far.',
  );
});
