// How an incident moves over the chains: where it comes from, how surely, and whether it spreads. Three witnesses are
// asked for the lead: who had the first high-impact signal, who climbed first level by level (both since the coin was
// last calm everywhere), and whose impact the others follow by correlation. Each of them errs where another one does
// not (docs/methodology.md has how often), so two of the three decide.

import type { ChainName } from '../core/chain.js';
import type { Onset } from '../core/incident.js';
import { acrossChainsDefaults, acrossTrail } from './across-chains.js';
import { firstByLevels } from './first-by-levels.js';
import type { ImpactTrail } from './impact-trail.js';
import { leadChainOf } from './lead-chain.js';

export interface Movement {
  readonly leadChain: ChainName;
  /** The share of the witnesses that name the lead: a third, two thirds or 1; 0 where there is only one chain. */
  readonly leadConfidence: number;
  /** More than half of the pairs of chains move together, over the last hour. */
  readonly spreading: boolean;
}

/** `before`: what stood until now; null where the matter begins. `onsets` are those of the whole incident. */
export function movementOf(
  before: Movement | null,
  onsets: readonly Onset[],
  trail: ImpactTrail,
  nowMs: number,
  highImpactFrom: number,
): Movement {
  if (onsets.length < 2) return { leadChain: leadChainOf(onsets), leadConfidence: 0, spreading: false };
  const { lead, spreading } = acrossTrail(trail, nowMs);
  const wave = sinceCalm(trail);
  const beganMs = wave[0]?.blockTimeMs ?? 0;
  // Later than that the trail no longer holds the beginning, and where it came from is no longer to be seen.
  if (before !== null && nowMs - beganMs > acrossChainsDefaults.windowMs) return { ...before, spreading };
  const earliest = leadChainOf(onsetsOf(wave, highImpactFrom));
  const climbed = firstByLevels(wave, highImpactFrom);
  const leadChain = lead === earliest ? earliest : climbed;
  const named = [earliest, climbed, lead].filter((one) => one === leadChain).length;
  return { leadChain, leadConfidence: named / 3, spreading };
}

/** The steps since the last moment at which nothing stood anywhere. */
function sinceCalm(trail: ImpactTrail): ImpactTrail {
  const standing = new Set<string>();
  let from = 0;
  for (const [i, { subject, impact }] of trail.entries()) {
    if (impact === 0) standing.delete(subject);
    else {
      if (standing.size === 0) from = i;
      standing.add(subject);
    }
  }
  return trail.slice(from);
}

/** Where and when it began on each chain, by the first step of high impact where there is one. */
function onsetsOf(trail: ImpactTrail, highImpactFrom: number): readonly Onset[] {
  const onsets = new Map<ChainName, Onset>();
  for (const { chain, blockTimeMs, impact } of trail) {
    if (impact === 0) continue;
    const known = onsets.get(chain);
    const highImpact = impact >= highImpactFrom;
    if (known === undefined || (highImpact && !known.highImpact))
      onsets.set(chain, { chain, blockTimeMs, highImpact });
  }
  return [...onsets.values()];
}
