// Numbers as data sets write them, into the words of the EVM.

import type { Hex } from '../core/hex.js';

/** `1.25` with 6 decimals is 1250000n; digits beyond are cut. Null for text that is no number. */
export function toUnits(text: string, decimals: number): bigint | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(text) ?? [];
  if (whole + fraction === '') return null;
  const digits = whole + fraction;
  const shift = decimals + Number(exponent) - fraction.length;
  const amount = shift >= 0 ? BigInt(digits) * 10n ** BigInt(shift) : BigInt(digits) / 10n ** BigInt(-shift);
  return sign === '-' ? -amount : amount;
}

/** A 32-byte word as 64 digits, two's complement. */
export function word(value: bigint): string {
  return BigInt.asUintN(256, value).toString(16).padStart(64, '0');
}

export function words(...values: readonly bigint[]): Hex {
  return `0x${values.map(word).join('')}`;
}

/** `sqrtPriceX96` of a tick: 1.0001^(tick / 2) times 2^96, to the precision of a double. */
export function sqrtPriceOfTick(tick: number): bigint {
  const root = 1.0001 ** (tick / 2);
  const bits = 52 - Math.floor(Math.log2(root));
  const digits = BigInt(Math.round(root * 2 ** bits));
  return bits <= 96 ? digits << BigInt(96 - bits) : digits >> BigInt(bits - 96);
}
