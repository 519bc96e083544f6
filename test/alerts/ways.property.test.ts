// Whatever happens, in whatever order: nothing that is kept back is told, nothing that still stands is lost, and who
// was told hears how it ended. What is kept back is worked out here a second time, from the facts alone.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import type { Incident, IncidentLife } from '../../src/core/incident.js';
import type { InhibitSpec, QuietSpec, SilenceMatch } from '../../src/core/routing.js';
import type { Severity } from '../../src/core/severity.js';
import type { ChannelSpec } from '../../src/core/spec.js';
import { makeSignal } from '../helpers/make.js';
import { makeIncident } from '../helpers/make-alert.js';
import { desk, minuteMs, playRoom } from './play-room.js';

const ranks: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const rank = (severity: Severity): number => ranks.indexOf(severity);
const dayMin = 1440;

/** 22:00 to 06:00 UTC: of a clock three hours ahead. */
const night: QuietSpec = { fromMin: 60, toMin: 540, offsetMin: 180, minSeverity: 'critical' };
const isNight = (atMs: number): boolean => {
  const minute = Math.floor(atMs / minuteMs) % dayMin;
  return minute >= 1320 || minute < 360;
};

const channels: readonly ChannelSpec[] = [
  desk,
  { ...desk, name: 'sleeper', quiet: [night], minSeverity: 'low', groupMs: 5 * minuteMs },
];

const rule: InhibitSpec = {
  name: 'silent-chain',
  source: { detectors: ['chainSilence'] },
  target: { detectors: ['oracleStale'] },
  equal: ['chain'],
};

/** One incident that explains, one that is explained, two ordinary ones of which one is wide. */
const cast: readonly Pick<Incident, 'id' | 'coins' | 'chains' | 'signals'>[] = [
  { id: 'inc-silent', coins: ['*'], chains: ['bsc'], signals: [makeSignal({ detector: 'chainSilence' })] },
  { id: 'inc-stale', coins: ['A'], chains: ['bsc'], signals: [makeSignal({ detector: 'oracleStale' })] },
  { id: 'inc-a', coins: ['A'], chains: ['ethereum'], signals: [makeSignal({})] },
  { id: 'inc-wide', coins: ['A', 'B'], chains: ['ethereum', 'bsc'], signals: [makeSignal({})] },
];

type Deed =
  | { readonly kind: 'stand'; readonly who: number; readonly severity: Severity; readonly revised: boolean }
  | { readonly kind: 'end'; readonly who: number; readonly life: 'easing' | 'closed' | 'retracted' }
  | { readonly kind: 'silence'; readonly n: number; readonly minutes: number; readonly match: SilenceMatch }
  | { readonly kind: 'unsilence'; readonly n: number }
  | { readonly kind: 'wait'; readonly minutes: number };

const who = fc.nat(cast.length - 1);
const severity = fc.constantFrom(...ranks);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('stand' as const), who, severity, revised: fc.boolean() }),
  fc.record({
    kind: fc.constant('end' as const),
    who,
    life: fc.constantFrom('easing' as const, 'closed' as const, 'retracted' as const),
  }),
  fc.record({
    kind: fc.constant('silence' as const),
    n: fc.nat(2),
    minutes: fc.constantFrom(1, 20, 90, 600),
    match: fc.record(
      {
        coins: fc.constantFrom(['A'], ['B'], ['A', 'B']),
        chains: fc.constantFrom(['ethereum'], ['bsc']),
        channels: fc.constantFrom(['desk'], ['sleeper']),
        incident: fc.constantFrom('inc-a', 'inc-wide'),
        maxSeverity: fc.constantFrom<Severity>('medium', 'high', 'critical'),
      },
      { requiredKeys: ['maxSeverity'] },
    ),
  }),
  fc.record({ kind: fc.constant('unsilence' as const), n: fc.nat(2) }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 7, 40, 300, 900) }),
);

interface Facts {
  readonly book: ReadonlyMap<string, Incident>;
  readonly silences: ReadonlyMap<string, { readonly untilMs: number; readonly match: SilenceMatch }>;
}

const stands = ({ life }: Pick<Incident, 'life'>): boolean => life === 'open' || life === 'escalated';

/** Why this may not be told now; null: it may. */
function keptBack({ channel, incident, reason, atMs, severity: now }: Alert, facts: Facts): string | null {
  if (reason === 'retracted') return null;
  if (reason !== 'easing' && reason !== 'resolved' && reason !== 'revised') {
    for (const { untilMs, match } of facts.silences.values()) {
      const all = (names: readonly string[] | undefined, of: readonly string[]): boolean =>
        names === undefined || of.every((one) => names.includes(one));
      const meant =
        all(match.coins, incident.coins) &&
        all(match.chains, incident.chains) &&
        all(match.channels, [channel]) &&
        (match.incident ?? incident.id) === incident.id;
      if (meant && atMs < untilMs && rank(now) <= rank(match.maxSeverity)) return 'silenced';
    }
    const silent = facts.book.get('inc-silent');
    // To the desk what is low says nothing and explains nothing.
    if (incident.id === 'inc-stale' && silent !== undefined && stands(silent)) {
      if (channel === 'sleeper' || rank(silent.severity) > 0) return 'inhibited';
    }
    if (channel === 'sleeper' && isNight(atMs) && now !== 'critical') return 'quiet';
  }
  return channel === 'sleeper' && isNight(atMs) && rank(incident.worst) < 3 && reason !== 'revised'
    ? 'quiet'
    : null;
}

/** Plays the deeds and checks what is said at each moment, and at the end. */
function live(deeds: readonly Deed[]): void {
  const play = playRoom({ channels, inhibit: [rule] });
  const book = new Map<string, Incident>();
  const silences = new Map<string, { untilMs: number; match: SilenceMatch }>();
  let minute = 12 * 60;
  let checked = 0;
  play.until(minute, 60);
  const check = (): void => {
    for (const alert of play.alerts.slice(checked)) {
      const why = keptBack(alert, { book, silences });
      if (why !== null)
        throw new Error(
          `${alert.id} ${alert.reason} at ${alert.atMs / minuteMs} should be kept back: ${why}`,
        );
      if (alert.sequence === 1 && alert.reason !== 'opened')
        throw new Error(`${alert.id} began in the middle`);
    }
    checked = play.alerts.length;
  };
  for (const one of deeds) {
    if (one.kind === 'wait') {
      for (const end = minute + one.minutes; minute < end; check()) play.until(++minute);
    } else if (one.kind === 'silence') {
      const untilMs = (minute + one.minutes) * minuteMs;
      silences.set(`sil-${one.n}`, { untilMs, match: one.match });
      play.silence(`sil-${one.n}`, one.minutes, one.match);
    } else if (one.kind === 'unsilence') {
      silences.delete(`sil-${one.n}`);
      play.unsilence(`sil-${one.n}`);
    } else {
      const role = cast[one.who];
      if (role === undefined) continue;
      const before = book.get(role.id);
      if (one.kind === 'end' && (before === undefined || !(stands(before) || before.life === 'easing')))
        continue;
      const now = one.kind === 'stand' ? one.severity : 'low';
      const worst = rank(now) > rank(before?.worst ?? 'low') ? now : (before?.worst ?? 'low');
      const life: IncidentLife = one.kind === 'stand' ? 'open' : one.life;
      const incident: Incident = { ...makeIncident(), ...before, ...role, severity: now, worst, life };
      if (life === 'retracted') book.delete(role.id);
      else book.set(role.id, incident);
      play.incident(incident, one.kind === 'stand' && one.revised && before ? 'revised' : 'joined');
    }
    check();
  }
  // Five days on, no silence stands; and let it be day.
  play.until(minute + 5 * dayMin, 10);
  play.until(Math.ceil((minute + 5 * dayMin) / dayMin) * dayMin + 12 * 60, 10);
  for (const { name, minSeverity } of channels) {
    for (const { id } of cast) {
      const said = play.alerts.filter((alert) => alert.channel === name && alert.incidentId === id);
      const last = said.at(-1);
      const incident = book.get(id);
      const explained = id === 'inc-stale' && stands(book.get('inc-silent') ?? { life: 'closed' });
      if (incident === undefined || incident.life === 'closed') {
        if (last !== undefined && last.reason !== 'resolved' && last.reason !== 'retracted')
          throw new Error(`${name} was never told the end of ${id}: ${last.reason}`);
      } else if (incident.life === 'easing') {
        if (last !== undefined && last.incident.life !== 'easing' && !isOver(last))
          throw new Error(`${name} was not told that ${id} is easing`);
      } else if (!explained && rank(incident.severity) >= rank(minSeverity)) {
        if (last === undefined || isOver(last) || rank(last.severity) < rank(incident.severity))
          throw new Error(`${name} does not know that ${id} stands as ${incident.severity}`);
      }
    }
  }
}

const isOver = ({ reason }: Alert): boolean => reason === 'resolved' || reason === 'retracted';

describe('whatever stands in the way of news', () => {
  it('holds it back while it stands there, loses nothing, and never hides an end', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 1, maxLength: 25 }), (deeds) => live(deeds)),
      { numRuns: 400 },
    );
  });
});
