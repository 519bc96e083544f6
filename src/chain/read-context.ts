// How busy a block was, out of a node's words: what it costs to leave at this moment, and whether it works. Nothing here
// is judged, so a word that makes no sense is not known (null) and counted, and never a reason to believe or doubt the
// block.

import type { BlockContext } from '../core/block-context.js';
import { baseFeeGwei, wideQuantity } from './read-header.js';
import type { WholeBlock } from './whole-block.js';

export interface ReadContext {
  readonly context: BlockContext;
  /** Words that made no sense. What a chain does not have (base fee) or a node does not serve (receipts) is none. */
  readonly senseless: number;
}

/** `usualGwei`: the chain's usual base fee, null where it is not known. Null where the node tells of another block. */
export function readContext(
  { header, receipts }: WholeBlock,
  hash: string,
  usualGwei: number | null,
): ReadContext | null {
  if (typeof header.hash !== 'string' || header.hash.toLowerCase() !== hash) return null;
  let senseless = 0;
  const orCounted = <T>(value: T | null): T | null => {
    if (value === null) senseless++;
    return value;
  };
  const gwei = isAbsent(header.baseFeePerGas) ? null : orCounted(baseFeeGwei(header.baseFeePerGas));
  const own = receipts === null ? null : orCounted(receiptsOf(receipts, hash));
  const context: BlockContext = {
    transactions: own?.length ?? listed(header.transactions),
    failed: own === null ? null : orCounted(failedIn(own)),
    baseFeeGwei: gwei,
    baseFeeTimesUsual: gwei === null || usualGwei === null || usualGwei === 0 ? null : gwei / usualGwei,
    gasUsedShare: orCounted(shareOf(header.gasUsed, header.gasLimit)),
  };
  return { context, senseless };
}

type Receipts = NonNullable<WholeBlock['receipts']>;

/** Null where one of them stands in another block. */
function receiptsOf(receipts: Receipts, hash: string): Receipts | null {
  const isOwn = ({ blockHash }: Receipts[number]): boolean =>
    typeof blockHash === 'string' && blockHash.toLowerCase() === hash;
  return receipts.every(isOwn) ? receipts : null;
}

/** Null where a receipt does not say how its transaction ended (before Byzantium none did). */
function failedIn(receipts: Receipts): number | null {
  const ends = receipts.map(({ status }) => wideQuantity(status));
  return ends.every((end) => end === 0 || end === 1) ? ends.filter((end) => end === 0).length : null;
}

function listed(transactions: unknown): number | null {
  return Array.isArray(transactions) ? transactions.length : null;
}

function shareOf(used: unknown, limit: unknown): number | null {
  const gasUsed = wideQuantity(used);
  const gasLimit = wideQuantity(limit);
  if (gasUsed === null || gasLimit === null || gasLimit === 0 || gasUsed > gasLimit) return null;
  return gasUsed / gasLimit;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
