// The worst that each subject said, beside an oracle that goes through all of it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import { severityRank } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import { applySignal, emptyPages } from '../../src/incidents/book.js';
import { incidentEvidence } from '../../src/reports/incident-evidence.js';
import type { Entry } from '../../src/store/store.js';
import { incidentSpec, makeSignal } from '../helpers/make.js';

/** The timeline of one incident, and how it stands. */
function fold(signals: readonly Signal[]): { readonly entries: Entry[]; readonly incident: Incident } {
  const pages = emptyPages();
  const entries = signals.map((signal, seq): Entry => {
    const change = applySignal(pages, signal, signal.atMs, incidentSpec);
    if (change === null) throw new Error('the first signal opens an incident');
    return { seq, timeMs: signal.atMs, kind: 'incident', incident: change.incident, change: change.change };
  });
  const last = entries.at(-1);
  if (last?.kind !== 'incident') throw new Error('there is one');
  return { entries, incident: last.incident };
}

const storeOf = (entries: readonly Entry[]) => ({ entries: () => entries });

it('gives each subject its worst signal, and the worst subject first', () => {
  const one = fc.record({
    source: fc.constantFrom('a/x', 'a/y', 'b/z'),
    severity: fc.constantFrom(null, 'low', 'medium', 'high', 'critical' as const),
    impact: fc.constantFrom(0.2, 0.5, 0.9),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 15 }), (drawn) => {
      const signals = [
        makeSignal({ source: 'a/x' }),
        ...drawn.map((about, i) => makeSignal({ ...about, atMs: i + 1 })),
      ];
      const { entries, incident } = fold(signals);
      const evidence = incidentEvidence(storeOf(entries), incident);
      expect(new Set(evidence.map(({ worst }) => worst.subject))).toEqual(
        new Set(signals.map(({ subject }) => subject)),
      );
      for (const { worst, now, easedAtMs } of evidence) {
        const own = signals.filter(({ subject }) => subject === worst.subject);
        expect(now).toEqual(own.at(-1));
        expect(easedAtMs).toBe(now.severity === null ? now.atMs : null);
        for (const other of own)
          expect(severityRank(other.severity)).toBeLessThanOrEqual(severityRank(worst.severity));
      }
      const ranks = evidence.map(({ worst }) => severityRank(worst.severity));
      expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    }),
  );
});

it('leaves out what a reorg took back, but not what people were told of an incident that never was', () => {
  const bad = makeSignal({ severity: 'critical', atMs: 2 });
  const signals = [
    makeSignal({ severity: 'low', atMs: 1 }),
    bad,
    makeSignal({ severity: 'medium', atMs: 3 }),
  ];
  const { entries, incident } = fold(signals);
  const taken: Entry = {
    seq: 9,
    timeMs: 4,
    kind: 'signal-retracted',
    signalId: bad.id,
    why: 'its block died',
  };
  const worstOf = (one: Incident) => incidentEvidence(storeOf([...entries, taken]), one)[0]?.worst.severity;
  expect(worstOf(incident)).toBe('medium');
  expect(worstOf({ ...incident, life: 'retracted' })).toBe('critical');
});
