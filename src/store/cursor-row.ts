// How far a chain is stored, moved by each input that says something about it.

import type { ChainName } from '../core/chain.js';
import type { Hex } from '../core/hex.js';
import type { Input } from '../core/io.js';

export interface CursorRow {
  /** The newest canonical block; null until there is one. Its time stands in the block. */
  readonly block: { readonly number: number; readonly hash: Hex } | null;
  readonly finalized: number | null;
}

export function moveCursor(
  cursor: CursorRow = { block: null, finalized: null },
  input: Extract<Input, { chain: ChainName }>,
): CursorRow {
  switch (input.kind) {
    case 'block':
      return { ...cursor, block: { number: input.block.number, hash: input.block.hash } };
    case 'reorg':
      return { ...cursor, block: { number: input.keep.number, hash: input.keep.hash } };
    case 'finalized':
      // Below zero nothing was final yet; the same number again is no news here.
      return input.number > (cursor.finalized ?? -1) ? { ...cursor, finalized: input.number } : cursor;
    default:
      return cursor;
  }
}
