// A ledger as people and programs ask for it.

import type { ChainName } from '../core/chain.js';
import { type Hole, openHoles } from './holes.js';
import { coveredTo, type Ledger, missingBlocks } from './ledger.js';
import type { CoverageRange } from './ranges.js';

export interface CoverageSummary {
  readonly chain: ChainName;
  /** The first block that was ever covered; null before it. */
  readonly since: number | null;
  readonly coveredTo: number | null;
  /** Final up to here. */
  readonly verifiedTo: number | null;
  /** Blocks that are due and not read. */
  readonly missingBlocks: number;
  readonly openHoles: readonly Hole[];
}

export interface CoverageDetails extends CoverageSummary {
  readonly ranges: readonly CoverageRange[];
  readonly closedHoles: readonly Hole[];
  /** By source id: the first block from which it is covered; null: none yet. */
  readonly sources: Readonly<Record<string, number | null>>;
}

export function summaryOf(ledger: Ledger): CoverageSummary {
  return {
    chain: ledger.chain,
    since: ledger.ranges[0]?.from ?? null,
    coveredTo: coveredTo(ledger),
    verifiedTo: ledger.verifiedTo,
    missingBlocks: missingBlocks(ledger),
    openHoles: openHoles(ledger.holes),
  };
}

export function detailsOf(ledger: Ledger): CoverageDetails {
  return {
    ...summaryOf(ledger),
    ranges: ledger.ranges,
    closedHoles: ledger.holes.filter(({ closedAtMs }) => closedAtMs !== null),
    sources: Object.fromEntries(Object.entries(ledger.sources).map(([id, { since }]) => [id, since])),
  };
}
