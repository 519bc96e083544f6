// What came of asking around about the blocks of critical signals, by hash, and what follows from it.

import type { ChainSpec } from './chain.js';
import type { Hex } from './hex.js';
import type { Signal } from './signal.js';

/** What came of asking around about a block. */
export interface BlockCheck {
  /** Endpoints that tell the same block with the same logs. */
  readonly agreed: number;
  /** Endpoints that are configured. */
  readonly of: number;
  /** So many of them are wanted before a critical on it is confirmed. */
  readonly wanted: number;
  /** Its logs were read out of its receipts, and these make the root in its header. */
  readonly proven: boolean;
}

export type BlockChecks = Map<Hex, BlockCheck>;

/** Enough endpoints tell the block, or its own receipts prove it. */
export function isAgreedOn({ agreed, wanted, proven }: BlockCheck): boolean {
  return proven || agreed >= wanted;
}

/** Whether a signal may be called confirmed as far as its block is concerned. */
export function isAgreed(checks: BlockChecks, signal: Signal, chains: readonly ChainSpec[]): boolean {
  const { severity, evidence } = signal;
  const needed = chains.find(({ chain }) => chain === signal.chain)?.agreement ?? 1;
  // What is about time and not about a block (silence) has no block to ask about.
  if (severity !== 'critical' || needed <= 1 || evidence.blockHash === '0x') return true;
  const check = checks.get(evidence.blockHash);
  return check !== undefined && isAgreedOn(check);
}

/** Of the critical signals the least sure one: the whole stands on it. */
export function weakestCheck(checks: BlockChecks, signals: readonly Signal[]): BlockCheck | undefined {
  return signals
    .filter(({ severity }) => severity === 'critical')
    .flatMap(({ evidence }) => checks.get(evidence.blockHash) ?? [])
    .sort((a, b) => Number(a.proven) - Number(b.proven) || a.agreed - b.agreed)[0];
}

/** Keeps what is known of blocks on which a signal still stands. */
export function forgetChecks(
  checks: Map<Hex, unknown>,
  incidents: Iterable<{ readonly signals: readonly Signal[] }>,
): void {
  if (checks.size === 0) return;
  const standing = new Set<Hex>();
  for (const { signals } of incidents) for (const { evidence } of signals) standing.add(evidence.blockHash);
  for (const hash of checks.keys()) if (!standing.has(hash)) checks.delete(hash);
}

/** `2 of 3 endpoints tell the same block; its logs are verified against its header` */
export function checkText({ agreed, of, proven }: BlockCheck): string {
  const told = `${agreed} of ${of} endpoints ${agreed === 1 ? 'tells' : 'tell'} the same block`;
  return proven ? `${told}; its logs are verified against its header` : told;
}
