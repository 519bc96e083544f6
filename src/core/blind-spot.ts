// A blind spot: blocks that were not read when their turn came, and why.

import type { ChainName } from './chain.js';

/**
 * Why blocks are missing. `behind`: heads come faster than they are read; `silent`: nobody told of new heads;
 * `stopped`: pegwatch did not run; these are read in order and their hole closes by that. `unreadable`: no endpoint gives
 * their logs; `reorg`: what replaced blocks below the kept window is not known; these are passed over and tried again.
 */
export type HoleReason = 'behind' | 'silent' | 'stopped' | 'unreadable' | 'reorg';

/** Blocks that were not watched while something was going on. */
export interface BlindSpot {
  readonly chain: ChainName;
  readonly from: number;
  readonly to: number;
  readonly why: HoleReason;
  /** The last block before it, by its own time. */
  readonly sinceMs: number;
  /** Null while it is open. */
  readonly closedAtMs: number | null;
}
