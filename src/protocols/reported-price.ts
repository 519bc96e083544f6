// A market or a reference that reports prices: an exchange's bars, a price page. Nothing is read from a chain; an
// import writes each report as the answer of one call, so that journal, replay and series treat it as any reading.

import type { Hex, Observation } from '../core/types.js';
import { uintOf } from './abi.js';
import type { Protocol } from './protocol.js';

export const reportedPrice: Protocol = {
  name: 'reported-price',
  type: 'pool',
  about:
    'A market or reference outside of the chains that reports the price of its first token in its second.',
  events: [],
  tokenCount: [2, 2],
  calls: () => [],
  decodeCalls,
  identity: () => [],
};

/** The answer `report` is one word, the price, or two, with the volume behind it; 18 decimals each. */
function decodeCalls(answers: ReadonlyMap<string, Hex | null>): readonly Observation[] | null {
  const report = answers.get('report') ?? null;
  if (report === null) return [];
  const price = uintOf(report, 0);
  if (price === null || price === 0n) return null;
  return [{ kind: 'price', price, volume: uintOf(report, 1) }];
}
