// What stood when: signals are transitions, so the time between two of one subject belongs to the first.

import { type Severity, severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';

/** Something stood from `fromMs` up to `toMs`, without it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When at least one of the subjects stood at `severity` or worse; spans in order, apart from each other. */
export function spansOf(signals: readonly Signal[], severity: Severity, endMs: number): readonly Span[] {
  const standing = new Set<string>();
  const spans: Span[] = [];
  let fromMs = Number.NaN;
  for (const signal of signals.toSorted((a, b) => a.atMs - b.atMs)) {
    const before = standing.size;
    if (severityRank(signal.severity) >= severityRank(severity)) standing.add(signal.subject);
    else standing.delete(signal.subject);
    if (before === 0 && standing.size > 0) fromMs = signal.atMs;
    if (before > 0 && standing.size === 0) spans.push({ fromMs, toMs: signal.atMs });
  }
  if (standing.size > 0) spans.push({ fromMs, toMs: endMs });
  return spans;
}

/** Spans that follow each other within `gapMs` count as one: a matter that flares up again is not news. */
export function joined(spans: readonly Span[], gapMs: number): readonly Span[] {
  const whole: Span[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last !== undefined && span.fromMs - last.toMs < gapMs) {
      whole[whole.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    } else whole.push(span);
  }
  return whole;
}

/**
 * Alarms: each begins with a `high` and lasts until nothing of `medium` or worse has stood for `calmMs`. The end lies
 * deeper than the beginning, as in published rules of episodes: what flares up again before it is calm is not news.
 */
export function alarmsOf(signals: readonly Signal[], calmMs: number, endMs: number): readonly Span[] {
  const high = spansOf(signals, 'high', endMs);
  return joined(spansOf(signals, 'medium', endMs), calmMs).flatMap(({ fromMs, toMs }) => {
    const first = high.find((span) => span.fromMs >= fromMs && span.fromMs < toMs);
    return first === undefined ? [] : [{ fromMs: first.fromMs, toMs }];
  });
}

/** Milliseconds of `spans` outside of (or, with `inside`, within) `windows`, which do not overlap each other. */
export function lengthMs(spans: readonly Span[], windows: readonly Span[], inside = false): number {
  let all = 0;
  let within = 0;
  for (const { fromMs, toMs } of spans) {
    all += toMs - fromMs;
    for (const window of windows) {
      within += Math.max(0, Math.min(toMs, window.toMs) - Math.max(fromMs, window.fromMs));
    }
  }
  return inside ? within : all - within;
}

export function isWithin(timeMs: number, windows: readonly Span[]): boolean {
  return windows.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
}
