// The scoreboard of a back-test: how early, how rarely and how rightly it spoke, against named reference onsets. Pure:
// signals, what was read and what is known of the past go in; the numbers come out, the losing ones too.

import type { CoinName } from '../core/coin.js';
import { contagionWatch } from '../core/detector-names.js';
import { type Severity, severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import { type LeadingF1, leadingF1 } from './leading-f1.js';
import type { Check, KnownIncident, PoolQuestion, Questions, ScoredSeries } from './scoreboard-questions.js';
import { alarmsOf, isWithin, joined, lengthMs, type Span, spansOf } from './standings.js';

export interface CheckResult extends Check {
  readonly coin: CoinName;
  readonly knownMs: number;
  readonly reachedMs: number | null;
  /** Negative: before the reference could be known. */
  readonly delayMs: number | null;
  readonly by: string | null;
  readonly passed: boolean;
}

/** When one detector at one source first spoke within an incident. */
export interface FirstWords {
  readonly detector: string;
  readonly source: string;
  readonly anyMs: number;
  readonly highMs: number | null;
  readonly criticalMs: number | null;
}

export interface QuietRow {
  readonly detector: string;
  readonly source: string;
  readonly coin: CoinName;
  readonly weeks: number;
  /** Transitions to `medium`, `high` or `critical` from below, outside of all windows. */
  readonly mediums: number;
  readonly highs: number;
  readonly criticals: number;
}

export interface CoinRow extends LeadingF1 {
  readonly coin: CoinName;
  readonly pages: boolean;
  readonly incidents: number;
  readonly found: number;
  /** Alarms that touch no window of the coin. */
  readonly falseAlarms: number;
  readonly weeks: number;
  /** Minutes at `high` or worse outside of all windows; minutes of missing `high` after the first reference. */
  readonly falseMinutes: number;
  readonly missedMinutes: number;
}

export interface Scoreboard {
  readonly checks: readonly CheckResult[];
  readonly incidents: readonly {
    readonly incident: KnownIncident;
    readonly words: readonly FirstWords[];
  }[];
  readonly quiet: readonly QuietRow[];
  readonly coins: readonly CoinRow[];
  readonly pools: readonly (LeadingF1 & {
    readonly question: PoolQuestion;
    readonly alarmsMs: readonly number[];
  })[];
  readonly series: readonly ScoredSeries[];
}

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

export function buildScoreboard(
  raised: readonly Signal[],
  series: readonly ScoredSeries[],
  questions: Questions,
): Scoreboard {
  // A watch follows from another coin's incident: nothing of this coin's own was judged, so nothing is scored.
  const judged = raised.filter(({ detector }) => detector !== contagionWatch);
  const signals = [...judged, ...ends(judged, series)].sort((a, b) => a.atMs - b.atMs);
  const windows = apart(questions.incidents.map(({ window }) => window));
  return {
    checks: questions.checks.map((check) => checked(check, signals, questions.incidents)),
    incidents: questions.incidents.map((incident) => ({ incident, words: firstWords(signals, incident) })),
    quiet: quietRows(signals, series, windows),
    coins: coinRows(signals, series, questions, windows),
    pools: questions.pools.map((question) => pooled(question, signals)),
    series: series.map(({ id, rows, rejected, late, resolutionMs, firstMs, lastMs }) => {
      return { id, rows, rejected, late, resolutionMs, firstMs, lastMs };
    }),
  };
}

/** Where a series ends, nothing stands against it any more: nobody knows. */
function ends(signals: readonly Signal[], series: readonly ScoredSeries[]): Signal[] {
  const last = new Map(signals.map((signal) => [signal.subject, signal]));
  return [...last.values()].flatMap((signal) => {
    const lastMs = series.find(({ id }) => id === signal.source)?.lastMs;
    if (signal.severity === null || lastMs === undefined) return [];
    return [{ ...signal, severity: null, impact: 0, atMs: Math.max(signal.atMs, lastMs) }];
  });
}

function checked(check: Check, signals: readonly Signal[], incidents: readonly KnownIncident[]): CheckResult {
  const incident = incidents.find(({ id }) => id === check.incident);
  const reference = incident?.references.find(({ name }) => name === check.reference);
  if (incident === undefined || reference === undefined) {
    throw new Error(`no reference "${check.reference}" of an incident ${check.incident}`);
  }
  const knownMs = reference.atMs + check.knownAfterMs;
  const first = signals.find(
    (signal) =>
      signal.coin === incident.coin &&
      severityRank(signal.severity) >= severityRank(check.severity) &&
      isWithin(signal.atMs, [incident.window]),
  );
  const delayMs = first === undefined ? null : first.atMs - knownMs;
  return {
    ...check,
    coin: incident.coin,
    knownMs,
    reachedMs: first?.atMs ?? null,
    delayMs,
    by: first === undefined ? null : `${first.detector} at ${first.source}`,
    passed: delayMs !== null && delayMs <= check.withinMs,
  };
}

function firstWords(signals: readonly Signal[], { coin, window }: KnownIncident): readonly FirstWords[] {
  const found = new Map<string, FirstWords>();
  for (const { detector, source, severity, atMs, ...signal } of signals) {
    if (signal.coin !== coin || severity === null || !isWithin(atMs, [window])) continue;
    const key = `${detector}|${source}`;
    const known = found.get(key) ?? { detector, source, anyMs: atMs, highMs: null, criticalMs: null };
    const rank = severityRank(severity);
    found.set(key, {
      ...known,
      highMs: known.highMs ?? (rank >= severityRank('high') ? atMs : null),
      criticalMs: known.criticalMs ?? (severity === 'critical' ? atMs : null),
    });
  }
  return [...found.values()].sort((a, b) => a.anyMs - b.anyMs || (a.source < b.source ? -1 : 1));
}

function quietRows(
  signals: readonly Signal[],
  series: readonly ScoredSeries[],
  windows: readonly Span[],
): readonly QuietRow[] {
  const rows = new Map<string, QuietRow>();
  const standing = new Map<string, number>();
  for (const { subject, detector, source, coin, severity, atMs } of signals) {
    const before = standing.get(subject) ?? 0;
    const now = severityRank(severity);
    standing.set(subject, now);
    const covered = series.find(({ id }) => id === source);
    if (now <= before || now < severityRank('medium') || covered === undefined || isWithin(atMs, windows)) {
      continue;
    }
    const rose = (to: Severity): number => (before < severityRank(to) && now >= severityRank(to) ? 1 : 0);
    const empty = {
      detector,
      source,
      coin,
      weeks: quietWeeks(covered, windows),
      mediums: 0,
      highs: 0,
      criticals: 0,
    };
    const row = rows.get(subject) ?? empty;
    rows.set(subject, {
      ...row,
      mediums: row.mediums + rose('medium'),
      highs: row.highs + rose('high'),
      criticals: row.criticals + rose('critical'),
    });
  }
  return [...rows.values()].sort((a, b) => b.highs - a.highs || b.mediums - a.mediums);
}

function coinRows(
  signals: readonly Signal[],
  series: readonly ScoredSeries[],
  { incidents, checks, pages }: Questions,
  windows: readonly Span[],
): readonly CoinRow[] {
  const coins = [...new Set(signals.map(({ coin }) => coin))].filter((coin) => coin !== '*').sort();
  const isPage = (source: string): boolean => pages.some((page) => source.startsWith(`${page}/`));
  return coins.flatMap((coin) =>
    [false, true].flatMap((withPages) => {
      const own = signals.filter((one) => one.coin === coin && (withPages || !isPage(one.source)));
      const heard = new Set(own.map(({ source }) => source));
      const covered = series.filter(({ id }) => heard.has(id));
      if (covered.length === 0 || (withPages && !own.some(({ source }) => isPage(source)))) return [];
      const endMs = Math.max(...covered.map(({ lastMs }) => lastMs));
      const high = spansOf(own, 'high', endMs);
      const alarms = alarmsOf(own, dayMs, endMs);
      const ours = incidents.filter((one) => one.coin === coin);
      const isFalse = (alarm: Span): boolean => !ours.some(({ window }) => overlaps(alarm, window));
      const labels = ours.flatMap(({ id }) => {
        const of = checks.filter(({ incident }) => incident === id);
        const worst = of.find(({ severity }) => severity === 'critical') ?? of[0];
        const reference = ours
          .find((one) => one.id === id)
          ?.references.find(({ name }) => name === worst?.reference);
        return reference === undefined ? [] : [reference.atMs + (worst?.knownAfterMs ?? 0)];
      });
      const missed = checks
        .filter(({ incident, severity }) => severity === 'high' && ours.some(({ id }) => id === incident))
        .map((check) => checked(check, own, incidents))
        .reduce(
          (sum, { delayMs, incident }) =>
            sum + (delayMs ?? windowMs(ours, incident)) * (delayMs === null || delayMs > 0 ? 1 : 0),
          0,
        );
      return [
        {
          coin,
          pages: withPages,
          ...leadingF1(
            alarms.map(({ fromMs }) => fromMs),
            labels,
          ),
          incidents: ours.length,
          found: ours.filter(({ window }) => alarms.some((alarm) => overlaps(alarm, window))).length,
          falseAlarms: alarms.filter(isFalse).length,
          weeks: lengthMs(union(covered), windows) / weekMs,
          falseMinutes: lengthMs(high, windows) / 60_000,
          missedMinutes: missed / 60_000,
        },
      ];
    }),
  );
}

function pooled(question: PoolQuestion, signals: readonly Signal[]) {
  const { coins, sources, detectors, span } = question;
  const heard = signals.filter(
    (one) =>
      coins.includes(one.coin) &&
      sources.includes(one.source) &&
      detectors.includes(one.detector) &&
      isWithin(one.atMs, [span]),
  );
  const alarmsMs = alarmsOf(heard, dayMs, span.toMs).map(({ fromMs }) => fromMs);
  return { question, alarmsMs, ...leadingF1(alarmsMs, question.labelsMs) };
}

function windowMs(incidents: readonly KnownIncident[], id: string): number {
  const window = incidents.find((one) => one.id === id)?.window;
  return window === undefined ? 0 : window.toMs - window.fromMs;
}

function quietWeeks({ firstMs, lastMs }: ScoredSeries, windows: readonly Span[]): number {
  return lengthMs([{ fromMs: firstMs, toMs: lastMs }], windows) / weekMs;
}

function union(series: readonly ScoredSeries[]): readonly Span[] {
  return apart(series.map(({ firstMs, lastMs }) => ({ fromMs: firstMs, toMs: lastMs })));
}

/** The same time without overlaps. */
function apart(spans: readonly Span[]): readonly Span[] {
  return joined(
    spans.toSorted((a, b) => a.fromMs - b.fromMs),
    0.5,
  );
}

function overlaps(a: Span, b: Span): boolean {
  return a.fromMs < b.toMs && b.fromMs <= a.toMs;
}
