import { isHexOf } from '../core/hex.js';
import type { Block, Hex } from '../core/types.js';
import { objectOf } from './json-rpc.js';

/** A light block with what else the chain room wants of its header. */
export interface Header extends Block {
  /** Its bloom filter; left out where the node gives none. */
  readonly bloom?: Hex;
}

/** A block header out of a node's words; null where a field is missing or no number. */
export function readHeader(value: unknown): Header | null {
  const fields = objectOf(value);
  if (fields === null) return null;
  const number = quantity(fields.number);
  const seconds = quantity(fields.timestamp);
  const { hash, parentHash } = fields;
  if (number === null || seconds === null || !isHexOf(hash, 32) || !isHexOf(parentHash, 32)) return null;
  const block = { number, hash: lower(hash), parentHash: lower(parentHash), timeMs: seconds * 1_000 };
  return isHexOf(fields.logsBloom, 256) ? { ...block, bloom: lower(fields.logsBloom) } : block;
}

/** A JSON-RPC quantity that fits a plain number; null otherwise. */
export function quantity(value: unknown): number | null {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,13}$/i.test(value)) return null;
  return Number.parseInt(value, 16);
}

export function toQuantity(value: number): Hex {
  return `0x${value.toString(16)}`;
}

export function lower(hex: Hex): Hex {
  return hex.toLowerCase() as Hex;
}
