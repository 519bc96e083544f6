// Which thresholds give the wanted number of alerts in a quiet month? The user's own journal, judged again with every
// rule turned up and down by one factor, gives the curve: alerts in a quiet month against the factor, and when the known
// incidents would have been told. Pure: what was judged goes in.

import type { CoinName } from '../core/coin.js';
import { contagionWatch } from '../core/detector-names.js';
import type { Incident } from '../core/incident.js';
import { type Severity, severityRank } from '../core/severity.js';
import { isWithin, joined, lengthMs, type Span } from './standings.js';

/** An incident that came to the severity in question, from below. */
export interface Reached {
  readonly incidentId: string;
  readonly coin: CoinName;
  readonly atMs: number;
  /** The detectors whose signals stood then. */
  readonly detectors: readonly string[];
}

/** What one factor gave over the whole timeline. */
export interface Trial {
  readonly factor: number;
  readonly reached: readonly Reached[];
}

export interface AdviceQuestion {
  readonly alertsPerMonth: number;
  readonly severity: Severity;
  /** When somebody watched: spans in order, apart from each other. */
  readonly covered: readonly Span[];
  /** Incidents that reached critical, or what the user named: whatever is told there is no false alarm. */
  readonly incidents: readonly KnownSpan[];
}

export interface KnownSpan extends Span {
  readonly name: string;
  /** Null: whatever coin. */
  readonly coins: readonly CoinName[] | null;
}

export interface CurvePoint {
  readonly factor: number;
  readonly alerts: number;
  /** Null without quiet time. */
  readonly perMonth: number | null;
  /** With so few counted, the true rate lies below this with 95 % (Poisson). */
  readonly atMost: number | null;
  /** Of each known incident, when it was told; null: never. */
  readonly told: readonly (number | null)[];
}

export interface Advice {
  readonly quietMonths: number;
  readonly curve: readonly CurvePoint[];
  /** The most sensitive factor from which on no more alerts came than wanted; null: none that was tried, or doubt. */
  readonly proposed: number | null;
  /** Why nothing can be proposed; null where the timeline is long enough and says something. */
  readonly doubt: string | null;
  /** At the present thresholds: how many alerts each detector had a part in. */
  readonly byDetector: Readonly<Record<string, number>>;
}

export const monthMs = 30 * 86_400_000;
/** Fewer than this expected in all: whether any came is a matter of luck. */
const leastExpected = 3;

export function advise(trials: readonly Trial[], question: AdviceQuestion): Advice {
  const windows = joined(
    question.incidents.toSorted((a, b) => a.fromMs - b.fromMs),
    1,
  );
  const quietMonths = Math.max(0, lengthMs(question.covered, windows)) / monthMs;
  const isQuiet = ({ atMs }: Reached): boolean =>
    isWithin(atMs, question.covered) && !isWithin(atMs, windows);
  const curve = trials
    .toSorted((a, b) => a.factor - b.factor)
    .map(({ factor, reached }): CurvePoint => {
      const alerts = reached.filter(isQuiet).length;
      return {
        factor,
        alerts,
        perMonth: quietMonths > 0 ? alerts / quietMonths : null,
        atMost: quietMonths > 0 ? poissonUpper(alerts) / quietMonths : null,
        told: question.incidents.map((incident) => toldAt(reached, incident)),
      };
    });
  const present = trials.find(({ factor }) => factor === 1)?.reached.filter(isQuiet) ?? [];
  const byDetector: Record<string, number> = {};
  for (const detector of present.flatMap(({ detectors }) => detectors))
    byDetector[detector] = (byDetector[detector] ?? 0) + 1;
  const doubt = doubtOf(quietMonths, question.alertsPerMonth, curve);
  return {
    quietMonths,
    curve,
    proposed: doubt === null ? proposedOf(curve, question.alertsPerMonth) : null,
    doubt,
    byDetector,
  };
}

/** Incidents as they came to `severity`, of everything that one run decided. A whole chain's troubles are left out. */
export function createReachedLog(severity: Severity, coin: CoinName | null): ReachedLog {
  const standing = new Map<string, boolean>();
  const reached: Reached[] = [];
  return {
    reached,
    note(incident) {
      const stands =
        incident.closedAtMs === null &&
        incident.life !== 'easing' &&
        severityRank(incident.severity) >= severityRank(severity);
      const stood = standing.get(incident.id) ?? false;
      // What eases and flares up again before it closes is the same conversation.
      if (incident.closedAtMs !== null) standing.delete(incident.id);
      else standing.set(incident.id, stood || stands);
      const own = incident.coins.find((one) => one !== '*' && (coin === null || one === coin));
      if (!stands || stood || own === undefined) return;
      // A watch on another coin is raised by the incident and does not raise it.
      const standingSignals = incident.signals.filter(
        (one) => one.severity !== null && one.detector !== contagionWatch,
      );
      const detectors = standingSignals.map((one) => one.detector);
      const { id: incidentId, updatedAtMs: atMs } = incident;
      reached.push({ incidentId, coin: own, atMs, detectors: [...new Set(detectors)] });
    },
  };
}

export interface ReachedLog {
  readonly reached: readonly Reached[];
  note(incident: Incident): void;
}

function toldAt(reached: readonly Reached[], { fromMs, toMs, coins }: KnownSpan): number | null {
  const own = reached.filter(
    (one) => isWithin(one.atMs, [{ fromMs, toMs: toMs + 1 }]) && (coins === null || coins.includes(one.coin)),
  );
  return own.length === 0 ? null : Math.min(...own.map(({ atMs }) => atMs));
}

/** Incidents join and part as thresholds move, so the curve may have dents: all that is stricter must hold as well. */
function proposedOf(curve: readonly CurvePoint[], wanted: number): number | null {
  let proposed: number | null = null;
  for (const { factor, perMonth } of curve.toReversed()) {
    if (perMonth === null || perMonth > wanted) break;
    proposed = factor;
  }
  return proposed;
}

function doubtOf(quietMonths: number, wanted: number, curve: readonly CurvePoint[]): string | null {
  if (quietMonths <= 0) return 'there is no quiet time in it at all';
  const silent = curve.every(({ alerts, told }) => alerts === 0 && told.every((at) => at === null));
  if (quietMonths * wanted >= leastExpected)
    return silent ? 'no factor that was tried gave an alert, so nothing tells one from another' : null;
  const needed = leastExpected / wanted;
  return `its ${spanWords(quietMonths)} of quiet time are too short to tell ${wanted} alerts a month from luck: ${needed.toFixed(1)} would do`;
}

function spanWords(months: number): string {
  return months >= 0.95 ? `${months.toFixed(1)} months` : `${(months * 30).toPrecision(2)} days`;
}

/** The rate under which `count` or fewer would come in one of twenty such timelines, by bisection. */
export function poissonUpper(count: number): number {
  let [low, high] = [count, count + 10 + 4 * Math.sqrt(count + 1)];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(count, middle) > 0.05) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function chanceOfAtMost(count: number, rate: number): number {
  let logTerm = -rate;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= count; k++) {
    logTerm += Math.log(rate / k);
    sum += Math.exp(logTerm);
  }
  return sum;
}
