// The call that both kinds of token share.

import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import { callSource, selectors, uintOf } from './abi.js';
import type { CallWanted } from './protocol.js';

export function totalSupplyCall(source: SourceSpec): readonly CallWanted[] {
  return [callSource(source, 'totalSupply', selectors['totalSupply()'])];
}

export function decodeTotalSupply(answers: ReadonlyMap<string, Hex | null>): readonly Observation[] | null {
  const answer = answers.get('totalSupply') ?? null;
  if (answer === null) return [];
  const amount = uintOf(answer, 0);
  return amount === null ? null : [{ kind: 'totalSupply', amount }];
}
