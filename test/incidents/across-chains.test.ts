// Trouble that wanders: staged cascades of known order, and what must not be taken for one.
import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import { acrossChains } from '../../src/incidents/across-chains.js';
import { makeSignal } from '../helpers/make.js';
import { randomOf, stagedCascade, stagedEndMs, strangers } from '../helpers/staged-cascade.js';

const nowMs = stagedEndMs;
const minute = 60_000;

describe('trouble on several chains', () => {
  it('is traced to where it came from in at least 95 of 100 staged cascades', () => {
    let right = 0;
    let spreading = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { order, signals } = stagedCascade(seed);
      const found = acrossChains(signals, 'USDX', nowMs);
      if (found.lead === order[0]) right++;
      if (found.spreading) spreading++;
    }
    expect(right).toBeGreaterThanOrEqual(95);
    expect(spreading).toBeGreaterThanOrEqual(95);
  });

  it('does not call it spreading where chains have troubles of their own', () => {
    let spreading = 0;
    for (let seed = 1; seed <= 100; seed++)
      if (acrossChains(strangers(seed), 'USDX', nowMs).spreading) spreading++;
    expect(spreading).toBeLessThanOrEqual(5);
  });

  it('finds the lag that the correlation of the library finds', () => {
    const at15 = (ofChain: string, signals: readonly Signal[]): number[] =>
      Array.from({ length: 240 }, (_, i) => {
        const endMs = nowMs - 3_600_000 + (i + 1) * 15_000;
        const standing = new Map<string, number>();
        for (const { chain, subject, evidence, impact } of signals)
          if (chain === ofChain && evidence.blockTimeMs <= endMs) standing.set(subject, impact);
        return Math.max(0, ...standing.values());
      });
    for (let seed = 1; seed <= 20; seed++) {
      const { signals } = stagedCascade(seed, 'wobbling');
      for (const { leader, follower, pearson } of acrossChains(signals, 'USDX', nowMs).pairs) {
        const [a, b] = [at15(leader, signals), at15(follower, signals)];
        const fits: number[] = [];
        for (let lag = -60; lag <= 60; lag++) {
          const x = a.slice(Math.max(0, -lag), a.length - Math.max(0, lag));
          const y = b.slice(Math.max(0, lag), b.length - Math.max(0, -lag));
          const fit = new Set(x).size > 1 && new Set(y).size > 1 ? sampleCorrelation(x, y) : -1;
          fits.push(fit);
        }
        expect(pearson).toBeCloseTo(Math.max(...fits), 6);
      }
    }
  });

  it('gives the same whatever the order in which the signals came', () => {
    const { signals } = stagedCascade(7);
    const random = randomOf(99);
    const shuffled = signals.toSorted(() => random() - 0.5);
    expect(acrossChains(shuffled, 'USDX', nowMs)).toEqual(acrossChains(signals, 'USDX', nowMs));
  });

  it('does not see what has not happened yet', () => {
    const { signals } = stagedCascade(3);
    const cut = nowMs - 30 * minute;
    const known = signals.filter(({ evidence }) => evidence.blockTimeMs <= cut);
    expect(acrossChains(signals, 'USDX', cut)).toEqual(acrossChains(known, 'USDX', cut));
  });

  it('has no lead where it is everywhere at once, and knows none on one chain alone', () => {
    const at = (chain: string): Signal => makeSignal({ chain, atMs: nowMs - 30 * minute, impact: 0.9 });
    const both = acrossChains([at('bsc'), at('polygon')], 'USDX', nowMs);
    expect(both).toMatchObject({ lead: null, confidence: 0, spreading: true });
    expect(both.pairs[0]).toMatchObject({ lagMs: 0 });
    expect(both.pairs[0]?.pearson).toBeCloseTo(1, 9);
    expect(acrossChains([at('bsc')], 'USDX', nowMs)).toMatchObject({ lead: 'bsc', confidence: 0, pairs: [] });
    expect(acrossChains([], 'USDX', nowMs)).toMatchObject({ lead: null, chains: [], spreading: false });
  });

  it('tells the lag to within a block or two', () => {
    const at = (chain: string, ms: number, severity: Severity, impact: number): Signal =>
      makeSignal({ chain, atMs: ms, severity, impact });
    const began = nowMs - 40 * minute;
    const signals = ['polygon', 'arbitrum'].flatMap((chain, i) => [
      at(chain, began + i * 5 * minute, 'medium', 0.4),
      at(chain, began + i * 5 * minute + 6 * minute, 'critical', 0.9),
    ]);
    const [pair] = acrossChains(signals, 'USDX', nowMs).pairs;
    expect(pair).toMatchObject({ leader: 'polygon', follower: 'arbitrum' });
    expect(Math.abs((pair?.lagMs ?? 0) - 5 * minute)).toBeLessThanOrEqual(15_000);
    expect(pair?.rank).toBeCloseTo(1, 6);
  });
});
