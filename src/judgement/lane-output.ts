import type { Hex } from '../core/hex.js';
import type { Problem } from '../core/problem.js';
import type { Signal } from '../core/signal.js';

/** What a lane says about one input. */
export interface LaneOutput {
  readonly signals: Signal[];
  /** Ids of all signals that were undone with dead blocks. */
  readonly undone: string[];
  /** What the ticks since raise without those blocks; many are the same as the undone ones. */
  readonly revived: { readonly signal: Signal; readonly step: number; readonly atMs: number }[];
  readonly problems: Problem[];
  readonly watch: { readonly source: string; readonly address: Hex }[];
}

export function emptyOutput(): LaneOutput {
  return { signals: [], undone: [], revived: [], problems: [], watch: [] };
}

/** What a lane says where all it has to say is this; null: nothing. */
export function outputOf(signal: Signal | null): LaneOutput {
  return { ...emptyOutput(), signals: signal === null ? [] : [signal] };
}
