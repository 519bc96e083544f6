// Finality that stands still while the chain goes on. It is judged where finality was looked at and found unmoved: an
// input says so, so that neither a full disk nor a silent chain looks like a stall, and a reorg changes nothing about it.

import type { ChainName } from '../core/chain.js';
import type { Signal } from '../core/signal.js';
import { chainSignal } from './chain-signal.js';

/** Plain data: part of a lane's state. */
export interface FinalityWatch {
  /** Engine time of its last progress; null until it was looked at for the first time. */
  movedAtMs: number | null;
  /** Whether the signal stands. */
  stalled: boolean;
}

/** What follows from a look at finality that had stood at `before`; null where there is nothing to say. */
export function lookAtFinality(
  watch: FinalityWatch,
  look: { readonly chain: ChainName; readonly number: number; readonly atMs: number },
  before: number,
  limitMs: number,
): Signal | null {
  const { number, atMs } = look;
  if (number > before || watch.movedAtMs === null) {
    watch.movedAtMs = atMs;
    if (!watch.stalled) return null;
    watch.stalled = false;
    return signal(look, atMs, false);
  }
  if (watch.stalled || atMs - watch.movedAtMs < limitMs) return null;
  watch.stalled = true;
  return signal(look, watch.movedAtMs, true);
}

function signal(
  { chain, number, atMs }: { readonly chain: ChainName; readonly number: number; readonly atMs: number },
  sinceMs: number,
  stalled: boolean,
): Signal {
  const stalledMs = atMs - sinceMs;
  return chainSignal({
    detector: 'finalityStalled',
    chain,
    severity: stalled ? 'medium' : null,
    impact: 0.3,
    atMs,
    sinceMs,
    finalized: number,
    values: { stalledMs },
    rule: 'no new final block within the finality limit of the chain',
    sentence: stalled
      ? `finality of ${chain} has not moved for ${Math.round(stalledMs / 60_000)} min (${finalWords(number)}): ` +
        'its blocks are read, but what is told of them stays provisional'
      : `finality of ${chain} moves again`,
  });
}

function finalWords(number: number): string {
  return number < 0 ? 'no block was final yet' : `final up to block ${number}`;
}
