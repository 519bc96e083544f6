import type { ChainName, Signal } from '../core/types.js';

/**
 * The chain on which it began: that of the earliest signal by block time, high-impact signals first. A signal that
 * has eased since still tells where it began. Ties go to the chain that comes first in the alphabet.
 */
export function leadChainOf(signals: readonly Signal[], highImpact: number): ChainName {
  const heavy = signals.filter((signal) => signal.impact >= highImpact);
  const candidates = heavy.length > 0 ? heavy : signals;
  const first = [...candidates].sort(
    (a, b) => a.evidence.blockTimeMs - b.evidence.blockTimeMs || (a.chain < b.chain ? -1 : 1),
  )[0];
  return first?.chain ?? '';
}
