import type { Hex } from '../core/hex.js';

/** One line of the timeline, for people and programs. */
export interface TimelineRow {
  readonly timeMs: number;
  /** `swap`, `reserves`, … for observations; the entry's kind for everything else. */
  readonly kind: string;
  readonly chain: string | null;
  readonly source: string | null;
  readonly blockNumber: number | null;
  readonly blockHash: Hex | null;
  /** Null for observations that came from a call. */
  readonly transactionHash: Hex | null;
  readonly logIndex: number | null;
  readonly orphaned: boolean;
  /** Exact values by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly text: string;
}
