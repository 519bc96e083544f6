// A desk for one coin hears that trouble elsewhere may reach it, as loud as the watch is.
import { describe, expect, it } from 'vitest';
import { playbooksFor } from '../../src/alerts/playbook.js';
import { deliveryOf } from '../../src/alerts/route.js';
import type { Incident } from '../../src/core/incident.js';
import type { Severity } from '../../src/core/severity.js';
import type { ChannelSpec, PlaybookSpec } from '../../src/core/spec.js';
import { admit, createIncidents, triage } from '../../src/incidents/incident-room.js';
import { incidentSpec, makeSignal } from '../helpers/make.js';

const none = { share: null, lag: null };
const spec = {
  ...incidentSpec,
  dependence: [
    { from: 'USDC', kind: 'collateralOf' as const, to: 'DAI', ...none },
    { from: 'USDC', kind: 'pooledWith' as const, to: 'USDT', ...none },
  ],
};

function incidentOf(...severities: readonly (Severity | null)[]): Incident {
  const state = createIncidents(spec);
  for (const [step, severity] of severities.entries()) {
    admit(
      state,
      { signal: makeSignal({ coin: 'USDC', severity, atMs: step }), step, lane: 0, atMs: step },
      spec,
    );
    triage(state, step, spec);
  }
  return [...state.book.values()][0] as Incident;
}

function hears(coin: string, minSeverity: Severity, incident: Incident): boolean {
  const desk: ChannelSpec = { name: 'desk', kind: 'webhook', minSeverity, groupMs: 0, repeatMs: null };
  return deliveryOf({ ...desk, only: { coins: [coin] } }, incident, undefined).whyNot === null;
}

describe('a desk for one coin', () => {
  it('hears of the watch on its coin as if the incident were as bad as the watch', () => {
    const critical = incidentOf('critical');
    expect(hears('USDC', 'critical', critical)).toBe(true);
    expect(
      ['low', 'medium', 'high', 'critical'].map((least) => hears('DAI', least as Severity, critical)),
    ).toEqual([true, true, false, false]);
    expect(['low', 'medium'].map((least) => hears('USDT', least as Severity, critical))).toEqual([
      true,
      false,
    ]);
    expect(hears('GHO', 'low', critical)).toBe(false);
  });

  it('no longer does once the watch is over', () => {
    expect(hears('DAI', 'low', incidentOf('critical', 'medium'))).toBe(false);
    expect(hears('DAI', 'low', incidentOf('critical', null))).toBe(false);
  });

  it('is not called to a playbook, or a hook, by a watch that it does not name', () => {
    const playbook = (when: PlaybookSpec['when']): PlaybookSpec => ({
      name: 'p',
      title: 'p',
      runbook: null,
      checklist: [],
      hook: null,
      when,
    });
    const asked = playbook({ minSeverity: 'high', coins: ['DAI'] });
    const named = playbook({ minSeverity: 'high', coins: ['DAI'], detectors: ['contagionWatch'] });
    expect(playbooksFor(incidentOf('critical'), [asked, named])).toEqual([named]);
  });
});
