// What the contracts of a pretend node answer to calls, written as a table: address -> function -> words.

import { toFunctionSelector } from 'viem';
import type { Hex } from '../../src/core/hex.js';
import type { Call, GivenBlock } from './pretend-node.js';

/** A function's answer, as words; negative numbers are two's complement. Null reverts. */
export type Words = readonly bigint[] | ((block: GivenBlock) => readonly bigint[] | null);

/** Function by its signature, such as `token0()`. What is not listed reverts. */
export type Contracts = Readonly<Record<string, Readonly<Record<string, Words>>>>;

export function answering(contracts: Contracts): (call: Call, block: GivenBlock) => Hex | null {
  const table = new Map<string, Words>();
  for (const [address, functions] of Object.entries(contracts)) {
    for (const [signature, words] of Object.entries(functions)) {
      table.set(`${address.toLowerCase()} ${toFunctionSelector(signature)}`, words);
    }
  }
  return ({ to, data }, block) => {
    const words = table.get(`${to.toLowerCase()} ${data.slice(0, 10)}`);
    const answer = typeof words === 'function' ? words(block) : words;
    return answer == null ? null : hexOf(answer);
  };
}

export function hexOf(words: readonly bigint[]): Hex {
  return `0x${words.map((word) => BigInt.asUintN(256, word).toString(16).padStart(64, '0')).join('')}`;
}
