import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import { headersOf } from './headers.js';
import { done, type Outcome } from './json-rpc.js';
import { type Kept, rewind } from './reorg.js';
import type { Requests } from './requests.js';

/** `keep` is null where every stored block died. `dead`: the hashes after it, newest first. */
export interface Resumption {
  readonly kept: Kept;
  readonly keep: Block | null;
  readonly dead: readonly Hex[];
}

/** Compares stored blocks (linked, oldest first) with the chain, newest part first, until one is still canonical. */
export async function lastCanonical(
  stored: Kept,
  requests: Requests,
  partSize: number,
): Promise<Outcome<Resumption>> {
  for (let to = stored.length; to > 0; to -= partSize) {
    const part = stored.slice(Math.max(0, to - partSize), to);
    const numbers = part.map(({ number }) => number);
    const headers = await headersOf(requests, numbers, 'head');
    if (!headers.ok) return headers;
    const alive = headers.value.findLastIndex((header, i) => header.hash === part[i]?.hash);
    // The header knows its parent; a stored cursor does not.
    const keep = headers.value[alive];
    if (keep === undefined) continue;
    return done({
      kept: [...rewind(stored, keep.number - 1), keep],
      keep,
      dead: hashesAfter(stored, keep.number),
    });
  }
  return done({ kept: [], keep: null, dead: hashesAfter(stored, Number.NEGATIVE_INFINITY) });
}

function hashesAfter(stored: Kept, number: number): readonly Hex[] {
  return stored
    .filter((block) => block.number > number)
    .map(({ hash }) => hash)
    .reverse();
}
