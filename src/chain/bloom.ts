// The bloom filter of a header says which contracts and topics cannot be in its logs, and which may be. It never excuses
// from asking; where it says that a watched contract spoke and no log of it came, the answer is doubted at once.
// Three bits of 2048 for each word: yellow paper, 4.3.1.

import { hexToBytes, keccak256 } from 'viem/utils';
import type { Hex } from '../core/hex.js';
import type { LogFilter } from '../protocols/filters.js';

/** In a fuller filter than that, some watched contract is likely to be there by chance: it says nothing. */
const mostByChance = 0.1;

const positions = new Map<Hex, readonly number[]>();

/** Whether contracts spoke, by the filter, that are watched and of which nothing was `heard`. */
export function speaksAgainst(
  bloom: Hex | undefined,
  filters: readonly LogFilter[],
  heard: ReadonlySet<Hex>,
): boolean {
  if (bloom === undefined) return false;
  const bits = hexToBytes(bloom);
  const silent = filters.map(({ address, topics }) => ({
    addresses: address.filter((one) => !heard.has(one)),
    words: topics.filter((one) => one !== null).map((one) => (typeof one === 'string' ? [one] : one)),
  }));
  const watched = silent.reduce((sum, { addresses }) => sum + addresses.length, 0);
  if (watched === 0 || watched * fillOf(bits) ** 3 > mostByChance) return false;
  return silent.some(
    ({ addresses, words }) =>
      addresses.some((one) => mayHold(bits, one)) &&
      words.every((wanted) => wanted.some((word) => mayHold(bits, word))),
  );
}

/** False: no log of the block has this address or topic. */
export function mayHold(bits: Uint8Array, word: Hex): boolean {
  return positionsOf(word).every((bit) => ((bits[255 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1);
}

function positionsOf(word: Hex): readonly number[] {
  const known = positions.get(word);
  if (known !== undefined) return known;
  const hash = keccak256(word, 'bytes');
  const found = [0, 2, 4].map((i) => (((hash[i] ?? 0) << 8) | (hash[i + 1] ?? 0)) & 2047);
  positions.set(word, found);
  return found;
}

/** Share of the bits that are set. */
function fillOf(bits: Uint8Array): number {
  let set = 0;
  for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) set++;
  return set / (8 * bits.length);
}
