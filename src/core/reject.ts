import type { ChainName } from './chain.js';

/** Words of a node that never became an input, because they make no sense: kept for a person to look at, bounded. */
export interface Reject {
  readonly atMs: number;
  readonly chain: ChainName;
  /** By its configured name; null where several have given the answer together. */
  readonly endpoint: string | null;
  readonly why: string;
  /** As they came, cut. */
  readonly raw: string;
}
