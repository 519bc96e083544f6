import type { Problem } from '../core/problem.js';
import type { Signal } from '../core/signal.js';

/** What is said of the least urgent signal, which had to make room. */
export function triageFull(dropped: Signal): Problem {
  return {
    code: 'triage-full',
    chain: dropped.chain,
    source: dropped.source,
    message: `triage is full: signal ${dropped.id} (${dropped.severity ?? 'eased'}) was not looked at`,
    raw: null,
  };
}
