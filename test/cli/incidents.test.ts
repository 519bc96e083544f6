// What a person and a program see of an incident, on a stored journal.
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import type { SubjectEvidence } from '../../src/reports/incident-evidence.js';
import { commandLine } from '../helpers/command-line.js';
import { importStore } from '../helpers/import-store.js';
import { inputsOfBars } from '../helpers/imports.js';

async function run(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await commandLine('incidents', ...args);
  expect(code, err).toBe(0);
  return out;
}

const pair = ['USDC', 'USD'] as const;

/** Twenty minutes at 0.94 on one place and at 0.985 on another, and then hours of peace. */
async function overStore(): Promise<string> {
  const bars = (id: string, price: number) => ({
    id,
    tokens: pair,
    prices: [...Array(30).fill(1), ...Array(20).fill(price), ...Array(180).fill(1)],
  });
  return importStore(inputsOfBars([bars('bitstamp/usdc-usd', 0.985), bars('kraken/usdc-usd', 0.94)]));
}

describe('pegwatch incidents show', () => {
  it('says of an incident that is over what each place said at its worst, and when that eased', async () => {
    const store = await overStore();
    const [incident] = JSON.parse(await run('list', '-s', store, '--json')) as Incident[];
    expect(incident?.life).toBe('closed');
    expect(await run('list', '-s', store)).toContain('closed     worst critical  USDC: over');
    const id = incident?.id ?? '';
    const { evidence } = JSON.parse(await run('show', id, '-s', store, '--json')) as {
      evidence: SubjectEvidence[];
    };
    const first = evidence[0];
    expect(first?.worst.severity).toBe('critical');
    expect(first?.worst.source).toBe('kraken/usdc-usd');
    expect(first?.worst.evidence.values.deviationBps).toBeCloseTo(-600, 0);
    expect(first?.worst.evidence.rule).not.toBe('eased');
    expect(first?.easedAtMs).toBeGreaterThan(first?.worst.atMs ?? Number.POSITIVE_INFINITY);
    const shown = await run('show', id, '-s', store);
    expect(shown).toMatch(/\n {2}critical {2}USDC trades 6 % below .*\n.*rule: .*\n.*deviationBps=-600/);
    expect(shown).toMatch(/eased at 2024-01-01 0\d:\d\d:\d\d: /);
    expect(shown.indexOf('trades 6 %')).toBeLessThan(shown.indexOf('bitstamp/usdc-usd'));
  });
});
