import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import type { Severity } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import { admit, createIncidents, retract, settle, triage } from '../../src/incidents/incident-room.js';
import { makeSignal, incidentSpec as spec } from '../helpers/make.js';

let steps = 0;

function feed(signals: readonly Signal[], untilMs?: number): Incident[] {
  const state = createIncidents(spec);
  for (const signal of signals) {
    admit(state, { signal: signal, step: steps++, lane: 0, atMs: signal.atMs }, spec);
    triage(state, signal.atMs, spec);
  }
  if (untilMs !== undefined) triage(state, untilMs, spec);
  return [...state.book.values()];
}

describe('incidents', () => {
  it('joins signals of one coin over several chains and names the chain where it began', () => {
    const [incident, ...others] = feed([
      makeSignal({ chain: 'arbitrum', atMs: 5000, impact: 0.9 }),
      // Arrives later, but its block is older: it leads.
      {
        ...makeSignal({ chain: 'ethereum', atMs: 6000, impact: 0.9 }),
        evidence: { ...makeSignal({}).evidence, blockTimeMs: 1000 },
      },
    ]);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ chains: ['arbitrum', 'ethereum'], leadChain: 'ethereum', life: 'open' });
  });

  it('keeps coins apart', () => {
    expect(feed([makeSignal({ coin: 'USDX' }), makeSignal({ coin: 'USDY' })])).toHaveLength(2);
  });

  it('calls three high-impact signals of distinct sources within the window a cascade, one step worse', () => {
    const three = ['a', 'b', 'c'].map((source, i) => makeSignal({ source, impact: 0.7, atMs: i * 1000 }));
    expect(feed(three)[0]).toMatchObject({ cascade: true, severity: 'critical', life: 'escalated' });
    expect(feed(three.slice(0, 2))[0]).toMatchObject({ cascade: false, severity: 'high' });
    const sameSource = three.map((signal, i) => ({ ...signal, source: 'a', subject: `d${i}|a|USDX` }));
    expect(feed(sameSource)[0]?.cascade).toBe(false);
    const far = three.map((signal, i) => ({
      ...signal,
      evidence: { ...signal.evidence, blockTimeMs: i * (spec.cascadeWindowMs + 1) },
    }));
    expect(feed(far)[0]?.cascade).toBe(false);
  });

  it('eases when all signals have eased, closes only after the calm has lasted, and reopens when it returns', () => {
    const raised = makeSignal({ atMs: 0 });
    const eased = makeSignal({ atMs: 1000, severity: null });
    expect(feed([raised, eased], 1000 + spec.closeAfterMs - 1)[0]?.life).toBe('easing');
    const closed = feed([raised, eased], 1000 + spec.closeAfterMs)[0];
    expect(closed).toMatchObject({ life: 'closed', closedAtMs: 1000 + spec.closeAfterMs });
    const again = makeSignal({ atMs: 2000 + spec.closeAfterMs });
    expect(feed([raised, eased, again])).toMatchObject([{ id: closed?.id, life: 'open', closedAtMs: null }]);
  });

  it('ignores the end of something it never saw', () => {
    expect(feed([makeSignal({ severity: null })])).toEqual([]);
  });

  const severity = fc.constantFrom<Severity | null>('low', 'medium', 'high', 'critical', null);
  const drawn = fc.record({
    coin: fc.constantFrom('USDX', 'USDY'),
    chain: fc.constantFrom('ethereum', 'bsc'),
    source: fc.constantFrom('p', 'q', 'r'),
    severity,
    impact: fc.double({ min: 0, max: 1, noNaN: true }),
    gapMs: fc.constantFrom(0, 1000, 400_000, 1_000_000, 4_000_000),
    dead: fc.boolean(),
  });

  it('stands after a retraction as if the dead signals had never been seen', () => {
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 30 }), fc.nat(5), (draws, settled) => {
        let atMs = 0;
        const all = draws.map((draw, i) => {
          atMs += draw.gapMs;
          return {
            dead: draw.dead && i >= settled,
            signal: { ...makeSignal({ ...draw, atMs }), id: `s${i}` },
          };
        });
        const state = createIncidents(spec);
        for (const { signal } of all) {
          admit(state, { signal: signal, step: steps++, lane: 0, atMs: signal.atMs }, spec);
          triage(state, signal.atMs, spec);
          settle(state, (one) => Number(one.id.slice(1)) < settled, spec);
        }
        const end = atMs + 1000;
        retract(state, new Set(all.filter(({ dead }) => dead).map(({ signal }) => signal.id)), [], end, spec);
        const survivors = all.filter(({ dead }) => !dead).map(({ signal }) => signal);
        expect([...state.book.values()]).toEqual(feed(survivors, end));
      }),
      { numRuns: 400 },
    );
  });

  it('reports an incident that would never have opened as retracted, once', () => {
    const state = createIncidents(spec);
    const signal = makeSignal({ severity: 'critical' });
    admit(state, { signal: signal, step: steps++, lane: 0, atMs: 0 }, spec);
    const [opened] = triage(state, 0, spec);
    const { changes } = retract(state, new Set([signal.id]), [], 10, spec);
    expect(changes).toMatchObject([
      { change: 'retracted', incident: { id: opened?.incident.id, life: 'retracted' } },
    ]);
    expect(retract(state, new Set([signal.id]), [], 11, spec).changes).toEqual([]);
  });

  it('looks at the worst first and leaves the rest for the next step', () => {
    const narrow = { ...spec, triage: { ...spec.triage, perStep: 1 } };
    const state = createIncidents(narrow);
    admit(
      state,
      { signal: makeSignal({ coin: 'A', severity: 'low' }), step: steps++, lane: 0, atMs: 0 },
      narrow,
    );
    admit(
      state,
      { signal: makeSignal({ coin: 'B', severity: 'critical' }), step: steps++, lane: 0, atMs: 0 },
      narrow,
    );
    expect(triage(state, 0, narrow).map(({ incident }) => incident.coins[0])).toEqual(['B']);
    expect(triage(state, 0, narrow).map(({ incident }) => incident.coins[0])).toEqual(['A']);
  });
});
