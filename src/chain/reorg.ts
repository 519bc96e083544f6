// The head brain, pure: which blocks are canonical, and what a new header means for them.
//
// `kept` are light blocks, oldest first and linked by parent hash. Its first block is the floor: nothing below it is
// known, so a fork must leave the kept chain at the floor or above.

import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';

export type Kept = readonly Block[];

/** A run of linked blocks, oldest first, that claims to be part of the canonical chain. */
export type Branch = readonly [Block, ...Block[]];

export type Verdict =
  /** All of it is kept already. */
  | { readonly kind: 'known' }
  /** Blocks between the tip and the branch are missing. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  /** The branch continues the tip. */
  | { readonly kind: 'extends' }
  /** Its parent decides; ask for it and put it in front of the branch. */
  | { readonly kind: 'parent-needed'; readonly hash: Hex; readonly number: number }
  /** The branch leaves the kept chain after `keep`. `dead`: hashes of what it replaces, newest first. */
  | { readonly kind: 'reorg'; readonly keep: Block; readonly dead: readonly Hex[] }
  /** The fork lies below the floor (`keep` null) or below what was said to be final. */
  | { readonly kind: 'too-deep'; readonly keep: Block | null; readonly dead: readonly Hex[] };

/** Judges a branch against the kept chain. `finalized` is the highest number that was announced as final. */
export function reconcile(kept: Kept, branch: Branch, finalized = Number.NEGATIVE_INFINITY): Verdict {
  const first = branch[0];
  const floor = kept[0];
  const tip = kept.at(-1);
  if (floor === undefined || tip === undefined) return { kind: 'extends' };
  if (first.number > tip.number + 1) return { kind: 'gap', from: tip.number + 1, to: first.number - 1 };
  if (first.parentHash === tip.hash && first.number === tip.number + 1) return { kind: 'extends' };
  const newest = branch.at(-1) ?? first;
  if (blockAt(kept, newest.number)?.hash === newest.hash) return { kind: 'known' };
  // A head below what is kept or final is no news of a reorg: whoever calls it the newest lags behind.
  if (newest.number < floor.number || newest.number <= finalized) return { kind: 'known' };

  const parent = blockAt(kept, first.number - 1);
  if (parent?.hash === first.parentHash) {
    const dead = deadAfter(kept, parent.number);
    return { kind: parent.number < finalized ? 'too-deep' : 'reorg', keep: parent, dead };
  }
  if (first.number - 1 > floor.number) {
    return { kind: 'parent-needed', hash: first.parentHash, number: first.number - 1 };
  }
  return { kind: 'too-deep', keep: null, dead: deadAfter(kept, floor.number - 1) };
}

/** The kept chain with one more block on top. */
export function accept(kept: Kept, block: Block): Kept {
  return [...kept, block];
}

/** The kept chain up to and with block number `number`. */
export function rewind(kept: Kept, number: number): Kept {
  return kept.filter((block) => block.number <= number);
}

/** Where finality stalls or is not served, memory is bounded by this many times the blocks kept at least. */
const stalled = 16;

/**
 * Forgets what lies below the newest final block, but keeps at least `atLeast` blocks. Where finality does not move, as
 * many as may be `waiting` for a second opinion are kept.
 */
export function trim(kept: Kept, finalized: number, atLeast: number, waiting = 0): Kept {
  const floor = kept[0];
  if (floor === undefined) return kept;
  const drop = Math.max(
    Math.min(finalized - floor.number, kept.length - atLeast),
    kept.length - Math.max(Math.max(1, atLeast) * stalled, Math.ceil(waiting)),
  );
  return drop > 0 ? kept.slice(drop) : kept;
}

/** The longest run of linked blocks at the end of `blocks` (oldest first). */
export function linkedTail(blocks: readonly Block[]): Kept {
  let from = blocks.length - 1;
  while (from > 0) {
    const block = blocks[from];
    const before = blocks[from - 1];
    if (block === undefined || before === undefined) break;
    if (block.parentHash !== before.hash || block.number !== before.number + 1) break;
    from--;
  }
  return blocks.slice(Math.max(0, from));
}

/** Blocks are linked, so a number is an index. */
export function blockAt(kept: Kept, number: number): Block | undefined {
  const floor = kept[0];
  return floor === undefined || number < floor.number ? undefined : kept[number - floor.number];
}

function deadAfter(kept: Kept, number: number): readonly Hex[] {
  return kept
    .filter((block) => block.number > number)
    .map((block) => block.hash)
    .reverse();
}
