import { type Hex, isHexOf } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import { objectOf } from './json-rpc.js';

/** A light block with what else the chain room wants of its header. */
export interface Header extends Block {
  /** Its bloom filter; left out where the node gives none. */
  readonly bloom?: Hex;
  /** What a unit of gas cost at least; left out on chains without, and where it is no number. */
  readonly baseFeeGwei?: number;
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
  const fee = baseFeeGwei(fields.baseFeePerGas);
  return {
    ...block,
    ...(isHexOf(fields.logsBloom, 256) && { bloom: lower(fields.logsBloom) }),
    ...(fee !== null && { baseFeeGwei: fee }),
  };
}

/** A JSON-RPC quantity that fits a plain number; null otherwise. */
export function quantity(value: unknown): number | null {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,13}$/i.test(value)) return null;
  return Number.parseInt(value, 16);
}

/** A quantity below 2^64, as the nearest double: for what is looked at and not counted with. Null otherwise. */
export function wideQuantity(value: unknown): number | null {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,16}$/i.test(value)) return null;
  return Number.parseInt(value, 16);
}

const weiPerGwei = 1e9;

/** A base fee in wei as a node words it. */
export function baseFeeGwei(value: unknown): number | null {
  const wei = wideQuantity(value);
  return wei === null ? null : wei / weiPerGwei;
}

export function toQuantity(value: number): Hex {
  return `0x${value.toString(16)}`;
}

export function lower(hex: Hex): Hex {
  return hex.toLowerCase() as Hex;
}
