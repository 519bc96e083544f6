import { describe, expect, it } from 'vitest';
import { message } from '../../src/alerts/message.js';
import type { Incident } from '../../src/core/incident.js';
import type { InhibitSpec, QuietSpec, RouteSpec } from '../../src/core/routing.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert } from '../helpers/make-alert.js';
import { desk, minuteMs, playRoom } from './play-room.js';

const silentChain: InhibitSpec = {
  name: 'silent-chain',
  source: { detectors: ['chainSilence'] },
  target: { detectors: ['oracleStale'], maxSeverity: 'high' },
  equal: ['chain'],
};

function silent(id: string, about: Partial<Incident> = {}): Partial<Incident> & { id: string } {
  return { id, coins: ['*'], signals: [makeSignal({ detector: 'chainSilence', coin: '*' })], ...about };
}

function stale(id: string, about: Partial<Incident> = {}): Partial<Incident> & { id: string } {
  return { id, signals: [makeSignal({ detector: 'oracleStale' })], ...about };
}

const route = (about: Partial<RouteSpec>): RouteSpec => ({ when: {}, goOn: false, routes: [], ...about });

describe('inhibition', () => {
  it('keeps back what a younger incident of no greater severity explains, and tells it when that is over', () => {
    const play = playRoom({ inhibit: [silentChain] });
    play.incident(stale('inc-stale', { severity: 'high' }));
    play.until(5);
    play.incident(silent('inc-silent', { severity: 'medium' }));
    play.until(30);
    expect(play.told()).toEqual(['20 desk inc-silent opened medium']);
    expect(play.kept()).toEqual(['desk inc-stale inhibited']);
    play.incident({ id: 'inc-silent', life: 'easing', severity: 'low' });
    play.until(31);
    expect(play.told().slice(1)).toEqual(['30.5 desk inc-stale opened high']);
    expect(message(play.alerts[1]!).why).toContain(
      'kept back until now: silent-chain: explained by inc-silent',
    );
  });

  it('leaves alone another chain, what stands beside the staleness, and what is critical', () => {
    const play = playRoom({ inhibit: [silentChain] });
    play.incident(silent('inc-silent'));
    play.incident(stale('inc-other', { chains: ['bsc'] }));
    play.incident(stale('inc-wide', { chains: ['ethereum', 'bsc'] }));
    play.incident(
      stale('inc-mixed', {
        signals: [makeSignal({ detector: 'oracleStale' }), makeSignal({ detector: 'priceDeviation' })],
      }),
    );
    play.incident(stale('inc-critical', { severity: 'critical' }));
    play.until(15);
    expect(play.kept()).toEqual([]);
    expect(play.told()).toHaveLength(5);
  });

  it('lets the worst speak where several explain each other, by pairs or in a ring', () => {
    const from = (name: string, source: string, target: string): InhibitSpec => ({
      name,
      source: { coins: [source] },
      target: { coins: [target] },
      equal: [],
    });
    const pair = playRoom({ inhibit: [from('ab', 'A', 'B'), from('ba', 'B', 'A')] });
    pair.incident({ id: 'inc-a', coins: ['A'], severity: 'medium' });
    pair.incident({ id: 'inc-b', coins: ['B'], severity: 'high' });
    pair.until(20);
    expect(pair.told()).toEqual(['15 desk inc-b opened high']);
    const ring = playRoom({ inhibit: [from('ab', 'A', 'B'), from('bc', 'B', 'C'), from('ca', 'C', 'A')] });
    for (const coin of ['A', 'B', 'C']) ring.incident({ id: `inc-${coin}`, coins: [coin] });
    ring.until(20);
    expect(ring.told()).toEqual(['15 desk inc-A opened high']);
  });

  it('explains nothing to a channel that does not hear of the explanation', () => {
    const play = playRoom({ inhibit: [silentChain], channels: [{ ...desk, only: { coins: ['USDX'] } }] });
    play.incident(silent('inc-silent'));
    play.incident(stale('inc-stale'));
    play.until(15);
    expect(play.told()).toEqual(['15 desk inc-stale opened high']);
  });

  it('lets the end of what was told through', () => {
    const play = playRoom({ inhibit: [silentChain] });
    play.incident(stale('inc-stale'));
    play.until(20);
    play.incident(silent('inc-silent'));
    play.incident({ id: 'inc-stale', life: 'closed', severity: 'low', closedAtMs: 20 * minuteMs });
    play.until(40);
    expect(play.told()).toContain('35 desk inc-stale resolved low');
  });
});

describe('routes', () => {
  it('tell who is more patient together with who is less, not late', () => {
    const routes = route({
      channels: ['desk'],
      waitMs: { high: 60 * minuteMs },
      routes: [route({ when: { detectors: ['oracleStale'] }, waitMs: { high: 2 * minuteMs } })],
    });
    const play = playRoom({ routes });
    play.incident({ id: 'inc-patient' });
    play.until(10);
    play.incident(stale('inc-hasty'));
    play.until(12);
    expect(play.told()).toEqual(['12 desk inc-patient opened high', '12 desk inc-hasty opened high']);
  });

  it('keep the interval between two messages of one incident, whatever waits beside it', () => {
    const routes = route({ channels: ['desk'], intervalMs: { high: 60 * minuteMs } });
    const play = playRoom({ routes });
    play.incident({ id: 'inc-1' });
    play.until(20);
    play.incident({ id: 'inc-1', chains: ['ethereum', 'bsc'] });
    play.incident({ id: 'inc-2' });
    play.until(80);
    expect(play.told()).toEqual([
      '15 desk inc-1 opened high',
      '35 desk inc-2 opened high',
      '75 desk inc-1 spread high',
    ]);
  });

  it('tell no channel that they do not lead to, and all that one says to go on to', () => {
    const channels = [desk, { ...desk, name: 'call' }, { ...desk, name: 'mail' }];
    const routes = route({
      channels: ['desk'],
      routes: [
        route({ when: { minSeverity: 'critical' }, channels: ['call'], goOn: true }),
        route({ when: { coins: ['USDX'] }, channels: ['mail'] }),
        route({ when: { minSeverity: 'critical' }, channels: ['desk'] }),
      ],
    });
    const play = playRoom({ channels, routes });
    play.incident({ id: 'inc-1', severity: 'critical' });
    play.incident({ id: 'inc-2', severity: 'critical', coins: ['USDY'] });
    expect(play.told()).toEqual([
      '0 call inc-1 opened critical',
      '0 mail inc-1 opened critical',
      '0 desk inc-2 opened critical',
      '0 call inc-2 opened critical',
    ]);
    expect(play.kept()).toEqual(['desk inc-1 unrouted', 'mail inc-2 unrouted']);
    expect(play.suppressed[0]?.detail).toBe('no route leads here');
  });

  it('are asked anew at a start about what stands and was not told', () => {
    const play = playRoom({ channels: [{ ...desk, minSeverity: 'critical' }] });
    play.incident({ id: 'inc-1' });
    play.incident({ id: 'inc-over', life: 'easing' });
    play.until(30);
    expect(play.suppressed.map(({ why, detail }) => [why, detail])).toEqual([
      ['unrouted', 'milder than critical'],
    ]);
    play.restart({ channels: [desk] });
    play.until(60);
    expect(play.told()).toEqual(['45 desk inc-1 opened high']);
  });
});

describe('a silence', () => {
  it('keeps news back, and what still stands at its end is told with who kept it back', () => {
    const play = playRoom();
    play.silence('sil-1', 60, { coins: ['USDX'] });
    play.incident({ id: 'inc-1' });
    play.incident({ id: 'inc-2', coins: ['USDY'] });
    play.until(59.5);
    expect(play.told()).toEqual(['15 desk inc-2 opened high']);
    expect(play.kept()).toEqual(['desk inc-1 silenced']);
    play.until(70);
    expect(play.told().slice(1)).toEqual(['60 desk inc-1 opened high']);
    expect(message(play.alerts[1]!).why).toBe(
      'A new incident was opened. It comes after silence by ann until 1970-01-01T01:00:00.000Z: maintenance (sil-1).',
    );
  });

  it('is pierced by a critical, unless it says so, and by a part of another kind', () => {
    const play = playRoom();
    play.silence('sil-1', 60, { detectors: ['priceDeviation'] });
    play.incident({ id: 'inc-1', severity: 'critical' });
    play.incident({
      id: 'inc-2',
      signals: [makeSignal({}), makeSignal({ detector: 'liquidityDrain' })],
    });
    play.until(15);
    expect(play.told()).toEqual(['0 desk inc-1 opened critical', '15 desk inc-2 opened high']);
    const whole = playRoom();
    whole.silence('sil-1', 60, { detectors: ['priceDeviation'], maxSeverity: 'critical' });
    whole.incident({ id: 'inc-1', severity: 'critical' });
    whole.until(59.5);
    expect(whole.told()).toEqual([]);
  });

  it('that is ended before its time lets at once through what it kept back', () => {
    const play = playRoom();
    play.silence('sil-1', 60, { incident: 'inc-1' });
    play.incident({ id: 'inc-1' });
    play.until(20);
    play.unsilence('sil-1');
    expect(play.told()).toEqual(['20 desk inc-1 opened high']);
  });

  it('that a longer one covers goes on', () => {
    const play = playRoom();
    play.silence('sil-1', 10, { coins: ['USDX'] });
    play.silence('sil-2', 60, { channels: ['desk'] }, 'bob');
    play.incident({ id: 'inc-1' });
    play.until(59.5);
    expect(play.told()).toEqual([]);
    play.unsilence('sil-2');
    expect(play.told()).toEqual(['59.5 desk inc-1 opened high']);
  });

  it('keeps back digests and what a reorg lessened until it ends, and no end', () => {
    const play = playRoom({ channels: [{ ...desk, digestMs: minuteMs }] });
    play.incident({ id: 'inc-1', severity: 'high', chains: ['ethereum', 'bsc'] });
    play.until(15);
    play.silence('sil-1', 60, { coins: ['USDX'] });
    play.incident({ id: 'inc-1', severity: 'medium', chains: ['ethereum'] }, 'revised');
    play.until(74.5);
    expect(play.told()).toEqual(['15 desk inc-1 opened high']);
    play.until(75);
    expect(play.told().slice(1)).toEqual(['75 desk inc-1 revised medium']);
    expect(play.alerts[1]?.after?.why).toBe('silenced');
    play.silence('sil-2', 60, { coins: ['USDX'] });
    play.incident({ id: 'inc-1' });
    play.incident({ id: 'inc-1', life: 'closed', severity: 'low' });
    play.until(95);
    expect(play.told().slice(2)).toEqual(['90 desk inc-1 resolved low']);
  });

  it('does not hold up that a critical which was told is less than it', () => {
    const play = playRoom();
    play.incident({ id: 'inc-1', severity: 'critical' });
    play.silence('sil-1', 60, { coins: ['USDX'] });
    play.incident({ id: 'inc-1', severity: 'medium' }, 'revised');
    expect(play.told()).toEqual(['0 desk inc-1 opened critical', '0 desk inc-1 revised medium']);
  });

  it('for longer than what is over is remembered, takes up the conversation where it was', () => {
    const play = playRoom();
    play.incident({ id: 'inc-1', severity: 'critical' });
    play.incident({ id: 'inc-1', severity: 'critical', life: 'retracted' });
    play.silence('sil-1', 60, { coins: ['USDX'], maxSeverity: 'critical' });
    play.incident({ id: 'inc-1', severity: 'critical', life: 'open' });
    play.until(60);
    expect(play.alerts.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'inc-1-desk-1 opened',
      'inc-1-desk-2 retracted',
      'inc-1-desk-3 opened',
    ]);
  });

  it('says nothing of what came and went while it lasted', () => {
    const play = playRoom();
    play.silence('sil-1', 60, { coins: ['USDX'] });
    play.incident({ id: 'inc-1' });
    play.incident({ id: 'inc-1', life: 'closed' });
    play.until(90);
    expect(play.told()).toEqual([]);
  });
});

describe('what gets worse while it is kept back', () => {
  it('says that it breaks through hours and silences that still hold', () => {
    const play = playRoom({
      channels: [{ ...desk, quiet: [{ fromMin: 0, toMin: 480, offsetMin: 0, minSeverity: 'critical' }] }],
    });
    play.incident({ id: 'inc-1' });
    play.until(30);
    play.incident({ id: 'inc-1', severity: 'critical' });
    expect(message(play.alerts[0]!).why).toBe(
      'A new incident was opened. It breaks through quiet hours until 1970-01-01T08:00:00.000Z.',
    );
    const other = playRoom();
    other.silence('sil-1', 60, { coins: ['USDX'] });
    other.incident({ id: 'inc-1' });
    other.until(30);
    other.incident({ id: 'inc-1', severity: 'critical' });
    expect(message(other.alerts[0]!).why).toContain('It breaks through silence by ann until ');
  });
});

describe('quiet hours', () => {
  // From 00:10 to 08:00 of a clock an hour ahead of UTC: minutes -50 to 420 of the first day.
  const quiet: QuietSpec = { fromMin: 10, toMin: 480, offsetMin: 60, minSeverity: 'critical' };
  const sleeper = { ...desk, quiet: [quiet] };

  it('keep milder news until they end, and let the bad through', () => {
    const play = playRoom({ channels: [sleeper] });
    play.incident({ id: 'inc-1' });
    play.incident({ id: 'inc-2', severity: 'critical' });
    play.until(419.5);
    expect(play.told()).toEqual(['0 desk inc-2 opened critical']);
    play.until(430);
    expect(play.told().slice(1)).toEqual(['420 desk inc-1 opened high']);
    expect(message(play.alerts[1]!).why).toContain('after quiet hours until 1970-01-01T07:00:00.000Z');
  });

  it('put the end of what was milder off until morning, and of what was critical not', () => {
    const late = { ...desk, quiet: [{ ...quiet, fromMin: 120 }] };
    const play = playRoom({ channels: [late] });
    play.incident({ id: 'inc-1', worst: 'high' });
    play.incident({ id: 'inc-2', severity: 'critical', worst: 'critical' });
    play.until(70);
    expect(play.told()).toHaveLength(2);
    for (const id of ['inc-1', 'inc-2']) play.incident({ id, life: 'closed', severity: 'low' });
    play.until(419.5);
    expect(play.told().slice(2)).toEqual(['85 desk inc-2 resolved low']);
    play.until(420);
    expect(play.told().slice(3)).toEqual(['420 desk inc-1 resolved low']);
  });

  it('of a route count beside those of the channel', () => {
    const play = playRoom({ routes: route({ channels: ['desk'], quiet: [quiet] }) });
    play.incident({ id: 'inc-1' });
    play.until(420);
    expect(play.told()).toEqual(['420 desk inc-1 opened high']);
  });

  it('do not hold up a retraction', () => {
    const play = playRoom({ channels: [{ ...desk, quiet: [{ ...quiet, fromMin: 120 }] }] });
    play.incident({ id: 'inc-1' });
    play.until(100);
    play.incident({ id: 'inc-1', life: 'retracted' });
    expect(play.told().slice(1)).toEqual(['100 desk inc-1 retracted high']);
  });
});

describe('a confirmation', () => {
  it('comes without a sound when all blocks are final, and waits while news would wait', () => {
    const play = playRoom({ channels: [{ ...desk, confirms: true }] });
    play.incident({ id: 'inc-1' });
    play.until(15);
    play.silence('sil-1', 30, { coins: ['USDX'] });
    play.finalize('inc-1');
    play.until(60);
    expect(play.told().slice(1)).toEqual(['45 desk inc-1 confirmed high']);
    expect(message(makeAlert({ reason: 'confirmed' })).type).toBe('alert.confirmed');
  });
});
