// A disagreement: endpoints of one chain contradict each other.

/** Endpoints of one chain that tell different things of one block, and what is known of who is wrong. */
export interface Disagreement {
  /** The block; of a range the first about which they differ. */
  readonly number: number;
  /** Whose word is not believed, by its configured name; null: not known any more. */
  readonly endpoint: string | null;
  /** Other logs of the block, or another block where blocks are final. */
  readonly what: 'logs' | 'blocks';
  /** What settled it: the block's own receipts, more logs told by others, or nothing yet. */
  readonly by: 'receipts' | 'most-logs' | 'unsettled';
  /** The engine had been given what was wrong. */
  readonly reached: boolean;
  /** When it was seen first. */
  readonly sinceMs: number;
  /** How often it was seen since it was told last. */
  readonly times: number;
}
