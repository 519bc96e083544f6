// What stood when, beside an oracle that asks minute by minute.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityRank } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import { alarmsOf, joined, lengthMs, spansOf } from '../../src/reports/standings.js';
import { makeSignal } from '../helpers/make.js';

const end = 100;
const anySignals: fc.Arbitrary<readonly Signal[]> = fc
  .array(
    fc.record({
      source: fc.constantFrom('a/x', 'a/y'),
      severity: fc.constantFrom(null, 'low', 'medium', 'high', 'critical' as const),
      atMs: fc.integer({ min: 0, max: end - 1 }),
    }),
    { maxLength: 20 },
  )
  .map((all) => all.toSorted((a, b) => a.atMs - b.atMs).map((one) => makeSignal(one)));

/** Whether anything stands at `severity` at a moment: the last word of each subject counts. */
function stands(signals: readonly Signal[], severity: 'medium' | 'high', ms: number): boolean {
  const last = new Map(signals.filter(({ atMs }) => atMs <= ms).map((one) => [one.subject, one]));
  return [...last.values()].some((one) => severityRank(one.severity) >= severityRank(severity));
}

const within = (spans: readonly { fromMs: number; toMs: number }[], ms: number): boolean =>
  spans.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);

describe('spans', () => {
  it('say of every moment whether something stood', () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const spans = spansOf(signals, 'high', end);
        for (let ms = 0; ms < end; ms++) expect(within(spans, ms)).toBe(stands(signals, 'high', ms));
      }),
    );
  });

  it('have as much time inside and outside of windows as there is', () => {
    fc.assert(
      fc.property(
        anySignals,
        fc.tuple(fc.nat(50), fc.integer({ min: 51, max: 100 })),
        (signals, [from, to]) => {
          const spans = spansOf(signals, 'medium', end);
          const windows = [{ fromMs: from, toMs: to }];
          const inside = Array.from({ length: end }, (_, ms) => ms).filter(
            (ms) => within(spans, ms) && within(windows, ms),
          ).length;
          const all = Array.from({ length: end }, (_, ms) => ms).filter((ms) => within(spans, ms)).length;
          expect(lengthMs(spans, windows, true)).toBe(inside);
          expect(lengthMs(spans, windows)).toBe(all - inside);
        },
      ),
    );
  });

  it('that follow each other soon are one', () => {
    const spans = [
      { fromMs: 0, toMs: 2 },
      { fromMs: 4, toMs: 5 },
      { fromMs: 9, toMs: 10 },
    ];
    expect(joined(spans, 3)).toEqual([
      { fromMs: 0, toMs: 5 },
      { fromMs: 9, toMs: 10 },
    ]);
  });
});

describe('an alarm', () => {
  const at = (atMs: number, severity: Signal['severity']): Signal => makeSignal({ atMs, severity });
  it('begins with a high and lasts until it is calm', () => {
    const signals = [
      at(1, 'medium'),
      at(3, 'high'),
      at(5, 'medium'),
      at(9, null),
      at(12, 'high'),
      at(13, null),
    ];
    expect(alarmsOf(signals, 5, end)).toEqual([{ fromMs: 3, toMs: 13 }]);
    expect(alarmsOf(signals, 2, end)).toEqual([
      { fromMs: 3, toMs: 9 },
      { fromMs: 12, toMs: 13 },
    ]);
  });
  it('is none without a high', () => {
    expect(alarmsOf([at(1, 'medium'), at(9, null)], 5, end)).toEqual([]);
  });
});
