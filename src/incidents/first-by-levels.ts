// Which chain comes first when the climb is compared step by step: at half of high impact, at high impact, at half as
// much again. Between two chains the median of the three leads decides, so that one level that a chain skipped or
// reached late does not.

import type { ChainName } from '../core/chain.js';
import type { ImpactTrail } from './impact-trail.js';

/** The chain that comes before most of the others; the first of the alphabet where several do; '' of an empty trail. */
export function firstByLevels(trail: ImpactTrail, highImpactFrom: number): ChainName {
  const reached = reachedAt(
    trail,
    [0.5, 1, 1.5].map((part) => part * highImpactFrom),
  );
  let first: { readonly chain: ChainName; readonly score: number } | null = null;
  for (const chain of [...reached.keys()].sort()) {
    let score = 0;
    for (const other of reached.keys())
      score += Math.sign(medianLead(reached.get(chain) ?? [], reached.get(other) ?? []));
    if (first === null || score > first.score) first = { chain, score };
  }
  return first?.chain ?? '';
}

/** By chain, when each level was reached; Infinity: not yet. */
function reachedAt(trail: ImpactTrail, levels: readonly number[]): ReadonlyMap<ChainName, readonly number[]> {
  const reached = new Map<ChainName, number[]>();
  for (const { chain, impact, blockTimeMs } of trail) {
    if (impact === 0) continue;
    const times = reached.get(chain) ?? levels.map(() => Number.POSITIVE_INFINITY);
    reached.set(
      chain,
      times.map((ms, i) => (impact >= (levels[i] ?? 0) ? Math.min(ms, blockTimeMs) : ms)),
    );
  }
  return reached;
}

/** By how much A came before B, in milliseconds; a level that neither has reached says nothing. */
function medianLead(a: readonly number[], b: readonly number[]): number {
  const leads = a.map((ms, i) => (ms === b[i] ? 0 : (b[i] ?? 0) - ms)).sort((x, y) => x - y);
  return leads[leads.length >> 1] ?? 0;
}
