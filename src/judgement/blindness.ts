import type { HoleReason } from '../core/blind-spot.js';
import type { ChainName } from '../core/chain.js';
import type { Signal } from '../core/signal.js';
import { chainSignal } from './chain-signal.js';

/** A hole that is open for this long is no hiccup: it is told. */
export const blindAfterMs = 60_000;

/** A hole as far as it is judged. */
export interface OpenHole {
  readonly from: number;
  readonly to: number;
  readonly why: HoleReason;
  readonly openedAtMs: number;
}

/** Blocks of the chain have been missing for long, or all of them are there again (`hole` null). */
export function blindnessSignal(
  chain: ChainName,
  hole: OpenHole | null,
  atMs: number,
  finalized: number,
): Signal {
  const openMs = hole === null ? 0 : atMs - hole.openedAtMs;
  return chainSignal({
    detector: 'blindSpot',
    chain,
    severity: hole === null ? null : 'high',
    impact: 0.5,
    atMs,
    sinceMs: hole?.openedAtMs ?? atMs,
    finalized,
    values: hole === null ? {} : { openMs, fromBlock: hole.from, toBlock: hole.to },
    rule: 'blocks that were due have not been read',
    sentence:
      hole === null
        ? `pegwatch has read what was missing on ${chain}`
        : `pegwatch is blind on ${chain} from block ${hole.from} to ${hole.to}: not read for ` +
          `${Math.round(openMs / 1000)} s (${hole.why})`,
  });
}
