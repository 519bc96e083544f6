// Contract calls as data: selectors, the words of an answer, and the identity checks that every protocol makes.
// A test computes every selector and topic anew from its signature; nothing is hashed at run time.

import { type Hex, isHexData } from '../core/hex.js';
import type { SourceSpec, TokenSpec } from '../core/source.js';
import { maxDecimals } from '../core/units.js';
import type { CallMoment, CallWanted, IdentityCheck } from './protocol.js';

export const selectors = {
  'A()': '0xf446c1d0',
  'aggregator()': '0x245a7bfc',
  'balances(int128)': '0x065a80d8',
  'balances(uint256)': '0x4903b0d1',
  'coins(int128)': '0x23746eb8',
  'coins(uint256)': '0xc6610657',
  'decimals()': '0x313ce567',
  'getReserves()': '0x0902f1ac',
  'latestRoundData()': '0xfeaf968c',
  'liquidity()': '0x1a686502',
  'slot0()': '0x3850c7bd',
  'token0()': '0x0dfe1681',
  'token1()': '0xd21220a7',
  'totalSupply()': '0x18160ddd',
} as const satisfies Readonly<Record<string, Hex>>;

/** Topic of the zero address. */
export const zeroTopic: Hex = `0x${'0'.repeat(64)}`;

/** Once with the first block and again every few minutes. */
export const startAndPoll: readonly CallMoment[] = ['start', 'poll'];

/** A selector with one index behind it, as `balances(i)` wants it; int128 and uint256 look alike from 0 on. */
export function withIndex(selector: Hex, i: number): Hex {
  return `${selector}${i.toString(16).padStart(64, '0')}`;
}

/** A call without arguments to the source itself, named as its function. */
export function callSource(source: SourceSpec, name: string, data: Hex): CallWanted {
  return { name, when: startAndPoll, to: source.address, data };
}

/** Word `i` of an answer as an unsigned integer of at most `bits` bits; null where it is none. */
export function uintOf(answer: Hex, i: number, bits = 256): bigint | null {
  const from = 2 + i * 64;
  if (!isHexData(answer) || answer.length < from + 64) return null;
  const value = BigInt(`0x${answer.slice(from, from + 64)}`);
  return value >> BigInt(bits) === 0n ? value : null;
}

/** Word `i` of an answer as a two's complement integer of at most `bits` bits; null where it is none. */
export function intOf(answer: Hex, i: number, bits = 256): bigint | null {
  const word = uintOf(answer, i);
  if (word === null) return null;
  const value = BigInt.asIntN(256, word);
  return BigInt.asIntN(bits, value) === value ? value : null;
}

/** Word `i` of an answer as an address; null where it is none. */
export function addressOf(answer: Hex, i: number): Hex | null {
  const value = uintOf(answer, i, 160);
  return value === null ? null : `0x${value.toString(16).padStart(40, '0')}`;
}

/** `decimals()` of each token must be what the configuration says. */
export function decimalsChecks(tokens: readonly TokenSpec[]): readonly IdentityCheck[] {
  return tokens.map((token, i) => decimalsCheck(`tokens[${i}].decimals`, token.address, token.decimals));
}

export function decimalsCheck(field: string, to: Hex, expected: number): IdentityCheck {
  return { field, to, data: selectors['decimals()'], expected: String(expected), read: readDecimals };
}

/** Token `i` of a pool must be the configured one. */
export function tokenCheck(source: SourceSpec, i: number, data: Hex, fallbackData?: Hex): IdentityCheck {
  return {
    field: `tokens[${i}].address`,
    to: source.address,
    data,
    ...(fallbackData === undefined ? {} : { fallbackData }),
    expected: source.tokens[i]?.address.toLowerCase() ?? '',
    read: (answer) => addressOf(answer, 0),
  };
}

/** Hostile tokens answer absurd decimals: anything beyond what pegwatch can compute with is malformed. */
function readDecimals(answer: Hex): string | null {
  const value = uintOf(answer, 0);
  return value === null || value > BigInt(maxDecimals) ? null : value.toString();
}
