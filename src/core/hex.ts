import type { Hex } from './types.js';

const digits = '0123456789abcdef';
const pairs: readonly string[] = Array.from({ length: 256 }, (_, i) => `${digits[i >> 4]}${digits[i & 15]}`);

const values = new Uint8Array(128).fill(255);
for (let i = 0; i < 16; i++) {
  values[digits.charCodeAt(i)] = i;
  values[digits.toUpperCase().charCodeAt(i)] = i;
}

/** Bytes as `0x…` in lower case. */
export function toHex(bytes: Uint8Array, from = 0, to = bytes.length): Hex {
  let text = '';
  for (let i = from; i < to; i++) text += pairs[bytes[i] ?? 0];
  return `0x${text}`;
}

/**
 * Writes the bytes of `0x…` text into `target` at `offset` and returns how many were written,
 * or -1 where the text is no even-length hexadecimal or does not fit.
 */
export function writeHex(hex: string, target: Uint8Array, offset: number): number {
  const length = (hex.length - 2) >> 1;
  if (hex.length & 1 || hex.length < 2 || offset + length > target.length) return -1;
  if (hex.charCodeAt(0) !== 48 || (hex.charCodeAt(1) | 32) !== 120) return -1;
  let bad = 0;
  for (let i = 0, at = 2; i < length; i++, at += 2) {
    const high = values[hex.charCodeAt(at)] ?? 255;
    const low = values[hex.charCodeAt(at + 1)] ?? 255;
    bad |= high | low;
    target[offset + i] = (high << 4) | low;
  }
  return bad > 15 ? -1 : length;
}

/** True for `0x` and exactly `bytes` bytes of hexadecimal. */
export function isHexOf(value: unknown, bytes: number): value is Hex {
  return typeof value === 'string' && value.length === 2 + bytes * 2 && /^0x[0-9a-fA-F]*$/.test(value);
}

/** True for `0x` and any whole number of bytes. */
export function isHexData(value: unknown): value is Hex {
  return typeof value === 'string' && value.length % 2 === 0 && /^0x[0-9a-fA-F]*$/.test(value);
}
