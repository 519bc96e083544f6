// How busy the blocks of critical signals were, by hash, and how that is said. Context for a person who asks whether one
// can still get out; no judgement hangs on it.

import type { ChainName } from './chain.js';
import type { Hex } from './hex.js';
import type { Signal } from './signal.js';

/** How busy a block was; null stands for what nobody told, or told in a way that makes no sense. Never judged. */
export interface BlockContext {
  readonly transactions: number | null;
  /** Transactions that were mined and reverted: who sent them paid and got nothing. Null without receipts. */
  readonly failed: number | null;
  /** Null on chains without a base fee. */
  readonly baseFeeGwei: number | null;
  /** The base fee against the median of the chain's blocks before; null where too few of them are known. */
  readonly baseFeeTimesUsual: number | null;
  /** Gas used of what the block could hold, 0..1. */
  readonly gasUsedShare: number | null;
}

/** The same with the block that it is about. */
export interface NamedContext extends BlockContext {
  readonly chain: ChainName;
  readonly blockNumber: number;
  readonly blockHash: Hex;
}

export type BlockContexts = Map<Hex, BlockContext>;

/**
 * A failed transaction was paid for and did nothing. Some always fail (bots race for the same trade), one in five is
 * more than racing where it is not one of a handful.
 */
const tellFailedShare = 0.2;
const tellFailed = 5;

/**
 * A base fee rises by an eighth a block at most (EIP-1559), so that three times the usual takes ten full blocks in a row:
 * a crowd, and not one full block.
 */
const tellTimesUsual = 3;

/** Of the worst critical signal whose block was asked about. */
export function contextOf(contexts: BlockContexts, signals: readonly Signal[]): NamedContext | undefined {
  const [worst] = signals
    .filter(({ severity, evidence }) => severity === 'critical' && contexts.has(evidence.blockHash))
    .sort((a, b) => b.impact - a.impact || a.atMs - b.atMs);
  const context = worst && contexts.get(worst.evidence.blockHash);
  if (worst === undefined || context === undefined) return undefined;
  const { chain, blockNumber, blockHash } = worst.evidence;
  return { chain, blockNumber, blockHash, ...context };
}

/** What tells more; the first of two that tell as much. */
export function fuller(one: BlockContext | null, other: BlockContext | null): BlockContext | null {
  if (other === null || known(other) === 0) return one;
  return one === null || known(other) > known(one) ? other : one;
}

/** `In block 7 on ethereum 41 of 180 transactions failed; its base fee is 312 gwei, 14 times its usual.`; null where it is a block as any other. */
export function contextSentence(context: NamedContext): string | null {
  const { transactions, failed, baseFeeTimesUsual } = context;
  const share = failed === null || transactions === null ? 0 : failed / transactions;
  const fails = (failed ?? 0) >= tellFailed && share >= tellFailedShare;
  const isDear = (baseFeeTimesUsual ?? 0) >= tellTimesUsual;
  if (!fails && !isDear) return null;
  const where = `block ${context.blockNumber} on ${context.chain}`;
  const [failures, fee] = [failureText(context), feeText(context)];
  if (failures === null) return `In ${where} the ${fee}.`;
  return `In ${where} ${failures}${fee === null ? '' : `; its ${fee}`}.`;
}

/** All that is known, in one line: `41 of 180 transactions failed, base fee is 312 gwei, 14 times its usual, 98 % full` */
export function contextText(context: BlockContext): string {
  const { gasUsedShare } = context;
  const full = gasUsedShare === null ? null : `${round(gasUsedShare * 100)} % full`;
  return [failureText(context), feeText(context), full].filter((part) => part !== null).join(', ');
}

function failureText({ transactions, failed }: BlockContext): string | null {
  if (transactions === null) return null;
  if (failed === null) return `${transactions} ${transactions === 1 ? 'transaction' : 'transactions'}`;
  return `${failed} of ${transactions} transactions failed`;
}

function feeText({ baseFeeGwei, baseFeeTimesUsual }: BlockContext): string | null {
  if (baseFeeGwei === null) return null;
  return `base fee is ${round(baseFeeGwei)} gwei${timesText(baseFeeTimesUsual)}`;
}

function timesText(times: number | null): string {
  if (times === null) return '';
  return Math.abs(times - 1) < 0.1 ? ', as usual' : `, ${round(times)} times its usual`;
}

/** Two digits, and all those before the point: `312`, `14`, `1.4`, `0.051`. */
function round(value: number): string {
  return String(Math.abs(value) >= 10 ? Math.round(value) : Number(value.toPrecision(2)));
}

function known(context: BlockContext): number {
  return Object.values(context).filter((value) => value !== null).length;
}
