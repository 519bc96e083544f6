// How busy the block of the worst critical was, as a receiver gets it: numbers always, a sentence where it is worth one.

import type { Alert } from '../core/alert.js';
import { type BlockContext, contextSentence } from '../core/block-context.js';

export interface MessageContext extends BlockContext {
  readonly chain: string;
  readonly block: { readonly number: number; readonly hash: string };
  /** Null where it is a block as any other. */
  readonly sentence: string | null;
}

/** Null where nobody was asked, or not yet; the end of a matter has no block. */
export function messageContext({ context, reason }: Alert): MessageContext | null {
  if (context === undefined || reason === 'resolved' || reason === 'retracted') return null;
  const { blockNumber, blockHash, ...rest } = context;
  return { ...rest, block: { number: blockNumber, hash: blockHash }, sentence: contextSentence(context) };
}
