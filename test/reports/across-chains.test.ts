// Trouble that wanders: staged cascades of known order, and what must not be taken for one.
import { describe, expect, it } from 'vitest';
import type { Severity, Signal } from '../../src/core/types.js';
import { acrossChains } from '../../src/reports/across-chains.js';
import { makeSignal } from '../helpers/make.js';

const chains = ['arbitrum', 'bsc', 'ethereum', 'polygon'] as const;
const nowMs = 1_700_000_000_000;
const minute = 60_000;

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The same trouble on every chain, each a while after the one before, with jitter, gaps and a tremor of its own. */
function staged(seed: number): { readonly order: readonly string[]; readonly signals: readonly Signal[] } {
  const random = randomOf(seed);
  const order = chains
    .map((chain) => ({ chain, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ chain }) => chain);
  const signals: Signal[] = [];
  const say = (
    chain: string,
    source: number,
    atMs: number,
    severity: Severity | null,
    impact: number,
  ): void => {
    const blockTimeMs = Math.round(atMs + random() * 12_000);
    const signal = makeSignal({
      chain,
      source: `${chain}/pool${source}`,
      severity,
      impact,
      atMs: blockTimeMs,
    });
    signals.push({ ...signal, evidence: { ...signal.evidence, blockTimeMs } });
  };
  let at = nowMs - 45 * minute + random() * 10 * minute;
  for (const chain of order) {
    const scale = 0.85 + random() * 0.15;
    const pools = 1 + Math.floor(random() * 3);
    for (let pool = 0; pool < pools; pool++) {
      const own = at + pool * random() * 30_000;
      say(chain, pool, own, 'medium', 0.4 * scale);
      if (random() < 0.9) say(chain, pool, own + 4 * minute, 'high', 0.6 * scale);
      say(chain, pool, own + 8 * minute, 'critical', 0.95 * scale);
    }
    // A faint tremor somewhere, long before: it leads nothing.
    if (random() < 0.5) {
      say(chain, 9, nowMs - 58 * minute, 'low', 0.1 * random());
      say(chain, 9, nowMs - 55 * minute, null, 0);
    }
    at += (0.75 + random() * 3) * minute;
  }
  return { order, signals };
}

describe('trouble on several chains', () => {
  it('is traced to where it came from in at least 95 of 100 staged cascades', () => {
    let right = 0;
    let spreading = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { order, signals } = staged(seed);
      const found = acrossChains(signals, 'USDX', nowMs);
      if (found.lead === order[0]) right++;
      if (found.spreading) spreading++;
    }
    expect(right).toBeGreaterThanOrEqual(95);
    expect(spreading).toBeGreaterThanOrEqual(95);
  });

  it('gives the same whatever the order in which the signals came', () => {
    const { signals } = staged(7);
    const random = randomOf(99);
    const shuffled = signals.toSorted(() => random() - 0.5);
    expect(acrossChains(shuffled, 'USDX', nowMs)).toEqual(acrossChains(signals, 'USDX', nowMs));
  });

  it('does not see what has not happened yet', () => {
    const { signals } = staged(3);
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
