// A report on a pool that says how small the share of its scarcest coin is, and not which coin that is. Written by
// imports as the answer of one call, see `reported-price.ts`.

import type { Hex, Observation } from '../core/types.js';
import { uintOf } from './abi.js';
import type { Protocol } from './protocol.js';

const one = 10n ** 18n;

export const reportedShare: Protocol = {
  name: 'reported-share',
  type: 'pool',
  about: 'A report on the composition of a pool that names the smallest share and not its coin.',
  events: [],
  tokenCount: [2, 8],
  calls: () => [],
  decodeCalls,
  identity: () => [],
};

/** The answer `report` is one word: the share with 18 decimals. Nothing at all in the pool is no share. */
function decodeCalls(answers: ReadonlyMap<string, Hex | null>): readonly Observation[] | null {
  const report = answers.get('report') ?? null;
  if (report === null) return [];
  const share = uintOf(report, 0);
  return share === null || share === 0n || share > one ? null : [{ kind: 'leastShare', share }];
}
