import { describe, expect, it } from 'vitest';
import { playbooksFor, withPlaybooks } from '../../src/alerts/playbook.js';
import type { Incident } from '../../src/core/incident.js';
import type { PlaybookMatch, PlaybookSpec } from '../../src/core/spec.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeIncident } from '../helpers/make-alert.js';

function playbook(name: string, when: Partial<PlaybookMatch> = {}): PlaybookSpec {
  const about = { title: `about ${name}`, runbook: `${name}.md`, checklist: ['look', 'act'], hook: null };
  return { name, ...about, when: { minSeverity: 'low', ...when } };
}

function check(
  about: Partial<Incident>,
  playbooks: readonly PlaybookSpec[],
  expected: readonly string[],
): void {
  const found = playbooksFor(makeIncident(about), playbooks);
  expect(found.map(({ name }) => name)).toEqual(expected);
}

const price = makeSignal({ detector: 'priceDeviation', severity: 'high', impact: 0.9 });
const supply = makeSignal({ detector: 'supplyShock', severity: 'critical', coin: 'USDC', chain: 'bsc' });

describe('the playbooks of an incident', () => {
  it('are those of its standing signals, the worst first', () => {
    const both = [
      playbook('price', { detectors: ['priceDeviation'] }),
      playbook('supply', { detectors: ['supplyShock'] }),
      playbook('oracle', { detectors: ['oracleStale'] }),
    ];
    check({ signals: [price, supply] }, both, ['supply', 'price']);
    check({ signals: [price, { ...supply, severity: null }] }, both, ['price']);
  });

  it('ask one signal for everything at once: not a coin of one and a chain of another', () => {
    const mixed = playbook('mixed', { coins: ['USDX'], chains: ['bsc'] });
    check({ signals: [price, supply] }, [mixed], []);
    check({ signals: [price, supply] }, [playbook('fits', { coins: ['USDC'], chains: ['bsc'] })], ['fits']);
  });

  it('ask for a severity of the whole incident', () => {
    const grave = playbook('grave', { minSeverity: 'critical' });
    check({ severity: 'high', signals: [price] }, [grave], []);
    check({ severity: 'critical', signals: [price] }, [grave], ['grave']);
  });

  it('put that of the cascade before those of its parts', () => {
    const all = [
      playbook('a-price', { detectors: ['priceDeviation'] }),
      playbook('cascade', { cascade: true }),
    ];
    check({ cascade: true, signals: [price] }, all, ['cascade', 'a-price']);
    check({ cascade: false, signals: [price] }, all, ['a-price']);
    check({ cascade: true, signals: [price] }, [playbook('calm', { cascade: false })], []);
  });

  it('go with an alert, two at most, without hooks; not with its end', () => {
    const many = ['a', 'b', 'c'].map((name) => playbook(name));
    const { playbooks } = withPlaybooks(makeAlert(), many);
    expect(playbooks?.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(Object.keys(playbooks?.[0] ?? {})).not.toContain('hook');
    expect(withPlaybooks(makeAlert({ reason: 'resolved' }), many).playbooks).toBeUndefined();
    expect(withPlaybooks(makeAlert(), []).playbooks).toBeUndefined();
  });
});
