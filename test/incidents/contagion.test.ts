// The watch on coins that depend on another one: raised before they move, evidence only, and gone with its cause.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import type { Severity } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import type { EdgeKind, EdgeSpec } from '../../src/core/spec.js';
import type { BookChange } from '../../src/incidents/book.js';
import { admit, createIncidents, retract, settle, triage } from '../../src/incidents/incident-room.js';
import { incidentSpec, makeSignal } from '../helpers/make.js';

const minute = 60_000;

function edge(from: string, kind: EdgeKind, to: string, rest: Partial<EdgeSpec> = {}): EdgeSpec {
  return { from, kind, to, share: null, lag: null, ...rest };
}

const spec = {
  ...incidentSpec,
  dependence: [
    edge('USDC', 'collateralOf', 'DAI', {
      share: 0.4,
      lag: { when: 'March 2023', lagMs: 35 * minute, resolutionMs: minute },
    }),
    edge('USDC', 'pooledWith', 'DAI'),
    edge('USDC', 'pooledWith', 'USDT'),
    edge('USDC', 'collateralOf', 'crvUSD', { share: 0.1 }),
    edge('DAI', 'pooledWith', 'USDC'),
    edge('USDT', 'backs', 'USDT0'),
  ],
};

/** What came of signals one after the other: the incidents as they stand, and every watch signal. */
function feed(signals: readonly Signal[], ticksMs: readonly number[] = []) {
  const state = createIncidents(spec);
  const changes: BookChange[] = [];
  for (const [step, signal] of signals.entries()) {
    admit(state, { signal, step, lane: 0, atMs: signal.atMs }, spec);
    changes.push(...triage(state, signal.atMs, spec));
  }
  for (const ms of ticksMs) changes.push(...triage(state, ms, spec));
  return {
    incidents: [...state.book.values()],
    watch: changes.flatMap(({ watch = [] }) => watch),
  };
}

const usdc = (severity: Severity | null, atMs: number): Signal =>
  makeSignal({ coin: 'USDC', severity, atMs, impact: severity === 'critical' ? 0.9 : 0.5 });

function standing({ signals }: Incident): readonly (readonly [string, Severity])[] {
  return signals.flatMap(({ detector, coin, severity }) =>
    detector === 'contagionWatch' && severity !== null ? [[coin, severity] as const] : [],
  );
}

describe('the watch on coins that depend on another one', () => {
  it('is raised before they move, in the words of what ties them and how long it took once', () => {
    const { watch } = feed([usdc('critical', 0)]);
    expect(watch.map(({ sentence, coin, severity }) => ({ sentence, coin, severity }))).toEqual([
      {
        coin: 'DAI',
        severity: 'medium',
        sentence:
          'DAI is backed 40 % by USDC, whose incident went critical; in March 2023 DAI followed after 35 minutes',
      },
      {
        coin: 'USDT',
        severity: 'low',
        sentence: 'USDT shares pools with USDC, whose incident went critical',
      },
      {
        coin: 'crvUSD',
        severity: 'low',
        sentence: 'crvUSD is backed 10 % by USDC, whose incident went critical',
      },
    ]);
  });

  it('is evidence of the same incident: it opens none, and changes neither coins, chains, severity nor cascade', () => {
    const alone = feed([usdc('critical', 0)]).incidents;
    expect(alone).toHaveLength(1);
    expect(alone[0]).toMatchObject({
      coins: ['USDC'],
      chains: ['ethereum'],
      severity: 'critical',
      cascade: false,
    });
    expect(alone[0]?.title).toBe('USDC: peg in danger, critical, on ethereum; watch DAI');
  });

  it('follows the root: low while it is high, medium while it is critical, over when it is milder or eases', () => {
    const steps = [usdc('medium', 0), usdc('high', 1), usdc('critical', 2), usdc('high', 3), usdc(null, 4)];
    const dai = feed(steps).watch.filter(({ coin }) => coin === 'DAI');
    expect(dai.map(({ severity, atMs }) => [severity, atMs])).toEqual([
      ['low', 1],
      ['medium', 2],
      ['low', 3],
      [null, 4],
    ]);
    expect(new Set(dai.map(({ id }) => id)).size).toBe(dai.length);
    expect(new Set(dai.map(({ subject }) => subject)).size).toBe(1);
    for (let n = 1; n <= steps.length; n++) {
      const last = feed(steps.slice(0, n)).incidents[0];
      expect(standing(last as Incident).length > 0).toBe([2, 3, 4].includes(n));
    }
  });

  it('goes one step only: a watch watches nobody, and what moves opens an incident of its own', () => {
    const { incidents, watch } = feed([
      usdc('critical', 0),
      makeSignal({ coin: 'USDT', severity: 'critical', atMs: 35 * minute, impact: 0.9 }),
    ]);
    expect(incidents.map(({ coins }) => coins)).toEqual([['USDC'], ['USDT']]);
    expect(watch.filter(({ atMs }) => atMs === 0).map(({ coin }) => coin)).not.toContain('USDT0');
    expect(watch.filter(({ atMs }) => atMs > 0).map(({ coin, severity }) => [coin, severity])).toEqual([
      ['USDT0', 'medium'],
    ]);
  });

  it('leads by the whole lag in staged cascades, whatever the lag', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (lagMinutes) => {
        const moved = makeSignal({ coin: 'DAI', severity: 'high', atMs: lagMinutes * minute });
        const { watch } = feed([usdc('high', 0), moved]);
        const first = watch.find(({ coin }) => coin === 'DAI');
        expect(moved.atMs - (first?.atMs ?? Number.NaN)).toBe(lagMinutes * minute);
      }),
    );
  });

  it('is raised again when a matter that had closed begins anew', () => {
    const again = 5 + spec.closeAfterMs;
    const { watch } = feed([usdc('critical', 0), usdc(null, 1), usdc('critical', again)]);
    const dai = watch.filter(({ coin }) => coin === 'DAI').map(({ severity, atMs }) => [severity, atMs]);
    expect(dai).toEqual([
      ['medium', 0],
      [null, 1],
      ['medium', again],
    ]);
  });

  const drawn = fc.record({
    coin: fc.constantFrom('USDC', 'USDT', 'DAI'),
    chain: fc.constantFrom('ethereum', 'bsc'),
    source: fc.constantFrom('p', 'q'),
    severity: fc.constantFrom<Severity | null>('low', 'medium', 'high', 'critical', null),
    impact: fc.double({ min: 0, max: 1, noNaN: true }),
    gapMs: fc.constantFrom(0, 1000, 400_000, 1_000_000, 4_000_000),
    dead: fc.boolean(),
  });

  it('leaves with dead blocks: what was raised and not taken back is what a run without them raises', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 30 }), fc.nat(5), (draws, settled) => {
        let atMs = 0;
        const all = draws.map((draw, i) => {
          atMs += draw.gapMs;
          return { dead: draw.dead && i >= settled, signal: makeSignal({ ...draw, atMs, id: `s${i}` }) };
        });
        const state = createIncidents(spec);
        const raised = new Map<string, Signal>();
        for (const [step, { signal }] of all.entries()) {
          admit(state, { signal, step, lane: 0, atMs: signal.atMs }, spec);
          for (const { watch = [] } of triage(state, signal.atMs, spec))
            for (const one of watch) raised.set(one.id, one);
          settle(state, (one) => Number(one.id.slice(1)) < settled, spec);
        }
        const dead = new Set(all.filter((one) => one.dead).map(({ signal }) => signal.id));
        const after = retract(state, dead, [], atMs + 1000, spec);
        for (const { id } of after.gone) expect(raised.delete(id)).toBe(true);
        for (const one of after.raised) raised.set(one.id, one);
        taken += after.gone.length;
        const clean = feed(
          all.filter((one) => !one.dead).map(({ signal }) => signal),
          [atMs + 1000],
        );
        expect([...state.book.values()]).toEqual(clean.incidents);
        const byId = (a: Signal, b: Signal): number => (a.id < b.id ? -1 : 1);
        expect([...raised.values()].sort(byId)).toEqual([...clean.watch].sort(byId));
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
