import { bytesToHex, keccak256 } from 'viem/utils';
import type { Hex } from '../../src/core/hex.js';

/** The bloom filter that a header has over these logs. */
export function bloomOf(
  logs: readonly { readonly address: string; readonly topics: readonly string[] }[],
): Hex {
  const bits = new Uint8Array(256);
  for (const { address, topics } of logs) {
    for (const word of [address, ...topics]) {
      const hash = keccak256(word as Hex, 'bytes');
      for (const i of [0, 2, 4]) {
        const bit = ((hash[i]! & 7) << 8) | hash[i + 1]!;
        bits[255 - Math.floor(bit / 8)]! |= 1 << (bit % 8);
      }
    }
  }
  return bytesToHex(bits);
}
