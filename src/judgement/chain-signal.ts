// A signal about a whole chain and not about a coin (`*`). It is about time and not about a block: the head at that
// moment may die in a reorg, and the matter was there all the same. So the evidence names the last final block and when
// the matter began, and the id is made of the time.

import type { ChainName } from '../core/chain.js';
import type { Severity } from '../core/severity.js';
import type { Quantities, Signal } from '../core/signal.js';
import { nothingStanding, noValues, signalOf } from './standing.js';

export interface ChainMatter {
  readonly detector: string;
  readonly chain: ChainName;
  /** Null: it is over. */
  readonly severity: Severity | null;
  readonly impact: number;
  readonly atMs: number;
  readonly sinceMs: number;
  readonly finalized: number;
  readonly values: Quantities;
  readonly rule: string;
  readonly sentence: string;
}

export function chainSignal(matter: ChainMatter): Signal {
  const { detector, chain, severity, atMs, sinceMs, finalized, values, rule, sentence } = matter;
  const impact = severity === null ? 0 : matter.impact;
  const evidence = {
    chain,
    source: chain,
    blockNumber: Math.max(0, finalized),
    blockHash: '0x' as const,
    blockTimeMs: sinceMs,
    transactionHash: null,
    values,
    rule,
    thresholds: noValues,
  };
  const subject = { detector, source: chain, coin: '*' };
  return signalOf(subject, { ...nothingStanding, severity, impact }, String(atMs), evidence, atMs, sentence);
}
