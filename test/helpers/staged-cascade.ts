// Staged cascades of known order for everything that says where trouble came from. Drawn from a seed: the same seed is
// the same cascade.
import type { Severity } from '../../src/core/severity.js';
import type { Signal } from '../../src/core/signal.js';
import { makeSignal } from './make.js';

export const stagedChains = ['arbitrum', 'bsc', 'ethereum', 'polygon'] as const;
export const stagedEndMs = 1_700_000_000_000;
const minute = 60_000;

/** `wobbling`: steps are missing, early, late, and undone again. `falseStart`: another chain had trouble of its own before. `relapse`: the first chain calms and falls again. */
export const stagings = ['plain', 'wobbling', 'falseStart', 'relapse'] as const;
export type Staging = (typeof stagings)[number];

export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * The same trouble on every chain, each 45 seconds to three and three quarter minutes after the one before, with a
 * jitter of twelve seconds, up to three pools a chain, and a faint tremor somewhere long before.
 */
export function stagedCascade(
  seed: number,
  staging: Staging = 'plain',
): { readonly order: readonly string[]; readonly signals: readonly Signal[] } {
  const random = randomOf(seed);
  const order = stagedChains
    .map((chain) => ({ chain, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ chain }) => chain);
  const signals: Signal[] = [];
  const say = (chain: string, pool: number, ms: number, severity: Severity | null, impact: number): void => {
    const atMs = Math.round(ms + random() * 12_000);
    signals.push(makeSignal({ chain, source: `${chain}/pool${pool}`, severity, impact, atMs }));
  };
  const wobbling = staging === 'wobbling';
  const wobble = (): number => (wobbling ? (random() - 0.5) * minute : 0);
  let at = stagedEndMs - 45 * minute + random() * 10 * minute;
  for (const chain of order) {
    const scale = 0.85 + random() * 0.15;
    const pools = 1 + Math.floor(random() * 3);
    for (let pool = 0; pool < pools; pool++) {
      const own = at + pool * random() * 30_000;
      if (!wobbling || random() < 0.7) say(chain, pool, own, 'medium', 0.4 * scale);
      if (random() < 0.9) say(chain, pool, own + 4 * minute + wobble(), 'high', 0.6 * scale);
      say(chain, pool, own + 8 * minute + wobble(), 'critical', 0.95 * scale);
      if (wobbling && random() < 0.5) {
        say(chain, pool, own + 12 * minute, 'medium', 0.4);
        say(chain, pool, own + 14 * minute, 'critical', 0.9);
      }
      if (staging === 'relapse' && chain === order[0]) {
        say(chain, pool, own + 10 * minute, null, 0);
        say(chain, pool, own + 16 * minute, 'critical', 0.9);
      }
    }
    if (random() < 0.5) {
      say(chain, 9, stagedEndMs - 58 * minute, 'low', 0.1 * random());
      say(chain, 9, stagedEndMs - 55 * minute, null, 0);
    }
    at += (0.75 + random() * 3) * minute;
  }
  if (staging === 'falseStart' && random() < 0.5) {
    const chain = order[1 + Math.floor(random() * 3)] ?? order[1];
    say(chain ?? '', 8, stagedEndMs - 57 * minute, 'high', 0.65);
    say(chain ?? '', 8, stagedEndMs - 52 * minute, null, 0);
  }
  return { order, signals: signals.toSorted((a, b) => a.atMs - b.atMs) };
}

/** Every chain has troubles of its own, which have nothing to do with each other. */
export function strangers(seed: number): readonly Signal[] {
  const random = randomOf(seed * 7);
  const signals: Signal[] = [];
  for (const chain of stagedChains) {
    let at = stagedEndMs - 60 * minute + random() * 20 * minute;
    while (at < stagedEndMs) {
      const impact = 0.3 + 0.6 * random();
      signals.push(makeSignal({ chain, severity: 'high', impact, atMs: Math.round(at) }));
      at += (1 + random() * 6) * minute;
      signals.push(makeSignal({ chain, severity: null, impact: 0, atMs: Math.round(at) }));
      at += (3 + random() * 10) * minute;
    }
  }
  return signals.toSorted((a, b) => a.atMs - b.atMs);
}
