// What the daemon says about itself: the whole of it on `/status`, and from it whether it is ready.

import type { Silence, Suppressed } from '../core/routing.js';
import type { Severity } from '../core/severity.js';
import type { CoverageSummary } from '../coverage/summary.js';

export interface ChainStatus {
  readonly chain: string;
  readonly caughtUp: boolean;
  /** The newest stored block; null before the first. */
  readonly block: { readonly number: number; readonly hash: string; readonly timeMs: number } | null;
  /** The newest height that a node announced. */
  readonly head: number | null;
  readonly finalized: number | null;
  readonly silent: boolean;
  /** JSON-RPC calls for each block read since the start of the process; null before the first block. */
  readonly callsPerBlock: number | null;
  /** How fast each endpoint is asked at most: less than configured after it refused. */
  readonly paces: readonly { readonly endpoint: string; readonly callsPerSecond: number }[];
  /** What was read and what is missing; null before the chain is known. */
  readonly coverage: CoverageSummary | null;
  /** Why it is not caught up, in words for people; null where it is or nobody knows. */
  readonly problem: string | null;
}

export interface ChannelStatus {
  readonly channel: string;
  readonly kind: string;
  readonly pending: number;
  readonly oldestAtMs: number | null;
  readonly failures: number;
  readonly lastProblem: string | null;
}

export interface StatusReport {
  readonly version: string;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly chains: readonly ChainStatus[];
  readonly store: {
    readonly id: string;
    readonly seq: number;
    readonly sizeBytes: number;
    readonly freeBytes: number | null;
    /** Why nothing is taken in (a full disk); null while it is. */
    readonly refused: string | null;
  };
  readonly incidentsOpen: Readonly<Record<Severity, number>>;
  readonly channels: readonly ChannelStatus[];
  /** Those that stand. */
  readonly silences: readonly Silence[];
  /** What is kept from a channel now, and why. */
  readonly suppressed: readonly Suppressed[];
}

export interface NotReady {
  readonly code: 'no-chains' | 'chain-behind' | 'chain-silent' | 'store-refused';
  readonly chain: string | null;
  readonly message: string;
}

/**
 * Why the daemon cannot do its job at this moment; empty when it can. A receiver that is down is no reason: the
 * daemon watches and keeps the alerts, and restarting it would not help.
 */
export function notReady(report: StatusReport): readonly NotReady[] {
  const reasons: NotReady[] = [];
  if (report.chains.length === 0) {
    reasons.push({ code: 'no-chains', chain: null, message: 'No chain is followed yet.' });
  }
  for (const { chain, caughtUp, silent, problem, block, head } of report.chains) {
    if (silent) {
      reasons.push({ code: 'chain-silent', chain, message: problem ?? `${chain} is silent.` });
    } else if (!caughtUp) {
      const at = block === null ? 'nothing is stored yet' : `stored up to block ${block.number}`;
      const of = head === null ? '' : ` of ${head}`;
      reasons.push({
        code: 'chain-behind',
        chain,
        message: problem ?? `${chain} is not caught up: ${at}${of}.`,
      });
    }
  }
  const { refused } = report.store;
  if (refused !== null) reasons.push({ code: 'store-refused', chain: null, message: refused });
  return reasons;
}
