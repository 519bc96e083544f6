import type { ChainName } from '../core/chain.js';
import type { Onset } from '../core/incident.js';
import type { Signal } from '../core/signal.js';

/** The onsets with one more signal counted in; the end of a matter (`severity: null`) is no onset. */
export function withOnset(
  onsets: readonly Onset[],
  signal: Signal,
  highImpactFrom: number,
): readonly Onset[] {
  if (signal.severity === null) return onsets;
  const { chain } = signal;
  const candidate: Onset = {
    chain,
    blockTimeMs: signal.evidence.blockTimeMs,
    highImpact: signal.impact >= highImpactFrom,
  };
  const known = onsets.find((one) => one.chain === chain);
  if (known === undefined) return [...onsets, candidate];
  return earlier(candidate, known) ? onsets.map((one) => (one === known ? candidate : one)) : onsets;
}

/** The chain on which it began. Ties go to the chain that comes first in the alphabet. */
export function leadChainOf(onsets: readonly Onset[]): ChainName {
  const [first, ...rest] = onsets;
  if (first === undefined) return '';
  return rest.reduce((lead, one) => (earlier(one, lead) ? one : lead), first).chain;
}

/** High impact counts before time: a faint tremor elsewhere does not lead a crash. */
function earlier(a: Onset, b: Onset): boolean {
  if (a.highImpact !== b.highImpact) return a.highImpact;
  return a.blockTimeMs < b.blockTimeMs || (a.blockTimeMs === b.blockTimeMs && a.chain < b.chain);
}
